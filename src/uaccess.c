/* SPDX-License-Identifier: MIT */
/*
 * uaccess.c - the rules of user access: first the range, then the access;
 * and what could not be read is zero, not whatever was there before
 * (invariants 6 and 8). How bytes move is arch/aarch64/uaccess/'s affair.
 */
#include "uaccess.h"

#include "lib/string.h"

size_t copy_from_user(void *to, const void __user *from, size_t n)
{
	size_t left = n;

	if (likely(access_ok(from, n))) {
		left = arch_copy_from_user(to, from, n);
	}
	if (unlikely(left != 0)) {
		memset((char *)to + (n - left), 0, left);
	}
	return left;
}

size_t copy_to_user(void __user *to, const void *from, size_t n)
{
	if (unlikely(!access_ok(to, n))) {
		return n;
	}
	return arch_copy_to_user(to, from, n);
}

size_t clear_user(void __user *to, size_t n)
{
	if (unlikely(!access_ok(to, n))) {
		return n;
	}
	return arch_clear_user(to, n);
}

long strncpy_from_user(char *to, const char __user *from, long n)
{
	uint64_t start = arch_untag((__force uint64_t)from);
	long len, max;

	if (unlikely(n <= 0)) {
		return 0;
	}
	if (unlikely(start >= USER_END)) {
		return -EFAULT;
	}
	/* A string may end anywhere in the user's half, but not behind it. */
	max = (long)MIN((uint64_t)n, USER_END - start);
	len = arch_strncpy_from_user(to, from, max);
	return len == max && max < n ? -EFAULT : len;
}
