/* SPDX-License-Identifier: MIT */
/*
 * vectors.S - the border itself: every way into EL1, and the only way out.
 *
 * On the way in the window shuts by hardware: with SCTLR_EL1.SPAN = 0 the
 * exception sets PSTATE.PAN (invariant 2), also when it interrupts a user
 * copy. On the way out ERET puts PSTATE.PAN back from SPSR_EL1, so a copy
 * that was interrupted finds its window open again; and no SPSR that says
 * anything but "EL0" is loaded for EL0 (invariant 14).
 *
 * The frame is struct frame (arch_types.h). Read next: trap.c.
 */
#include "asm.h"
#include "asm_offsets.h"
#include "sysreg_fields.h"

/*
 * A place for a method's own steps: NOP, until select.c patches a branch to
 * the stub in (sw_ttbr0). The stub is built by the macro of that name, may
 * use x0 to x2, and comes back after the NOP.
 */
.macro HOOK steps
.Lhook\@:
	nop
.Lback\@:
	.subsection 1
.Lstub\@:
	\steps
	b	.Lback\@
	.previous
	.pushsection .hooks, "a"
	.balign	4
	.long	.Lhook\@ - ., .Lstub\@ - .
	.popsection
.endm

/* From EL0, its table is still in TTBR0_EL1. */
.macro HIDE_FROM_EL0
	mrs	x0, tpidr_el1		// this CPU's struct
	ldr	x0, [x0, #CPU_RESERVED_TTBR0]
	msr	ttbr0_el1, x0		// table and ASID in one write
	isb				// before any C runs
.endm

/* From EL1, a window may be open: remember that, never the table's value. */
.macro HIDE_FROM_EL1
	mrs	x0, tpidr_el1		// this CPU's struct
	ldr	x0, [x0, #CPU_RESERVED_TTBR0]
	mrs	x1, ttbr0_el1
	cmp	x0, x1			// any other table: a window is open
	cset	x1, ne
	str	x1, [sp, #FRAME_WINDOW_OPEN] // for SHOW_TO_EL1
	msr	ttbr0_el1, x0		// shut, whatever it was
	isb				// before any C runs
.endm

/* Interrupts are masked, and ERET synchronises: no ISB. */
.macro SHOW_TO_EL0
	mrs	x0, tpidr_el1		// of this CPU: the task may have moved
	ldr	x0, [x0, #CPU_USER_TTBR0] // current, never a saved one
	msr	ttbr0_el1, x0
.endm

.macro SHOW_TO_EL1
	ldr	x1, [sp, #FRAME_WINDOW_OPEN]
	cbz	x1, 9f			// it was shut: it stays shut
	SHOW_TO_EL0
9:
.endm

/*
 * For gdb, which finds by these what an exception has interrupted: the frame
 * is at SP, and has all registers. The PC has a column of its own (32), since
 * x30 is the interrupted code's and may be needed to find that one's caller. A
 * "signal frame" has interrupted an instruction, and is not returned to after
 * a call.
 */
.macro CFI_NO_FRAME
	.cfi_signal_frame
	.cfi_return_column 32
	.cfi_undefined 32		// ELR_EL1 is nowhere in memory yet
.endm

.macro CFI_FRAME
	.cfi_signal_frame
	.cfi_return_column 32
	.cfi_def_cfa sp, FRAME_SIZE
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	.cfi_offset \n, FRAME_X + 8 * \n - FRAME_SIZE
	.endr
	.cfi_offset sp, FRAME_SP - FRAME_SIZE
	.cfi_offset 32, FRAME_ELR - FRAME_SIZE
.endm

/*
 * Saves what was interrupted at EL\el into the frame that SP points at.
 * Afterwards x29 heads a frame record, so backtraces cross the border of the
 * exception; from EL0 they end there. SErrors are taken from here on: until
 * now a second exception would have lost ESR_EL1 and FAR_EL1.
 */
.macro FRAME_SAVE el
	CFI_NO_FRAME
	stp	x0, x1, [sp, #FRAME_X + 16 * 0]
	stp	x2, x3, [sp, #FRAME_X + 16 * 1]
	stp	x4, x5, [sp, #FRAME_X + 16 * 2]
	stp	x6, x7, [sp, #FRAME_X + 16 * 3]
	stp	x8, x9, [sp, #FRAME_X + 16 * 4]
	stp	x10, x11, [sp, #FRAME_X + 16 * 5]
	stp	x12, x13, [sp, #FRAME_X + 16 * 6]
	stp	x14, x15, [sp, #FRAME_X + 16 * 7]
	stp	x16, x17, [sp, #FRAME_X + 16 * 8]
	stp	x18, x19, [sp, #FRAME_X + 16 * 9]
	stp	x20, x21, [sp, #FRAME_X + 16 * 10]
	stp	x22, x23, [sp, #FRAME_X + 16 * 11]
	stp	x24, x25, [sp, #FRAME_X + 16 * 12]
	stp	x26, x27, [sp, #FRAME_X + 16 * 13]
	stp	x28, x29, [sp, #FRAME_X + 16 * 14]
	.if	\el == 0
	mrs	x21, sp_el0		// the program's SP
	.else
	add	x21, sp, #FRAME_SIZE	// SP before the frame
	.endif
	stp	x30, x21, [sp, #FRAME_LR]
	mrs	x22, elr_el1		// where it goes on
	mrs	x23, spsr_el1		// and its PSTATE, PAN among it
	stp	x22, x23, [sp, #FRAME_ELR]
	mrs	x24, esr_el1		// these two only now: the next
	mrs	x25, far_el1		// exception overwrites them
	stp	x24, x25, [sp, #FRAME_ESR]
	.if	\el == 0
	stp	xzr, xzr, [sp, #FRAME_RECORD] // a backtrace ends here
	.else
	stp	x29, x22, [sp, #FRAME_RECORD] // or goes on at ELR
	.endif
	add	x29, sp, #FRAME_RECORD	// the head of the list (AAPCS64)
	CFI_FRAME
	HOOK	HIDE_FROM_EL\el
	msr	daifclr, #4		// SErrors: ESR and FAR are safe
.endm

/*
 * Loads the frame and returns to EL\el. x21 holds its ELR, x22 its SPSR.
 * From the first MSR here to ERET no exception may come, or it would
 * overwrite ELR_EL1 and SPSR_EL1: so SErrors and interrupts are masked.
 */
.macro FRAME_RESTORE el
	HOOK	SHOW_TO_EL\el
	msr	elr_el1, x21		// ERET goes there,
	msr	spsr_el1, x22		// with this PSTATE: PAN as it was
	ldp	x30, x21, [sp, #FRAME_LR]
	.if	\el == 0
	msr	sp_el0, x21		// the program's SP
	.endif
	ldp	x2, x3, [sp, #FRAME_X + 16 * 1]
	ldp	x4, x5, [sp, #FRAME_X + 16 * 2]
	ldp	x6, x7, [sp, #FRAME_X + 16 * 3]
	ldp	x8, x9, [sp, #FRAME_X + 16 * 4]
	ldp	x10, x11, [sp, #FRAME_X + 16 * 5]
	ldp	x12, x13, [sp, #FRAME_X + 16 * 6]
	ldp	x14, x15, [sp, #FRAME_X + 16 * 7]
	ldp	x16, x17, [sp, #FRAME_X + 16 * 8]
	ldp	x18, x19, [sp, #FRAME_X + 16 * 9]
	ldp	x20, x21, [sp, #FRAME_X + 16 * 10]
	ldp	x22, x23, [sp, #FRAME_X + 16 * 11]
	ldp	x24, x25, [sp, #FRAME_X + 16 * 12]
	ldp	x26, x27, [sp, #FRAME_X + 16 * 13]
	ldp	x28, x29, [sp, #FRAME_X + 16 * 14]
	.cfi_remember_state
	ldp	x0, x1, [sp], #FRAME_SIZE // and the frame is gone
	.cfi_def_cfa_offset 0
	eret				// synchronises: no ISB before it (D1.4)
	.cfi_restore_state
.endm

/* EL0 always enters on an empty kernel stack: nothing can overflow. */
.macro ENTRY_EL0 handler
VENTRY v_\handler
	sub	sp, sp, #FRAME_SIZE	// SP_EL1: the task's stack, empty
	b	\handler		// 128 bytes hold no more
ENDVENTRY v_\handler
.endm

/*
 * From EL1 the stack may be used up. Good stacks have bit STACK_SHIFT of SP
 * set (layout.h); SP_EL0 is free to hold x0 while we look, because the user's
 * value is in the frame of the exception that brought us to EL1.
 */
.macro ENTRY_EL1 handler
VENTRY v_\handler
	sub	sp, sp, #FRAME_SIZE	// no store yet: it may be the guard
	msr	sp_el0, x0		// x0 must survive
	mov	x0, sp
	tbz	x0, #STACK_SHIFT, stack_overflow
	mrs	x0, sp_el0		// x0 is back
	b	\handler
ENDVENTRY v_\handler
.endm

/* A slot that nothing should ever use says which one it was. */
.macro ENTRY_UNUSED index
VENTRY v_unused_\index
	msr	sp_el0, x0		// for the story
	mov	x0, #\index
	b	unexpected_vector
ENDVENTRY v_unused_\index
.endm

	.text
	.balign	2048			// VBAR_EL1[10:0] are RES0
	.global	vectors
vectors:
	ENTRY_UNUSED	0		// EL1 on SP_EL0: synchronous
	ENTRY_UNUSED	1		// IRQ
	ENTRY_UNUSED	2		// FIQ
	ENTRY_UNUSED	3		// SError
	ENTRY_EL1	el1_sync	// EL1 on SP_EL1
	ENTRY_EL1	el1_irq
	ENTRY_UNUSED	6		// FIQ
	ENTRY_EL1	el1_serror
	ENTRY_EL0	el0_sync	// EL0, AArch64
	ENTRY_EL0	el0_irq
	ENTRY_UNUSED	10		// FIQ
	ENTRY_EL0	el0_serror
	ENTRY_UNUSED	12		// EL0, AArch32: synchronous
	ENTRY_UNUSED	13		// IRQ
	ENTRY_UNUSED	14		// FIQ
	ENTRY_UNUSED	15		// SError
	.balign	128

	.global	vectors_entry_start, vectors_entry_end
vectors_entry_start:			// for backtraces: see trap.h
FUNC el0_sync				// SVC, a fault, a trap: ESR says which
	FRAME_SAVE 0
	mov	x0, sp			// struct frame *
	bl	trap_el0_sync
	b	return_to_user
ENDFUNC el0_sync

FUNC el0_irq				// the tick may end the task's turn
	FRAME_SAVE 0
	bl	irq_dispatch
	b	return_to_user
ENDFUNC el0_irq

FUNC el0_serror
	FRAME_SAVE 0
	mov	x0, sp
	bl	trap_serror		// does not return
ENDFUNC el0_serror

FUNC el1_sync				// a fault in a copy, or a kernel bug
	FRAME_SAVE 1
	mov	x0, sp			// struct frame *
	bl	trap_el1_sync
	b	return_to_kernel
ENDFUNC el1_sync

FUNC el1_irq				// perhaps inside a user-access window
	FRAME_SAVE 1
	bl	irq_dispatch		// the CPU is not given up from here
	b	return_to_kernel
ENDFUNC el1_irq

FUNC el1_serror
	FRAME_SAVE 1
	mov	x0, sp
	bl	trap_serror		// does not return
ENDFUNC el1_serror

/* What must be 0 in an SPSR that returns to EL0 (invariant 14). */
.set SPSR_NOT_EL0, FIELD_MASK(SPSR_EL1_M) | FIELD_MASK(SPSR_EL1_NRW) | \
	FIELD_MASK(SPSR_EL1_DAIF) | FIELD_MASK(SPSR_EL1_IL) | \
	FIELD_MASK(SPSR_EL1_SS) | FIELD_MASK(SPSR_EL1_ALLINT)

/*
 * The only way to EL0; SP points at the frame. A task that is to be killed,
 * or whose turn is over, goes through sched_before_user() first. Then the SPSR
 * is checked, whoever wrote it: EL0t, AArch64, nothing masked, no IL, no SS.
 */
FUNC return_to_user
	CFI_FRAME
	msr	daifset, #6		// what is looked at stays true; and
	mrs	x0, tpidr_el1		// see FRAME_RESTORE
	ldr	x1, [x0, #CPU_CURRENT]
	ldr	x1, [x1, #TASK_NOT_TO_EL0] // kill_signal and turn_over
	cbnz	x1, 1f
	ldp	x21, x22, [sp, #FRAME_ELR] // as FRAME_RESTORE wants them
	mov	w0, #SPSR_NOT_EL0 & 0xffff
	movk	w0, #SPSR_NOT_EL0 >> 16, lsl #16
	tst	x22, x0			// the last look before it is used
	b.ne	2f
	FRAME_RESTORE 0
1:	msr	daifclr, #4		// SErrors: this may take long
	bl	sched_before_user	// kills it, or others run meanwhile
	b	return_to_user		// and look again
2:	mov	x0, sp
	bl	trap_bad_spsr		// a kernel bug: does not return
ENDFUNC return_to_user

FUNC return_to_kernel
	CFI_FRAME
	msr	daifset, #6		// see FRAME_RESTORE
	ldp	x21, x22, [sp, #FRAME_ELR]
	FRAME_RESTORE 1
ENDFUNC return_to_kernel

/*
 * SP ran into the guard: x0 is in SP_EL0, SP is not to be used. Nothing
 * returns from here, so TPIDRRO_EL0 may hold the old SP.
 */
FUNC stack_overflow
	mov	x0, sp
	msr	tpidrro_el0, x0		// the old SP
	mrs	x0, tpidr_el1
	ldr	x0, [x0, #CPU_OVERFLOW_STACK]
	sub	sp, x0, #FRAME_SIZE	// a stack that is good
	mrs	x0, sp_el0		// x0 is back
	FRAME_SAVE 1
	mrs	x0, tpidrro_el0
	add	x0, x0, #FRAME_SIZE
	str	x0, [sp, #FRAME_SP]	// SP as it was
	mov	x0, sp
	bl	trap_stack_overflow
ENDFUNC stack_overflow

/* x0: the slot; the old x0 is in SP_EL0. */
FUNC unexpected_vector
	msr	spsel, #1		// slots 0 to 3 come here on SP_EL0
	msr	tpidrro_el0, x0		// the slot
	mrs	x0, tpidr_el1
	ldr	x0, [x0, #CPU_OVERFLOW_STACK]
	sub	sp, x0, #FRAME_SIZE	// the old stack cannot be trusted
	mrs	x0, sp_el0		// x0 is back
	FRAME_SAVE 1
	mov	x0, sp
	mrs	x1, tpidrro_el0
	bl	trap_unexpected_vector
ENDFUNC unexpected_vector

vectors_entry_end:

/* A forked child's first steps: as its parent, but with the result 0. */
FUNC task_start_user
	CFI_FRAME			// from arch_task_init_fork()
	bl	sched_finish_switch	// unlocks what the switch has locked
	b	return_to_user
ENDFUNC task_start_user
