/* SPDX-License-Identifier: MIT */
/* softwalk.h - the method softwalk's operations: see softwalk.c, arch.h. */
#pragma once

#include "arch.h"

size_t softwalk_copy_from_user(void *to, const void __user *from, size_t n);
size_t softwalk_copy_to_user(void __user *to, const void *from, size_t n);
size_t softwalk_clear_user(void __user *to, size_t n);
long softwalk_strncpy_from_user(char *to, const char __user *from, long n);
long softwalk_strnlen_user(const char __user *s, long n);
struct arch_got softwalk_get_user_1(const void __user *p);
struct arch_got softwalk_get_user_2(const void __user *p);
struct arch_got softwalk_get_user_4(const void __user *p);
struct arch_got softwalk_get_user_8(const void __user *p);
int softwalk_put_user_1(uint64_t value, void __user *p);
int softwalk_put_user_2(uint64_t value, void __user *p);
int softwalk_put_user_4(uint64_t value, void __user *p);
int softwalk_put_user_8(uint64_t value, void __user *p);
struct arch_got softwalk_cmpxchg_user_4(void __user *p, uint64_t old,
					uint64_t new);
struct arch_got softwalk_cmpxchg_user_8(void __user *p, uint64_t old,
					uint64_t new);
