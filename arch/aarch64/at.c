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

#define AT_READS  (BIT(AT_S1E0R) | BIT(AT_S1E1R) | BIT(AT_S1E1RP))
#define AT_WRITES (BIT(AT_S1E0W) | BIT(AT_S1E1W) | BIT(AT_S1E1WP))
#define AT_ALL    (AT_READS | AT_WRITES)
#define AT_PAN2   (BIT(AT_S1E1RP) | BIT(AT_S1E1WP))

/* The questions that change nothing. */
static unsigned int at_passive(const struct fault *f)
{
	const struct walk *w = &f->walk;
	uint64_t leaf;

	if (w->half == 0 && f->ttbr0 != sysreg_read(ttbr0_el1)) {
		return 0; /* sw_ttbr0: the hardware would walk nothing */
	}
	if (w->end == WALK_INVALID) {
		return AT_ALL; /* it will find and change nothing */
	}
	if (w->end != WALK_PAGE && w->end != WALK_BLOCK) {
		return 0;
	}
	leaf = w->desc[w->last];
	if ((w->flags & WALK_HA) && !(leaf & FIELD_MASK(DESC_AF))) {
		return 0;
	}
	if ((w->flags & WALK_HD) && (leaf & FIELD_MASK(DESC_DBM))) {
		return AT_READS;
	}
	return AT_ALL;
}

void at_ask(struct fault *f)
{
	const unsigned int known = cpu_features.pan2 ? AT_ALL :
						       AT_ALL & ~AT_PAN2;

	careful_at_each(f->far, f->par, at_passive(f) & known);
}
