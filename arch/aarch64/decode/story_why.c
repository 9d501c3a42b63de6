/* SPDX-License-Identifier: MIT */
/*
 * story_why.c - why the access was stopped: the one place where a verdict
 * becomes words, so that a fault has one account. What the tables cannot say
 * of a page that is not there, vm_fault() has said: FAULT_NO_RIGHT and
 * FAULT_PAST_FILE.
 */
#include "story.h"

#include "esr.h"
#include "insn.h"
#include "rights.h"
#include "sysreg_fields.h"
#include "sysreg_names.h"

#define NULL_PAGE 0x1000 /* an address below it comes from a null pointer */

bool story_is_null(const struct fault *f)
{
	return f->walk_valid && f->walk.va < NULL_PAGE;
}

bool story_has_insn(const struct fault *f)
{
	return f->insn != 0 || (f->pan_features & FAULT_HAS_INSN);
}

static const char *what_word(enum access_kind kind)
{
	return kind == ACCESS_FETCH  ? "execute" :
	       kind == ACCESS_UPDATE ? "update" :
	       kind == ACCESS_READ   ? "read" : "write";
}

/* The program's own mapping, and not its tables, refused. */
static bool print_why_mapping(struct sink *out, const struct fault *f)
{
	if (f->pan_features & FAULT_PAST_FILE) {
		sink_printf(out, "the page is past the end of the file that is "
				 "mapped there");
	} else if (f->pan_features & FAULT_NO_RIGHT) {
		/* Of an update it is not known which right it was. */
		sink_printf(out, "the mapping there gives no right to %s",
			    what_word(fault_access(f).kind));
	} else {
		return false;
	}
	return true;
}

static void print_why_unmapped(struct sink *out, const struct fault *f)
{
	if (print_why_mapping(out, f)) {
		return;
	}
	if (!f->walk_valid) {
		sink_printf(out, "nothing is mapped there");
		return;
	}
	switch ((enum walk_end)f->walk.end) {
	case WALK_RESERVED:
		sink_printf(out, "the descriptor has an encoding that level "
				 "%d does not have", f->walk.last);
		break;
	case WALK_OUTSIDE_RAM:
		sink_printf(out, "the level-%d table is not in RAM: the "
				 "tables are corrupt", f->walk.last);
		break;
	case WALK_DISABLED:
		sink_printf(out, "TCR_EL1.EPD%u = 1: this half is not walked",
			    f->walk.half);
		break;
	default:
		sink_printf(out, "%snothing is mapped there",
			    story_is_null(f) ? "a null pointer: " : "");
		break;
	}
}

/* A refused permission: whose rights, what for, and the attribute that says
 * no. */
static void print_why_permission(struct sink *out, const struct fault *f)
{
	const struct access access = fault_access(f);
	const bool as_el0 = access_is_as_el0(&access);

	const char *what = what_word(fault_refused(f));

	if (as_el0 && f->from_el == 1) {
		sink_printf(out, "%s has EL0's rights: no %s",
			    f->insn != 0 ? insn_name(f->insn) : "the access",
			    what);
	} else {
		sink_printf(out, "EL%u may not %s it", f->from_el, what);
	}
	if (f->walk_valid) {
		sink_printf(out, " (%s)",
			    model_access(&f->walk, &access, f->sctlr).why);
	}
}

/* PAN is asked first. Where the page refuses as well, PAN alone would be half
 * of the account, and AT with PAN=0 would contradict it. */
static void print_why_pan(struct sink *out, const struct fault *f)
{
	struct access access = fault_access(f);
	struct model without;

	sink_printf(out, "the page is EL0's and PAN=1");
	if (!f->walk_valid) {
		return;
	}
	access.pan = false;
	without = model_access(&f->walk, &access, f->sctlr);
	if (without.result != MODEL_ALLOWED) {
		sink_printf(out, "; with PAN=0, too, no %s (%s)",
			    without.is_write ? "write" : "read", without.why);
	}
}

static void print_why_undefined(struct sink *out, const struct fault *f)
{
	struct sysreg_access a;

	if (esr_class(f->esr) != EC_UNKNOWN) {
		esr_print(out, f->esr);
		return;
	}
	if (!story_has_insn(f)) {
		sink_printf(out, "it is undefined at EL%u on this CPU",
			    f->from_el);
		return;
	}
	sink_printf(out, "0x%08x", f->insn);
	if (sysreg_of_insn(&a, f->insn)) {
		sink_printf(out, " (");
		sysreg_print(out, &a);
		sink_printf(out, ")");
	} else if (insn_name(f->insn)[0] != '\0') {
		sink_printf(out, " (%s)", insn_name(f->insn));
	}
	sink_printf(out, " is undefined at EL%u on this CPU", f->from_el);
}

/* The verdicts whose reason is always the same. */
static const char *const reasons[VERDICT_COUNT] = {
	[VERDICT_NONCANONICAL] = "the address is in neither half",
	[VERDICT_SHARED_TABLE] = "shared since fork: the table above forbids "
				 "writing",
	[VERDICT_ACCESS_FLAG] = "the page is mapped, but its access flag is 0",
	[VERDICT_EPAN] = "EL0 may execute the page, PAN=1 and EPAN=1",
	[VERDICT_E0PD] = "E0PD keeps EL0's rights out of the kernel's half, "
			 "mapped or not",
	[VERDICT_WINDOW_SHUT] = "TTBR0_EL1 is the reserved, empty table",
	[VERDICT_STALE] = "the tables say otherwise now: a stale translation",
	[VERDICT_GUARD_PAGE] = "the guard below a kernel stack: the stack "
			       "has overflowed",
	[VERDICT_ALIGNMENT] = "the address is not aligned as this access, or "
			      "Device memory, needs it",
	[VERDICT_ADDRESS_SIZE] = "the tables hold an address with bits above "
				 "TCR_EL1.IPS",
	[VERDICT_PC_ALIGNMENT] = "no instruction begins there: not a multiple "
				 "of 4",
	[VERDICT_SP_ALIGNMENT] = "the stack pointer is not a multiple of 16",
	[VERDICT_ILLEGAL_STATE] = "an exception return asked for a state that "
				  "does not exist",
	[VERDICT_BREAKPOINT] = "a breakpoint instruction",
	[VERDICT_OTHER] = "nothing in this kernel handles it",
};

/* None of these is for the CPU's own rules to explain. */
static void print_why_external(struct sink *out, const struct fault *f)
{
	static const char *const texts[] = {
		[FAULT_EXTERNAL] = "the memory system refused the access",
		[FAULT_EXTERNAL_WALK] = "the memory system gave no descriptor",
		[FAULT_PARITY] = "the memory system found a damaged value",
		[FAULT_PARITY_WALK] = "the memory system found a damaged "
				      "descriptor",
		[FAULT_TLB_CONFLICT] = "two entries of the TLB translate the "
				       "address",
	};
	const enum fault_type type = esr_fault_type(f->esr);

	sink_printf(out, "%s", esr_is_external(f->esr) ? texts[type] :
			       "the memory system reported an error, late: "
			       "ELR need not be where it was made");
}

void story_why(struct sink *out, const struct fault *f)
{
	if (f->resolution == RESOLUTION_OUT_OF_MEMORY) {
		sink_printf(out, "memory is exhausted, and it needs a page");
		return;
	}
	switch ((enum verdict)f->verdict) {
	case VERDICT_UNMAPPED:
		print_why_unmapped(out, f);
		break;
	case VERDICT_PERMISSION:
	case VERDICT_UNPRIVILEGED:
		print_why_permission(out, f);
		break;
	case VERDICT_PAN:
		print_why_pan(out, f);
		break;
	case VERDICT_EXTERNAL:
		print_why_external(out, f);
		break;
	case VERDICT_UNDEFINED:
		print_why_undefined(out, f);
		break;
	case VERDICT_STALE:
		sink_printf(out, "%s%s", reasons[VERDICT_STALE],
			    f->pan_features & FAULT_STAGED ?
				    " (staged)" : "");
		break;
	default:
		sink_printf(out, "%s", f->verdict < VERDICT_COUNT &&
					       reasons[f->verdict] != NULL ?
				       reasons[f->verdict] :
				       "no verdict was given");
		break;
	}
}
