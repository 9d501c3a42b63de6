/* SPDX-License-Identifier: MIT */
/* tables.S - where each operation of each method begins: see methods.h. */
#include "methods.h"

	.section .rodata, "a"
	.balign	8

/* The addresses of prefix_OPERATION, for the operations of a group's list. */
.macro ROW group, name, prefix, operations:vararg
	.global	uaccess_\group\()_\name
uaccess_\group\()_\name:
	.irp	operation, \operations
	.ifnb	\operation
	.quad	\prefix\()_\operation
	.endif
	.endr
.endm
#define LISTED(operation) operation,

	ROW	copies, doors, arch, UACCESS_COPIES(LISTED)
	ROW	words, doors, arch, UACCESS_WORDS(LISTED)
	ROW	atomics, doors, arch, UACCESS_ATOMICS(LISTED)
	ROW	copies, mops, mops, UACCESS_COPIES(LISTED)

	.irp	method, plain, pan, ldtr, sw_ttbr0, softwalk, traced
	ROW	copies, \method, \method, UACCESS_COPIES(LISTED)
	ROW	words, \method, \method, UACCESS_WORDS(LISTED)
	.endr

	.irp	window, unwindowed, unwindowed_lse, panwindow, panwindow_lse, \
		ttbr0window, ttbr0window_lse, softwalk, traced
	ROW	atomics, \window, \window, UACCESS_ATOMICS(LISTED)
	.endr
