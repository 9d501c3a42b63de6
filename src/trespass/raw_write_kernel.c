/* SPDX-License-Identifier: MIT */
/*
 * raw_write_kernel.c - a copy without the range check, asked to write into
 * the kernel's half: CVE-2017-5123, where Linux's waitid() stored its result
 * to any address that it was given, and CVE-2018-20669 in its i915 driver.
 * The store has EL1's rights inside PAN's window; STTR has EL0's.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("copy, no range check, kernel dst", .invariant = 8,
	    .decided_by = "STTR: EL0's rights")
{
	void __user *to = (__force void __user *)t->kernel_secret;

	t->want = ~*t->kernel_secret;
	if (arch_copy_to_user(to, &t->want, sizeof(t->want)) != 0) {
		t->error = -EFAULT;
	}
	t->got = READ_ONCE(*t->kernel_secret);
}
