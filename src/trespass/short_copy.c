/* SPDX-License-Identifier: MIT */
/*
 * short_copy.c - a copy that is cut short by a page edge, a kernel that does
 * not look at the count, and a buffer on which something old still lies: what
 * the program did not send, the kernel takes from its own stack, and may send
 * back. copy_from_user() zeroes what did not arrive, so that who forgets
 * to look finds zeroes; the raw form does not, and says so.
 */
#include "trespass/trespass.h"

/* The last four bytes of the program's page at address 0, and four past it. */
static const void __user *over_the_edge(struct trespass_run *t)
{
	if (t->user_null != 0) {
		t->skip = "the program has not mapped page 0";
	}
	return (const void __user *)(t->user_null + PAGE_SIZE - 4);
}

EL1_SNIPPET("short copy, old bytes after it", .invariant = 6,
	    .decided_by = "nothing: a raw copy")
{
	uint64_t buffer = *t->kernel_secret;

	(void)raw_copy_from_user(&buffer, over_the_edge(t), sizeof(buffer));
	t->want = *t->kernel_secret >> 32;
	t->got = buffer >> 32;
}

EL1_SNIPPET("the same by copy_from_user()", .invariant = 6,
	    .decided_by = "the tail is zeroed")
{
	uint64_t buffer = *t->kernel_secret;

	if (copy_from_user(&buffer, over_the_edge(t), sizeof(buffer)) != 0 &&
	    buffer >> 32 == 0) {
		t->error = -EFAULT;
	}
	t->want = *t->kernel_secret >> 32;
	t->got = buffer >> 32;
}
