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

static bool at_is_write(enum at_op op)
{
	return op == AT_S1E0W || op == AT_S1E1W || op == AT_S1E1WP;
}

static bool at_is_passive(const struct fault *f, enum at_op op)
{
	const struct walk *w = &f->walk;
	uint64_t leaf = w->desc[w->last];

	if (w->half == 0 && f->ttbr0 != sysreg_read(ttbr0_el1)) {
		return false; /* sw_ttbr0: the hardware would walk nothing */
	}
	if (w->end == WALK_INVALID) {
		return true; /* it will find nothing, and change nothing */
	}
	if (w->end != WALK_PAGE && w->end != WALK_BLOCK) {
		return false;
	}
	if ((f->tcr & FIELD_MASK(TCR_EL1_HA)) &&
	    !(leaf & FIELD_MASK(DESC_AF))) {
		return false;
	}
	return !(at_is_write(op) && (f->tcr & FIELD_MASK(TCR_EL1_HD)) &&
		 (leaf & FIELD_MASK(DESC_DBM)));
}

void at_ask(struct fault *f)
{
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		struct careful_result got;

		if ((op >= AT_S1E1RP && !cpu_features.pan2) ||
		    !at_is_passive(f, op)) {
			continue;
		}
		got = careful_at(op, f->far);
		if (got.ok) {
			f->par[op] = got.value;
		}
	}
}
