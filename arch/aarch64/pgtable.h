/* SPDX-License-Identifier: MIT */
/*
 * pgtable.h - the translation tables as a data structure: find and map.
 * Nothing here assumes a number of levels: it follows from VA_BITS and the
 * granule. TLB maintenance belongs to the callers: mmu.c for the kernel's
 * half, user_cursor.c for the user's.
 * The bits of a descriptor are drawn in sysreg_fields.h (DESC_*).
 */
#pragma once

#include "layout.h"
#include "lib/types.h"
#include "sysreg.h"

#define PT_VALID     FIELD_MASK(DESC_VALID)
#define PT_TABLE     FIELD_MASK(DESC_TABLE)
#define PT_ATTR(n)   FIELD_PREP(DESC_ATTRINDX, n) /* index into MAIR_EL1 */
#define PT_AP_USER   FIELD_MASK(DESC_AP1) /* EL0 has the access too */
#define PT_AP_RDONLY FIELD_MASK(DESC_AP2) /* no level writes */
#define PT_SH_INNER  FIELD_PREP(DESC_SH, 3)
#define PT_AF        FIELD_MASK(DESC_AF) /* accessed; set when it is mapped */
#define PT_NG        FIELD_MASK(DESC_NG) /* not global: tagged with the ASID */
#define PT_DBM       FIELD_MASK(DESC_DBM) /* a write makes it writable */
#define PT_PXN       FIELD_MASK(DESC_PXN)
#define PT_UXN       FIELD_MASK(DESC_UXN)
/* Ours: a page is kept here with no rights; the descriptor is invalid. */
#define PT_SOFT_NONE FIELD_PREP(DESC_SOFTWARE, 1)

/* In table descriptors: what nothing below may allow (D8.4). */
#define PT_TABLE_PXN      FIELD_MASK(DESC_PXNTABLE) /* EL1 executes nothing */
#define PT_TABLE_UXN      FIELD_MASK(DESC_UXNTABLE) /* EL0 executes nothing */
#define PT_TABLE_AP_NOEL0 FIELD_PREP(DESC_APTABLE, 1) /* nothing for EL0 */
#define PT_TABLE_AP_RDONLY FIELD_PREP(DESC_APTABLE, 2) /* no level writes */

#define PT_ADDR (FIELD_MASK(DESC_ADDR) & ~(BIT(PAGE_SHIFT) - 1))

/* MAIR_EL1 indices: see mmu_attrs.h. */
#define ATTR_NORMAL 0
#define ATTR_DEVICE 1

#define PT_BITS_PER_LEVEL (PAGE_SHIFT - 3)
#define PT_ENTRIES        (1 << PT_BITS_PER_LEVEL)
/* The first level that VA_BITS needs: 4 minus the levels walked. */
#define PT_FIRST_LEVEL                                                   \
	(4 - (VA_BITS - PAGE_SHIFT + PT_BITS_PER_LEVEL - 1) / PT_BITS_PER_LEVEL)

static inline unsigned int pgtable_level_shift(int level)
{
	return PAGE_SHIFT + (3 - level) * PT_BITS_PER_LEVEL;
}

/* Bits above VA_BITS only choose the half; the first table may be short. */
static inline unsigned int pgtable_index(uint64_t va, int level)
{
	va &= BIT(VA_BITS) - 1;
	return va >> pgtable_level_shift(level) & (PT_ENTRIES - 1);
}

struct pgtable {
	paddr_t root;
	uint64_t table_attrs; /* hierarchical bits for each table descriptor */
	uint64_t linear;        /* tables are reached at physical + linear */
	paddr_t (*alloc)(void); /* a page of zeroes, or PADDR_NONE */
};

static inline uint64_t *pgtable_at(const struct pgtable *pt, paddr_t pa)
{
	return (uint64_t *)(pa + pt->linear);
}

/*
 * Writes a descriptor: the only way that one is ever written, in both halves.
 * It is one instruction, and .table_writes has its address, so that the
 * linked kernel can be searched for a write that no barrier follows
 * (tests/system/barriers.py).
 */
#ifndef TEST_ON_HOST
static inline void pgtable_write(uint64_t *slot, uint64_t desc)
{
	asm volatile("1:	str	%x1, %0\n\t"
		     ".pushsection .table_writes, \"\"\n\t"
		     ".quad	1b\n\t"
		     ".popsection"
		     : "=Q"(*slot) : "rZ"(desc) : "memory");
}
#else
void pgtable_write(uint64_t *slot, uint64_t desc); /* arch/host */
#endif

/*
 * The same where the CPU may change the descriptor too (access flag, dirty
 * state), or another CPU may: `old` becomes `new` in one exchange. False, and
 * nothing has changed, if it is not `old` any more.
 */
#ifndef TEST_ON_HOST
static inline bool pgtable_exchange(uint64_t *slot, uint64_t old, uint64_t new)
{
	uint64_t found;
	uint32_t failed;

	asm volatile("1:	ldxr	%0, %2\n\t"
		     "cmp	%0, %3\n\t"
		     "b.ne	3f\n"
		     "2:	stxr	%w1, %x4, %2\n\t"
		     "cbnz	%w1, 1b\n"
		     "3:\n\t"
		     ".pushsection .table_writes, \"\"\n\t"
		     ".quad	2b\n\t"
		     ".popsection"
		     : "=&r"(found), "=&r"(failed), "+Q"(*slot)
		     : "r"(old), "r"(new) : "memory", "cc");
	return found == old;
}
#else
bool pgtable_exchange(uint64_t *slot, uint64_t old, uint64_t new);
#endif

/*
 * Maps [va, va + size) to pa with attrs (type bits excluded), all multiples of
 * the page size, with the largest blocks that fit; with pages only if
 * pages_only, so that single pages can change later. Nothing may be mapped
 * there. Returns 0 or -ENOMEM (some of it may then be mapped).
 * Ends with the barrier that makes the new entries visible to the walk.
 */
int pgtable_map(const struct pgtable *pt, uint64_t va, paddr_t pa,
		uint64_t size, uint64_t attrs, bool pages_only);

/*
 * The slot where the walk of va ends, and its level: `last`, or a lower one
 * where no table is below it. What is there may be a block. *above is the
 * descriptor of the slot's table; 0: that is the first one.
 */
static inline uint64_t *pgtable_walk(const struct pgtable *pt, uint64_t va,
				     int last, int *level, uint64_t *above)
{
	uint64_t *table = pgtable_at(pt, pt->root), *slot;
	uint64_t desc = 0;
	int l;

#pragma GCC unroll 4
	for (l = PT_FIRST_LEVEL; l < last; l++) {
		slot = &table[pgtable_index(va, l)];
		if (!(*slot & PT_TABLE)) {
			break;
		}
		desc = *slot;
		table = pgtable_at(pt, desc & PT_ADDR);
	}
	*level = l;
	*above = desc;
	return &table[pgtable_index(va, l)];
}

/* The slot of va at level 3; NULL: no table, or a block, is there. */
uint64_t *pgtable_slot(const struct pgtable *pt, uint64_t va);
