/* SPDX-License-Identifier: MIT */
/*
 * tagged_pointer.c - the top byte of a user pointer is the program's own: the
 * hardware ignores it in the user's half (TBI0 = 1), and chooses the half
 * by bit 55. So a tag is no way around PAN, which looks at the page. But a
 * check that asks for the sign of a pointer lets a kernel address through whose
 * tag is 0. It is no address here because TBI1 = 0: the kernel's half has
 * no tags to ignore.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("reads a user page, pointer tagged", .invariant = 1,
	    .decided_by = "PAN")
{
	t->got = *(volatile uint64_t *)(t->user_rw | UINT64_C(0x5a) << 56);
}

EL1_SNIPPET("copy, check asks for the sign", .invariant = 8,
	    .decided_by = "TBI1=0: no tags")
{
	uint64_t addr = (uint64_t)t->kernel_secret & ~(UINT64_C(0xff) << 56);

	t->want = *t->kernel_secret;
	if ((int64_t)addr < 0 ||
	    raw_copy_from_user(&t->got, (const void __user *)addr,
			       sizeof(t->got)) != 0) {
		t->error = -EFAULT;
	}
}
