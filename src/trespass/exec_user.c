/* SPDX-License-Identifier: MIT */
/*
 * exec_user.c - the kernel calls a function pointer that a program has
 * chosen, and runs the program's code with EL1's rights: CVE-2009-2692 in
 * Linux's sendpage. PAN says nothing about fetches. What decides is PXN, the
 * bit in every user page's descriptor that forbids EL1 to execute it.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("executes a user page", .invariant = 11, .decided_by = "PXN")
{
	uint64_t (*function)(void) = (uint64_t(*)(void))t->user_text;

	t->want = 42; /* what the program's function returns */
	t->got = function();
}
