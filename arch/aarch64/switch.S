/* SPDX-License-Identifier: MIT */
/*
 * switch.S - from one kernel stack to another, and the FP/SIMD registers.
 * The kernel itself is built without FP, so these are always the user's.
 */
#include "asm.h"
#include "asm_offsets.h"

/*
 * void task_switch_stacks(struct task *prev x0, struct task *next x1)
 * Saves what AAPCS64 says a call preserves, loads next's, returns into next.
 * PSTATE is not switched: PAN is as it is outside a window, and interrupts are
 * masked, on both sides.
 */
FUNC task_switch_stacks
	mov	x9, sp			// STP cannot store SP itself
	stp	x19, x20, [x0, #ARCH_TASK_X19 + 16 * 0]
	stp	x21, x22, [x0, #ARCH_TASK_X19 + 16 * 1]
	stp	x23, x24, [x0, #ARCH_TASK_X19 + 16 * 2]
	stp	x25, x26, [x0, #ARCH_TASK_X19 + 16 * 3]
	stp	x27, x28, [x0, #ARCH_TASK_X19 + 16 * 4]
	stp	x29, x30, [x0, #ARCH_TASK_FP] // x30: where prev goes on
	str	x9, [x0, #ARCH_TASK_SP]
	ldp	x19, x20, [x1, #ARCH_TASK_X19 + 16 * 0]
	ldp	x21, x22, [x1, #ARCH_TASK_X19 + 16 * 1]
	ldp	x23, x24, [x1, #ARCH_TASK_X19 + 16 * 2]
	ldp	x25, x26, [x1, #ARCH_TASK_X19 + 16 * 3]
	ldp	x27, x28, [x1, #ARCH_TASK_X19 + 16 * 4]
	ldp	x29, x30, [x1, #ARCH_TASK_FP] // or where next begins
	ldr	x9, [x1, #ARCH_TASK_SP]
	mov	sp, x9			// from here on it is next's stack
	ret				// into next
ENDFUNC task_switch_stacks

/* A new kernel task starts here: x19 is its function, x20 the argument. */
FUNC task_start_kernel
	.cfi_undefined x30		// nobody called it
	bl	sched_finish_switch	// unlocks what the switch has locked
	msr	daifclr, #2		// it begins with interrupts on
	mov	x0, x20
	blr	x19
	mov	w0, #0			// it has returned: status 0
	b	task_exit
ENDFUNC task_start_kernel

	.arch_extension fp
	.arch_extension simd

.macro FPSIMD_EACH insn
	.irp	n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	FPSIMD_PAIR \insn, \n, %(\n + 1)
	.endr
.endm
.altmacro
.macro FPSIMD_PAIR insn, a, b
	\insn	q\a, q\b, [x0, #16 * \a]
.endm

/* void fpsimd_save(struct fpsimd *state x0); clobbers x8, x9 */
FUNC fpsimd_save
	FPSIMD_EACH stp
	mrs	x8, fpsr		// cumulative exception bits
	mrs	x9, fpcr		// rounding mode
	add	x0, x0, #512		// after 32 registers of 16 bytes
	stp	w8, w9, [x0]
	ret
ENDFUNC fpsimd_save

/* void fpsimd_load(const struct fpsimd *state x0); clobbers x8, x9 */
FUNC fpsimd_load
	FPSIMD_EACH ldp
	add	x0, x0, #512
	ldp	w8, w9, [x0]
	msr	fpsr, x8
	msr	fpcr, x9
	ret
ENDFUNC fpsimd_load
