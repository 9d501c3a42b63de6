/* SPDX-License-Identifier: MIT */
/*
 * write_user.c - the kernel stores its result through the user's pointer.
 * The program that passes the address chooses what is overwritten. PAN stops
 * stores as it stops loads; the program looks at its own page afterwards and
 * says whether anything arrived.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("writes a user page directly", .invariant = 1, .decided_by = "PAN")
{
	t->want = ~t->secret;
	*(volatile uint64_t *)t->user_rw = t->want;
	t->got = t->want;
}
