/* SPDX-License-Identifier: MIT */
/*
 * careful.h - instructions with a way out that are no user access: see
 * careful_access.S.
 */
#pragma once

#include "extable.h"
#include "lib/types.h"

struct careful_result {
	uint64_t value;
	uint64_t ok; /* 0: the instruction faulted, value is 0 */
};

struct careful_result careful_read(const void *addr);

/* careful_read() in place, for the walk at every fault; false: it faulted. */
static inline __attribute__((always_inline)) bool
careful_load(const uint64_t *addr, uint64_t *value)
{
	uint64_t got;

	asm goto("1:\tldr %0, %1\n\t"
		 ".pushsection .extable, \"a\"\n\t"
		 ".balign 4\n\t"
		 ".long 1b - ., %l[faulted] - ., %c2\n\t"
		 ".popsection"
		 : "=r"(got) : "m"(*addr), "i"(EXTABLE_KERNEL) : : faulted);
	*value = got;
	return true;
faulted:
	return false;
}

/* AT by op (enum at_op); value is PAR_EL1, which is put back. The CPU must
 * have the op's feature. Interrupts masked. */
struct careful_result careful_at(unsigned int op, uint64_t addr);
/* The same for each op whose bit is set in ops; PAR_EL1 goes to par[op]. */
void careful_at_each(uint64_t addr, uint64_t *par, unsigned int ops);
