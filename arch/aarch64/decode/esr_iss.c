/* SPDX-License-Identifier: MIT */
/*
 * esr_iss.c - the fields of ESR_EL1.ISS for each exception class, as tables:
 * where a field is, what it is called, what its values mean. Nothing here
 * prints; esr.c does. (Arm ARM DDI 0487, ESR_EL1, "ISS encoding for …".)
 */
#include "esr_iss.h"

/*
 * Each macro is one row: `field` is a `lsb, width` pair of sysreg_fields.h.
 * The _IF forms exist only while the field `cond` has the value `is`.
 */
#define TEXTS(...) (const char *const[]){ __VA_ARGS__ }
#define F_NUMBER(field, name)     { field, name, NUMBER, NULL, { 0 } }
#define F_REGISTER(field, name)   { field, name, REGISTER, NULL, { 0 } }
#define F_STATUS(field, name)     { field, name, FAULT_STATUS, NULL, { 0 } }
#define F_DEBUG(field, name)      { field, name, DEBUG_STATUS, NULL, { 0 } }
#define F_WORDS(field, name, ...) \
	{ field, name, WORDS, TEXTS(__VA_ARGS__), { 0 } }
#define F_WORDS_IF(cond, is, field, name, ...) \
	{ field, name, WORDS, TEXTS(__VA_ARGS__), IF(cond, is) }
#define F_REGISTER_IF(cond, is, field, name) \
	{ field, name, REGISTER, NULL, IF(cond, is) }
#define IF(...) IF_(__VA_ARGS__) /* splits the pair */
#define IF_(lsb, width, is) \
	{ FIELD_MASK_(lsb, width), FIELD_PREP_((uint64_t)(is), lsb, width) }
#define F_END { 0, 0, NULL, NUMBER, NULL, { 0 } }

#define SET_WORDS                                                    \
	F_WORDS_IF(ESR_EL1_DABT_DFSC, 0x10, ESR_EL1_DABT_SET, "SET", \
		   "recoverable", NULL, "uncontainable", "restartable")
#define FNV_WORDS                            \
	F_WORDS(ESR_EL1_DABT_FNV, "FnV",     \
		"FAR_EL1 holds the address", \
		"FAR_EL1 is not valid")
#define S1PTW_WORDS                             \
	F_WORDS(ESR_EL1_DABT_S1PTW, "S1PTW",    \
		"not a stage-2 fault of a walk", \
		"stage-2 fault on a stage-1 table walk")
/* What it means is the implementation's to say, of external aborts alone. */
#define EA_TEXTS "", "IMPLEMENTATION DEFINED kind of external abort"
#define EA_WORDS F_WORDS(ESR_EL1_DABT_EA, "EA", EA_TEXTS)

static const struct esr_field data_abort[] = {
	F_NUMBER(ESR_EL1_DABT2_TND, "TnD"), /* tag check, no data */
	F_NUMBER(ESR_EL1_DABT2_TAG, "TagAccess"),
	F_NUMBER(ESR_EL1_DABT2_GCS, "GCS"),
	F_NUMBER(ESR_EL1_DABT2_ASSURED, "AssuredOnly"),
	F_NUMBER(ESR_EL1_DABT2_OVERLAY, "Overlay"),
	F_NUMBER(ESR_EL1_DABT2_DIRTY, "DirtyBit"),
	F_REGISTER(ESR_EL1_DABT2_XS, "Xs"),
	F_WORDS(ESR_EL1_DABT_ISV, "ISV", "bits 23:14 say nothing",
		"bits 23:14 describe the instruction"),
	F_WORDS_IF(ESR_EL1_DABT_ISV, 1, ESR_EL1_DABT_SAS, "SAS", "1 byte",
		   "2 bytes", "4 bytes", "8 bytes"),
	F_WORDS_IF(ESR_EL1_DABT_ISV, 1, ESR_EL1_DABT_SSE, "SSE",
		   "no sign extension", "sign extension"),
	F_REGISTER_IF(ESR_EL1_DABT_ISV, 1, ESR_EL1_DABT_SRT, "SRT"),
	F_WORDS_IF(ESR_EL1_DABT_ISV, 1, ESR_EL1_DABT_SF, "SF",
		   "32-bit register", "64-bit register"),
	F_WORDS_IF(ESR_EL1_DABT_ISV, 1, ESR_EL1_DABT_AR, "AR",
		   "no acquire or release", "acquire or release"),
	F_WORDS(ESR_EL1_DABT_VNCR, "VNCR", "not an access through VNCR_EL2",
		"an access through VNCR_EL2"),
	SET_WORDS,
	FNV_WORDS,
	EA_WORDS,
	F_WORDS(ESR_EL1_DABT_CM, "CM", "not cache maintenance",
		"cache maintenance or address translation"),
	S1PTW_WORDS,
	F_WORDS(ESR_EL1_DABT_WNR, "WnR", "read", "write"),
	F_STATUS(ESR_EL1_DABT_DFSC, "DFSC"),
	F_END,
};

static const struct esr_field instruction_abort[] = {
	SET_WORDS, FNV_WORDS, EA_WORDS, S1PTW_WORDS,
	F_STATUS(ESR_EL1_IABT_IFSC, "IFSC"), F_END,
};

static const struct esr_field immediate[] = {
	F_NUMBER(ESR_EL1_IMM16, "imm16"), F_END,
};

static const struct esr_field msr_mrs[] = {
	F_NUMBER(ESR_EL1_SYS_OP0, "Op0"),
	F_NUMBER(ESR_EL1_SYS_OP2, "Op2"),
	F_NUMBER(ESR_EL1_SYS_OP1, "Op1"),
	F_NUMBER(ESR_EL1_SYS_CRN, "CRn"),
	F_REGISTER(ESR_EL1_SYS_RT, "Rt"),
	F_NUMBER(ESR_EL1_SYS_CRM, "CRm"),
	F_WORDS(ESR_EL1_SYS_DIRECTION, "Direction", "write (MSR)",
		"read (MRS)"),
	F_END,
};

static const struct esr_field msrr_mrrs[] = {
	F_NUMBER(ESR_EL1_SYS_OP0, "Op0"),
	F_NUMBER(ESR_EL1_SYS_OP2, "Op2"),
	F_NUMBER(ESR_EL1_SYS_OP1, "Op1"),
	F_NUMBER(ESR_EL1_SYS_CRN, "CRn"),
	F_NUMBER(ESR_EL1_SYS_RT_PAIR, "Rt/2"), /* an even register, +1 */
	F_NUMBER(ESR_EL1_SYS_CRM, "CRm"),
	F_WORDS(ESR_EL1_SYS_DIRECTION, "Direction", "write (MSRR)",
		"read (MRRS)"),
	F_END,
};

/* AArch32's condition: AArch64 reports CV = 1 and COND = 14, "always". */
#define CONDITION                                              \
	F_WORDS(ESR_EL1_COND_CV, "CV", "COND is not valid",    \
		"COND is valid"),                              \
	F_NUMBER(ESR_EL1_COND_COND, "COND")

static const struct esr_field condition[] = { CONDITION, F_END };

static const struct esr_field wfx[] = {
	CONDITION,
	F_WORDS(ESR_EL1_WFX_RV, "RV", "RN says nothing",
		"RN is the register with the time limit"),
	F_REGISTER_IF(ESR_EL1_WFX_RV, 1, ESR_EL1_WFX_RN, "RN"),
	F_WORDS(ESR_EL1_WFX_TI, "TI", "WFI", "WFE", "WFIT", "WFET"),
	F_END,
};

static const struct esr_field ls64[] = {
	F_NUMBER(ESR_EL1_ISS, "ISS"), F_END, /* 0 ST64BV, 1 ST64BV0, 2 others */
};

static const struct esr_field bti[] = {
	F_NUMBER(ESR_EL1_BTI_BTYPE, "BTYPE"), F_END,
};

static const struct esr_field pac_fail[] = {
	F_WORDS(ESR_EL1_PAC_DATA, "key", "an instruction key", "a data key"),
	F_WORDS(ESR_EL1_PAC_B, "A or B", "key A", "key B"),
	F_END,
};

static const struct esr_field eret[] = {
	F_WORDS(ESR_EL1_ERET_ERET, "ERET", "ERET", "ERETAA or ERETAB"),
	F_WORDS(ESR_EL1_ERET_ERETA, "ERETA", "ERETAA (or ERET)", "ERETAB"),
	F_END,
};

static const struct esr_field sme[] = {
	F_WORDS(ESR_EL1_SME_SMTC, "SMTC", "SME is trapped",
		"an instruction that streaming mode does not have",
		"needs streaming mode, PSTATE.SM is 0",
		"needs ZA, PSTATE.ZA is 0", "ZT0 is trapped", NULL, NULL, NULL),
	F_END,
};

static const struct esr_field mops[] = {
	F_WORDS(ESR_EL1_MOPS_MEMINST, "MemInst", "CPY*: copy", "SET*: set"),
	F_NUMBER(ESR_EL1_MOPS_ISSETG, "isSETG"),
	F_NUMBER(ESR_EL1_MOPS_OPTIONS, "Options"),
	F_WORDS(ESR_EL1_MOPS_EPILOGUE, "FromEpilogue", "the main instruction",
		"the epilogue"),
	F_WORDS(ESR_EL1_MOPS_WRONG, "WrongOption", "PSTATE.C agrees",
		"PSTATE.C says the other option"),
	F_WORDS(ESR_EL1_MOPS_OPTION_A, "OptionA", "this CPU uses option B",
		"this CPU uses option A"),
	F_REGISTER(ESR_EL1_MOPS_DEST, "destreg"),
	F_REGISTER(ESR_EL1_MOPS_SRC, "srcreg"),
	F_REGISTER(ESR_EL1_MOPS_SIZE, "sizereg"),
	F_END,
};

static const struct esr_field fp_exception[] = {
	F_WORDS(ESR_EL1_FP_TFV, "TFV", "the bits below say nothing",
		"the bits below are valid"),
	F_NUMBER(ESR_EL1_FP_VECITR, "VECITR"),
	F_NUMBER(ESR_EL1_FP_IDF, "IDF"), /* input denormal */
	F_NUMBER(ESR_EL1_FP_IXF, "IXF"), /* inexact */
	F_NUMBER(ESR_EL1_FP_UFF, "UFF"), /* underflow */
	F_NUMBER(ESR_EL1_FP_OFF, "OFF"), /* overflow */
	F_NUMBER(ESR_EL1_FP_DZF, "DZF"), /* divided by zero */
	F_NUMBER(ESR_EL1_FP_IOF, "IOF"), /* invalid operation */
	F_END,
};

static const struct esr_field gcs[] = {
	F_NUMBER(ESR_EL1_GCS_EXTYPE, "ExType"), /* 0 data check, 1 EXLOCK */
	F_NUMBER(ESR_EL1_GCS_IT, "IT"),
	F_END,
};

/* How much the error has spoilt. */
static const char *const serror_types[8] = {
	"uncontainable", "unrecoverable", "restartable", "recoverable",
	NULL, NULL, "corrected", NULL,
};

const char *esr_serror_type(uint64_t esr)
{
	return serror_types[FIELD_GET(ESR_EL1_SERROR_AET, esr)];
}

static const struct esr_field serror[] = {
	F_WORDS(ESR_EL1_SERROR_IDS, "IDS", "the format below",
		"IMPLEMENTATION DEFINED"),
	F_WORDS_IF(ESR_EL1_SERROR_IDS, 0, ESR_EL1_SERROR_IESB, "IESB",
		   "not by an implicit barrier", "by an implicit barrier"),
	/* Valid with this status only. */
	{ ESR_EL1_SERROR_AET, "AET", WORDS, serror_types,
	  { FIELD_MASK(ESR_EL1_SERROR_IDS) | FIELD_MASK(ESR_EL1_SERROR_DFSC),
	    SERROR_DFSC_ASYNCHRONOUS } },
	F_WORDS_IF(ESR_EL1_SERROR_IDS, 0, ESR_EL1_DABT_EA, "EA", EA_TEXTS),
	{ ESR_EL1_SERROR_DFSC, "DFSC", SERROR_STATUS, NULL,
	  IF(ESR_EL1_SERROR_IDS, 0) },
	F_END,
};

static const struct esr_field debug[] = {
	F_DEBUG(ESR_EL1_IABT_IFSC, "IFSC"), F_END,
};

static const struct esr_field software_step[] = {
	F_WORDS(ESR_EL1_STEP_ISV, "ISV", "EX says nothing", "EX is valid"),
	F_WORDS(ESR_EL1_STEP_EX, "EX", "not a load-exclusive",
		"a load-exclusive was stepped"),
	F_DEBUG(ESR_EL1_IABT_IFSC, "IFSC"),
	F_END,
};

static const struct esr_field watchpoint[] = {
	F_NUMBER(ESR_EL1_WATCH_WPT, "WPT"),
	F_NUMBER(ESR_EL1_WATCH_WPTV, "WPTV"),
	F_NUMBER(ESR_EL1_WATCH_WPF, "WPF"),
	F_NUMBER(ESR_EL1_WATCH_FNP, "FnP"),
	F_NUMBER(ESR_EL1_DABT_VNCR, "VNCR"),
	FNV_WORDS,
	F_NUMBER(ESR_EL1_DABT_CM, "CM"),
	F_WORDS(ESR_EL1_DABT_WNR, "WnR", "read", "write"),
	F_DEBUG(ESR_EL1_DABT_DFSC, "DFSC"),
	F_END,
};

/* Whatever has no list here has an ISS of RES0 bits only. */
static const struct esr_field *const lists[64] = {
	[EC_WFX] = wfx,
	[EC_FP_ACCESS] = condition,
	[EC_LS64] = ls64,
	[EC_BTI] = bti,
	[EC_SVC_AARCH32] = immediate,
	[EC_HVC_AARCH32] = immediate,
	[EC_MSRR_MRRS] = msrr_mrrs,
	[EC_SVC] = immediate,
	[EC_HVC] = immediate,
	[EC_SMC] = immediate,
	[EC_MSR_MRS] = msr_mrs,
	[EC_ERET] = eret,
	[EC_PAC_FAIL] = pac_fail,
	[EC_SME] = sme,
	[EC_INSTRUCTION_ABORT_LOWER_EL] = instruction_abort,
	[EC_INSTRUCTION_ABORT_SAME_EL] = instruction_abort,
	[EC_DATA_ABORT_LOWER_EL] = data_abort,
	[EC_DATA_ABORT_SAME_EL] = data_abort,
	[EC_MOPS] = mops,
	[EC_FP_EXCEPTION_AARCH32] = fp_exception,
	[EC_FP_EXCEPTION] = fp_exception,
	[EC_GCS] = gcs,
	[EC_SERROR] = serror,
	[EC_BREAKPOINT_LOWER_EL] = debug,
	[EC_BREAKPOINT_SAME_EL] = debug,
	[EC_SOFTWARE_STEP_LOWER_EL] = software_step,
	[EC_SOFTWARE_STEP_SAME_EL] = software_step,
	[EC_WATCHPOINT_LOWER_EL] = watchpoint,
	[EC_WATCHPOINT_SAME_EL] = watchpoint,
	[EC_BKPT_AARCH32] = immediate,
	[EC_BRK] = immediate,
};

const struct esr_field *esr_iss_fields(enum esr_class ec)
{
	static const struct esr_field none[] = { F_END };

	return lists[ec] != NULL ? lists[ec] : none;
}
