/* SPDX-License-Identifier: MIT */
/*
 * uaccess_methods.h - the user-access methods by name: tests call each that
 * the CPU can run, whichever is in force.
 */
#pragma once

#include "arch.h"
#include "uaccess/methods.h"

#define UACCESS_DECLARE_COPIES(method)                                    \
	size_t method##_copy_from_user(void *to, const void __user *from, \
				       size_t n);                         \
	size_t method##_copy_to_user(void __user *to, const void *from,   \
				     size_t n);                           \
	size_t method##_clear_user(void __user *to, size_t n)
#define UACCESS_DECLARE_WORDS(method)                                      \
	long method##_strncpy_from_user(char *to, const char __user *from, \
					long n);                           \
	long method##_strnlen_user(const char __user *s, long n);          \
	struct arch_got method##_get_user_1(const void __user *p);         \
	struct arch_got method##_get_user_2(const void __user *p);         \
	struct arch_got method##_get_user_4(const void __user *p);         \
	struct arch_got method##_get_user_8(const void __user *p);         \
	int method##_put_user_1(uint64_t value, void __user *p);           \
	int method##_put_user_2(uint64_t value, void __user *p);           \
	int method##_put_user_4(uint64_t value, void __user *p);           \
	int method##_put_user_8(uint64_t value, void __user *p)

#define M(name, needs, window, rights, off, on, compare, words) \
	UACCESS_DECLARE_COPIES(name);                           \
	UACCESS_DECLARE_WORDS(words);
UACCESS_METHODS(M)
#undef M

/* wrong.S: not a method, but a bug. */
size_t plain_tail_copy_from_user(void *to, const void __user *from, size_t n);
