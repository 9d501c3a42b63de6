/* SPDX-License-Identifier: MIT */
/* tables.S - where the code of each operation begins: see code.h. */
#include "methods.h"

	.section .rodata, "a"
	.balign	8

.macro TABLE name
	.global	uaccess_code_\name
uaccess_code_\name:
.endm

#define ADDRESS(prefix, operation, ...) .quad prefix##_##operation;
#define M(name, needs, window, rights, off, on, compare, words) \
	TABLE name; UACCESS_COPIES(ADDRESS, name) UACCESS_WORDS(ADDRESS, words)
UACCESS_METHODS(M)

TABLE entries; UACCESS_OPERATIONS(ADDRESS, arch)
TABLE traced; UACCESS_OPERATIONS(ADDRESS, traced)

TABLE unwindowed; UACCESS_ATOMICS(ADDRESS, unwindowed)
TABLE unwindowed_lse; UACCESS_ATOMICS(ADDRESS, unwindowed_lse)
TABLE panwindow; UACCESS_ATOMICS(ADDRESS, panwindow)
TABLE panwindow_lse; UACCESS_ATOMICS(ADDRESS, panwindow_lse)
TABLE ttbr0window; UACCESS_ATOMICS(ADDRESS, ttbr0window)
TABLE ttbr0window_lse; UACCESS_ATOMICS(ADDRESS, ttbr0window_lse)
TABLE tables; UACCESS_ATOMICS(ADDRESS, softwalk)
