/* SPDX-License-Identifier: MIT */
/*
 * entry.S - the twelve doors to user memory. Each is one branch to the chosen
 * method; select.c patches the branches at boot, once. Until then they lead to
 * ldtr, which every CPU has and which trusts no pointer.
 */
#include "../asm.h"
#include "methods.h"

.macro DOOR operation
FUNC arch_\operation
	b	ldtr_\operation
ENDFUNC arch_\operation
.endm

#define X(operation) DOOR operation;
UACCESS_OPERATIONS(X)
