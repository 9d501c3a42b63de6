// SPDX-License-Identifier: MIT
/*
 * icache.c - an instruction cache as the architecture allows it to be: it has
 * of each page what was there when somebody last made it coherent.
 */
#include "ledger.h"

#include "arch.h"

static uint32_t icache[HOST_RAM_END >> PAGE_SHIFT]; /* checksums; 0: none */

/* FNV-1a over the page; never 0. */
static uint32_t page_checksum(paddr_t pa)
{
	const uint8_t *p = phys_to_virt(pa);
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < PAGE_SIZE; i++) {
		sum = (sum ^ p[i]) * 16777619u;
	}
	return sum | 1;
}

void icache_sync(paddr_t pa)
{
	icache[pa >> PAGE_SHIFT] = page_checksum(pa);
}

bool icache_is_stale(paddr_t pa)
{
	return icache[pa >> PAGE_SHIFT] != page_checksum(pa);
}

void icache_forget(paddr_t pa)
{
	icache[pa >> PAGE_SHIFT] = 0;
}
