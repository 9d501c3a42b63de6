/* SPDX-License-Identifier: MIT */
/*
 * naive_range.c - a range check whose sum wraps: addr lies in the kernel's
 * half, and n is so large that addr + n is 0, which is below the limit. Zephyr
 * validated only the first page of such a range (#113800). access_ok() does
 * not add; and where the check is wrong, LDTR still has only EL0's rights.
 */
#include "trespass/trespass.h"

static bool range_is_user(uint64_t addr, uint64_t n)
{
	return addr + n <= USER_END;
}

EL1_SNIPPET("copy, range check that wraps", .invariant = 8,
	    .decided_by = "LDTR: EL0's rights")
{
	uint64_t addr = (uint64_t)t->kernel_secret;
	size_t n = 0 - addr;

	t->want = *t->kernel_secret;
	if (!range_is_user(addr, n) ||
	    arch_copy_from_user(&t->got, (const void __user *)addr,
				MIN(n, sizeof(t->got))) != 0) {
		t->error = -EFAULT;
	}
}
