/* SPDX-License-Identifier: MIT */
/*
 * double_fetch.c - the kernel reads a length, finds it good, reads it again
 * and uses it. Between the two the program's other thread has written another
 * one (FreeBSD's compat32 sendmsg did this). Both reads are proper get_user()
 * calls: no hardware and no method can object. The cure is to read once, and
 * to judge and use the same copy.
 */
#include "trespass/trespass.h"

static void write_great_length(struct trespass_run *t)
{
	uint64_t __user *length = (uint64_t __user *)t->user_rw;

	if (put_user(UINT64_C(16), length) != 0) {
		t->skip = "the other thread could not write";
	}
}

EL1_SNIPPET("length checked, then read again", .invariant = 0,
	    .decided_by = "nothing: read once")
{
	uint64_t __user *length = (uint64_t __user *)t->user_rw;
	uint64_t records[2] = { 0, *t->kernel_secret }, reply[2] = { 0 };
	struct trespass_other other;
	uint64_t n = 0;

	t->want = *t->kernel_secret;
	if (!trespass_other_begin(&other, t, write_great_length)) {
		return;
	}
	if (put_user(UINT64_C(8), length) != 0 || get_user(n, length) != 0 ||
	    n > sizeof(records[0])) {
		t->error = -EINVAL;
	} else {
		sched_yield(); /* write_great_length() runs now */
		if (get_user(n, length) == 0) {
			memcpy(reply, records, n);
		}
	}
	t->got = reply[1];
	trespass_other_end(&other);
	if (put_user(t->secret, length) != 0) { /* as the program knows it */
		t->skip = "the secret could not be put back";
	}
}
