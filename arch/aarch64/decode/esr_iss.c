/* SPDX-License-Identifier: MIT */
/*
 * esr_iss.c - the fields of ISS and ISS2 for each exception class, as tables:
 * where a field is, what it is called, what its values mean, and when it is
 * there. A bit of no list is RES0. Nothing here prints; esr.c does. Places and
 * names are those of the Arm ARM (DDI 0487, M.a), ESR_EL1, ESR_EL2, ESR_EL3:
 * "ISS encoding for …", "ISS2 encoding for …".
 */
#include "esr_iss.h"

/* ---- When a field is there ------------------------------------------ */

static bool has_step(uint64_t esr) /* ISV */
{
	return esr_bit(esr, 24);
}

static bool has_time_limit(uint64_t esr) /* TI: WFIT, WFET */
{
	return esr_bit(esr, 1);
}

static bool may_have_failed(uint64_t esr) /* CCKNOWNPASS = 1 */
{
	return esr_bit(esr, 19);
}

static bool is_load_or_store_64(uint64_t esr)
{
	return FIELD_GET(ESR_EL1_ISS, esr) < 3;
}

static bool is_buffer_sync(uint64_t esr)
{
	return !is_load_or_store_64(esr);
}

static bool is_eret_with_key(uint64_t esr)
{
	return esr_bit(esr, 1);
}

static bool is_gcs_check(uint64_t esr) /* ExType */
{
	return (esr >> 20 & 15) == 0;
}

static bool is_gcs_store(uint64_t esr)
{
	return (esr >> 20 & 15) == 2;
}

/* ---- Calls and breakpoints ------------------------------------------ */

static const struct esr_field immediate[] = {
	F(15, 0, "imm16", LINE("#")), F_END,
};

static const struct esr_field comment[] = {
	F(15, 0, "Comment", LINE("#")), F_END,
};

static const struct esr_field debug[] = {
	F(5, 0, "IFSC", AS(DEBUG_STATUS)), F_END,
};

static const struct esr_field software_step[] = {
	F(24, 24, "ISV", SAY("EX says nothing", "EX is valid")),
	F(6, 6, "EX", SAY("not a load-exclusive",
			  "a load-exclusive was stepped"),
	  IF(has_step)),
	F(5, 0, "IFSC", AS(DEBUG_STATUS)),
	F_END,
};

static const struct esr_field profiling[] = {
	F(5, 1, "FSC", SAY("PMU", "Profiling Buffer", "trace buffer"),
	  LINE("")),
	F(0, 0, "SYNC", SAY("asynchronous", "synchronous"), LINE("")),
	F_END,
};

/* ---- Trapped instructions ------------------------------------------- */

/* AArch32's condition: AArch64 reports CV = 1 and COND = 14, "always". */
#define CONDITION(...)                                                       \
	F(24, 24, "CV", SAY("COND is not valid", "COND is valid"),          \
	  __VA_ARGS__),                                                      \
	F(23, 20, "COND", SAY("EQ", "NE", "CS", "CC", "MI", "PL", "VS", "VC", \
			      "HI", "LS", "GE", "LT", "GT", "LE", "always"), \
	  __VA_ARGS__)
#define REGISTER_ACCESS                     \
	F(21, 20, "Op0"), F(19, 17, "Op2"), \
	F(16, 14, "Op1"), F(13, 10, "CRn")

static const struct esr_field condition[] = { CONDITION(), F_END };

static const struct esr_field wfx[] = {
	CONDITION(),
	F(9, 5, "RN", AS(REGISTER)),
	F(2, 2, "RV", SAY("RN says nothing",
			  "RN is the register with the time limit"),
	  IF(has_time_limit)),
	F(1, 0, "TI", SAY("WFI", "WFE", "WFIT", "WFET"), LINE("")),
	F_END,
};

static const struct esr_field mcr_mrc[] = {
	CONDITION(),
	F(19, 17, "Opc2"),
	F(16, 14, "Opc1"),
	F(13, 10, "CRn"),
	F(9, 5, "Rt", AS(REGISTER)),
	F(4, 1, "CRm"),
	F(0, 0, "Direction", SAY("write (MCR)", "read (MRC or VMRS)")),
	F_END,
};

static const struct esr_field mcrr_mrrc[] = {
	CONDITION(),
	F(19, 16, "Opc1"),
	F(14, 10, "Rt2", AS(REGISTER)),
	F(9, 5, "Rt", AS(REGISTER)),
	F(4, 1, "CRm"),
	F(0, 0, "Direction", SAY("write (MCRR)", "read (MRRC)")),
	F_END,
};

static const struct esr_field ldc_stc[] = {
	CONDITION(),
	F(19, 12, "imm8"),
	F(9, 5, "Rn", AS(REGISTER)), /* UNKNOWN if AM is literal */
	F(4, 4, "Offset", SAY("subtract the offset", "add the offset")),
	F(3, 1, "AM", SAY("immediate unindexed", "immediate post-indexed",
			  "immediate offset", "immediate pre-indexed",
			  "literal unindexed", NULL, "literal offset")),
	F(0, 0, "Direction", SAY("write to memory (STC)",
				 "read from memory (LDC)")),
	F_END,
};

static const struct esr_field ls64[] = {
	F(24, 0, "ISS", SAY("ST64BV", "ST64BV0", "LD64B or ST64B"), LINE(""),
	  IF(is_load_or_store_64)),
	F(24, 0, "ISS", SAY([3] = "TSB CSYNC", [4] = "PSB CSYNC"), LINE(""),
	  ONLY(IN_EL2), IF(is_buffer_sync)),
	F_END,
};

static const struct esr_field bti[] = {
	F(1, 0, "BTYPE", LINE("BTYPE ")), F_END,
};

static const struct esr_field smc_aarch32[] = {
	CONDITION(IF(may_have_failed)),
	F(19, 19, "CCKNOWNPASS", SAY("it passed its condition",
				     "it may have failed its condition")),
	F_END,
};

static const struct esr_field msrr_mrrs[] = {
	REGISTER_ACCESS,
	F(9, 6, "Rt", AS(REGISTER_PAIR)),
	F(4, 1, "CRm"),
	F(0, 0, "Direction", SAY("write (MSRR)", "read (MRRS)")),
	F_END,
};

static const struct esr_field msr_mrs[] = {
	REGISTER_ACCESS,
	F(9, 5, "Rt", AS(REGISTER)),
	F(4, 1, "CRm"),
	F(0, 0, "Direction", SAY("write (MSR)", "read (MRS)")),
	F_END,
};

static const struct esr_field eret[] = {
	F(1, 1, "ERET", SAY("ERET", "ERETAA or ERETAB")),
	F(0, 0, "ERETA", SAY("ERETAA", "ERETAB"), IF(is_eret_with_key)),
	F_END,
};

static const struct esr_field tstart[] = {
	F(9, 5, "Rd", AS(REGISTER)), F_END,
};

static const struct esr_field pac_fail[] = {
	F(1, 1, "DnI", SAY("an instruction key", "a data key")),
	F(0, 0, "BnA", SAY("key A", "key B")),
	F_END,
};

static const struct esr_field sme[] = {
	F(2, 0, "SMTC",
	  SAY("SME is trapped",
	      "an instruction that streaming mode does not have",
	      "needs streaming mode, PSTATE.SM is 0",
	      "needs ZA, PSTATE.ZA is 0", "ZT0 is trapped"),
	  LINE("")),
	F_END,
};

static const struct esr_field implementation_defined[] = {
	F(24, 0, "IMP DEF"), F_END,
};

static const struct esr_field mops[] = {
	F(24, 24, "MemInst", SAY("CPY*: copy", "SET*: set")),
	F(23, 23, "isSETG", SAY("not SETG*", "SETG*: tags, too")),
	F(22, 19, "Options"),
	F(18, 18, "FromEpilogue", SAY("the main instruction", "the epilogue")),
	/* Before M.a: WrongOption, and OptionA of the CPU. */
	F(17, 16, "FormatOption",
	  SAY("registers of option B, as this CPU's",
	      "registers of option A, as this CPU's",
	      "registers of option A; this CPU has option B",
	      "registers of option B; this CPU has option A")),
	F(14, 10, "destreg", AS(REGISTER)),
	F(9, 5, "srcreg", AS(REGISTER)),
	F(4, 0, "sizereg", AS(REGISTER)),
	F_END,
};

#define FLAG_TEXTS(what) SAY("", what)

static const struct esr_field fp_exception[] = {
	F(23, 23, "TFV", SAY("the flags below say nothing",
			     "the flags below are valid")),
	F(10, 8, "VECITR"), /* UNKNOWN from AArch64, all ones from AArch32 */
	F(7, 7, "IDF", FLAG_TEXTS("input denormal")),
	F(4, 4, "IXF", FLAG_TEXTS("inexact")),
	F(3, 3, "UFF", FLAG_TEXTS("underflow")),
	F(2, 2, "OFF", FLAG_TEXTS("overflow")),
	F(1, 1, "DZF", FLAG_TEXTS("divided by zero")),
	F(0, 0, "IOF", FLAG_TEXTS("invalid operation")),
	F_END,
};

static const struct esr_field gcs[] = {
	F(23, 20, "ExType", SAY("data check", "EXLOCK", "GCSSTR or GCSSTTR"),
	  LINE("")),
	F(14, 10, "Raddr", AS(REGISTER), IF(is_gcs_store)),
	F(9, 5, "Rn", AS(REGISTER), IF(is_gcs_check)),
	F(9, 5, "Rvalue", AS(REGISTER), IF(is_gcs_store)),
	F(4, 0, "IT",
	  SAY("RET", "GCSPOPM", "RETAA", "RETAB", "GCSSS1", "GCSSS2",
	      [8] = "GCSPOPCX", [9] = "GCSPOPX"),
	  LINE(""), IF(is_gcs_check)),
	F_END,
};

/* A class without a list has no fields: its ISS and ISS2 are RES0. */
static const struct esr_field *const lists[64] = {
	[EC_WFX] = wfx,
	[EC_CP15_MCR_MRC] = mcr_mrc,
	[EC_CP15_MCRR_MRRC] = mcrr_mrrc,
	[EC_CP14_MCR_MRC] = mcr_mrc,
	[EC_CP14_LDC_STC] = ldc_stc,
	[EC_FP_ACCESS] = condition,
	[EC_VMRS] = mcr_mrc,
	[EC_LS64] = ls64,
	[EC_CP14_MRRC] = mcrr_mrrc,
	[EC_BTI] = bti,
	[EC_SVC_AARCH32] = immediate,
	[EC_HVC_AARCH32] = immediate,
	[EC_SMC_AARCH32] = smc_aarch32,
	[EC_MSRR_MRRS] = msrr_mrrs,
	[EC_SVC] = immediate,
	[EC_HVC] = immediate,
	[EC_SMC] = immediate,
	[EC_MSR_MRS] = msr_mrs,
	[EC_ERET] = eret,
	[EC_TSTART] = tstart,
	[EC_PAC_FAIL] = pac_fail,
	[EC_SME] = sme,
	[EC_GRANULE_PROTECTION] = esr_granule_check,
	[EC_IMPLEMENTATION_EL3] = implementation_defined,
	[EC_INSTRUCTION_ABORT_LOWER_EL] = esr_instruction_abort,
	[EC_INSTRUCTION_ABORT_SAME_EL] = esr_instruction_abort,
	[EC_DATA_ABORT_LOWER_EL] = esr_data_abort,
	[EC_DATA_ABORT_SAME_EL] = esr_data_abort,
	[EC_MOPS] = mops,
	[EC_FP_EXCEPTION_AARCH32] = fp_exception,
	[EC_FP_EXCEPTION] = fp_exception,
	[EC_GCS] = gcs,
	[EC_SERROR] = esr_serror,
	[EC_BREAKPOINT_LOWER_EL] = debug,
	[EC_BREAKPOINT_SAME_EL] = debug,
	[EC_SOFTWARE_STEP_LOWER_EL] = software_step,
	[EC_SOFTWARE_STEP_SAME_EL] = software_step,
	[EC_WATCHPOINT_LOWER_EL] = esr_watchpoint,
	[EC_WATCHPOINT_SAME_EL] = esr_watchpoint,
	[EC_BKPT_AARCH32] = comment,
	[EC_VECTOR_CATCH_AARCH32] = debug,
	[EC_BRK] = comment,
	[EC_PROFILING] = profiling,
};

const struct esr_field *esr_iss_fields(enum esr_class ec)
{
	static const struct esr_field none[] = { F_END };

	return lists[ec] != NULL ? lists[ec] : none;
}
