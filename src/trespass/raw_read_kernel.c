/* SPDX-License-Identifier: MIT */
/*
 * raw_read_kernel.c - a copy without the range check, asked to read the
 * kernel's half: CVE-2013-6282, where 32-bit Arm's get_user() took any
 * address. PAN cannot help, for its window is open to all that EL1 may read.
 * LDTR reads with EL0's rights, and EL0 has none here.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("copy, no range check, kernel src", .invariant = 8,
	    .decided_by = "LDTR: EL0's rights")
{
	const void __user *from = (__force const void __user *)t->kernel_secret;

	t->want = *t->kernel_secret;
	if (arch_copy_from_user(&t->got, from, sizeof(t->got)) != 0) {
		t->error = -EFAULT;
	}
}
