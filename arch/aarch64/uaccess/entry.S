/* SPDX-License-Identifier: MIT */
/*
 * entry.S - the entry points of user access, one for each operation. Each is
 * one branch to the chosen method; install.c patches the branches at boot, and
 * again when calls begin to be traced. Until then they lead to ldtr, which
 * every CPU has and which trusts no pointer.
 */
#include "../asm.h"
#include "methods.h"

.macro ENTRY method, operation
FUNC arch_\operation
	b	\method\()_\operation
ENDFUNC arch_\operation
.endm

#define X(method, operation, ...) ENTRY method, operation;
UACCESS_COPIES(X, ldtr)
UACCESS_WORDS(X, ldtr)
UACCESS_ATOMICS(X, unwindowed)
