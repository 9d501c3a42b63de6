/* SPDX-License-Identifier: MIT */
/*
 * walk.c - the translation table walk as the MMU does it, one level a step,
 * and each step kept (Arm ARM D8.2): here what TCR_EL1 says of it; the steps
 * are in walk_regime.h. It checks all that it reads: a descriptor comes
 * through read(), which refuses an address that is not RAM, and the number of
 * levels bounds it, so a table that points at itself cannot hold it. What the
 * rights at the end are: rights.c.
 */
#include "walk.h"

#include "sysreg_fields.h"
#include "walk_regime.h"

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

void walk_regime_read(struct walk_regime *r, uint64_t tcr, int half)
{
	const bool hpd = half ? FIELD_GET(TCR_EL1_HPD1, tcr) :
				FIELD_GET(TCR_EL1_HPD0, tcr);
	struct walk *w = &r->start;

	*w = (struct walk){ .half = half };
	w->page_shift = granule_shift(tcr, half);
	w->va_bits = address_bits(tcr, half, w->page_shift);
	w->flags = (hpd ? WALK_HPD : 0) |
		   (FIELD_GET(TCR_EL1_HA, tcr) ? WALK_HA : 0) |
		   (FIELD_GET(TCR_EL1_HD, tcr) ? WALK_HD : 0);
	r->shape = walk_shape_of(w->page_shift, w->va_bits);
	w->first = r->shape.first;
	r->tag_ignored = half ? FIELD_GET(TCR_EL1_TBI1, tcr) :
				FIELD_GET(TCR_EL1_TBI0, tcr);
	r->disabled = half ? FIELD_GET(TCR_EL1_EPD1, tcr) :
			     FIELD_GET(TCR_EL1_EPD0, tcr);
	r->beyond = ~(BIT(output_bits(tcr)) - 1);
}

void walk_tables(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		 uint64_t ttbr1, walk_read_fn *read, void *ctx)
{
	const int half = (va >> 55) & 1;
	struct walk_regime r;

	walk_regime_read(&r, tcr, half);
	walk_in_regime(w, &r, &r.shape, va, half ? ttbr1 : ttbr0, read, ctx);
}

/* ---- Again, from what was kept -------------------------------------- */

/* A walk_read_fn: ctx is what is left. */
struct kept {
	const uint64_t *next, *end;
};

static bool kept_read(uint64_t pa, uint64_t *desc, void *ctx)
{
	struct kept *kept = ctx;

	(void)pa;
	if (kept->next == kept->end) {
		return false;
	}
	*desc = *kept->next++;
	return true;
}

void walk_again(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		uint64_t ttbr1)
{
	const struct walk met = *w;
	struct kept kept = { met.desc, met.desc + met.levels };

	walk_tables(w, va, tcr, ttbr0, ttbr1, kept_read, &kept);
}
