/* SPDX-License-Identifier: MIT */
/*
 * windows.h - what opens and shuts a user-access window, for assembly. A
 * window W has the macros OPEN_W and SHUT_W, and KIND_W: what the
 * exception-table entry of an access in it says besides. methods.h says which
 * method has which window.
 */
#include "../asm.h"
#include "asm_offsets.h"

	.arch_extension pan

/* No window: user memory is in reach as it is. */
.set KIND_NONE, 0
.macro OPEN_NONE
.endm
.macro SHUT_NONE
.endm

/*
 * PSTATE.PAN is cleared. MSR PAN takes effect for the next instruction in
 * program order, without a barrier (C5.1.4). An exception inside the window
 * shuts it by hardware, and ERET opens it again.
 */
.set KIND_PAN, EXTABLE_WINDOW
.macro OPEN_PAN
	msr	pan, #0
.endm
.macro SHUT_PAN
	msr	pan, #1
.endm

/*
 * TTBR0_EL1 holds the user's table, and the reserved one outside. Table and
 * ASID change in one write: with two there would be a moment that is neither
 * open nor shut. No TTBR0 *value* is kept over anything that may sleep, as it
 * could be stale: the CPU's struct has the current one, and interrupts are
 * masked from its load to the write. Both macros clobber x9 and x10.
 */
.set KIND_TTBR0, EXTABLE_WINDOW
.macro OPEN_TTBR0
	mrs	x9, daif
	msr	daifset, #2		// the value stays the current one
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_USER_TTBR0]
	msr	ttbr0_el1, x10
	isb				// the accesses below walk this table
	msr	daif, x9
.endm
.macro SHUT_TTBR0
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_RESERVED_TTBR0]
	msr	ttbr0_el1, x10
	isb				// nothing later is translated by it
.endm
