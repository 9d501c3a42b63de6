// SPDX-License-Identifier: MIT
/*
 * user_cursor.c - how a program's tables grow and shrink (user_cursor.h). The
 * struct page of a table counts its descriptors that are not 0, and a table
 * without any is unlinked at once.
 *
 * Invariant 12: what the TLB may still lead to is freed after the TLBI, in
 * user_gather_flush() alone. Next: user_map.c, which uses both.
 */
#include "user_cursor.h"

#include "asid.h"
#include "mmu.h"
#include "mmu_attrs.h"

/* From so many pages on, all translations of the ASID go instead. */
#define FLUSH_PAGES_MAX 64

/* ---- The cursor ----------------------------------------------------- */

unsigned int user_cursor_next_run(struct arch_cursor *at, uint64_t *va,
				  uint64_t end)
{
	while (*va < end) {
		uint64_t step, next;

		user_cursor_seek(at, *va, 3);
		/* One entry of this level, or one whole table of level 3. */
		step = BIT(pgtable_level_shift(MIN(at->level, 2)));
		next = MIN(end, ALIGN_DOWN(*va, step) + step);
		if (at->level == 3) {
			*va = MIN(next, *va + USER_RUN_MAX * PAGE_SIZE);
			return (unsigned int)((*va - at->va) >> PAGE_SHIFT);
		}
		*va = next;
	}
	return 0;
}

/* Links a table of zeroes to the cursor's slot, and goes down into it. */
static bool user_cursor_add_table(struct arch_cursor *at)
{
	paddr_t pa = page_alloc_zeroed();

	if (pa == PADDR_NONE) {
		return false;
	}
	/* The zeroes must be seen before the link to them (B2.3). */
	dmb(ishst);
	pgtable_write(at->slot, pa | USER_TABLE_ATTRS | PT_TABLE | PT_VALID);
	dsb(ishst);
	++*user_cursor_in_use(at);
	at->level++;
	at->slot = (uint64_t *)phys_to_virt(pa) +
		   pgtable_index(at->va, at->level);
	return true;
}

bool user_cursor_make(struct arch_cursor *at)
{
	struct user_gather g;

	while (at->level < 3) {
		if (!user_cursor_add_table(at)) {
			user_gather_start(&g, at->avm);
			user_gather_tables(&g, at);
			user_gather_flush(&g);
			return false;
		}
	}
	return true;
}

/* ---- What leaves the tables ----------------------------------------- */

void user_gather_tables(struct user_gather *g, struct arch_cursor *at)
{
	while (at->level > PT_FIRST_LEVEL && *user_cursor_in_use(at) == 0) {
		const paddr_t table = ALIGN_DOWN(virt_to_phys(at->slot),
						 (paddr_t)PAGE_SIZE);

		user_cursor_seek(at, at->va, at->level - 1);
		pgtable_write(at->slot, 0);
		--*user_cursor_in_use(at);
		/* A TLBI of one page forgets the walks to it, too (D8.17). */
		user_gather_range(g, at->va, at->va + PAGE_SIZE);
		user_gather_put(g, table);
	}
}

void user_gather_flush(struct user_gather *g)
{
	const uint64_t asid = asid_peek(g->avm);

	if (asid == 0 || g->start >= g->end) {
		dsb(ishst); /* no TLB holds any of it */
	} else if (g->end - g->start > FLUSH_PAGES_MAX * PAGE_SIZE) {
		mmu_flush_asid(asid);
	} else {
		mmu_flush_user_range(g->start, g->end, asid);
	}
	for (unsigned int i = 0; i < g->count; i++) {
		page_put(g->freed[i]);
	}
}
