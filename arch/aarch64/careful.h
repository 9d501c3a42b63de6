/* SPDX-License-Identifier: MIT */
/* careful.h - instructions with a way out that are no user access: careful_access.S. */
#pragma once

#include "lib/types.h"

struct careful_result {
	uint64_t value;
	uint64_t ok; /* 0: the instruction faulted, value is 0 */
};

struct careful_result careful_read(const void *addr);

/* AT by op (enum at_op); value is PAR_EL1, which is put back. Needs the
 * feature behind the op. Interrupts masked. */
struct careful_result careful_at(unsigned int op, uint64_t addr);
