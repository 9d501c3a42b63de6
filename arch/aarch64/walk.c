/* SPDX-License-Identifier: MIT */
/*
 * walk.c - the translation table walk as the MMU does it, one level a step,
 * and each step kept (Arm ARM D8.2). It trusts nothing that it reads: a
 * descriptor comes through read(), which refuses an address that is not RAM,
 * and the number of levels bounds it, so a table that points at itself cannot
 * hold it. What the rights at the end are: rights.c.
 */
#include "walk.h"

#include "sysreg_fields.h"

/* TG0 and TG1 number the granules differently; the value that neither
 * defines is read as 4 KiB, one of the choices that the Arm ARM allows. */
static unsigned int granule_shift(uint64_t tcr, int half)
{
	static const uint8_t tg0[4] = {
		[TCR_EL1_TG0_4K] = 12, [TCR_EL1_TG0_16K] = 14,
		[TCR_EL1_TG0_64K] = 16, [3] = 12,
	};
	static const uint8_t tg1[4] = {
		[TCR_EL1_TG1_4K] = 12, [TCR_EL1_TG1_16K] = 14,
		[TCR_EL1_TG1_64K] = 16, [0] = 12,
	};

	return half ? tg1[FIELD_GET(TCR_EL1_TG1, tcr)] :
		      tg0[FIELD_GET(TCR_EL1_TG0, tcr)];
}

/* A TxSZ outside what the architecture allows counts as the nearest allowed
 * one: D8.2.4 leaves that choice, or a fault, to the implementation. */
static unsigned int address_bits(uint64_t tcr, int half,
				 unsigned int page_shift)
{
	const unsigned int largest = page_shift == 16 ? 47 : 48;
	unsigned int size = half ? FIELD_GET(TCR_EL1_T1SZ, tcr) :
				   FIELD_GET(TCR_EL1_T0SZ, tcr);

	size = size < 16 ? 16 : size;
	return 64 - (size > largest ? largest : size);
}

/* The bits of a physical address that TCR_EL1.IPS allows, 48 at most. */
static unsigned int output_bits(uint64_t tcr)
{
	static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };

	return bits[FIELD_GET(TCR_EL1_IPS, tcr)];
}

static uint64_t sign_extend(uint64_t value, unsigned int bit)
{
	return (uint64_t)((int64_t)(value << (63 - bit)) >> (63 - bit));
}

/* Sets what does not depend on any table. */
static void walk_prepare(struct walk *w, uint64_t va, uint64_t tcr,
			 uint64_t ttbr0, uint64_t ttbr1)
{
	const int half = (va >> 55) & 1;
	const bool tbi = half ? FIELD_GET(TCR_EL1_TBI1, tcr) :
				FIELD_GET(TCR_EL1_TBI0, tcr);
	const bool hpd = half ? FIELD_GET(TCR_EL1_HPD1, tcr) :
				FIELD_GET(TCR_EL1_HPD0, tcr);

	*w = (struct walk){ .half = half };
	w->va = tbi ? sign_extend(va, 55) : va;
	w->ttbr = half ? ttbr1 : ttbr0;
	w->page_shift = granule_shift(tcr, half);
	w->va_bits = address_bits(tcr, half, w->page_shift);
	w->flags = (hpd ? WALK_HPD : 0) |
		   (FIELD_GET(TCR_EL1_HA, tcr) ? WALK_HA : 0) |
		   (FIELD_GET(TCR_EL1_HD, tcr) ? WALK_HD : 0);
	/* Level 3 resolves up to its index's end; each level above, more. */
	w->first = 3;
	while (walk_index_lsb(w, w->first - 1) < w->va_bits) {
		w->first--;
	}
}

/* Whether the bits above va_bits are all equal to bit 55. */
static bool is_canonical(const struct walk *w)
{
	const uint64_t bits = w->half ? ~UINT64_C(0) : 0;

	return w->va >> w->va_bits == bits >> w->va_bits;
}

/* What a descriptor at this level is (Arm ARM D8.3.1). */
static int descriptor_kind(const struct walk *w, int level, uint64_t desc)
{
	const int first_block = w->page_shift == 12 ? 1 : 2;

	if (!FIELD_GET(DESC_VALID, desc)) {
		return WALK_INVALID;
	}
	if (level == 3) {
		return FIELD_GET(DESC_TABLE, desc) ? WALK_PAGE : WALK_RESERVED;
	}
	if (FIELD_GET(DESC_TABLE, desc)) {
		return WALK_TABLE;
	}
	return level >= first_block ? WALK_BLOCK : WALK_RESERVED;
}

/*
 * One level: reads the descriptor that va selects in the table at *table.
 * Returns false when the walk has ended; else *table is the next one.
 */
static bool walk_level(struct walk *w, int level, uint64_t *table,
		       unsigned int ips, walk_read_fn *read, void *ctx)
{
	const uint64_t desc_pa = *table + 8ul * walk_index(w, level);
	uint64_t desc;

	w->last = level;
	w->levels++;
	w->addr[level] = desc_pa;
	if (!read(desc_pa, &desc, ctx)) {
		w->end = WALK_OUTSIDE_RAM;
		return false;
	}
	w->desc[level] = desc;
	w->end = descriptor_kind(w, level, desc);
	if (w->end == WALK_INVALID || w->end == WALK_RESERVED) {
		return false;
	}
	*table = ALIGN_DOWN(desc & FIELD_MASK(DESC_ADDR),
			    UINT64_C(1) << w->page_shift);
	if (*table >> ips != 0) {
		w->end = WALK_ADDRESS_SIZE;
	}
	return w->end == WALK_TABLE;
}

void walk_tables(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		 uint64_t ttbr1, walk_read_fn *read, void *ctx)
{
	const unsigned int ips = output_bits(tcr);
	uint64_t table;
	unsigned int index_bits;

	walk_prepare(w, va, tcr, ttbr0, ttbr1);
	if (!is_canonical(w)) {
		w->end = WALK_NONCANONICAL;
		return;
	}
	if (w->half ? FIELD_GET(TCR_EL1_EPD1, tcr) :
		      FIELD_GET(TCR_EL1_EPD0, tcr)) {
		w->end = WALK_DISABLED;
		return;
	}
	/* The first table is aligned to its own size (Arm ARM, TTBR0_EL1). */
	index_bits = w->va_bits - walk_index_lsb(w, w->first);
	table = ALIGN_DOWN(w->ttbr & FIELD_MASK(TTBR_EL1_BADDR),
			   UINT64_C(8) << index_bits);
	if (table >> ips != 0) {
		w->end = WALK_ADDRESS_SIZE;
		return;
	}
	for (int level = w->first; level <= 3; level++) {
		if (!walk_level(w, level, &table, ips, read, ctx)) {
			return;
		}
	}
}
