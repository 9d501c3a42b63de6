/* SPDX-License-Identifier: MIT */
/*
 * story_walk.c - a walk drawn level by level, and beside it what the hardware
 * itself answered (AT). One line a level:
 *
 *	L3  va[20:12]=   2   @0x42033010  0x0060000042099f43  page
 *	    which bits and index   descriptor: where and what
 *
 * "stop> " is in front of the level where the hardware stopped; and after a
 * page or block comes a second line, with the rights that all levels together
 * grant.
 */
#include "story.h"

#include "rights.h"
#include "sysreg_fields.h"

#define STOPPED "stop> " /* as wide as the lines' indentation */
/* "table, no write, PXN, no longer shared" ends there. */
#define WIDTH_WITH_SHARERS 98

/* ---- The walk ------------------------------------------------------- */

/* "RWX", "R", "-": what one exception level may do. */
static const char *rights_text(bool r, bool w, bool x)
{
	static const char *const texts[8] = {
		"-", "X", "W", "WX", "R", "RX", "RW", "RWX",
	};

	return texts[r * 4 + w * 2 + x];
}

void story_table(struct sink *out, uint64_t desc)
{
	const unsigned int ap = FIELD_GET(DESC_APTABLE, desc);

	sink_printf(out, "table%s%s%s%s", ap & 1 ? ", not EL0" : "",
		    ap & 2 ? ", no write" : "",
		    FIELD_GET(DESC_UXNTABLE, desc) ? ", UXN" : "",
		    FIELD_GET(DESC_PXNTABLE, desc) ? ", PXN" : "");
}

void story_sharers(struct sink *out, unsigned int sharers)
{
	if (sharers > 1) {
		sink_printf(out, "shared by %u", sharers);
	} else {
		sink_printf(out, "no longer shared");
	}
}

static void print_end(struct sink *out, const struct walk *w)
{
	static const char *const ends[] = {
		[WALK_PAGE] = "page",
		[WALK_BLOCK] = "block",
		[WALK_INVALID] = "invalid",
		[WALK_RESERVED] = "reserved",
		[WALK_OUTSIDE_RAM] = "not in RAM",
		[WALK_ADDRESS_SIZE] = "above IPS",
	};

	sink_printf(out, "%s", w->end < ARRAY_SIZE(ends) &&
				       ends[w->end] != NULL ?
			       ends[w->end] : "?");
}

/* A table of level 3 that fork() has shared: on the line, or on one more. */
static void print_sharers(struct sink *out, unsigned int sharers)
{
	sink_printf(out, "%s", story_width < WIDTH_WITH_SHARERS ?
				       "\n          " : ", ");
	story_sharers(out, sharers);
}

static void print_level(struct sink *out, const struct walk *w, int level,
			unsigned int sharers, bool stopped)
{
	sink_printf(out, "%sL%d  va[%2u:%2u]=%4u   @0x%08lx  ",
		    level == w->last && stopped ? STOPPED : "      ", level,
		    walk_index_end(w, level) - 1, walk_index_lsb(w, level),
		    walk_index(w, level), w->addr[level]);
	if (level == w->last && w->end == WALK_OUTSIDE_RAM) {
		sink_printf(out, "not read            ");
	} else {
		sink_printf(out, "0x%016lx  ", w->desc[level]);
	}
	if (level == w->last) {
		print_end(out, w);
	} else {
		story_table(out, w->desc[level]);
		if (level == 2 && sharers != 0) {
			print_sharers(out, sharers);
		}
	}
	sink_printf(out, "\n");
}

void story_rights(struct sink *out, const struct walk *w, uint64_t sctlr)
{
	const struct walk_rights r = walk_rights(w, sctlr);
	const uint64_t desc = w->desc[w->last];

	sink_printf(out, "EL0 %s, EL1 %s%s%s, AF=%u, %s%s%s",
		    rights_text(r.el0_r, r.el0_w, r.el0_x),
		    rights_text(r.el1_r, r.el1_w, r.el1_x),
		    FIELD_GET(DESC_UXN, desc) ? ", UXN" : "",
		    FIELD_GET(DESC_PXN, desc) ? ", PXN" : "",
		    r.access_flag, r.global ? "global" : "nG",
		    FIELD_GET(DESC_DBM, desc) ? ", DBM" : "",
		    FIELD_GET(DESC_CONTIGUOUS, desc) ? ", contiguous" : "");
}

/* Why there is not even a first table. */
static void print_no_walk(struct sink *out, const struct walk *w)
{
	switch ((enum walk_end)w->end) {
	case WALK_NONCANONICAL:
		sink_printf(out, "      no walk: bits 63:%u of 0x%lx are not "
				 "all equal\n", w->va_bits, w->va);
		break;
	case WALK_DISABLED:
		sink_printf(out, "      no walk: TCR_EL1.EPD%u = 1\n",
			    w->half);
		break;
	default:
		sink_printf(out, "      no walk: TTBR%u_EL1 is above "
				 "TCR_EL1.IPS\n", w->half);
		break;
	}
}

void story_draw_walk(struct sink *out, const struct walk *w, uint64_t sctlr,
		     unsigned int sharers, bool stopped)
{
	sink_printf(out, "    TTBR%u_EL1", w->half);
	if (w->half == 0) {
		sink_printf(out, ", asid %u",
			    (unsigned int)FIELD_GET(TTBR_EL1_ASID, w->ttbr));
	}
	sink_printf(out, "\n");
	if (w->levels == 0) {
		print_no_walk(out, w);
		return;
	}
	for (int level = w->first; level <= w->last && level <= 3; level++) {
		print_level(out, w, level, sharers, stopped);
	}
	if (walk_is_mapped(w)) {
		sink_printf(out, "          ");
		story_rights(out, w, sctlr);
		sink_printf(out, "   -> physical 0x%lx\n",
			    walk_rights(w, sctlr).output);
	}
}

void story_walk(struct sink *out, const struct walk *w, uint64_t sctlr,
		unsigned int sharers)
{
	story_draw_walk(out, w, sctlr, sharers, !walk_is_mapped(w));
}

/* ---- The hardware's second opinion ---------------------------------- */

/* Asked, and about what (read or write) was refused. */
static bool at_is_told(const struct fault *f, enum at_op op)
{
	const struct access fault = fault_access(f);

	return f->par[op] != PAR_NOT_ASKED &&
	       at_access(op, &fault).kind == fault_refused(f);
}

/*
 * Whether the model foresees what the hardware answered. AT obeys PSTATE.PAN as
 * it is when the handler asks, and not as it was at the access: with SPAN = 0
 * the exception has set it (DDI 0487, SCTLR_EL1.SPAN).
 */
static bool at_agrees(const struct fault *f, enum at_op op)
{
	struct access now = fault_access(f), access;

	now.pan |= !FIELD_GET(SCTLR_EL1_SPAN, f->sctlr);
	access = at_access(op, &now);
	return (model_access(&f->walk, &access, f->sctlr).result ==
		MODEL_ALLOWED) == !FIELD_GET(PAR_EL1_F, f->par[op]);
}

/*
 * Two questions that differ in one thing only, and the answers differ too:
 * then that thing decided. "" when they do not prove the verdict.
 */
static const char *at_proof(const struct fault *f)
{
	const bool write = fault_refused(f) == ACCESS_WRITE;
	const uint64_t el0 = f->par[write ? AT_S1E0W : AT_S1E0R];
	const uint64_t el1 = f->par[write ? AT_S1E1W : AT_S1E1R];
	const uint64_t el1_pan = f->par[write ? AT_S1E1WP : AT_S1E1RP];

	if (el1 == PAR_NOT_ASKED || FIELD_GET(PAR_EL1_F, el1)) {
		return "";
	}
	if (f->verdict == VERDICT_PAN && el1_pan != PAR_NOT_ASKED &&
	    FIELD_GET(PAR_EL1_F, el1_pan)) {
		return ": so it was PAN";
	}
	if (f->verdict == VERDICT_UNPRIVILEGED && el0 != PAR_NOT_ASKED &&
	    FIELD_GET(PAR_EL1_F, el0)) {
		return ": so it was EL0's rights";
	}
	return "";
}

/* As the Arm ARM writes it: S1E1RP. */
static void print_at_name(struct sink *out, enum at_op op)
{
	for (const char *c = at_name(op); *c != '\0'; c++) {
		sink_printf(out, "%c", *c >= 'a' ? *c - 'a' + 'A' : *c);
	}
}

void story_at(struct sink *out, const struct fault *f)
{
	bool any = false;

	if (f->is_fetch) {
		return; /* AT asks about data only */
	}
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		if (!at_is_told(f, op)) {
			continue;
		}
		sink_printf(out, "%s",
			    any ? "   " : "    AT says:   ");
		print_at_name(out, op);
		sink_printf(out, " %s%s",
			    FIELD_GET(PAR_EL1_F, f->par[op]) ? "fault" : "ok",
			    at_agrees(f, op) ? "" : " (the walk disagrees)");
		any = true;
	}
	if (any) {
		sink_printf(out, "%s\n", at_proof(f));
	} else if (f->pan_features & FAULT_NOT_TRACED) {
		sink_printf(out, "    AT not asked: nobody traced the "
				 "fault\n");
	}
}
