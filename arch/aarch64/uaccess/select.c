// SPDX-License-Identifier: MIT
/*
 * select.c - makes the command line's pan= and uaccess= true, at boot:
 * sets PAN, patches the branch at each door of entry.S, and the hooks of
 * vectors.S for the method that has steps there. A pair that this CPU cannot
 * do is refused with one line, and auto is used.
 */
#include "select.h"

#include "../cpu_features.h"
#include "../patch.h"
#include "../sysreg.h"
#include "arch.h"
#include "cpu.h"
#include "dev/dev.h"
#include "lib/string.h"
#include "methods.h"
#include "stats.h"

/* What a method needs of the CPU and of pan=. */
enum uaccess_needs {
	NEEDS_NOTHING,
	NEEDS_PAN,     /* FEAT_PAN, and pan=on to have a window at all */
	NEEDS_MOPS,
	NEEDS_PAN_OFF, /* a window of its own: PAN clear, SPAN = 1 */
};

struct uaccess_method {
	const char *name;
	enum uaccess_needs needs;
	const uint64_t *copies, *words;
};

static const struct uaccess_method uaccess_methods[] = {
	{ "plain", NEEDS_NOTHING, uaccess_copies_plain, uaccess_words_plain },
	{ "pan", NEEDS_PAN, uaccess_copies_pan, uaccess_words_pan },
	{ "ldtr", NEEDS_NOTHING, uaccess_copies_ldtr, uaccess_words_ldtr },
	{ "mops", NEEDS_MOPS, uaccess_copies_mops, uaccess_words_ldtr },
	{ "sw_ttbr0", NEEDS_PAN_OFF, uaccess_copies_sw_ttbr0,
	  uaccess_words_sw_ttbr0 },
	{ "softwalk", NEEDS_NOTHING, uaccess_copies_softwalk,
	  uaccess_words_softwalk },
};

const char *uaccess_method = "ldtr";
struct uaccess_in_force uaccess_in_force;
bool uaccess_hides_ttbr0;
bool uaccess_traced, uaccess_counted; /* then the doors lead to traced.c */

static const struct uaccess_method *uaccess_find(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(uaccess_methods); i++) {
		if (strcmp(uaccess_methods[i].name, name) == 0) {
			return &uaccess_methods[i];
		}
	}
	return NULL;
}

/*
 * What asks with EL0's rights; and where there is no PAN, PAN in software. But
 * who says pan=off wants to see what happens without any.
 */
static const struct uaccess_method *uaccess_auto(bool pan_is_auto)
{
	if (!cpu_features.pan && pan_is_auto) {
		return uaccess_find("sw_ttbr0");
	}
	return uaccess_find(cpu_features.mops ? "mops" : "ldtr");
}

/* Why this pair cannot be had here, or NULL. */
static const char *uaccess_refuse(bool pan, const struct uaccess_method *m)
{
	if (pan && !cpu_features.pan) {
		return "this CPU has no PAN";
	}
	if (!m) {
		return "there is no such method";
	}
	if (m->needs == NEEDS_PAN && !cpu_features.pan) {
		return "this CPU has no PAN to open a window in";
	}
	if (m->needs == NEEDS_MOPS && !cpu_features.mops) {
		return "this CPU has no MOPS";
	}
	if (m->needs == NEEDS_PAN_OFF && pan) {
		return "this method takes the place of PAN";
	}
	return NULL;
}

/* ---- Patching ------------------------------------------------------- */

static void uaccess_patch_group(const uint64_t *doors, const uint64_t *to,
				unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		patch_branch((void *)doors[i], (const void *)to[i]);
	}
}

#define COUNT_ONE(op) +1

static void uaccess_patch_doors(const struct uaccess_in_force *to)
{
	uaccess_patch_group(uaccess_copies_doors, to->copies,
			    UACCESS_COPIES(COUNT_ONE));
	uaccess_patch_group(uaccess_words_doors, to->words,
			    UACCESS_WORDS(COUNT_ONE));
	uaccess_patch_group(uaccess_atomics_doors, to->atomics,
			    UACCESS_ATOMICS(COUNT_ONE));
}

static void uaccess_look_on(bool traced, bool counted)
{
	const struct uaccess_in_force looked_on = {
		uaccess_copies_traced, uaccess_words_traced,
		uaccess_atomics_traced,
	};

	uaccess_traced = traced;
	uaccess_counted = counted;
	uaccess_patch_doors(traced || counted ? &looked_on :
						&uaccess_in_force);
}

void arch_uaccess_trace(bool on)
{
	if (on != uaccess_traced) {
		uaccess_look_on(on, uaccess_counted);
	}
}

void arch_uaccess_count(void)
{
	stats_begin();
	uaccess_look_on(uaccess_traced, true);
}

/* Atomics have no unprivileged form: they take the window that there is. */
static const uint64_t *uaccess_atomics(const struct uaccess_method *m)
{
	const bool lse = cpu_features.lse;

	if (m->copies == uaccess_copies_softwalk) {
		return uaccess_atomics_softwalk;
	}
	if (m->needs == NEEDS_PAN_OFF) {
		return lse ? uaccess_atomics_ttbr0window_lse :
			     uaccess_atomics_ttbr0window;
	}
	if (pan_enabled && m->copies != uaccess_copies_plain) {
		return lse ? uaccess_atomics_panwindow_lse :
			     uaccess_atomics_panwindow;
	}
	return lse ? uaccess_atomics_unwindowed_lse :
		     uaccess_atomics_unwindowed;
}

static void uaccess_patch_hooks(void)
{
	for (const struct uaccess_hook *h = hooks_start; h < hooks_end; h++) {
		patch_branch((char *)(uintptr_t)&h->site + h->site,
			     (const char *)&h->stub + h->stub);
	}
}

static void uaccess_install(const struct uaccess_method *m)
{
	uaccess_in_force = (struct uaccess_in_force){
		m->copies, m->words, uaccess_atomics(m),
	};
	uaccess_patch_doors(&uaccess_in_force);
	uaccess_method = m->name;
	if (m->needs == NEEDS_PAN_OFF) {
		/* No address space yet: TTBR0_EL1 is the reserved table. */
		uaccess_patch_hooks();
		uaccess_hides_ttbr0 = true;
	}
}

const char *arch_uaccess_method(void)
{
	return uaccess_method;
}

void arch_uaccess_select(const char *pan, const char *method)
{
	bool auto_pan = strcmp(pan, "auto") == 0;
	bool want_pan = auto_pan ? cpu_features.pan : strcmp(pan, "on") == 0;
	const struct uaccess_method *m = strcmp(method, "auto") == 0 ?
						 uaccess_auto(auto_pan) :
						 uaccess_find(method);
	const char *why;

	if (auto_pan && m && m->needs == NEEDS_PAN_OFF) {
		want_pan = false;
	}
	why = uaccess_refuse(want_pan, m);
	if (why) {
		printk_always("pan=%s uaccess=%s is refused: %s; using auto",
			      pan, method, why);
		want_pan = cpu_features.pan;
		m = uaccess_auto(true);
	}
	if (m->needs == NEEDS_PAN && !want_pan) {
		printk("uaccess=pan with pan=off is uaccess=plain: there is "
		       "no window to open");
		m = uaccess_find("plain");
	}
	cpu_set_pan(want_pan);
	uaccess_install(m);
	if (want_pan && m->copies == uaccess_copies_plain) {
		printk("uaccess=plain with pan=on: PAN stops every copy, as a "
		       "demonstration");
	}
}

/* ---- The window by itself ------------------------------------------- */

static void uaccess_set_ttbr0(uint64_t ttbr0)
{
	sysreg_write(ttbr0_el1, ttbr0);
	isb();
}

bool uaccess_window_is_open(void)
{
	if (uaccess_hides_ttbr0) {
		return sysreg_read(ttbr0_el1) != arch_cpu()->reserved_ttbr0;
	}
	/* PSTATE.PAN reads as the register PAN: s3_0_c4_c2_3 (C5.2). */
	return pan_enabled &&
	       !(sysreg_read(s3_0_c4_c2_3) & FIELD_MASK(SPSR_EL1_PAN));
}

void arch_window_open(void)
{
	if (uaccess_hides_ttbr0) {
		unsigned long flags = arch_irq_save();

		uaccess_set_ttbr0(arch_cpu()->user_ttbr0);
		arch_irq_restore(flags);
	} else if (pan_enabled) {
		asm volatile(PSTATE_PAN_CLEAR : : : "memory");
	}
}

void arch_window_leak(bool on)
{
	uint64_t sctlr = sysreg_read(sctlr_el1) & ~FIELD_MASK(SCTLR_EL1_SPAN);

	/* Without PAN it is 1 anyway: see cpu_set_pan(). */
	if (on || !pan_enabled) {
		sctlr |= FIELD_MASK(SCTLR_EL1_SPAN);
	}
	sysreg_write(sctlr_el1, sctlr);
	isb();
}

void arch_window_shut(void)
{
	if (uaccess_hides_ttbr0) {
		uaccess_set_ttbr0(arch_cpu()->reserved_ttbr0);
	} else if (pan_enabled) {
		asm volatile(PSTATE_PAN_SET : : : "memory");
	}
}
