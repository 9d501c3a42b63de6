/* SPDX-License-Identifier: MIT */
/*
 * entry.S - the fifteen doors to user memory. Each is one branch to the chosen
 * method; select.c patches the branches at boot, and again when calls begin to
 * be traced. Until then they lead to ldtr, which every CPU has and which trusts
 * no pointer.
 */
#include "../asm.h"
#include "methods.h"

.macro DOOR operation, method
FUNC arch_\operation
	b	\method\()_\operation
ENDFUNC arch_\operation
.endm

#define X(operation) DOOR operation, ldtr;
UACCESS_COPIES(X)
UACCESS_WORDS(X)
#undef X
#define X(operation) DOOR operation, unwindowed;
UACCESS_ATOMICS(X)
