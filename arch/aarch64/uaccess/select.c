// SPDX-License-Identifier: MIT
/*
 * select.c - makes the command line's pan= and uaccess= true, once, at boot:
 * sets PAN, and patches the branch at each door of entry.S. A pair that this
 * CPU cannot do is refused with one line, and auto is used.
 */
#include "select.h"

#include "../cpu_features.h"
#include "../patch.h"
#include "arch.h"
#include "dev/dev.h"
#include "lib/string.h"
#include "methods.h"

enum uaccess_op {
#define X(op) UACCESS_##op,
	UACCESS_OPERATIONS(X)
#undef X
	UACCESS_OP_COUNT
};

/* Only the addresses of these are used; their types differ. */
#define X(op) void plain_##op(void); void pan_##op(void); void ldtr_##op(void);
UACCESS_OPERATIONS(X)
#undef X

typedef void uaccess_fn(void);

static uaccess_fn *const uaccess_doors[] = {
#define X(op) [UACCESS_##op] = (uaccess_fn *)(uintptr_t)arch_##op,
	UACCESS_OPERATIONS(X)
#undef X
};

struct uaccess_method_ops {
	const char *name;
	uaccess_fn *ops[UACCESS_OP_COUNT];
};

static const struct uaccess_method_ops uaccess_methods[] = {
#define X(op) [UACCESS_##op] = plain_##op,
	{ "plain", { UACCESS_OPERATIONS(X) } },
#undef X
#define X(op) [UACCESS_##op] = pan_##op,
	{ "pan", { UACCESS_OPERATIONS(X) } },
#undef X
#define X(op) [UACCESS_##op] = ldtr_##op,
	{ "ldtr", { UACCESS_OPERATIONS(X) } },
#undef X
};

const char *uaccess_method = "ldtr";

static const struct uaccess_method_ops *uaccess_find(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(uaccess_methods); i++) {
		if (strcmp(uaccess_methods[i].name, name) == 0) {
			return &uaccess_methods[i];
		}
	}
	return NULL;
}

static void uaccess_install(const struct uaccess_method_ops *method)
{
	for (unsigned int i = 0; i < UACCESS_OP_COUNT; i++) {
		patch_branch((void *)(uintptr_t)uaccess_doors[i],
			     (const void *)(uintptr_t)method->ops[i]);
	}
	uaccess_method = method->name;
}

/* Why this pair cannot be had here, or NULL. */
static const char *uaccess_refuse(bool pan,
				  const struct uaccess_method_ops *method)
{
	if (pan && !cpu_features.pan) {
		return "this CPU has no PAN";
	}
	if (!method) {
		return "there is no such method";
	}
	if (strcmp(method->name, "pan") == 0 && !cpu_features.pan) {
		return "this CPU has no PAN to open a window in";
	}
	return NULL;
}

void arch_uaccess_select(const char *pan, const char *method)
{
	/* Both auto: PAN where there is one, and copies with EL0's rights. */
	bool want_pan = strcmp(pan, "auto") == 0 ? cpu_features.pan :
						   strcmp(pan, "on") == 0;
	const char *name = strcmp(method, "auto") == 0 ? "ldtr" : method;
	const struct uaccess_method_ops *ops = uaccess_find(name);
	const char *why = uaccess_refuse(want_pan, ops);

	if (why) {
		printk("pan=%s uaccess=%s is refused: %s; using auto\n", pan,
		       method, why);
		want_pan = cpu_features.pan;
		ops = uaccess_find("ldtr");
	}
	if (!want_pan && strcmp(ops->name, "pan") == 0) {
		printk("uaccess=pan with pan=off is uaccess=plain: there is "
		       "no window to open\n");
		ops = uaccess_find("plain");
	}
	cpu_set_pan(want_pan);
	uaccess_install(ops);
	if (want_pan && strcmp(ops->name, "plain") == 0) {
		printk("uaccess=plain with pan=on: PAN stops every copy, as a "
		       "demonstration\n");
	}
}
