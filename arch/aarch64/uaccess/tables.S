/* SPDX-License-Identifier: MIT */
/* tables.S - where each operation of each method begins: see methods.h. */
#include "methods.h"

	.section .rodata, "a"
	.balign	8

.macro TABLE name
	.global	\name
\name:
.endm

#define ROW(prefix, group, list) \
	TABLE uaccess_##group##_##prefix; list(X)

#define X(op) .quad arch_##op;
	TABLE uaccess_copies_doors; UACCESS_COPIES(X)
	TABLE uaccess_words_doors; UACCESS_WORDS(X)
	TABLE uaccess_atomics_doors; UACCESS_ATOMICS(X)
#undef X
#define X(op) .quad plain_##op;
	ROW(plain, copies, UACCESS_COPIES)
	ROW(plain, words, UACCESS_WORDS)
#undef X
#define X(op) .quad pan_##op;
	ROW(pan, copies, UACCESS_COPIES)
	ROW(pan, words, UACCESS_WORDS)
#undef X
#define X(op) .quad ldtr_##op;
	ROW(ldtr, copies, UACCESS_COPIES)
	ROW(ldtr, words, UACCESS_WORDS)
#undef X
#define X(op) .quad mops_##op;
	ROW(mops, copies, UACCESS_COPIES)
#undef X
#define X(op) .quad sw_ttbr0_##op;
	ROW(sw_ttbr0, copies, UACCESS_COPIES)
	ROW(sw_ttbr0, words, UACCESS_WORDS)
#undef X
#define X(op) .quad softwalk_##op;
	ROW(softwalk, copies, UACCESS_COPIES)
	ROW(softwalk, words, UACCESS_WORDS)
	ROW(softwalk, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad traced_##op;
	ROW(traced, copies, UACCESS_COPIES)
	ROW(traced, words, UACCESS_WORDS)
	ROW(traced, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad counted_##op;
	ROW(counted, copies, UACCESS_COPIES)
	ROW(counted, words, UACCESS_WORDS)
	ROW(counted, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad unwindowed_##op;
	ROW(unwindowed, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad unwindowed_lse_##op;
	ROW(unwindowed_lse, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad panwindow_##op;
	ROW(panwindow, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad panwindow_lse_##op;
	ROW(panwindow_lse, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad ttbr0window_##op;
	ROW(ttbr0window, atomics, UACCESS_ATOMICS)
#undef X
#define X(op) .quad ttbr0window_lse_##op;
	ROW(ttbr0window_lse, atomics, UACCESS_ATOMICS)
#undef X
