/* SPDX-License-Identifier: MIT */
/*
 * careful_access.S - instructions that may fault without being a user access. Each
 * has an exception-table entry of its own kind, so that no fault in a copy is
 * ever taken for one of these (invariant 4).
 */
#include "asm.h"

/* struct careful_result careful_read(const void *addr x0) */
FUNC careful_read
	ldr	x2, [x0]
	EXTABLE	1f, EXTABLE_KERNEL
	mov	x0, x2
	mov	x1, #1
	ret
1:	mov	x0, #0
	mov	x1, #0
	ret
ENDFUNC careful_read

/*
 * struct careful_result careful_at(unsigned int op w0, uint64_t addr x1)
 *
 * AT itself may abort when a table lies outside RAM. The result is in PAR_EL1
 * only after a context synchronisation event (Arm ARM, "Address translation
 * instructions"), and PAR_EL1 may be in use by what we interrupted.
 */
FUNC careful_at
	mrs	x9, par_el1
	adr	x10, 1f
	add	x10, x10, w0, uxtw #4	// four instructions an op
	br	x10
1:	.irp	op, s1e0r, s1e0w, s1e1r, s1e1w
	at	\op, x1
	EXTABLE	3f, EXTABLE_AT
	b	2f
	nop
	nop
	.endr
	.irp	op2, 0, 1
	sys	#0, c7, c9, #\op2, x1	// S1E1RP, S1E1WP (FEAT_PAN2)
	EXTABLE	3f, EXTABLE_AT
	b	2f
	nop
	nop
	.endr
2:	isb
	mrs	x0, par_el1
	mov	x1, #1
	b	4f
3:	mov	x0, #0
	mov	x1, #0
4:	msr	par_el1, x9
	ret
ENDFUNC careful_at

/* Asks n (enum at_op) if its bit is set in w2; the answer goes to x1[n]. */
.macro AT_EACH n, insn:vararg
	tbz	w2, #\n, 2f
	\insn
	EXTABLE	3f, EXTABLE_AT
	isb
	mrs	x10, par_el1
	str	x10, [x1, #8 * \n]
2:
.endm

/*
 * void careful_at_each(uint64_t addr x0, uint64_t *par x1, unsigned int ops w2)
 * One that aborts is the last that is asked.
 */
FUNC careful_at_each
	mrs	x9, par_el1
	AT_EACH	0, at s1e0r, x0
	AT_EACH	1, at s1e0w, x0
	AT_EACH	2, at s1e1r, x0
	AT_EACH	3, at s1e1w, x0
	AT_EACH	4, sys #0, c7, c9, #0, x0 // S1E1RP
	AT_EACH	5, sys #0, c7, c9, #1, x0 // S1E1WP
3:	msr	par_el1, x9
	ret
ENDFUNC careful_at_each
