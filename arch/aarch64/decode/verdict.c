/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - the class of a fault. The fault status alone cannot give it: a
 * plain load stopped by PAN and an LDTR of a kernel page both report "same EL,
 * permission fault". So the model of rights.c is asked what this access, with
 * the PSTATE, the instruction and the descriptors of that moment, had to meet;
 * where the model and the hardware differ, the translation was stale.
 * How a verdict is said: story.c.
 */
#include "decode.h"
#include "esr.h"
#include "extable.h"
#include "insn.h"
#include "layout.h"
#include "rights.h"
#include "sysreg_fields.h"

const char *verdict_name(enum verdict v)
{
#define V(name, data) data,
	static const char *const names[] = { VERDICTS(V) };
#undef V

	return (unsigned int)v < VERDICT_COUNT ? names[v] : "unknown";
}

/*
 * Whether EL1 asked with EL0's rights. The instruction says so; where it could
 * not be read (it is 0 then), the exception table does: an access to user
 * memory that needs no window is LDTR, STTR, or a T form of CPY or SET.
 */
static bool fault_is_unprivileged(const struct fault *f)
{
	if (f->from_el == 0 || f->is_fetch) {
		return false;
	}
	if (f->insn != 0) {
		return insn_is_unprivileged(f->insn, f->is_write);
	}
	return (f->extable & EXTABLE_SIDE_MASK) != 0 &&
	       !(f->extable & EXTABLE_WINDOW);
}

static enum access_kind fault_kind(const struct fault *f)
{
	if (f->is_fetch) {
		return ACCESS_FETCH;
	}
	if (esr_is_data_abort(f->esr) && insn_is_update(f->insn)) {
		return ACCESS_UPDATE; /* whatever WnR says: see model_wnr() */
	}
	return f->is_write ? ACCESS_WRITE : ACCESS_READ;
}

struct access fault_access(const struct fault *f)
{
	return (struct access){
		.kind = fault_kind(f),
		.el = f->from_el,
		.unprivileged = fault_is_unprivileged(f),
		.uao = FIELD_GET(SPSR_EL1_UAO, f->spsr),
		.pan = FIELD_GET(SPSR_EL1_PAN, f->spsr),
		.epan = FIELD_GET(SCTLR_EL1_EPAN, f->sctlr),
		.e0pd = f->walk.half == 1 &&
			FIELD_GET(TCR_EL1_E0PD1, f->tcr),
	};
}

enum access_kind fault_refused(const struct fault *f)
{
	const struct access access = fault_access(f);

	if (access.kind != ACCESS_UPDATE) {
		return access.kind;
	}
	return f->walk_valid &&
	       !model_access(&f->walk, &access, f->sctlr).is_write ?
		       ACCESS_READ : ACCESS_WRITE;
}

/*
 * Whether va is in the guard of a kernel stack: the lower half of a slot in
 * the first GiB of the vmap area (layout.h). The area begins at three quarters
 * of the half. Computed from the walk, not from this build's numbers: a host
 * tool reads records of every granule and address size.
 */
#define VMAP_OF(bits) ((~UINT64_C(0) << (bits)) | (UINT64_C(3) << ((bits) - 2)))
_Static_assert(VMAP_OF(VA_BITS) == VMAP_BASE, "the layout has changed");
_Static_assert(VMAP_DEVICES - VMAP_BASE == 1 << 30, "the layout has changed");
_Static_assert(STACK_SHIFT == (PAGE_SHIFT > 14 ? PAGE_SHIFT : 14),
	       "the layout has changed");

static bool is_stack_guard(const struct walk *w)
{
	const uint64_t vmap = VMAP_OF(w->va_bits);
	const unsigned int stack_shift = w->page_shift > 14 ? w->page_shift :
							      14;

	/* Below the area the difference wraps to a large number. */
	return w->half == 1 && w->va - vmap < 1 << 30 &&
	       !(w->va >> stack_shift & 1);
}

/* Nothing is mapped: which of the places that are empty on purpose is it? */
static enum verdict verdict_of_unmapped(const struct fault *f)
{
	if (f->from_el == 1 && f->walk.half == 0 &&
	    (f->pan_features & FAULT_TTBR0_RESERVED)) {
		return VERDICT_WINDOW_SHUT;
	}
	if (f->from_el == 1 && is_stack_guard(&f->walk)) {
		return VERDICT_GUARD_PAGE;
	}
	return VERDICT_UNMAPPED;
}

/*
 * The fault types that the model knows: what it must predict for the fault to
 * be explained by it, and the verdict where there is no walk to ask it about
 * (FAR_EL1 was not valid, or a table could not be read). All others are
 * MODEL_ALLOWED here.
 */
static const struct {
	enum model_result result;
	enum verdict without_walk;
} modelled[FAULT_IMPLEMENTATION + 1] = {
	[FAULT_TRANSLATION] = { MODEL_TRANSLATION_FAULT, VERDICT_UNMAPPED },
	[FAULT_ADDRESS_SIZE] = { MODEL_ADDRESS_SIZE_FAULT,
				 VERDICT_ADDRESS_SIZE },
	[FAULT_ACCESS_FLAG] = { MODEL_ACCESS_FLAG_FAULT, VERDICT_ACCESS_FLAG },
	[FAULT_PERMISSION] = { MODEL_PERMISSION_FAULT, VERDICT_PERMISSION },
};

static enum verdict verdict_by_model(const struct fault *f,
				     enum fault_type type)
{
	const struct access access = fault_access(f);
	struct model m;

	if (!f->walk_valid || f->walk.end == WALK_OUTSIDE_RAM) {
		return modelled[type].without_walk;
	}
	m = model_access(&f->walk, &access, f->sctlr);
	if (m.result != modelled[type].result) {
		return VERDICT_STALE;
	}
	return m.verdict == VERDICT_UNMAPPED ? verdict_of_unmapped(f) :
					       m.verdict;
}

static enum verdict verdict_of_abort(const struct fault *f)
{
	const enum fault_type type = esr_fault_type(f->esr);

	if (esr_is_external(f->esr)) {
		return VERDICT_EXTERNAL;
	}
	if (type == FAULT_ALIGNMENT) {
		return VERDICT_ALIGNMENT;
	}
	return modelled[type].result == MODEL_ALLOWED ?
		       VERDICT_OTHER : verdict_by_model(f, type);
}

enum verdict verdict_of(const struct fault *f)
{
	if (esr_is_abort(f->esr)) {
		return verdict_of_abort(f);
	}
	switch (esr_class(f->esr)) {
	case EC_SERROR:
		return VERDICT_EXTERNAL;
	case EC_PC_ALIGNMENT:
		return VERDICT_PC_ALIGNMENT;
	case EC_SP_ALIGNMENT:
		return VERDICT_SP_ALIGNMENT;
	case EC_ILLEGAL_STATE:
		return VERDICT_ILLEGAL_STATE;
	case EC_BRK:
	case EC_BKPT_AARCH32:
		return VERDICT_BREAKPOINT;
	case EC_UNKNOWN:
	case EC_WFX:
	case EC_FP_ACCESS:
	case EC_LS64:
	case EC_MSR_MRS:
	case EC_MSRR_MRRS:
	case EC_SVE:
	case EC_SME:
	case EC_TSTART:
		return VERDICT_UNDEFINED;
	default:
		return VERDICT_OTHER;
	}
}
