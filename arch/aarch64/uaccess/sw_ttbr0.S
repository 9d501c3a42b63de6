/* SPDX-License-Identifier: MIT */
/*
 * sw_ttbr0.S - PAN in software, for CPUs without it: in the kernel TTBR0_EL1
 * is the reserved, empty table, so that no user address translates at all;
 * the window opens by writing the user's table, and shuts by writing the
 * reserved one. Table and ASID change in one write: with two there would be a
 * moment that is neither open nor shut. Vectors.S does the same at the border
 * (its hooks), so an exception in the window shuts it and puts it back.
 *
 * Never a TTBR0 *value* is kept over anything that may sleep: it could be
 * stale. The CPU's struct holds the one that is current, and interrupts are
 * masked while it is read and written.
 */
#include "../asm.h"
#include "asm_offsets.h"
#include "privileged.h"

#define METHOD     sw_ttbr0
#define LOAD_KIND  EXTABLE_USER_LOAD | EXTABLE_WINDOW
#define STORE_KIND EXTABLE_USER_STORE | EXTABLE_WINDOW

/* Both clobber x9 and x10. */
.macro WINDOW_OPEN
	mrs	x9, daif
	msr	daifset, #2		// the value stays the current one
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_USER_TTBR0]
	msr	ttbr0_el1, x10
	isb				// the accesses below walk this table
	msr	daif, x9
.endm
.macro WINDOW_SHUT
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_RESERVED_TTBR0]
	msr	ttbr0_el1, x10
	isb				// nothing later is translated by it
.endm

#include "copy_template.S"
