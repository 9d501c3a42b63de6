// SPDX-License-Identifier: MIT
/*
 * user_cursor.c - how a program's tables grow and shrink (user_cursor.h). The
 * struct page of a table counts its descriptors that are not 0, and a table
 * without any is unlinked at once.
 *
 * Invariant 12: what the TLB may still lead to is freed after the TLBI, in
 * user_gather_flush() alone. Next: user_map.c, which uses both; user_share.c.
 */
#include "user_cursor.h"

#include "asid.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "spinlock.h"

/* From so many pages on, all translations of the ASID go instead. */
#define FLUSH_PAGES_MAX 64

/* ---- The cursor ----------------------------------------------------- */

uint64_t user_cursor_next_table(struct arch_cursor *at, uint64_t va,
				uint64_t end)
{
	while (va < end) {
		uint64_t step, next;

		user_cursor_seek(at, va, 3);
		/* One entry of this level, or one whole table of level 3. */
		step = BIT(pgtable_level_shift(MIN(at->level, 2)));
		next = MIN(end, ALIGN_DOWN(va, step) + step);
		if (at->level == 3) {
			return next;
		}
		va = next;
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
	user_cursor_page(at)->in_use++;
	at->above = *at->slot;
	at->level++;
	at->slot = (uint64_t *)phys_to_virt(pa) +
		   pgtable_index(at->va, at->level);
	user_cursor_page(at)->aged = false;
	return true;
}

bool user_cursor_make(struct arch_cursor *at, int last)
{
	struct user_gather g;

	while (at->level < last) {
		if (!user_cursor_add_table(at)) {
			user_gather_start(&g, at->avm);
			user_gather_tables(&g, at);
			user_gather_flush(&g);
			return false;
		}
	}
	return true;
}

struct spinlock *user_table_lock(paddr_t table)
{
	static struct spinlock locks[64];

	return &locks[(table >> PAGE_SHIFT) % ARRAY_SIZE(locks)];
}

/* ---- What leaves the tables ----------------------------------------- */

void user_gather_tables(struct user_gather *g, struct arch_cursor *at)
{
	while (at->level > PT_FIRST_LEVEL &&
	       user_cursor_page(at)->in_use == 0) {
		const paddr_t table = ALIGN_DOWN(virt_to_phys(at->slot),
						 (paddr_t)PAGE_SIZE);

		user_cursor_seek(at, at->va, at->level - 1);
		pgtable_write(at->slot, 0);
		user_cursor_page(at)->in_use--;
		/* A TLBI of one page forgets the walks to it, too (D8.17). */
		user_gather_range(g, at->va, at->va + PAGE_SIZE);
		user_gather_put(g, table);
	}
}

void user_gather_shared_table(struct user_gather *g, struct arch_cursor *at)
{
	const paddr_t table = at->above & PT_ADDR;

	user_cursor_seek(at, at->va, 2);
	pgtable_write(at->slot, 0);
	user_cursor_page(at)->in_use--;
	g->avm->shared--;
	user_gather_span(g, at->va);
	user_gather_put(g, table | USER_GATHER_SHARED);
	user_gather_tables(g, at);
}

void user_put_shared_table(paddr_t table)
{
	const uint64_t *slots = phys_to_virt(table);
	unsigned int left;

	if (page_put_unless_last(table)) {
		return;
	}
	/* Nobody else comes to it any more. */
	left = page_of(table)->in_use;
	for (unsigned int i = 0; left > 0; i++) {
		if (slots[i] != 0) {
			page_put(slots[i] & PT_ADDR);
			left--;
		}
	}
	page_put(table);
}

void user_gather_flush(struct user_gather *g)
{
	const uint64_t asid = asid_peek(g->avm);

	if (g->for_all) {
		mmu_flush_all(); /* who shares it is not written anywhere */
	} else if (asid == 0 || g->start >= g->end) {
		dsb(ishst); /* no TLB holds any of it */
	} else if (g->end - g->start > FLUSH_PAGES_MAX * PAGE_SIZE) {
		mmu_flush_asid(asid);
	} else {
		mmu_flush_user_range(g->start, g->end, asid);
	}
	for (unsigned int i = 0; i < g->count; i++) {
		user_put(g->freed[i]);
	}
}
