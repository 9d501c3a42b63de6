/* SPDX-License-Identifier: MIT */
/*
 * read_user.c - the kernel trusts a user pointer and dereferences it. It
 * works in every test, until a program passes an address that is not mapped,
 * or one of the kernel's own. The bug that PAN was made for: with PAN clear
 * the load has EL1's rights, and EL1 may read every page that EL0 may.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("reads a user page directly", .invariant = 1, .decided_by = "PAN")
{
	t->got = *(volatile uint64_t *)t->user_rw;
}
