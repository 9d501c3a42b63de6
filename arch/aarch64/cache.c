// SPDX-License-Identifier: MIT
/*
 * cache.c - stored bytes become instructions, and pages become zeroes.
 */
#include "arch.h"
#include "cpu_features.h"
#include "sysreg.h"

/*
 * The order of B2.4.4: clean the data to the point of unification, wait,
 * invalidate the instructions there, wait, and drop what was prefetched.
 * CTR_EL0.IDC and DIC say which half this machine does by itself.
 */
void arch_sync_icache(const void *addr, size_t len)
{
	uint64_t start = (uint64_t)addr, end = start + len;
	uint64_t line = cpu_features.dcache_line;

	if (!cpu_features.idc) {
		for (uint64_t p = ALIGN_DOWN(start, line); p < end; p += line) {
			asm volatile("dc cvau, %0" : : "r"(p) : "memory");
		}
	}
	dsb(ish);
	if (!cpu_features.dic) {
		/* addr may be an alias of where it will run: by address only
		 * the same alias would be dropped on a VIPT cache. */
		asm volatile("ic ialluis" : : : "memory");
		dsb(ish);
	}
	isb();
}

void arch_clear_page(void *page)
{
	uint64_t size = cpu_features.zva_size;
	char *end = (char *)page + PAGE_SIZE;

	if (size == 0 || 4 * size > PAGE_SIZE) { /* BS may say 2 KiB */
		for (uint64_t *p = page; p < (uint64_t *)(void *)end; p += 2) {
			p[0] = p[1] = 0;
		}
		return;
	}
	for (char *p = page; p < end; p += 4 * size) {
		asm volatile("dc zva, %0\n\t"
			     "dc zva, %1\n\t"
			     "dc zva, %2\n\t"
			     "dc zva, %3"
			     : : "r"(p), "r"(p + size), "r"(p + 2 * size),
			     "r"(p + 3 * size) : "memory");
	}
}
