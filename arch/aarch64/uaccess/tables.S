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

#define W(window, without, with_lse) \
	UACCESS_ATOMICS(ADDRESS, without) UACCESS_ATOMICS(ADDRESS, with_lse)
TABLE atomics; UACCESS_WINDOWS(W)
