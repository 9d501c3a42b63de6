/* SPDX-License-Identifier: MIT */
/*
 * mops.S - FEAT_MOPS: the CPU's own memcpy and memset, in three instructions,
 * prologue, main and epilogue (Arm ARM C6.2, CPYFP*, SETP*). The T forms make
 * only the user's side unprivileged: the kernel's side keeps EL1's rights, and
 * PSTATE.PAN stays 1. Strings and single words are as in ldtr.S.
 *
 * What a fault leaves in the registers depends on where it came (Xd, Xs, Xn
 * stand for x0, x1, x2): in the prologue they are as before. In main and
 * epilogue, with option A (PSTATE.C = 0) Xd and Xs are at the end already and
 * Xn counts up from minus the rest; with option B Xd and Xs have advanced. So
 * there are two fixups, and what is left comes from the pointers: Xn cannot
 * be trusted, because the prologue saturates it.
 */
#include "../asm.h"

	.arch_extension mops

/* size_t copy_from_user(void *to x0, const void __user *from x1, size_t n x2) */
FUNC mops_copy_from_user
	add	x3, x0, x2		// where x0 ends
	cpyfprt	[x0]!, [x1]!, x2!
	EXTABLE	8f, EXTABLE_USER_LOAD | EXTABLE_COUNT(3, 0)
	cpyfmrt	[x0]!, [x1]!, x2!
	EXTABLE	9f, EXTABLE_USER_LOAD | EXTABLE_COUNT_MOPS(3, 0, 2)
	cpyfert	[x0]!, [x1]!, x2!
	EXTABLE	9f, EXTABLE_USER_LOAD | EXTABLE_COUNT_MOPS(3, 0, 2)
	mov	x0, #0
	ret
9:	b.cs	8f			// option B: x0 is where it stopped
	add	x0, x0, x2		// option A: x2 is minus the rest
8:	sub	x0, x3, x0
	ret
ENDFUNC mops_copy_from_user

/* size_t copy_to_user(void __user *to x0, const void *from x1, size_t n x2) */
FUNC mops_copy_to_user
	add	x3, x1, x2		// where x1 ends
	cpyfpwt	[x0]!, [x1]!, x2!
	EXTABLE	8f, EXTABLE_USER_STORE | EXTABLE_COUNT(3, 1)
	cpyfmwt	[x0]!, [x1]!, x2!
	EXTABLE	9f, EXTABLE_USER_STORE | EXTABLE_COUNT_MOPS(3, 1, 2)
	cpyfewt	[x0]!, [x1]!, x2!
	EXTABLE	9f, EXTABLE_USER_STORE | EXTABLE_COUNT_MOPS(3, 1, 2)
	mov	x0, #0
	ret
9:	b.cs	8f
	add	x1, x1, x2
8:	sub	x0, x3, x1
	ret
ENDFUNC mops_copy_to_user

/* size_t clear_user(void __user *to x0, size_t n x1) */
FUNC mops_clear_user
	add	x3, x0, x1
	setpt	[x0]!, x1!, xzr
	EXTABLE	8f, EXTABLE_USER_STORE | EXTABLE_COUNT(3, 0)
	setmt	[x0]!, x1!, xzr
	EXTABLE	9f, EXTABLE_USER_STORE | EXTABLE_COUNT_MOPS(3, 0, 1)
	setet	[x0]!, x1!, xzr
	EXTABLE	9f, EXTABLE_USER_STORE | EXTABLE_COUNT_MOPS(3, 0, 1)
	mov	x0, #0
	ret
9:	b.cs	8f
	add	x0, x0, x1
8:	sub	x0, x3, x0
	ret
ENDFUNC mops_clear_user
