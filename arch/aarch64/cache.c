// SPDX-License-Identifier: MIT
/*
 * cache.c - stored bytes become instructions; pages are cleared, and copied.
 */
#include "arch.h"
#include "cpu_features.h"
#include "lib/string.h"
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
	char *p = page, *end = p + PAGE_SIZE;

	if (size == 0) { /* DC ZVA is forbidden */
		memset(page, 0, PAGE_SIZE);
		return;
	}
	/* The usual block is 64 bytes: then 16 of them in one go. */
	while (p < end && size == 64) {
		asm volatile(".rept	16\n\t"
			     "dc	zva, %0\n\t"
			     "add	%0, %0, #64\n\t"
			     ".endr" : "+r"(p) : : "memory");
	}
	for (; p < end; p += size) {
		asm volatile("dc zva, %0" : : "r"(p) : "memory");
	}
}

void arch_copy_page(void *to, const void *from)
{
	const void *const end = (const char *)from + PAGE_SIZE;
	uint64_t a, b;

	while (from < end) {
		asm volatile(".rept	8\n\t" /* 128 bytes in one go */
			     "ldp	%2, %3, [%1], #16\n\t"
			     "stp	%2, %3, [%0], #16\n\t"
			     ".endr"
			     : "+r"(to), "+r"(from), "=&r"(a), "=&r"(b)
			     : : "memory");
	}
}
