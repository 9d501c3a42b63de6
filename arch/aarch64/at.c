// SPDX-License-Identifier: MIT
/*
 * at.c - AT is the hardware's second opinion on the software walk, but it is
 * not passive: with TCR_EL1.HA it sets the access flag, with HD it marks a
 * clean DBM page dirty, and through a table outside RAM it aborts. So it is
 * asked after the walk, and not where the walk shows that it would change
 * what it looks at.
 */
#include "at.h"

#include "careful.h"
#include "cpu_features.h"
#include "sysreg.h"

#define AT_READS  (BIT(AT_S1E0R) | BIT(AT_S1E1R))
#define AT_WRITES (BIT(AT_S1E0W) | BIT(AT_S1E1W))

/* The questions that this CPU knows. */
static unsigned int at_known(unsigned int plain, enum at_op with_pan)
{
	return plain | (unsigned int)cpu_features.pan2 << with_pan;
}

/* Those of them that change nothing. */
static unsigned int at_passive(const struct fault *f)
{
	const struct walk *w = &f->walk;
	const unsigned int reads = at_known(AT_READS, AT_S1E1RP);
	const unsigned int writes = at_known(AT_WRITES, AT_S1E1WP);
	uint64_t leaf;

	if (w->half == 0 && f->ttbr0 != sysreg_read(ttbr0_el1)) {
		return 0; /* sw_ttbr0: the hardware would walk nothing */
	}
	if (w->end == WALK_INVALID) {
		return reads | writes; /* it will find and change nothing */
	}
	if (w->end != WALK_PAGE && w->end != WALK_BLOCK) {
		return 0;
	}
	leaf = w->desc[w->last];
	if ((w->flags & WALK_HA) && !(leaf & FIELD_MASK(DESC_AF))) {
		return 0;
	}
	if ((w->flags & WALK_HD) && (leaf & FIELD_MASK(DESC_DBM))) {
		return reads;
	}
	return reads | writes;
}

void at_ask(struct fault *f)
{
	careful_at_each(f->far, f->par, at_passive(f));
}
