/* SPDX-License-Identifier: MIT */
/*
 * window_switch.c - the kernel gives up the CPU with the window open. The next
 * task comes out of its own switch, not through an exception that would set
 * PAN, so it runs with somebody else's window: Linux's software PAN once
 * carried it over, with the tables of the task before (94bb804e1e6f). Here
 * arch_task_switch() shuts it, and opens it again for its owner.
 */
#include "trespass/trespass.h"

static void direct_access(struct trespass_run *t)
{
	trespass_touch(t, t->user_rw);
}

EL1_SNIPPET("window open over a task switch", .invariant = 2,
	    .decided_by = "shut by the switch")
{
	struct trespass_other other;

	if (!trespass_other_begin(&other, t, direct_access)) {
		return;
	}
	arch_window_open();
	sched_yield(); /* the bug: direct_access() runs now */
	arch_window_shut();
	if (!other.over) {
		t->skip = "the other task did not run";
	}
	trespass_other_end(&other);
}
