/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - how the kernel reads and writes user memory: the only way.
 *
 * Check and access are one call, so that neither can be forgotten. The
 * arch_* functions below these have no check; nobody but uaccess.c and the
 * trespasses calls them.
 *
 * Context, for all but access_ok(): a task with an address space, holding no
 * spinlock, interrupts on: the access may bring a page in, and may sleep. In
 * atomic context a missing page makes them fail at once (invariant 9).
 */
#pragma once

#include "arch.h"

/*
 * Whether [addr, addr + n) lies wholly in the user's half, computed without
 * overflow (invariant 8). It says nothing about what is mapped there.
 */
static inline bool access_ok(const void __user *addr, size_t n)
{
	uint64_t start = arch_untag((__force uint64_t)addr);

	return n <= USER_END && start <= USER_END - n;
}

/*
 * Copy n bytes. Return the number of bytes NOT copied, exactly: 0 is success.
 * After a short copy_from_user() the rest of the kernel's buffer is zero.
 */
size_t __must_check copy_from_user(void *to, const void __user *from,
				   size_t n);
size_t __must_check copy_to_user(void __user *to, const void *from, size_t n);
/* Zeroes n bytes of user memory; returns the bytes NOT zeroed. */
size_t __must_check clear_user(void __user *to, size_t n);

/*
 * Copies a string with its NUL, at most n bytes. Returns its length without
 * the NUL; n if no NUL was found in n bytes; -EFAULT. Nothing is written
 * behind the NUL.
 */
long __must_check strncpy_from_user(char *to, const char __user *from, long n);

/*
 * get_user(x, p): x = *p.  put_user(x, p): *p = x. p points at 1, 2, 4 or 8
 * bytes. Return 0 or -EFAULT (get_user() then sets x to 0). Both arguments
 * are evaluated once, before the access begins.
 */
#define get_user(x, p)                                                     \
	({                                                                 \
		const __typeof__(*(p)) __user *gu_ptr = (p);               \
		__typeof__(*(p)) gu_val = 0;                               \
		int gu_err = access_ok(gu_ptr, sizeof(*gu_ptr)) ?          \
				     arch_get_user(&gu_val, gu_ptr) :      \
				     -EFAULT;                              \
		(x) = (__force __typeof__(x))gu_val;                       \
		gu_err;                                                    \
	})
#define put_user(x, p)                                                     \
	({                                                                 \
		__typeof__(*(p)) __user *pu_ptr = (p);                     \
		const __typeof__(*(p)) pu_val = (x);                       \
		access_ok(pu_ptr, sizeof(*pu_ptr)) ?                       \
			arch_put_user(pu_val, pu_ptr) :                    \
			-EFAULT;                                           \
	})
