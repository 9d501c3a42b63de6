/* SPDX-License-Identifier: MIT */
/*
 * read_null.c - the kernel dereferences a null pointer, and the program has
 * mapped page 0: instead of crashing, the kernel uses what it finds there.
 * Linux's tun driver did so in 2009 (CVE-2009-1897). With PAN, page 0 is the
 * user's like any other, and the load faults whether it is mapped or not.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("reads a null pointer, page 0 mapped", .invariant = 1,
	    .decided_by = "PAN")
{
	if (t->user_null != 0) {
		t->skip = "the program has not mapped page 0";
		return;
	}
	/* Read again, or the compiler knows that it is 0 and traps instead. */
	t->got = *(volatile uint64_t *)READ_ONCE(t->user_null);
}
