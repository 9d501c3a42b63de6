/* SPDX-License-Identifier: MIT */
/*
 * walk_regime.h - the walk itself, as an inline function: the kernel walks at
 * every fault that it traces, and reads its tables there without a call through
 * a pointer. Everybody else calls walk_tables(), which is this with one.
 * What does not change from one walk to the next is worked out once, from
 * TCR_EL1: struct walk_regime.
 */
#pragma once

#include "sysreg_fields.h"
#include "walk.h"

/* How the tables are made: of its own ones, the kernel's build knows it. */
struct walk_shape {
	int8_t first;          /* level of the first table */
	uint8_t first_lsb;     /* walk_index_lsb() of that */
	uint8_t page_shift;
	uint64_t first_mask;   /* of the first index */
	uint64_t base;         /* bits of TTBRn_EL1: the first table's */
	uint64_t output;       /* bits of a descriptor that are an address */
};

static inline struct walk_shape walk_shape_of(unsigned int page_shift,
					      unsigned int va_bits)
{
	const unsigned int step = page_shift - 3u;
	/* Level 3 resolves up to its index's end; each level above, more. */
	const int first = 4 - (int)((va_bits - page_shift + step - 1) / step);
	const unsigned int lsb = page_shift + (3 - first) * step;
	const uint64_t mask = BIT(va_bits - lsb) - 1;

	return (struct walk_shape){
		.first = first, .first_lsb = lsb, .page_shift = page_shift,
		.first_mask = mask,
		/* The first table is aligned to its own size (Arm ARM,
		 * TTBR0_EL1). */
		.base = ALIGN_DOWN(FIELD_MASK(TTBR_EL1_BADDR), 8 * (mask + 1)),
		.output = ALIGN_DOWN(FIELD_MASK(DESC_ADDR), BIT(page_shift)),
	};
}

struct walk_regime {
	struct walk start;     /* half, sizes and flags, and all else zero */
	struct walk_shape shape;
	bool tag_ignored;      /* TCR_EL1.TBIn */
	bool disabled;         /* TCR_EL1.EPDn */
	uint64_t beyond;       /* bits of an address that IPS does not allow */
};

/* What TCR_EL1 says of the half (0 or 1). */
void walk_regime_read(struct walk_regime *r, uint64_t tcr, int half);

/* What a descriptor at this level is (Arm ARM D8.3.1). */
static inline int walk_descriptor_kind(int level, int first_block,
				       uint64_t desc)
{
	if (!FIELD_GET(DESC_VALID, desc)) {
		return WALK_INVALID;
	}
	if (FIELD_GET(DESC_TABLE, desc)) {
		return level == 3 ? WALK_PAGE : WALK_TABLE;
	}
	return level < 3 && level >= first_block ? WALK_BLOCK : WALK_RESERVED;
}

_Static_assert(offsetof(struct walk, half) == 16 &&
	       offsetof(struct walk, addr) == 24 &&
	       offsetof(struct walk, desc) == 56,
	       "the small fields are one word, and the two arrays follow");

/* From the first table on; returns how the walk ends. */
static inline __attribute__((always_inline)) int
walk_levels(struct walk *w, const struct walk_shape *s, uint64_t beyond,
	    uint64_t table, walk_read_fn *read, void *ctx)
{
	/* In registers: what is stored in *w cannot have changed them. */
	const uint64_t va = w->va, output = s->output;
	const unsigned int step = s->page_shift - 3u;
	const int first = s->first;
	const int first_block = step == 9 ? 1 : 2;
	unsigned int lsb = s->first_lsb;
	uint64_t mask = s->first_mask;
	int level, end;

	for (level = first;; level++, lsb -= step, mask = BIT(step) - 1) {
		const uint64_t addr = table + 8 * (va >> lsb & mask);
		uint64_t desc;

		w->addr[level] = addr;
		if (!read(addr, &desc, ctx)) {
			end = WALK_OUTSIDE_RAM;
			break;
		}
		w->desc[level] = desc;
		end = walk_descriptor_kind(level, first_block, desc);
		table = desc & output;
		if (end == WALK_INVALID || end == WALK_RESERVED) {
			break;
		}
		if (table & beyond) {
			end = WALK_ADDRESS_SIZE;
			break;
		}
		if (end != WALK_TABLE) {
			break;
		}
	}
	w->last = level;
	w->levels = level - first + 1;
	return end;
}

/* The walk of va from ttbr, TTBRn_EL1 of the regime's half; the shape is the
 * regime's. */
static inline __attribute__((always_inline)) void
walk_in_regime(struct walk *w, const struct walk_regime *r,
	       const struct walk_shape *shape, uint64_t va, uint64_t ttbr,
	       walk_read_fn *read, void *ctx)
{
	const uint64_t table = ttbr & shape->base;

	/* *w = r->start, but for what is zero there and what comes now. */
	__builtin_memcpy(&w->half, &r->start.half,
			 offsetof(struct walk, addr) -
				 offsetof(struct walk, half));
	w->addr[0] = w->addr[1] = w->addr[2] = w->addr[3] = 0;
	w->desc[0] = w->desc[1] = w->desc[2] = w->desc[3] = 0;
	w->ttbr = ttbr;
	/* The tag's place takes bit 55. */
	w->va = r->tag_ignored ? (uint64_t)((int64_t)(va << 8) >> 8) : va;
	/* The bits above va_bits must all be equal to bit 55. */
	if ((w->va ^ -(uint64_t)w->half) >> w->va_bits != 0) {
		w->end = WALK_NONCANONICAL;
	} else if (r->disabled) {
		w->end = WALK_DISABLED;
	} else if (table & r->beyond) {
		w->end = WALK_ADDRESS_SIZE;
	} else {
		w->end = walk_levels(w, shape, r->beyond, table, read, ctx);
	}
}
