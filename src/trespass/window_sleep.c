/* SPDX-License-Identifier: MIT */
/*
 * window_sleep.c - a copy inside an open window meets a page that is not there
 * yet. Bringing it in may sleep, and somebody else runs: with the window of
 * the copy, if nothing shuts it. The fault is an exception, so it is shut; with
 * softwalk there is no exception, and the switch shuts it.
 */
#include "trespass/trespass.h"

static void direct_access(struct trespass_run *t)
{
	trespass_touch(t, t->user_rw);
}

EL1_SNIPPET("window open over a sleeping fault", .invariant = 2,
	    .decided_by = "shut at entry")
{
	const void __user *fresh = (const void __user *)t->user_fresh;
	struct trespass_other other;
	uint64_t word;

	if (t->user_fresh == ~UINT64_C(0)) {
		t->skip = "the program has no page that is not mapped yet";
		return;
	}
	if (!trespass_other_begin(&other, t, direct_access)) {
		return;
	}
	current->turn_over = 1; /* it will sleep */
	arch_window_open();
	if (raw_copy_from_user(&word, fresh, sizeof(word)) != 0) {
		t->skip = "the page could not be brought in";
	} else if (!other.over) {
		t->skip = "the fault did not sleep";
	}
	arch_window_shut();
	trespass_other_end(&other);
}
