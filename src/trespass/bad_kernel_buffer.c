/* SPDX-License-Identifier: MIT */
/*
 * bad_kernel_buffer.c - a correct user pointer, but the kernel's own buffer
 * is a dangling one. A handler that takes every fault of a copy to be the
 * user's returns -EFAULT, and nobody finds the bug. Here the copy's store
 * into the kernel's buffer has no entry in the exception table (and where one
 * instruction does both, the entry's kind says which side is the user's).
 */
#include "trespass/trespass.h"

EL1_SNIPPET("copy into a bad kernel buffer", .invariant = 4,
	    .decided_by = "exception table")
{
	void *to = (void *)arch_probe_place("kernel.none");
	const void __user *from = (__force const void __user *)t->user_rw;

	/* Raw, as copy_from_user() would clear the buffer after an error. */
	(void)arch_copy_from_user(to, from, 8);
	t->got = t->want; /* it came back: the bug went unnoticed */
}
