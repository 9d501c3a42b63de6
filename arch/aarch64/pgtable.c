// SPDX-License-Identifier: MIT
/*
 * pgtable.c - the translation tables as a data structure (see pgtable.h).
 *
 * Runs with the MMU off too (boot_map.c), so it has no pointers in its data
 * and is built with -mstrict-align. A table is linked only after it has been
 * zeroed, with a barrier between: the walk may read it at any moment.
 */
#include "pgtable.h"

#include <linux/errno.h>

/*
 * Blocks exist at level 1 and 2 with 4 KiB pages, at level 2 with the larger
 * granules (D8.3.1, without FEAT_LPA2).
 */
static bool level_has_blocks(int level)
{
	return level == 2 || (level == 1 && PAGE_SHIFT == 12);
}

/* Links a table of zeroes to the slot, and returns it; NULL: cannot. */
static uint64_t *pgtable_add_table(const struct pgtable *pt, uint64_t *slot)
{
	/* Where the slot is not 0, a block is in the way. */
	paddr_t pa = *slot == 0 ? pt->alloc() : PADDR_NONE;

	if (pa == PADDR_NONE) {
		return NULL;
	}
	/* The zeroes must be seen before the link to them (B2.3, DMB ISHST). */
	dmb(ishst);
	pgtable_write(slot, pa | pt->table_attrs | PT_TABLE | PT_VALID);
	return pgtable_at(pt, pa);
}

/* The slot for va at a level; the tables above it are made. NULL: cannot. */
static uint64_t *pgtable_slot_at(const struct pgtable *pt, uint64_t va,
				 int level)
{
	int at;
	uint64_t above, *slot = pgtable_walk(pt, va, level, &at, &above);

	while (at < level) {
		uint64_t *table = pgtable_add_table(pt, slot);

		if (!table) {
			return NULL;
		}
		slot = &table[pgtable_index(va, ++at)];
	}
	return slot;
}

uint64_t *pgtable_slot(const struct pgtable *pt, uint64_t va)
{
	int level;
	uint64_t above, *slot = pgtable_walk(pt, va, 3, &level, &above);

	return level == 3 ? slot : NULL;
}

/* The lowest level (largest size) at which [va, va + size) may begin. */
static int pgtable_best_level(uint64_t va, paddr_t pa, uint64_t size,
			      bool pages_only)
{
	for (int level = PT_FIRST_LEVEL; level < 3 && !pages_only; level++) {
		uint64_t step = BIT(pgtable_level_shift(level));

		if (level_has_blocks(level) && size >= step &&
		    IS_ALIGNED(va | pa, step)) {
			return level;
		}
	}
	return 3;
}

int pgtable_map(const struct pgtable *pt, uint64_t va, paddr_t pa,
		uint64_t size, uint64_t attrs, bool pages_only)
{
	int err = 0;

	while (size != 0) {
		int level = pgtable_best_level(va, pa, size, pages_only);
		uint64_t step = BIT(pgtable_level_shift(level));
		uint64_t *slot = pgtable_slot_at(pt, va, level);

		if (!slot) {
			err = -ENOMEM;
			break;
		}
		pgtable_write(slot, pa | attrs | PT_VALID |
					    (level == 3 ? PT_TABLE : 0));
		va += step;
		pa += step;
		size -= step;
	}
	/* Complete before any later access could need the walk (D8.16). */
	dsb(ishst);
	isb();
	return err;
}
