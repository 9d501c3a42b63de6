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
	at->slot = pgtable_walk(&pt, va, last, &at->level, &at->above);
}

/* The struct page of its table: page->in_use says how many descriptors are not
 * 0. A table is one page, so there is no larger block to look for. */
static inline struct page *user_cursor_page(const struct arch_cursor *at)
{
	struct bank *bank;

	return page_find(virt_to_phys(at->slot) >> PAGE_SHIFT, &bank);
}

/*
 * Whether the table is one that fork() shares: in the descriptor above it
 * APTable takes the right to write from all its pages. It may be ours alone by
 * now; user_own_table() finds out (user_share.h).
 */
static inline bool user_cursor_is_shared(const struct arch_cursor *at)
{
	return at->above & PT_TABLE_AP_RDONLY;
}

/*
 * The lock of a level-3 table that may be shared. Held while its pages are
 * counted once more (a split), and while they are unmapped for all: else a page
 * could be freed between the look at its descriptor and the reference to it.
 * Taken after vm->lock; nobody holds two, so several tables may have the same.
 */
struct spinlock *user_table_lock(paddr_t table);

/* What one level-3 table maps, in bytes. */
#define USER_TABLE_SPAN BIT(pgtable_level_shift(2))

/*
 * Moves the cursor to the first level-3 descriptor of [va, end) for which
 * there is a table. Returns where the part of the range ends that this table
 * is about; 0: there is no table.
 */
uint64_t user_cursor_next_table(struct arch_cursor *at, uint64_t va,
				uint64_t end);

/* Makes the tables that are missing: the cursor comes to level `last`. False:
 * out of memory, and no table was added. */
bool user_cursor_make(struct arch_cursor *at, int last);

/* ---- What leaves the tables ----------------------------------------- */

#define USER_RUN_MAX    64
#define USER_GATHER_MAX 192

struct user_gather {
	struct arch_vm *avm;
	uint64_t start, end; /* stale translations, and walks, are in here */
	bool for_all; /* also those of all who share the table */
	unsigned int count;  /* of pages and tables to be freed: */
	paddr_t freed[USER_GATHER_MAX];
};

#define USER_GATHER_SHARED 1 /* in freed[]: it is a table with its pages */

static inline void user_gather_start(struct user_gather *g,
				     struct arch_vm *avm)
{
	g->avm = avm;
	g->start = UINT64_MAX;
	g->end = 0;
	g->for_all = false;
	g->count = 0;
}

/* A TLB may hold translations, or walks, of [start, end) as they were. */
static inline void user_gather_range(struct user_gather *g, uint64_t start,
				     uint64_t end)
{
	g->start = MIN(g->start, start);
	g->end = MAX(g->end, end);
}

/* The same of all that va's level-3 table maps. */
static inline void user_gather_span(struct user_gather *g, uint64_t va)
{
	const uint64_t start = ALIGN_DOWN(va, USER_TABLE_SPAN);

	user_gather_range(g, start, start + USER_TABLE_SPAN);
}

/* Drops the reference to a table and, if it was the last, those that the table
 * has to its pages. No walk of ours comes there any more. */
void user_put_shared_table(paddr_t table);

static inline void user_put(paddr_t pa)
{
	if (unlikely(pa & USER_GATHER_SHARED)) {
		user_put_shared_table(pa & ~(paddr_t)USER_GATHER_SHARED);
	} else {
		page_put(pa);
	}
}

/* The page, or table, is not in the tables any more. */
static inline void user_gather_put(struct user_gather *g, paddr_t pa)
{
	if (g->avm->asid == 0 && !g->for_all) {
		user_put(pa); /* new or retired: no TLB leads to it */
	} else {
		g->freed[g->count++] = pa;
	}
}

/* Unlinks the cursor's table if it is empty, and those above that are then:
 * they are gathered, and the cursor is above them. */
void user_gather_tables(struct user_gather *g, struct arch_cursor *at);

/* Unlinks the cursor's table, which is shared, with all that it maps; then as
 * above. */
void user_gather_shared_table(struct user_gather *g, struct arch_cursor *at);

/*
 * What was gathered leaves every TLB, and is freed then: the only place where
 * either happens (invariant 12). All stores to the tables are seen by the
 * walks from here on. The gatherer has done its work.
 */
void user_gather_flush(struct user_gather *g);

/* The translations of [start, end) leave the TLB, and cached walks. */
static inline void user_flush(struct arch_vm *avm, uint64_t start,
			      uint64_t end)
{
	struct user_gather g;

	user_gather_start(&g, avm);
	user_gather_range(&g, start, end);
	user_gather_flush(&g);
}

/* There is room for a run, and for the tables that it leaves empty. */
static inline void user_gather_make_room(struct user_gather *g)
{
	if (g->count > USER_GATHER_MAX - USER_RUN_MAX - 3) {
		user_gather_flush(g);
		user_gather_start(g, g->avm);
	}
}
