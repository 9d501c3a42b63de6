// SPDX-License-Identifier: MIT
/* table_read.c - careful reads of kernel memory: see table_read.h. */
#include "table_read.h"

#include "careful.h"
#include "layout.h"

bool table_read_kernel(uint64_t addr, uint64_t *value)
{
	struct careful_result got;

	/* Only our half: a wild pointer must not become a user access. */
	if (addr < KERNEL_HALF || addr % 8 != 0) {
		return false;
	}
	got = careful_read((const void *)addr);
	*value = got.value;
	return got.ok;
}

bool table_read(uint64_t pa, uint64_t *desc, void *ctx)
{
	(void)ctx;
	return pa < BIT(LINEAR_BITS) &&
	       table_read_kernel(LINEAR_BASE + pa, desc);
}

uint32_t table_read_kernel_insn(uint64_t pc)
{
	uint64_t words;

	if (!table_read_kernel(pc & ~UINT64_C(7), &words)) {
		return 0;
	}
	return (uint32_t)(pc & 4 ? words >> 32 : words);
}
