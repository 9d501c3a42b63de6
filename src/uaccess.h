/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - how the kernel reads and writes user memory: the only way.
 *
 * Check and access are one call, so that neither can be forgotten: the range
 * (invariant 8), the mask against speculation, the kernel's own object, then
 * the access. The raw_* forms leave out all checks; nobody but uaccess.c and
 * the trespasses calls them.
 *
 * Context, where nothing else is said: a task with an address space, holding
 * no spinlock, interrupts on, because the access may bring a page in and may
 * sleep. In atomic context a missing page makes it fail at once (invariant 9).
 */
#pragma once

#include "arch.h"

/* access_ok()'s slow half: a tagged pointer of a process that may use them. */
bool access_ok_tagged(uint64_t addr, size_t n);

/*
 * Whether [addr, addr + n) lies wholly in the user's half, computed without
 * overflow (invariant 8). It says nothing about what is mapped there. A tag in
 * the top byte counts as part of the address, unless the process asked for
 * tagged addresses by prctl(), as Linux's ABI has it. Any context.
 */
static inline bool access_ok(const void __user *addr, size_t n)
{
	uint64_t start = (__force uint64_t)addr;

	if (likely(n <= USER_END && start <= USER_END - n)) {
		return true;
	}
	return access_ok_tagged(start, n);
}

/* The pointer with bit 55 clear: speculation past access_ok() finds nothing. */
#define uaccess_mask(p) \
	((__force __typeof__(p))arch_mask_user((__force uint64_t)(p)))

/*
 * The object check (also called hardened usercopy): [p, p + n) must not leave
 * its kmalloc() object or the current stack, and must not touch the kernel's
 * text. Otherwise it is a kernel bug, and panics. A size known at compile time
 * is checked by the compiler instead, and costs nothing; but where it does not
 * know the object (a pointer that was handed down), nothing checks it, as in
 * Linux: the type of what is copied must say how large it is.
 */
void uaccess_check_object(const void *p, size_t n);
void uaccess_object_too_small(void)
	__attribute__((error("user copy is larger than the kernel's object")));

#define UACCESS_CHECK(p, n)                                               \
	do {                                                              \
		if (__builtin_constant_p(n)) {                            \
			if (__builtin_object_size(p, 0) < (n)) {          \
				uaccess_object_too_small();               \
			}                                                 \
		} else {                                                  \
			uaccess_check_object(p, n);                       \
		}                                                         \
	} while (0)

/* ---- Copies: return the number of bytes NOT copied, exactly --------- */

/* Without any check, and without zeroes after a short copy. */
#define raw_copy_from_user arch_copy_from_user
#define raw_copy_to_user   arch_copy_to_user
#define raw_clear_user     arch_clear_user

/* Zeroes the last `left` of n bytes, and returns left. */
size_t uaccess_zero_tail(void *to, size_t n, size_t left);

/*
 * Copies n bytes in; 0 is success. What could not be copied stays as it was:
 * for pages of a file, whose old bytes are EL0's own and not stale.
 */
static inline __attribute__((always_inline)) size_t __must_check
copy_from_user_keep(void *to, const void __user *from, size_t n)
{
	UACCESS_CHECK(to, n);
	if (unlikely(!access_ok(from, n))) {
		return n;
	}
	return arch_copy_from_user(to, uaccess_mask(from), n);
}

/*
 * Likewise, but after a short copy the rest of `to` is zero, so nothing stale
 * is left there (invariant 6).
 */
static inline __attribute__((always_inline)) size_t __must_check
copy_from_user(void *to, const void __user *from, size_t n)
{
	size_t left = copy_from_user_keep(to, from, n);

	return likely(left == 0) ? 0 : uaccess_zero_tail(to, n, left);
}

/* Copies n bytes out; 0 is success. Nothing after the count was written. */
static inline __attribute__((always_inline)) size_t __must_check
copy_to_user(void __user *to, const void *from, size_t n)
{
	UACCESS_CHECK(from, n);
	if (unlikely(!access_ok(to, n))) {
		return n;
	}
	return arch_copy_to_user(uaccess_mask(to), from, n);
}

/* Zeroes n bytes of user memory; returns the bytes NOT zeroed. */
size_t __must_check clear_user(void __user *to, size_t n);

/*
 * The same in any context, interrupt handlers too: no page is brought in.
 * Return 0 or -EFAULT; then any part may have been copied, and there are no
 * zeroes after it.
 */
int __must_check copy_from_user_nofault(void *to, const void __user *from,
					size_t n);
int __must_check copy_to_user_nofault(void __user *to, const void *from,
				      size_t n);

/* ---- Strings -------------------------------------------------------- */

/*
 * Copies a string with its NUL, at most n bytes. Returns its length without
 * the NUL; n if no NUL was found in n bytes; -EFAULT. Nothing is written
 * after the NUL.
 */
long uaccess_strncpy(char *to, const char __user *from, long n);

static inline __attribute__((always_inline)) long __must_check
strncpy_from_user(char *to, const char __user *from, long n)
{
	UACCESS_CHECK(to, (size_t)n);
	return uaccess_strncpy(to, from, n);
}

/*
 * The length of a string with its NUL; a number greater than n if there is
 * none in n bytes; 0 if it cannot be read. EL0 may change it at any time.
 */
long __must_check strnlen_user(const char __user *s, long n);
#define strlen_user(s) strnlen_user(s, (long)(~0ul >> 1))

/* ---- Structures that grow ------------------------------------------- */

/* 1 if n bytes of user memory are all zero, 0 if not, -EFAULT. */
int __must_check check_zeroed_user(const void __user *from, size_t n);

/*
 * Copies a structure of which the program knows usize bytes and the kernel
 * ksize: what it lacks is zero; what the kernel lacks must be zero, else
 * -E2BIG. Returns 0, -E2BIG, -EFAULT.
 */
int __must_check copy_struct_from_user(void *to, size_t ksize,
				       const void __user *from, size_t usize);

/* ---- Single values -------------------------------------------------- */

#define raw_get_user(valp, p)  arch_get_user(valp, p)
#define raw_put_user(value, p) arch_put_user(value, p)

/*
 * get_user(x, p): x = *p.  put_user(x, p): *p = x. p points at 1, 2, 4 or 8
 * bytes; another size does not compile. Return 0 or -EFAULT (get_user() then
 * sets x to 0). Both arguments are evaluated once, before any window opens.
 */
#define get_user(x, p)                                                     \
	({                                                                 \
		const __typeof__(*(p)) __user *gu_ptr = (p);               \
		uint64_t gu_val = 0;                                       \
		int gu_err = -EFAULT;                                      \
									   \
		if (likely(access_ok(gu_ptr, sizeof(*gu_ptr)))) {          \
			gu_err = arch_get_user(&gu_val,                    \
					       uaccess_mask(gu_ptr));      \
		}                                                          \
		(x) = (__force __typeof__(x))(__typeof__(*(p)))gu_val;     \
		gu_err;                                                    \
	})
#define put_user(x, p)                                                     \
	({                                                                 \
		__typeof__(*(p)) __user *pu_ptr = (p);                     \
		const __typeof__((__typeof__(*(p)))0) pu_val = (x);        \
									   \
		likely(access_ok(pu_ptr, sizeof(*pu_ptr))) ?               \
			arch_put_user(pu_val, uaccess_mask(pu_ptr)) :      \
			-EFAULT;                                           \
	})

/*
 * cmpxchg_user(p, old, new, found), of 4 or 8 bytes; another size does not
 * compile. Replaces *p by new if it is old; *found is what was there. Returns
 * 0 (look at *found whether it was replaced), -EFAULT, -EINVAL if p is not
 * aligned, -EAGAIN if a CPU without LSE could not get through. *found is 0
 * after an error. It opens a window under every method, ldtr and mops too:
 * AArch64 has no unprivileged atomics here. (softwalk accesses its alias, as
 * always.)
 */
#define cmpxchg_user(p, old, new, found)                                   \
	_Generic((p), uint32_t __user *: cmpxchg_user_4,                   \
		 uint64_t __user *: cmpxchg_user_8)(p, old, new, found)
int __must_check cmpxchg_user_4(uint32_t __user *p, uint32_t old,
				uint32_t new, uint32_t *found);
int __must_check cmpxchg_user_8(uint64_t __user *p, uint64_t old,
				uint64_t new, uint64_t *found);
