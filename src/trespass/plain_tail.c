/* SPDX-License-Identifier: MIT */
/*
 * plain_tail.c - a copy loop of LDTR whose last bytes are loaded by a plain
 * LDRB: a copy shorter than a word is not checked at all (ChCore shipped this
 * as an object file). What makes LDTR worth having is that no access goes
 * without it.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("LDTR loop, its tail by plain LDRB", .invariant = 8,
	    .decided_by = "nothing: plain LDRB")
{
	const void __user *from = (__force const void __user *)t->kernel_secret;

	t->want = *t->kernel_secret & 0xffffff;
	if (arch_copy_plain_tail(&t->got, from, 3) != 0) {
		t->error = -EFAULT;
	}
}
