/* SPDX-License-Identifier: MIT */
/*
 * user_cursor.h - places in a program's tables, and what leaves the tables.
 *
 * A cursor is at the descriptor where the walk of an address ends. It is a
 * few words on its caller's stack: no walk is remembered anywhere else.
 * A gatherer collects what the TLB must forget, and the pages and tables that
 * may be freed only after that. Both belong to one call, which holds the lock
 * of the address space.
 */
#pragma once

#include "arch.h"
#include "mm/page.h"
#include "pgtable.h"

/* ---- The cursor ----------------------------------------------------- */

/* Moves the cursor to where the walk of va ends, at level `last` at most. */
static inline void user_cursor_seek(struct arch_cursor *at, uint64_t va,
				    int last)
{
	const struct pgtable pt = {
		.root = at->avm->root,
		.linear = (uint64_t)phys_to_virt(0),
	};

	at->va = va;
	at->slot = pgtable_walk(&pt, va, last, &at->level);
}

/* How many descriptors of its table are not 0: the table's struct page counts.
 * A table is one page, so there is no larger block to look for. */
static inline uint16_t *user_cursor_in_use(const struct arch_cursor *at)
{
	struct bank *bank;

	return &page_find(virt_to_phys(at->slot) >> PAGE_SHIFT, &bank)->in_use;
}

/*
 * Moves the cursor to the first level-3 descriptor of [*va, end) for which
 * there is a table, and *va past those of the range that follow it in the
 * same table. Returns how many these are, at most USER_RUN_MAX; 0: none.
 */
unsigned int user_cursor_next_run(struct arch_cursor *at, uint64_t *va,
				  uint64_t end);

/* Makes the tables that are missing: the cursor comes to level 3. False: out
 * of memory, and no table was added. */
bool user_cursor_make(struct arch_cursor *at);

/* ---- What leaves the tables ----------------------------------------- */

#define USER_RUN_MAX    64
#define USER_GATHER_MAX 192

struct user_gather {
	const struct arch_vm *avm;
	uint64_t start, end; /* stale translations, and walks, are in here */
	unsigned int count;  /* of pages and tables to be freed: */
	paddr_t freed[USER_GATHER_MAX];
};

static inline void user_gather_start(struct user_gather *g,
				     const struct arch_vm *avm)
{
	g->avm = avm;
	g->start = UINT64_MAX;
	g->end = 0;
	g->count = 0;
}

/* A TLB may hold translations, or walks, of [start, end) as they were. */
static inline void user_gather_range(struct user_gather *g, uint64_t start,
				     uint64_t end)
{
	g->start = MIN(g->start, start);
	g->end = MAX(g->end, end);
}

/* The page, or table, is not in the tables any more. */
static inline void user_gather_put(struct user_gather *g, paddr_t pa)
{
	if (g->avm->asid == 0) {
		page_put(pa); /* new or retired: no TLB leads to it */
	} else {
		g->freed[g->count++] = pa;
	}
}

/* Unlinks the cursor's table if it is empty, and those above that are then:
 * they are gathered, and the cursor is above them. */
void user_gather_tables(struct user_gather *g, struct arch_cursor *at);

/*
 * What was gathered leaves every TLB, and is freed then: the only place where
 * either happens (invariant 12). All stores to the tables are seen by the
 * walks from here on. The gatherer has done its work.
 */
void user_gather_flush(struct user_gather *g);

/* There is room for a run, and for the tables that it leaves empty. */
static inline void user_gather_make_room(struct user_gather *g)
{
	if (g->count > USER_GATHER_MAX - USER_RUN_MAX - 3) {
		user_gather_flush(g);
		user_gather_start(g, g->avm);
	}
}
