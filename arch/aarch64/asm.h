/* SPDX-License-Identifier: MIT */
/*
 * asm.h - the macros that all assembly here is written with: functions with
 * section, type, size and unwinding; vector slots that cannot overflow; exception-table
 * entries that stand right after the instruction they are about.
 */
#pragma once

#include "extable.h"
#include "layout.h"

/*
 * For gdb, which finds the caller of a function that faulted. A function that
 * says no more has no stack frame, and its return address is in x30.
 */
	.cfi_sections .debug_frame

.macro FUNC name
	.pushsection .text, "ax"
	.balign	4
	.global	\name
	.type	\name, %function
\name:
	.cfi_startproc
.endm

.macro ENDFUNC name
	.cfi_endproc
	.size	\name, . - \name
	.popsection
.endm

/*
 * The instruction just before may fault: execution then goes on at fixup.
 * kind: EXTABLE_* of extable.h. Both addresses are relative to their own
 * field, so the table needs no relocation and can be read-only from the start.
 */
.macro EXTABLE fixup, kind
.Lextable\@:
	.pushsection .extable, "a"
	.balign	4
	.long	.Lextable\@ - 4 - .
	.long	\fixup - .
	.long	\kind
	.popsection
.endm

/* One of the 16 vector slots: 128 bytes, no more (Arm ARM D1.3.1.2). */
.macro VENTRY name
	.balign	128
\name:
.endm

.macro ENDVENTRY name
	.if	. - \name > 128
	.error	"a vector slot holds 32 instructions"
	.endif
.endm

/* A physical address while the MMU is off, a virtual one when it is on. */
.macro adr_l reg, symbol
	adrp	\reg, \symbol
	add	\reg, \reg, :lo12:\symbol
.endm

.macro mov_q reg, value
	movz	\reg, :abs_g3:\value
	movk	\reg, :abs_g2_nc:\value
	movk	\reg, :abs_g1_nc:\value
	movk	\reg, :abs_g0_nc:\value
.endm
