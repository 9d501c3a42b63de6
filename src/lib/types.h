/* SPDX-License-Identifier: MIT */
/*
 * types.h - the words that every file uses: integers, physical addresses,
 * and the mark that keeps a user pointer from being dereferenced.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A physical address is an integer: it cannot be dereferenced by accident. */
typedef uint64_t paddr_t;
#define PADDR_NONE (~(paddr_t)0)

/*
 * An address in EL0's half. sparse (address space) and clang (noderef) refuse
 * to dereference it; only arch/aarch64/uaccess/ reaches what it points to.
 */
#if defined(__CHECKER__)
#define __user __attribute__((noderef, address_space(1)))
#define __force __attribute__((force))
#elif defined(CHECK_NODEREF)
#define __user __attribute__((noderef))
#define __force
#else
#define __user
#define __force
#endif

#define __noreturn __attribute__((noreturn))
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define __section(name) __attribute__((section(name), used))
#define __must_check __attribute__((warn_unused_result))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define BIT(n) (UINT64_C(1) << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define ALIGN_UP(x, a) ALIGN_DOWN((x) + ((__typeof__(x))(a) - 1), a)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)

#define MIN(a, b)                               \
	({                                      \
		__typeof__(a) min_a = (a);      \
		__typeof__(b) min_b = (b);      \
		min_a < min_b ? min_a : min_b;  \
	})
#define MAX(a, b)                               \
	({                                      \
		__typeof__(a) max_a = (a);      \
		__typeof__(b) max_b = (b);      \
		max_a > max_b ? max_a : max_b;  \
	})

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* One access, of this size, that the compiler neither splits nor repeats. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

typedef int pid_t;
