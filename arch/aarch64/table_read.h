/* SPDX-License-Identifier: MIT */
/*
 * table_read.h - careful reads of memory that may not be there: descriptors
 * at the address that a (perhaps corrupt) table gives, the instruction at a
 * (perhaps wild) PC. A fault becomes "no", by an exception-table entry.
 */
#pragma once

#include "careful.h"
#include "layout.h"
#include "lib/types.h"

/* A walk_read_fn over the linear map. */
bool table_read(uint64_t pa, uint64_t *desc, void *ctx);
/* The same in place. */
static inline __attribute__((always_inline)) bool
table_load(uint64_t pa, uint64_t *desc, void *ctx)
{
	(void)ctx;
	return pa < BIT(LINEAR_BITS) &&
	       careful_load((const uint64_t *)(LINEAR_BASE + pa), desc);
}
/* walk_tables() over it, for many walks under the same TCR_EL1. Interrupts
 * masked. */
struct walk;
void table_walk(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		uint64_t ttbr1);
/* How many programs have the level-3 table that a level-2 descriptor of the
 * user's half leads to; 0 if it is not one that fork() shares (APTable[1]). */
uint16_t table_sharers(uint64_t desc);
/* The same of the table in which the walk ended. */
uint16_t table_walk_sharers(const struct walk *w);
/* The instruction at a kernel address; false if it cannot be read. */
bool table_read_kernel_insn(uint64_t pc, uint32_t *insn);
/* The same at a user address, by a walk and the linear map. */
bool table_read_user_insn(uint64_t pc, uint64_t tcr, uint64_t ttbr0,
			  uint32_t *insn);
/* The 8 aligned bytes at a kernel address; false if they cannot be read. */
bool table_read_kernel(uint64_t addr, uint64_t *value);
