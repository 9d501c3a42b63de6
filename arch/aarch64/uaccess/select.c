// SPDX-License-Identifier: MIT
/*
 * select.c - makes the command line's pan= and uaccess= true, at boot. A pair
 * that this CPU cannot do is refused with one line, and auto is used. What
 * follows from the choice: install.c.
 */
#include "select.h"

#include "arch.h"
#include "dev/dev.h"
#include "install.h"
#include "lib/string.h"

const struct uaccess_method *uaccess_method = &uaccess_methods[METHOD_ldtr];
bool uaccess_hides_ttbr0;

static const struct uaccess_method *uaccess_find(const char *name)
{
	for (unsigned int i = 0; i < METHOD_COUNT; i++) {
		if (strcmp(uaccess_methods[i].name, name) == 0) {
			return &uaccess_methods[i];
		}
	}
	return NULL;
}

static bool uaccess_cpu_has(const struct uaccess_method *m)
{
	return *cpu_feature_list[m->needs].has;
}

/*
 * What asks with EL0's rights, by the instructions that not every CPU has if
 * this one does. Where there is no PAN: PAN in software. But who says pan=off
 * wants to see what happens without any.
 */
static const struct uaccess_method *uaccess_auto(bool pan_is_auto)
{
	const bool in_software = !cpu_features.pan && pan_is_auto;
	const struct uaccess_method *best = NULL;

	for (unsigned int i = 0; i < METHOD_COUNT; i++) {
		const struct uaccess_method *m = &uaccess_methods[i];
		const bool suits = in_software ? m->window == WINDOW_TTBR0 :
			m->window == WINDOW_NONE && m->rights == RIGHTS_EL0;

		if (suits && uaccess_cpu_has(m) &&
		    (!best || (m->needs && !best->needs))) {
			best = m;
		}
	}
	return best;
}

/* Why this pair cannot be had here, or NULL. */
static const char *uaccess_refuse(bool pan, const struct uaccess_method *m)
{
	if (pan && !cpu_features.pan) {
		return cpu_feature_list[CPU_PAN].missing;
	}
	if (!m) {
		return "there is no such method";
	}
	if (!uaccess_cpu_has(m)) {
		return cpu_feature_list[m->needs].missing;
	}
	if (m->outcome[pan] == OUTCOME_REFUSED) {
		return "this method takes the place of PAN";
	}
	return NULL;
}

/* pan=auto: on, where the CPU has it and the method does not replace it. */
static bool uaccess_auto_pan(const struct uaccess_method *m)
{
	return cpu_features.pan && !(m && m->outcome[true] == OUTCOME_REFUSED);
}

void arch_uaccess_select(const char *pan, const char *method)
{
	const bool auto_pan = strcmp(pan, "auto") == 0;
	const struct uaccess_method *m = strcmp(method, "auto") == 0 ?
						 uaccess_auto(auto_pan) :
						 uaccess_find(method);
	bool want_pan = auto_pan ? uaccess_auto_pan(m) :
				   strcmp(pan, "on") == 0;
	const char *why = uaccess_refuse(want_pan, m);

	if (why) {
		printk_always("pan=%s uaccess=%s is refused: %s; using auto",
			      pan, method, why);
		m = uaccess_auto(true);
		want_pan = uaccess_auto_pan(m);
	}
	if (m->outcome[want_pan] == OUTCOME_PLAIN) {
		printk("uaccess=%s with pan=%s is uaccess=plain: there is no "
		       "window to open", m->name, want_pan ? "on" : "off");
		m = &uaccess_methods[METHOD_plain];
	}
	cpu_set_pan(want_pan);
	uaccess_method = m;
	uaccess_hides_ttbr0 = m->window == WINDOW_TTBR0;
	uaccess_install();
	if (m->outcome[want_pan] == OUTCOME_STOPPED) {
		printk("uaccess=%s with pan=on: PAN stops every copy, as a "
		       "demonstration", m->name);
	}
}

const char *arch_uaccess_method(void)
{
	return uaccess_method->name;
}
