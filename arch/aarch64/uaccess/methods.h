/* SPDX-License-Identifier: MIT */
/*
 * methods.h - the ways to user memory, a row each. All that lists methods is
 * made from the rows, here and in tools/methods.py: a new method is one row
 * and one file. Nothing asks which method it is, only what it is like.
 *
 *	name	its functions are NAME_copy_from_user() and so on
 *	needs	the feature that the CPU must have (cpu_features.h)
 *	window	NONE	user memory is in reach, as PAN allows
 *		PAN	PSTATE.PAN is cleared for the access
 *		TTBR0	TTBR0_EL1 has the user's table for the access
 *		TABLES	no access: the tables are read, and the alias is used
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

#ifndef __ASSEMBLER__
#include "cpu_features.h"
#include "lib/types.h"

enum uaccess_window { WINDOW_NONE, WINDOW_PAN, WINDOW_TTBR0, WINDOW_TABLES };
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

/* NULL: there is no method of this name. */
const struct uaccess_method *uaccess_find(const char *name);
/*
 * What an atomic operation opens under m: there is no unprivileged form of it,
 * so where PAN is on, it is PAN's window, whatever m has.
 */
enum uaccess_window uaccess_atomic_window(const struct uaccess_method *m,
					  bool pan);
/* Whether something shuts a window: then invariant 2 holds for it. */
static inline bool uaccess_window_shuts(enum uaccess_window window)
{
	return window == WINDOW_PAN || window == WINDOW_TTBR0;
}
#endif
