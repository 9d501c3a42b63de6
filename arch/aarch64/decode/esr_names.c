/* SPDX-License-Identifier: MIT */
/*
 * esr_names.c - the exception classes and the fault status codes, by name: the
 * two tables that esr.c prints from, with the fields of esr_iss.c.
 */
#include "decode.h"
#include "esr_iss.h"

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

#define FSC_RESERVED 0x3f

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

/* A fetch fails no tag check, is aligned, and is not exclusive. */
const char *esr_instruction_status_name(unsigned int ifsc)
{
	switch (ifsc) {
	case 0x11:
	case 0x21:
	case 0x34:
	case 0x35:
		return status_of(FSC_RESERVED)->name;
	default:
		return status_of(ifsc)->name;
	}
}

const char *esr_granule_status_name(unsigned int xfsc)
{
	if (status_of(xfsc)->type != FAULT_GRANULE_PROTECTION) {
		xfsc = FSC_RESERVED;
	}
	return status_of(xfsc)->name;
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
	const char *section; /* of the Arm ARM: "ISS encoding for …" */
};

#define FROM "an exception from "
#define MCR        FROM "an MCR or MRC access"
#define MCRR       FROM "an MCRR or MRRC access"
#define HVC_SVC    FROM "HVC or SVC instruction execution"
#define ALIGNMENT  FROM "an Illegal Execution state, or a PC or SP " \
			"alignment fault"
#define FP         FROM "a trapped floating-point exception"
#define BREAKPOINT FROM "a Breakpoint or Vector Catch debug exception"
#define INSTRUCTION FROM "execution of a Breakpoint instruction"

static const struct class classes[64] = {
	[EC_UNKNOWN] = { "unknown reason (undefined instruction)",
			 "exceptions with an unknown reason" },
	[EC_WFX] = { "trapped WFI or WFE", FROM "a WF* instruction" },
	[EC_CP15_MCR_MRC] = { "trapped AArch32 MCR or MRC, coproc 15", MCR },
	[EC_CP15_MCRR_MRRC] = { "trapped AArch32 MCRR or MRRC, coproc 15",
				MCRR },
	[EC_CP14_MCR_MRC] = { "trapped AArch32 MCR or MRC, coproc 14", MCR },
	[EC_CP14_LDC_STC] = { "trapped AArch32 LDC or STC",
			      FROM "an LDC or STC instruction" },
	[EC_FP_ACCESS] = { "trapped FP, SIMD, SVE or SME access",
			   FROM "an access to a register or instruction\n"
				"  resulting from the FPEN and TFP traps" },
	[EC_VMRS] = { "trapped AArch32 VMRS", MCR },
	[EC_PAUTH_TRAP] = { "trapped pointer authentication",
			    FROM "a trapped Pointer Authentication "
				 "instruction" },
	[EC_LS64] = { "trapped instruction (LD64B, ST64B and others)",
		      FROM "any other instruction" },
	[EC_CP14_MRRC] = { "trapped AArch32 MRRC, coproc 14", MCRR },
	[EC_BTI] = { "branch target exception (BTI)",
		     FROM "Branch Target Identification instruction" },
	[EC_ILLEGAL_STATE] = { "illegal execution state", ALIGNMENT },
	[EC_SVC_AARCH32] = { "SVC from AArch32", HVC_SVC },
	[EC_HVC_AARCH32] = { "HVC from AArch32", HVC_SVC },
	[EC_SMC_AARCH32] = { "SMC from AArch32",
			     FROM "SMC instruction execution in AArch32 "
				  "state" },
	[EC_MSRR_MRRS] = { "trapped MSRR, MRRS or 128-bit system instruction",
			   FROM "MSRR, MRRS, or 128-bit System instruction\n"
				"  execution in AArch64 state" },
	[EC_SVC] = { "SVC", HVC_SVC },
	[EC_HVC] = { "HVC", HVC_SVC },
	[EC_SMC] = { "SMC", FROM "SMC instruction execution in AArch64 state" },
	[EC_MSR_MRS] = { "trapped MSR, MRS or system instruction",
			 FROM "MSR, MRS, or System instruction execution in "
			      "AArch64 state" },
	[EC_SVE] = { "trapped SVE access",
		     FROM "an access to SVE functionality" },
	[EC_ERET] = { "trapped ERET",
		      FROM "an ERET, ERETAA, or ERETAB instruction" },
	[EC_TSTART] = { "trapped TSTART (FEAT_TME, since withdrawn)",
			FROM "a TSTART instruction" },
	[EC_PAC_FAIL] = { "pointer authentication failure",
			  "a PAC Fail exception" },
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
	[EC_PC_ALIGNMENT] = { "PC alignment fault", ALIGNMENT },
	[EC_DATA_ABORT_LOWER_EL] = { "data abort, lower EL",
				     FROM "a Data Abort" },
	[EC_DATA_ABORT_SAME_EL] = { "data abort, same EL",
				    FROM "a Data Abort" },
	[EC_SP_ALIGNMENT] = { "SP alignment fault", ALIGNMENT },
	[EC_MOPS] = { "memory copy or set in the wrong state (MOPS)",
		      FROM "the Memory Copy and Memory Set instructions" },
	[EC_FP_EXCEPTION_AARCH32] = { "floating-point exception from AArch32",
				      FP },
	[EC_FP_EXCEPTION] = { "floating-point exception", FP },
	[EC_GCS] = { "guarded control stack exception (GCS)",
		     "a GCS exception" },
	[EC_SERROR] = { "SError", "an SError exception" },
	[EC_BREAKPOINT_LOWER_EL] = { "hardware breakpoint, lower EL",
				     BREAKPOINT },
	[EC_BREAKPOINT_SAME_EL] = { "hardware breakpoint, same EL",
				    BREAKPOINT },
	[EC_SOFTWARE_STEP_LOWER_EL] = { "software step, lower EL",
					FROM "a Software Step exception" },
	[EC_SOFTWARE_STEP_SAME_EL] = { "software step, same EL",
				       FROM "a Software Step exception" },
	[EC_WATCHPOINT_LOWER_EL] = { "watchpoint, lower EL",
				     FROM "a Watchpoint exception" },
	[EC_WATCHPOINT_SAME_EL] = { "watchpoint, same EL",
				    FROM "a Watchpoint exception" },
	[EC_BKPT_AARCH32] = { "BKPT from AArch32", INSTRUCTION },
	[EC_VECTOR_CATCH_AARCH32] = { "AArch32 vector catch", BREAKPOINT },
	[EC_BRK] = { "BRK", INSTRUCTION },
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

const char *esr_class_section(enum esr_class ec)
{
	return class_of(ec)->section;
}

/* Classes that exceptions to EL1 do not have. */
static const uint8_t above_el1[64] = {
	[EC_VMRS] = IN_EL2,
	[EC_HVC_AARCH32] = IN_EL2,
	[EC_SMC_AARCH32] = IN_EL2 | IN_EL3,
	[EC_HVC] = IN_EL2 | IN_EL3,
	[EC_SMC] = IN_EL2 | IN_EL3,
	[EC_GRANULE_PROTECTION] = IN_EL3,
	[EC_IMPLEMENTATION_EL3] = IN_EL3,
	[EC_VECTOR_CATCH_AARCH32] = IN_EL2,
};

unsigned int esr_class_els(enum esr_class ec)
{
	return above_el1[ec];
}
