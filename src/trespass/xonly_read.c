/* SPDX-License-Identifier: MIT */
/*
 * xonly_read.c - the kernel reads a page that its own program may execute and
 * not read. An execute-only page has AP[1] = 0, and AP[1] is all that PAN looks
 * at: so it is read right through PAN (Linux dropped such pages for years:
 * 24cecc377463). With FEAT_PAN3, EPAN = 1 makes PAN look at UXN as well;
 * but only while PAN is 1, so inside a window the page is readable again.
 */
#include "trespass/trespass.h"

/* A page of code is no secret: that it could be read at all is the proof. */
static void read_xonly(struct trespass_run *t)
{
	if (t->user_xonly == ~UINT64_C(0)) {
		t->skip = "the program has no execute-only page";
		return;
	}
	trespass_touch(t, t->user_xonly);
	t->want = t->got;
}

EL1_SNIPPET("reads an execute-only page, EPAN=0", .invariant = 1,
	    .decided_by = "nothing: AP[1] is 0")
{
	arch_probe_rules(false, true);
	read_xonly(t);
	arch_probe_rules(true, true);
}

EL1_SNIPPET("reads an execute-only page, EPAN=1", .invariant = 1,
	    .decided_by = "EPAN")
{
	if (!arch_probe_rules(true, true)) {
		t->skip = "EPAN is not in force";
		return;
	}
	read_xonly(t);
}

EL1_SNIPPET("the same, inside a window", .invariant = 1,
	    .decided_by = "nothing: PAN is 0")
{
	arch_window_open();
	read_xonly(t);
	arch_window_shut();
}
