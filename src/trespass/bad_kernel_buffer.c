/* SPDX-License-Identifier: MIT */
/*
 * bad_kernel_buffer.c - a correct user pointer, but the kernel's own buffer
 * is a dangling one. A handler that looks only at the PC finds an exception
 * table entry, returns -EFAULT, and puts the kernel's bug down to the user.
 * Here the entry's kind tells the two sides apart, and the kernel stops.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("copy into a bad kernel buffer", .invariant = 4,
	    .decided_by = "exception table")
{
	void *to = (void *)arch_probe_place("kernel.none");
	size_t left = copy_from_user(to, (const void __user *)t->user_rw, 8);

	/* It came back: as a success or as -EFAULT, the bug went unnoticed. */
	t->got = t->want;
	(void)left;
}
