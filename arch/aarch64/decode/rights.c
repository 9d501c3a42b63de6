/* SPDX-License-Identifier: MIT */
/*
 * rights.c - from descriptors to rights, and from rights to what an access
 * meets (Arm ARM D8.4, "Memory access control"). A table descriptor can only
 * take rights away. EL1 never executes what EL0 may write, whatever PXN says.
 * The checks are in the order in which the hardware makes them: the half,
 * the walk, the access flag, the permissions. Next: verdict.c.
 */
#include "rights.h"

#include "sysreg_fields.h"

/*
 * AP[2:1] of a page or block       and APTable[1:0] of a table on the way
 *
 *	   EL1   EL0                           EL1        EL0
 *	00 R W   - -                    00  no effect  no effect
 *	01 R W   R W                    01  no effect  no access
 *	10 R -   - -                    10  read-only  read-only
 *	11 R -   R -                    11  read-only  no access
 */
struct limits {
	bool not_el0, read_only, uxn, pxn;
};

static struct limits page_limits(const struct walk *w)
{
	const uint64_t desc = w->desc[w->last];
	/* Writable, and clean until the hardware notes the first write. */
	const bool clean = (w->flags & WALK_HD) && FIELD_GET(DESC_DBM, desc);

	return (struct limits){
		.not_el0 = !FIELD_GET(DESC_AP1, desc),
		.read_only = FIELD_GET(DESC_AP2, desc) && !clean,
		.uxn = FIELD_GET(DESC_UXN, desc),
		.pxn = FIELD_GET(DESC_PXN, desc),
	};
}

/* The tables on the way, all together. */
static struct limits table_limits(const struct walk *w)
{
	uint64_t any = 0;

	for (int level = w->first; level < w->last; level++) {
		any |= w->desc[level];
	}
	if (w->flags & WALK_HPD) {
		any = 0;
	}
	return (struct limits){
		.not_el0 = FIELD_GET(DESC_APTABLE, any) & 1,
		.read_only = FIELD_GET(DESC_APTABLE, any) & 2,
		.uxn = FIELD_GET(DESC_UXNTABLE, any),
		.pxn = FIELD_GET(DESC_PXNTABLE, any),
	};
}

uint64_t walk_output(const struct walk *w)
{
	const uint64_t size = UINT64_C(1) << walk_index_lsb(w, w->last);
	const uint64_t base = w->desc[w->last] & FIELD_MASK(DESC_ADDR);

	return ALIGN_DOWN(base, size) | (w->va & (size - 1));
}

struct walk_rights walk_rights(const struct walk *w, uint64_t sctlr)
{
	const bool wxn = FIELD_GET(SCTLR_EL1_WXN, sctlr);
	struct walk_rights r = { .mapped = walk_is_mapped(w) };
	struct limits page, table;

	if (!r.mapped) {
		return r;
	}
	page = page_limits(w);
	table = table_limits(w);
	r.access_flag = FIELD_GET(DESC_AF, w->desc[w->last]);
	r.global = !FIELD_GET(DESC_NG, w->desc[w->last]);
	r.output = walk_output(w);
	r.el1_r = true;
	r.el1_w = !page.read_only && !table.read_only;
	r.el0_r = !page.not_el0 && !table.not_el0;
	r.el0_w = r.el0_r && r.el1_w;
	r.user = r.el0_r;
	r.el0_x = !page.uxn && !table.uxn && !(wxn && r.el0_w);
	r.el1_x = !page.pxn && !table.pxn && !r.el0_w && !(wxn && r.el1_w);
	return r;
}

/* ---- Which attribute refuses ---------------------------------------- */

/* Called only for what is refused, so the last answer needs no test. */
static const char *why_no_fetch(const struct walk *w,
				const struct walk_rights *r, int el)
{
	const struct limits page = page_limits(w), table = table_limits(w);

	if (el == 0 ? page.uxn : page.pxn) {
		return el == 0 ? "UXN = 1" : "PXN = 1";
	}
	if (el == 0 ? table.uxn : table.pxn) {
		return el == 0 ? "UXNTable = 1" : "PXNTable = 1";
	}
	if (el == 1 && r->el0_w) {
		return "EL0 may write it, so EL1 may not execute it";
	}
	return "it is writable, and SCTLR_EL1.WXN = 1";
}

static const char *why_no_data(const struct walk *w, bool as_el0)
{
	const struct limits page = page_limits(w), table = table_limits(w);

	if (as_el0 && page.not_el0) {
		return "AP[1] = 0: not for EL0";
	}
	if (as_el0 && table.not_el0) {
		return "APTable[0] = 1: not for EL0";
	}
	return page.read_only ? "AP[2] = 1: read-only" :
				"APTable[1] = 1: read-only";
}

/* ---- The model ------------------------------------------------------ */

static struct model fault(enum model_result result, int level,
			  enum verdict verdict, const char *why)
{
	return (struct model){
		.result = result, .level = (int8_t)level,
		.verdict = verdict, .why = why,
	};
}

/* A walk that found nothing. Without any table the level is reported as 0. */
static struct model no_translation(const struct walk *w)
{
	switch ((enum walk_end)w->end) {
	case WALK_NONCANONICAL:
		return fault(MODEL_TRANSLATION_FAULT, 0, VERDICT_NONCANONICAL,
			     "");
	case WALK_ADDRESS_SIZE:
		return fault(MODEL_ADDRESS_SIZE_FAULT, w->last,
			     VERDICT_ADDRESS_SIZE, "");
	case WALK_OUTSIDE_RAM:
		return fault(MODEL_EXTERNAL_ABORT, w->last, VERDICT_EXTERNAL,
			     "");
	default:
		return fault(MODEL_TRANSLATION_FAULT, w->last, VERDICT_UNMAPPED,
			     "");
	}
}

/*
 * The page gives the right to write, and only the table above it does not:
 * fork() has taken it there, from two programs at once (user_share.c).
 */
static bool is_shared_table(const struct walk *w)
{
	return w->half == 0 && !page_limits(w).read_only &&
	       table_limits(w).read_only;
}

/* A data access of EL1's with its own rights: the one kind that PAN stops. */
static struct model privileged_data(const struct walk *w,
				    const struct walk_rights *r,
				    const struct access *a)
{
	if (a->pan && r->user) {
		return fault(MODEL_PERMISSION_FAULT, w->last, VERDICT_PAN, "");
	}
	if (a->pan && a->epan && r->el0_x) {
		return fault(MODEL_PERMISSION_FAULT, w->last, VERDICT_EPAN, "");
	}
	if (a->kind == ACCESS_WRITE && !r->el1_w) {
		return fault(MODEL_PERMISSION_FAULT, w->last,
			     is_shared_table(w) ? VERDICT_SHARED_TABLE :
						  VERDICT_PERMISSION,
			     why_no_data(w, false));
	}
	return fault(MODEL_ALLOWED, w->last, VERDICT_NONE, "");
}

/* A data access with EL0's rights, by EL0 itself or by LDTR and STTR. */
static struct model unprivileged_data(const struct walk *w,
				      const struct walk_rights *r,
				      const struct access *a)
{
	if (a->kind == ACCESS_WRITE ? r->el0_w : r->el0_r) {
		return fault(MODEL_ALLOWED, w->last, VERDICT_NONE, "");
	}
	return fault(MODEL_PERMISSION_FAULT, w->last,
		     r->el0_r && is_shared_table(w) ? VERDICT_SHARED_TABLE :
		     a->el == 0			    ? VERDICT_PERMISSION :
						      VERDICT_UNPRIVILEGED,
		     why_no_data(w, true));
}

/* A read, a write or a fetch. */
static struct model model_one(const struct walk *w, const struct access *a,
			      uint64_t sctlr)
{
	const bool as_el0 = access_is_as_el0(a);
	const struct walk_rights r = walk_rights(w, sctlr);

	if (as_el0 && a->e0pd && w->end != WALK_NONCANONICAL) {
		return fault(MODEL_TRANSLATION_FAULT, 0, VERDICT_E0PD, "");
	}
	if (!r.mapped) {
		return no_translation(w);
	}
	if (!r.access_flag && !(w->flags & WALK_HA)) {
		return fault(MODEL_ACCESS_FLAG_FAULT, w->last,
			     VERDICT_ACCESS_FLAG, "AF = 0");
	}
	if (a->kind != ACCESS_FETCH) {
		return as_el0 ? unprivileged_data(w, &r, a) :
				privileged_data(w, &r, a);
	}
	if (a->el == 0 ? r.el0_x : r.el1_x) {
		return fault(MODEL_ALLOWED, w->last, VERDICT_NONE, "");
	}
	return fault(MODEL_PERMISSION_FAULT, w->last, VERDICT_PERMISSION,
		     why_no_fetch(w, &r, a->el));
}

struct model model_access(const struct walk *w, const struct access *a,
			  uint64_t sctlr)
{
	struct access part = *a;
	struct model m;

	if (a->kind == ACCESS_UPDATE) {
		part.kind = ACCESS_READ;
		m = model_one(w, &part, sctlr);
		if (m.result != MODEL_ALLOWED) {
			return m;
		}
		part.kind = ACCESS_WRITE;
	}
	m = model_one(w, &part, sctlr);
	m.is_write = part.kind == ACCESS_WRITE;
	return m;
}

/* ---- AT ------------------------------------------------------------- */

static const struct {
	const char *name;
	enum access_kind kind;
	uint8_t el;
	bool obeys_pan;
} at_ops[AT_COUNT] = {
	[AT_S1E0R] = { "s1e0r", ACCESS_READ, 0, false },
	[AT_S1E0W] = { "s1e0w", ACCESS_WRITE, 0, false },
	[AT_S1E1R] = { "s1e1r", ACCESS_READ, 1, false },
	[AT_S1E1W] = { "s1e1w", ACCESS_WRITE, 1, false },
	[AT_S1E1RP] = { "s1e1rp", ACCESS_READ, 1, true },
	[AT_S1E1WP] = { "s1e1wp", ACCESS_WRITE, 1, true },
};

const char *at_name(enum at_op op)
{
	return at_ops[op].name;
}

struct access at_access(enum at_op op, const struct access *now)
{
	return (struct access){
		.kind = at_ops[op].kind,
		.el = at_ops[op].el,
		.pan = now->pan && at_ops[op].obeys_pan,
		.epan = now->epan,
		.e0pd = now->e0pd,
	};
}
