// SPDX-License-Identifier: MIT
/*
 * install.c - patches the branch at each entry point (entry.S), so that it
 * leads to the method in force, or to traced.c first; and the hooks of
 * vectors.S, for a method that has steps there.
 */
#include "install.h"

#include "../patch.h"
#include "arch.h"
#include "code.h"
#include "select.h"
#include "stats.h"

uint64_t uaccess_code[TRACE_OPERATION_COUNT];
bool uaccess_traced, uaccess_counted;

/* The arrays of code.h have no length of their own. */
#define FIRST_ATOMIC TRACE_OPERATION_cmpxchg_user_4
#define COUNT_ONE(c, operation, ...) +1
_Static_assert((int)FIRST_ATOMIC ==
		      UACCESS_COPIES(COUNT_ONE, ) UACCESS_WORDS(COUNT_ONE, ),
	      "copies and words come first, then atomics");

static void uaccess_patch_entries(const uint64_t *to)
{
	for (unsigned int i = 0; i < TRACE_OPERATION_COUNT; i++) {
		patch_branch((void *)uaccess_code_entries[i],
			     (const void *)to[i]);
	}
}

static void uaccess_observe(bool traced, bool counted)
{
	uaccess_traced = traced;
	uaccess_counted = counted;
	uaccess_patch_entries(traced || counted ? uaccess_code_traced :
						  uaccess_code);
}

void arch_uaccess_trace(bool on)
{
	if (on != uaccess_traced) {
		uaccess_observe(on, uaccess_counted);
	}
}

void arch_uaccess_count(void)
{
	stats_begin();
	uaccess_observe(uaccess_traced, true);
}

static void uaccess_patch_hooks(void)
{
	for (const struct uaccess_hook *h = hooks_start; h < hooks_end; h++) {
		patch_branch((char *)(uintptr_t)&h->site + h->site,
			     (const char *)&h->stub + h->stub);
	}
}

void uaccess_install(void)
{
	const uint64_t *atomics =
		uaccess_code_atomics[uaccess_atomic_window(
			uaccess_method, pan_enabled)][cpu_features.lse];

	for (unsigned int i = 0; i < TRACE_OPERATION_COUNT; i++) {
		uaccess_code[i] = i < FIRST_ATOMIC ?
					  uaccess_method->code[i] :
					  atomics[i - FIRST_ATOMIC];
	}
	uaccess_patch_entries(uaccess_code);
	if (uaccess_hides_ttbr0) {
		/* No address space yet: TTBR0_EL1 is the reserved table. */
		uaccess_patch_hooks();
	}
}
