/* SPDX-License-Identifier: MIT */
/*
 * rename.h - keeps the kernel's own string functions and snprintf apart from
 * libc's when both are in one host program. The kernel's sources are compiled
 * with "-include tests/host/rename.h"; tests, the runner and libc keep the
 * plain names, and reach the kernel's by including this file themselves.
 */
#pragma once

#define memcpy   kernel_memcpy
#define memmove  kernel_memmove
#define memset   kernel_memset
#define memcmp   kernel_memcmp
#define memchr   kernel_memchr
#define strlen   kernel_strlen
#define strnlen  kernel_strnlen
#define strcmp   kernel_strcmp
#define strncmp  kernel_strncmp
#define strchr   kernel_strchr
#define strcspn  kernel_strcspn
#define strlcpy  kernel_strlcpy
#define snprintf kernel_snprintf
