/* SPDX-License-Identifier: MIT */
/*
 * methods.h - the ways to user memory, a row each. All that lists methods is
 * made from the rows, here and in tools/methods.py: a new method is one row
 * and one file. Nothing asks which method it is, only what it is like.
 *
 *	name	its functions are NAME_copy_from_user() and so on
 *	needs	the feature that the CPU must have (cpu_features.h)
 *	window	one of UACCESS_WINDOWS
 *	rights	whose rights decide whether an access goes through: EL0's, EL1's
 *	off, on	what comes of it under pan=off and pan=on:
 *		WORKS, STOPPED (PAN stops every copy), REFUSED, and PLAIN: there
 *		is no window to open, so it is the same as plain
 *	compare	the columns that `make compare` has of it: OFF, ON or BOTH
 *	words	whose functions for strings and words it has
 */
#pragma once

#include "uaccess_operations.h"

#define UACCESS_METHODS(M)                                                    \
	/* name     needs    window  rights off    on       compare words */  \
	M(plain,    NOTHING, NONE,   EL1,   WORKS, STOPPED, OFF,    plain)    \
	M(pan,      PAN,     PAN,    EL1,   PLAIN, WORKS,   ON,     pan)      \
	M(ldtr,     NOTHING, NONE,   EL0,   WORKS, WORKS,   BOTH,   ldtr)     \
	M(mops,     MOPS,    NONE,   EL0,   WORKS, WORKS,   ON,     ldtr)     \
	M(sw_ttbr0, NOTHING, TTBR0,  EL1,   WORKS, REFUSED, OFF,    sw_ttbr0) \
	M(softwalk, NOTHING, TABLES, EL0,   WORKS, WORKS,   ON,     softwalk)

/*
 * A window, and whose functions atomic operations are in it, without LSE and
 * with: they have no unprivileged form, so under every method they need one.
 */
#define UACCESS_WINDOWS(W)                                                     \
	W(NONE,   unwindowed,  unwindowed_lse)  /* in reach, as PAN allows */  \
	W(PAN,    panwindow,   panwindow_lse)   /* PSTATE.PAN is cleared */    \
	W(TTBR0,  ttbr0window, ttbr0window_lse) /* TTBR0_EL1 has the table */  \
	W(TABLES, softwalk,    softwalk)        /* no access by this address */

#ifndef __ASSEMBLER__
#include "cpu_features.h"
#include "lib/types.h"

enum uaccess_window {
#define W(window, ...) WINDOW_##window,
	UACCESS_WINDOWS(W)
#undef W
};
enum uaccess_outcome {
	OUTCOME_WORKS,
	OUTCOME_STOPPED,
	OUTCOME_REFUSED,
	OUTCOME_PLAIN,
};

enum uaccess_rights { RIGHTS_EL0, RIGHTS_EL1 };

struct uaccess_method {
	const char *name;
	enum cpu_feature needs;
	enum uaccess_window window;
	enum uaccess_rights rights;
	enum uaccess_outcome outcome[2]; /* by pan_enabled */
	const uint64_t *code; /* addresses, by operation: tables.S */
};

enum uaccess_method_id {
#define M(name, ...) METHOD_##name,
	UACCESS_METHODS(M)
#undef M
	METHOD_COUNT
};
extern const struct uaccess_method uaccess_methods[METHOD_COUNT];

/* What an atomic operation opens under m: PAN's window even where m has none. */
enum uaccess_window uaccess_atomic_window(const struct uaccess_method *m,
					  bool pan);
/* Whether something shuts a window: then invariant 2 holds for it. */
static inline bool uaccess_window_shuts(enum uaccess_window window)
{
	return window == WINDOW_PAN || window == WINDOW_TTBR0;
}
#endif
