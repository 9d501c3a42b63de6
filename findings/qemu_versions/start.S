/* SPDX-License-Identifier: MIT */
/*
 * start.S - a stack, vectors that note a fault and step over its instruction,
 * and a way to EL0 and back. See run.sh.
 */
	.text
	.globl	_start
_start:
	mrs	x0, sctlr_el1		/* as QEMU has left it: main's argument */
	ldr	x1, =stack_end
	mov	sp, x1
	ldr	x1, =vectors
	msr	vbar_el1, x1
	isb
	bl	main
	ldr	x0, =0x84000008		/* PSCI SYSTEM_OFF */
	hvc	#0
	b	.

	.balign	2048
vectors:
	.rept	8			/* from EL1, whatever it is */
	.balign	128
	b	step_over
	.endr
	.balign	128
	b	from_el0		/* synchronous, from EL0 */

/* A stack of its own, because SP may be what was wrong. */
step_over:
	msr	tpidr_el0, x29
	msr	tpidr_el1, x30
	mov	x29, sp
	ldr	x30, =fault_stack_end
	mov	sp, x30
	stp	x0, x1, [sp, #-16]!
	mrs	x0, elr_el1
	add	x0, x0, #4
	msr	elr_el1, x0
	bl	note_fault
	ldp	x0, x1, [sp], #16
	mov	sp, x29
	mrs	x29, tpidr_el0
	mrs	x30, tpidr_el1
	eret

note_fault:				/* changes x0 and x1 */
	ldr	x0, =fault
	mrs	x1, esr_el1
	str	x1, [x0]
	mrs	x1, far_el1
	str	x1, [x0, #8]
	ret

/* void run_at_el0(uint64_t pc, uint64_t x0): until the next exception */
	.globl	run_at_el0
run_at_el0:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	msr	elr_el1, x0
	mov	x0, #0x3c0		/* EL0t, everything masked */
	msr	spsr_el1, x0
	mov	x0, x1
	eret
from_el0:
	bl	note_fault
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
	.ltorg

	.bss
	.balign	16
	.space	16384
stack_end:
	.space	4096
fault_stack_end:
