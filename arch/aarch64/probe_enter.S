/* SPDX-License-Identifier: MIT */
/* probe_enter.S - calling a deliberate kernel bug, and coming back from it. */
#include "asm.h"
#include "asm_offsets.h"

/* bool probe_enter(struct probe *p x0, void (*fn)(void *) x1, void *arg x2) */
FUNC probe_enter
	stp	x29, x30, [sp, #-16]!
	.cfi_def_cfa_offset 16
	.cfi_offset x29, -16
	.cfi_offset x30, -8
	mov	x29, sp
	mov	x9, sp
	stp	x19, x20, [x0, #PROBE_X19 + 16 * 0]
	stp	x21, x22, [x0, #PROBE_X19 + 16 * 1]
	stp	x23, x24, [x0, #PROBE_X19 + 16 * 2]
	stp	x25, x26, [x0, #PROBE_X19 + 16 * 3]
	stp	x27, x28, [x0, #PROBE_X19 + 16 * 4]
	str	x29, [x0, #PROBE_FP]
	str	x9, [x0, #PROBE_SP]
	mov	x0, x2
	blr	x1
	mov	w0, #0			// it returned by itself
	ldp	x29, x30, [sp], #16
	ret
ENDFUNC probe_enter

/* From fault.c by ERET: x0 is the probe. Returns from probe_enter(). */
FUNC probe_unwind
	ldp	x19, x20, [x0, #PROBE_X19 + 16 * 0]
	ldp	x21, x22, [x0, #PROBE_X19 + 16 * 1]
	ldp	x23, x24, [x0, #PROBE_X19 + 16 * 2]
	ldp	x25, x26, [x0, #PROBE_X19 + 16 * 3]
	ldp	x27, x28, [x0, #PROBE_X19 + 16 * 4]
	ldr	x29, [x0, #PROBE_FP]
	ldr	x9, [x0, #PROBE_SP]
	mov	sp, x9
	mov	w0, #1			// it was caught
	ldp	x29, x30, [sp], #16
	ret
ENDFUNC probe_unwind

/*
 * Single accesses, void name(uint64_t addr x0). They have no exception-table
 * entry: that is the point. A store writes 0.
 */
FUNC probe_ldr
	ldr	x1, [x0]
	ret
ENDFUNC probe_ldr

	.balign	8			// CAS wants its operand aligned
FUNC probe_ret
	ret
ENDFUNC probe_ret

FUNC probe_str
	str	xzr, [x0]
	ret
ENDFUNC probe_str

FUNC probe_ldtr
	ldtr	x1, [x0]
	ret
ENDFUNC probe_ldtr

FUNC probe_sttr
	sttr	xzr, [x0]
	ret
ENDFUNC probe_sttr

FUNC probe_zva
	dc	zva, x0
	ret
ENDFUNC probe_zva

	.arch_extension lse
FUNC probe_cas
	casal	xzr, xzr, [x0]
	ret
ENDFUNC probe_cas
