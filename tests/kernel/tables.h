/* SPDX-License-Identifier: MIT */
/*
 * tables.h - the check of every translation descriptor, for its own tests and
 * for /proc/table_check.
 */
#pragma once

#include "lib/types.h"

struct sink;

/* What a descriptor can do wrong. */
enum table_wrong {
	TABLE_WRITABLE_AND_EXECUTABLE, /* invariant 11 */
	TABLE_REACHABLE_FROM_EL0,      /* 10: a mapping of the kernel's half */
	TABLE_EXECUTABLE_AT_EL1,       /* 11: of the user's half */
	TABLE_EXECUTABLE_OUTSIDE_TEXT, /* of the kernel's half */
	TABLE_TEXT_WRITABLE,           /* an alias of text or rodata */
	TABLE_GUARD_MAPPED,            /* where a stack must find nothing */
	TABLE_LEAF_ALONE_ALLOWS,       /* only the tables above forbid it */
	TABLE_NOTHING_ABOVE_FORBIDS,   /* only the leaf forbids it */
	TABLE_GLOBAL_USER_PAGE,        /* 12: it would outlive its ASID */
	TABLE_TAGGED_KERNEL_PAGE,
	TABLE_ACCESS_FLAG_CLEAR,
	TABLE_FREE_PAGE_MAPPED,        /* 12: a user page that nobody holds */
	TABLE_SHARED_AND_WRITABLE,     /* by programs, without APTable[1] */
	TABLE_SHARED_AND_CLEAN,        /* DBM below APTable */
	TABLE_MALFORMED,               /* no descriptor is written like this */
	TABLE_WRONG_COUNT
};

/*
 * Looks at every descriptor of the tables at root, which are of the user's
 * half (0) or the kernel's (1), and prints a KTAP comment into out for each that
 * is wrong. Returns what was wrong as bits, BIT(enum table_wrong); 0: nothing.
 */
unsigned int tables_check(struct sink *out, paddr_t root, int half);
/* The same for all tables in use; true if nothing is wrong. */
bool tables_hold(struct sink *out);
