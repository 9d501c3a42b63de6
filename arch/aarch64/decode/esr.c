/* SPDX-License-Identifier: MIT */
/*
 * esr.c - ESR_EL1 in words. Three tables hold everything: the exception
 * classes and the fault status codes (here), and the fields of each class's
 * ISS (esr_iss.c). The one-line form (in a story, a panic) and the long form
 * (`make esr`) are both printed from them. All of it is architecture (Arm ARM
 * DDI 0487, ESR_EL1), so any machine's ESR_EL1 can be read. Next: verdict.c.
 */
#include "esr.h"

#include "decode.h"
#include "esr_iss.h"
#include "sysreg_names.h"

/* ---- Fault status codes (DFSC, IFSC) -------------------------------- */

struct fault_status {
	enum fault_type type;
	int level;
	const char *name;
};

#define AT_LEVEL(l, type, text) { type, l, text ", level " #l }
#define NO_LEVEL(type, text)    { type, FAULT_NO_LEVEL, text }

/* Codes that differ only in the level are together, level 0 first. */
#define LEVELS_0_TO_3(code, type, text)          \
	[(code) + 0] = AT_LEVEL(0, type, text), \
	[(code) + 1] = AT_LEVEL(1, type, text), \
	[(code) + 2] = AT_LEVEL(2, type, text), \
	[(code) + 3] = AT_LEVEL(3, type, text)

/* Level -1 exists with 52-bit addresses (LPA2), -2 with FEAT_D128. */
static const struct fault_status statuses[64] = {
	LEVELS_0_TO_3(0x00, FAULT_ADDRESS_SIZE, "address size fault"),
	LEVELS_0_TO_3(0x04, FAULT_TRANSLATION, "translation fault"),
	LEVELS_0_TO_3(0x08, FAULT_ACCESS_FLAG, "access flag fault"),
	LEVELS_0_TO_3(0x0c, FAULT_PERMISSION, "permission fault"),
	[0x10] = NO_LEVEL(FAULT_EXTERNAL, "synchronous external abort"),
	[0x11] = NO_LEVEL(FAULT_TAG_CHECK, "synchronous tag check fault"),
	[0x12] = AT_LEVEL(-2, FAULT_EXTERNAL_WALK,
			  "external abort on table walk"),
	[0x13] = AT_LEVEL(-1, FAULT_EXTERNAL_WALK,
			  "external abort on table walk"),
	LEVELS_0_TO_3(0x14, FAULT_EXTERNAL_WALK,
		      "external abort on table walk"),
	[0x18] = NO_LEVEL(FAULT_PARITY, "parity or ECC error"),
	[0x1b] = AT_LEVEL(-1, FAULT_PARITY_WALK,
			  "parity or ECC error on walk"),
	LEVELS_0_TO_3(0x1c, FAULT_PARITY_WALK,
		      "parity or ECC error on walk"),
	[0x21] = NO_LEVEL(FAULT_ALIGNMENT, "alignment fault"),
	[0x22] = AT_LEVEL(-2, FAULT_GRANULE_PROTECTION,
			  "granule protection on walk"),
	[0x23] = AT_LEVEL(-1, FAULT_GRANULE_PROTECTION,
			  "granule protection on walk"),
	LEVELS_0_TO_3(0x24, FAULT_GRANULE_PROTECTION,
		      "granule protection on walk"),
	[0x28] = NO_LEVEL(FAULT_GRANULE_PROTECTION, "granule protection fault"),
	[0x29] = AT_LEVEL(-1, FAULT_ADDRESS_SIZE, "address size fault"),
	[0x2a] = AT_LEVEL(-2, FAULT_TRANSLATION, "translation fault"),
	[0x2b] = AT_LEVEL(-1, FAULT_TRANSLATION, "translation fault"),
	[0x2c] = AT_LEVEL(-2, FAULT_ADDRESS_SIZE, "address size fault"),
	[0x30] = NO_LEVEL(FAULT_TLB_CONFLICT, "TLB conflict abort"),
	[0x31] = NO_LEVEL(FAULT_UNSUPPORTED_ATOMIC,
			  "unsupported atomic hardware update"),
	[0x34] = NO_LEVEL(FAULT_IMPLEMENTATION,
			  "IMPLEMENTATION DEFINED fault (lockdown)"),
	[0x35] = NO_LEVEL(FAULT_UNSUPPORTED_ATOMIC,
			  "unsupported exclusive or atomic access"),
};

static const struct fault_status *status_of(unsigned int fsc)
{
	static const struct fault_status reserved =
		NO_LEVEL(FAULT_RESERVED, "reserved fault status");
	const struct fault_status *s = &statuses[fsc % ARRAY_SIZE(statuses)];

	return s->name != NULL ? s : &reserved;
}

const char *esr_fault_status_name(unsigned int fsc)
{
	return status_of(fsc)->name;
}

enum fault_type esr_fault_type(uint64_t esr)
{
	return status_of(FIELD_GET(ESR_EL1_DABT_DFSC, esr))->type;
}

int esr_fault_level(uint64_t esr)
{
	return status_of(FIELD_GET(ESR_EL1_DABT_DFSC, esr))->level;
}

const char *esr_serror_status_name(unsigned int dfsc)
{
	switch (dfsc) {
	case 0x00:
		return "uncategorized error";
	case SERROR_DFSC_ASYNCHRONOUS:
		return "asynchronous SError exception";
	default:
		return "reserved error status";
	}
}

bool esr_is_external(uint64_t esr)
{
	return esr_is_abort(esr) && fault_type_is_external(esr_fault_type(esr));
}

/* ---- Exception classes ---------------------------------------------- */

struct class {
	const char *name;
	const char *section; /* ESR_EL1, "ISS encoding for …" */
};

#define FROM "an exception from "

static const struct class classes[64] = {
	[EC_UNKNOWN] = { "unknown reason (undefined instruction)",
			 "exceptions with an unknown reason" },
	[EC_WFX] = { "trapped WFI or WFE", FROM "a WF* instruction" },
	[EC_CP15_MCR_MRC] = { "trapped AArch32 MCR or MRC, coproc 15",
			      FROM "an MCR or MRC access" },
	[EC_CP15_MCRR_MRRC] = { "trapped AArch32 MCRR or MRRC, coproc 15",
				FROM "an MCRR or MRRC access" },
	[EC_CP14_MCR_MRC] = { "trapped AArch32 MCR or MRC, coproc 14",
			      FROM "an MCR or MRC access" },
	[EC_CP14_LDC_STC] = { "trapped AArch32 LDC or STC",
			      FROM "an LDC or STC instruction" },
	[EC_FP_ACCESS] = { "trapped FP, SIMD, SVE or SME access",
			   FROM "an access to SVE, Advanced SIMD or "
				"floating-point functionality" },
	[EC_VMRS] = { "trapped AArch32 VMRS", FROM "an MCR or MRC access" },
	[EC_PAUTH_TRAP] = { "trapped pointer authentication",
			    FROM "a Pointer Authentication instruction" },
	[EC_LS64] = { "trapped instruction (LD64B, ST64B and others)",
		      FROM "an LD64B or ST64B* instruction" },
	[EC_CP14_MRRC] = { "trapped AArch32 MRRC, coproc 14",
			   FROM "an MCRR or MRRC access" },
	[EC_BTI] = { "branch target exception (BTI)",
		     FROM "Branch Target Identification instruction" },
	[EC_ILLEGAL_STATE] = { "illegal execution state",
			       FROM "an Illegal Execution state, or a PC or SP "
				    "alignment fault" },
	[EC_SVC_AARCH32] = { "SVC from AArch32",
			     FROM "HVC or SVC instruction execution" },
	[EC_HVC_AARCH32] = { "HVC from AArch32",
			     FROM "HVC or SVC instruction execution" },
	[EC_SMC_AARCH32] = { "SMC from AArch32",
			     FROM "SMC instruction execution in AArch32 "
				  "state" },
	[EC_MSRR_MRRS] = { "trapped MSRR, MRRS or 128-bit system instruction",
			   FROM "MSRR, MRRS, or 128-bit System instruction "
				"execution in AArch64 state" },
	[EC_SVC] = { "SVC", FROM "HVC or SVC instruction execution" },
	[EC_HVC] = { "HVC", FROM "HVC or SVC instruction execution" },
	[EC_SMC] = { "SMC", FROM "SMC instruction execution in AArch64 state" },
	[EC_MSR_MRS] = { "trapped MSR, MRS or system instruction",
			 FROM "MSR, MRS, or System instruction execution in "
			      "AArch64 state" },
	[EC_SVE] = { "trapped SVE access",
		     FROM "an access to SVE functionality" },
	[EC_ERET] = { "trapped ERET",
		      FROM "ERET, ERETAA or ERETAB instruction" },
	[EC_TSTART] = { "trapped TSTART", FROM "a TSTART instruction" },
	[EC_PAC_FAIL] = { "pointer authentication failure",
			  FROM "a Pointer Authentication instruction "
			       "authentication failure" },
	[EC_SME] = { "trapped SME access",
		     "an exception due to SME functionality" },
	[EC_GRANULE_PROTECTION] = { "granule protection check",
				    "a Granule Protection Check exception" },
	[EC_IMPLEMENTATION_EL3] = { "IMPLEMENTATION DEFINED exception to EL3",
				    "an IMPLEMENTATION DEFINED exception to "
				    "EL3" },
	[EC_INSTRUCTION_ABORT_LOWER_EL] = { "instruction abort, lower EL",
					    FROM "an Instruction Abort" },
	[EC_INSTRUCTION_ABORT_SAME_EL] = { "instruction abort, same EL",
					   FROM "an Instruction Abort" },
	[EC_PC_ALIGNMENT] = { "PC alignment fault",
			      FROM "an Illegal Execution state, or a PC or SP "
				   "alignment fault" },
	[EC_DATA_ABORT_LOWER_EL] = { "data abort, lower EL",
				     FROM "a Data Abort" },
	[EC_DATA_ABORT_SAME_EL] = { "data abort, same EL",
				    FROM "a Data Abort" },
	[EC_SP_ALIGNMENT] = { "SP alignment fault",
			      FROM "an Illegal Execution state, or a PC or SP "
				   "alignment fault" },
	[EC_MOPS] = { "memory copy or set in the wrong state (MOPS)",
		      FROM "the Memory Copy and Memory Set instructions" },
	[EC_FP_EXCEPTION_AARCH32] = { "floating-point exception from AArch32",
				      FROM "a trapped floating-point "
					   "exception" },
	[EC_FP_EXCEPTION] = { "floating-point exception",
			      FROM "a trapped floating-point exception" },
	[EC_GCS] = { "guarded control stack exception (GCS)",
		     "a GCS exception" },
	[EC_SERROR] = { "SError", "an SError exception" },
	[EC_BREAKPOINT_LOWER_EL] = { "hardware breakpoint, lower EL",
				     FROM "a Breakpoint or Vector Catch debug "
					  "exception" },
	[EC_BREAKPOINT_SAME_EL] = { "hardware breakpoint, same EL",
				    FROM "a Breakpoint or Vector Catch debug "
					 "exception" },
	[EC_SOFTWARE_STEP_LOWER_EL] = { "software step, lower EL",
					FROM "a Software Step exception" },
	[EC_SOFTWARE_STEP_SAME_EL] = { "software step, same EL",
				       FROM "a Software Step exception" },
	[EC_WATCHPOINT_LOWER_EL] = { "watchpoint, lower EL",
				     FROM "a Watchpoint exception" },
	[EC_WATCHPOINT_SAME_EL] = { "watchpoint, same EL",
				    FROM "a Watchpoint exception" },
	[EC_BKPT_AARCH32] = { "BKPT from AArch32",
			      FROM "execution of a Breakpoint instruction" },
	[EC_VECTOR_CATCH_AARCH32] = { "AArch32 vector catch",
				      FROM "a Breakpoint or Vector Catch debug "
					   "exception" },
	[EC_BRK] = { "BRK", FROM "execution of a Breakpoint instruction" },
	[EC_PROFILING] = { "profiling exception", "a Profiling exception" },
};

static const struct class *class_of(unsigned int ec)
{
	static const struct class reserved = { "reserved exception class",
					       NULL };
	const struct class *c = &classes[ec % ARRAY_SIZE(classes)];

	return c->name != NULL ? c : &reserved;
}

const char *esr_class_name(unsigned int ec)
{
	return class_of(ec)->name;
}

/* ---- One line ------------------------------------------------------- */

static void print_fault_address(struct sink *out, uint64_t esr)
{
	if (FIELD_GET(ESR_EL1_DABT_S1PTW, esr)) {
		sink_printf(out, " | stage 2");
	}
	if (FIELD_GET(ESR_EL1_DABT_FNV, esr)) {
		sink_printf(out, " | no FAR");
	}
}

static void print_data_abort(struct sink *out, uint64_t esr)
{
	const char *what = FIELD_GET(ESR_EL1_DABT_WNR, esr) ? "write" : "read";

	if (FIELD_GET(ESR_EL1_DABT_CM, esr)) {
		what = "cache op or AT";
	}
	sink_printf(out, " | %s | %s", what,
		    esr_fault_status_name(FIELD_GET(ESR_EL1_DABT_DFSC, esr)));
	print_fault_address(out, esr);
}

static struct sysreg_access msr_mrs_of(uint64_t esr)
{
	return (struct sysreg_access){
		.op0 = FIELD_GET(ESR_EL1_SYS_OP0, esr),
		.op1 = FIELD_GET(ESR_EL1_SYS_OP1, esr),
		.crn = FIELD_GET(ESR_EL1_SYS_CRN, esr),
		.crm = FIELD_GET(ESR_EL1_SYS_CRM, esr),
		.op2 = FIELD_GET(ESR_EL1_SYS_OP2, esr),
		.rt = FIELD_GET(ESR_EL1_SYS_RT, esr),
		.read = FIELD_GET(ESR_EL1_SYS_DIRECTION, esr),
	};
}

static void print_msr_mrs(struct sink *out, uint64_t esr)
{
	struct sysreg_access a = msr_mrs_of(esr);
	const bool swapped = sysreg_swap_back(&a);

	sink_printf(out, " | ");
	sysreg_print(out, &a);
	sink_printf(out, "%s", swapped ? " (op1, op2 swapped)" : "");
}

static void print_serror(struct sink *out, uint64_t esr)
{
	if (FIELD_GET(ESR_EL1_SERROR_IDS, esr)) {
		sink_printf(out, " | IMPLEMENTATION DEFINED syndrome");
		return;
	}
	sink_printf(out, " | %s", esr_serror_status_name(
			FIELD_GET(ESR_EL1_SERROR_DFSC, esr)));
	if (FIELD_GET(ESR_EL1_SERROR_DFSC, esr) == SERROR_DFSC_ASYNCHRONOUS &&
	    esr_serror_type(esr)) {
		sink_printf(out, " | %s", esr_serror_type(esr));
	}
}

void esr_print(struct sink *out, uint64_t esr)
{
	sink_printf(out, "%s", esr_class_name(esr_class(esr)));
	if (esr_is_data_abort(esr)) {
		print_data_abort(out, esr);
	} else if (esr_is_instruction_abort(esr)) {
		sink_printf(out, " | %s", esr_fault_status_name(FIELD_GET(
						  ESR_EL1_IABT_IFSC, esr)));
		print_fault_address(out, esr);
	} else if (esr_class(esr) == EC_MSR_MRS) {
		print_msr_mrs(out, esr);
	} else if (esr_class(esr) == EC_SERROR) {
		print_serror(out, esr);
	} else if (esr_iss_fields(esr_class(esr))->width == 16) {
		sink_printf(out, " #%u",
			    (unsigned int)FIELD_GET(ESR_EL1_IMM16, esr));
	}
}

/* ---- Field by field ------------------------------------------------- */

/*
 * "  31:26  EC               0x25  data abort, same EL". A field without a
 * meaning in words ends after its value.
 */
static void print_field(struct sink *out, uint64_t esr, unsigned int lsb,
			unsigned int width, const char *name, const char *text)
{
	char bits[8], value[20];

	snprintf(bits, sizeof(bits), width > 1 ? "%u:%u" : "%u",
		 lsb + width - 1, lsb);
	snprintf(value, sizeof(value), "0x%lx", FIELD_GET_(esr, lsb, width));
	sink_printf(out, "  %5s  %-12s %9s%s%s\n", bits, name, value,
		    text[0] != '\0' ? "  " : "", text);
}

/* buf is for a register's name. */
static const char *field_text(const struct esr_field *f, uint64_t value,
			      char *buf, size_t size)
{
	switch (f->meaning) {
	case WORDS:
		return f->words[value] != NULL ? f->words[value] : "reserved";
	case FAULT_STATUS:
		return esr_fault_status_name(value);
	case SERROR_STATUS:
		return esr_serror_status_name(value);
	case DEBUG_STATUS:
		return value == DFSC_DEBUG ? "debug exception" : "reserved";
	case REGISTER:
		snprintf(buf, size, value == 31 ? "xzr" : "x%u",
			 (unsigned int)value);
		return buf;
	case NUMBER:
		break;
	}
	return "";
}

/* ISS2 is of this decade: most CPUs leave it 0, and then it is not shown. */
static bool field_exists(const struct esr_field *f, uint64_t esr)
{
	if (f->lsb >= 32 && FIELD_GET_(esr, f->lsb, f->width) == 0) {
		return false;
	}
	return (esr & f->only_if.mask) == f->only_if.value;
}

/* The fields of ISS2 and ISS; what is set outside them is shown as it is. */
static void explain_iss(struct sink *out, uint64_t esr)
{
	uint64_t rest = esr & ~FIELD_MASK(ESR_EL1_EC) &
			~FIELD_MASK(ESR_EL1_IL);
	char buf[8];

	for (const struct esr_field *f = esr_iss_fields(esr_class(esr));
	     f->width > 0; f++) {
		if (field_exists(f, esr)) {
			const uint64_t value =
				FIELD_GET_(esr, f->lsb, f->width);

			print_field(out, esr, f->lsb, f->width, f->name,
				    field_text(f, value, buf, sizeof(buf)));
			rest &= ~FIELD_MASK_(f->lsb, f->width);
		}
	}
	if (rest != 0) {
		sink_printf(out, "  other bits that are set: 0x%lx\n", rest);
	}
}

/* A known deviation of the emulator's: what the fields ought to have been. */
static void explain_swap(struct sink *out, uint64_t esr)
{
	struct sysreg_access a = msr_mrs_of(esr);

	if (esr_class(esr) == EC_MSR_MRS && sysreg_swap_back(&a)) {
		sink_printf(out, "  Op1 and Op2 are swapped, as QEMU does it "
				 "for MSR (immediate): the\n  instruction has "
				 "op1 %u and op2 %u, and the Arm ARM wants "
				 "these here.\n", a.op1, a.op2);
	}
}

void esr_explain(struct sink *out, uint64_t esr)
{
	const struct class *c = class_of(esr_class(esr));

	sink_printf(out, "ESR_EL1 = 0x%lx\n  ", esr);
	esr_print(out, esr);
	sink_printf(out, "\n");
	print_field(out, esr, ESR_EL1_EC, "EC", c->name);
	print_field(out, esr, ESR_EL1_IL, "IL",
		    FIELD_GET(ESR_EL1_IL, esr) ?
			    "32-bit instruction, or no instruction" :
			    "16-bit instruction");
	print_field(out, esr, ESR_EL1_ISS, "ISS", "");
	explain_iss(out, esr);
	explain_swap(out, esr);
	if (c->section != NULL) {
		sink_printf(out, "Arm ARM (DDI 0487), ESR_EL1, \"ISS encoding "
				 "for\n  %s\"\n",
			    c->section);
	}
}
