/* SPDX-License-Identifier: MIT */
/*
 * pan.S - the classic: ordinary loads and stores, with PSTATE.PAN cleared
 * around them (Arm ARM D8.4, "Privileged access never"). The window is as
 * small as the loop. An exception inside it shuts it by hardware, and ERET
 * opens it again; a fault that ends the copy shuts it in the fixup.
 *
 * MSR PAN takes effect for the next instruction in program order, without a
 * barrier (C5.1.4).
 */
#include "../asm.h"
#include "privileged.h"

	.arch_extension pan

#define METHOD     pan
#define LOAD_KIND  EXTABLE_USER_LOAD | EXTABLE_WINDOW
#define STORE_KIND EXTABLE_USER_STORE | EXTABLE_WINDOW

.macro WINDOW_OPEN
	msr	pan, #0
.endm
.macro WINDOW_SHUT
	msr	pan, #1
.endm

#include "copy_template.S"
