/* SPDX-License-Identifier: MIT */
/*
 * plain_tail.c - a copy whose words go as they should, and whose last bytes
 * are loaded one by one by plain loads: a copy that is shorter than a word is
 * not checked at all (ChCore shipped this, beside an LDTR loop, as an object
 * file). What makes LDTR worth having is that no access goes without it.
 */
#include "trespass/trespass.h"

static long copy_plain_tail(char *to, const char *from, size_t n)
{
	const size_t words = n & ~(size_t)7;

	if (raw_copy_from_user(to, (__force const void __user *)from, words)) {
		return -EFAULT;
	}
	for (size_t i = words; i < n; i++) {
		to[i] = READ_ONCE(from[i]); /* the bug */
	}
	return 0;
}

EL1_SNIPPET("copy, its last bytes by plain LDRB", .invariant = 8,
	    .decided_by = "nothing: plain LDRB")
{
	t->want = *t->kernel_secret & 0xffffff;
	t->error = copy_plain_tail((char *)&t->got,
				   (const char *)t->kernel_secret, 3);
}
