/* SPDX-License-Identifier: MIT */
/*
 * arch_vm.h - what src/ holds of a program's tables: part of arch_types.h,
 * here and in arch/host. It reads cursor.prot, and nothing else.
 */
#pragma once

#include "lib/types.h"

struct arch_vm {
	paddr_t root;  /* of the tables that TTBR0_EL1 points at */
	uint64_t asid; /* with its generation: asid.c; 0: it has none */
	bool retired;  /* it will not run again */
	uint32_t shared; /* tables that may be others' too: user_share.c */
};

/* A place in them, for one page: src/arch.h says how it is used. */
struct arch_cursor {
	struct arch_vm *avm;
	uint64_t va;
	uint64_t *slot;    /* the descriptor where the walk of va ends … */
	int level;         /* … and its level: below 3, no table is there */
	uint64_t above;    /* the descriptor of its table; 0: the first one */
	unsigned int prot; /* the rights that arch_vm_lookup() found */
};
