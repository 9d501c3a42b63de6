/* SPDX-License-Identifier: MIT */
/*
 * esr.h - the values that ESR_EL1 can hold: exception classes and fault
 * status codes, spelled out (Arm ARM DDI 0487, ESR_EL1). The fields' places
 * are in sysreg_fields.h; the words for a reader come from esr.c.
 */
#pragma once

#include "lib/types.h"
#include "sysreg_fields.h"

/* ESR_EL1.EC. "Lower EL" is EL0, "same EL" is EL1, for exceptions to EL1. */
enum esr_class {
	EC_UNKNOWN = 0x00, /* an undefined instruction, mostly */
	EC_WFX = 0x01,
	EC_CP15_MCR_MRC = 0x03,   /* CPnn, and ..._AARCH32: from AArch32 */
	EC_CP15_MCRR_MRRC = 0x04,
	EC_CP14_MCR_MRC = 0x05,
	EC_CP14_LDC_STC = 0x06,
	EC_FP_ACCESS = 0x07,
	EC_VMRS = 0x08,
	EC_PAUTH_TRAP = 0x09,
	EC_LS64 = 0x0a,
	EC_CP14_MRRC = 0x0c,
	EC_BTI = 0x0d,
	EC_ILLEGAL_STATE = 0x0e,
	EC_SVC_AARCH32 = 0x11,
	EC_HVC_AARCH32 = 0x12,
	EC_SMC_AARCH32 = 0x13,
	EC_MSRR_MRRS = 0x14,
	EC_SVC = 0x15,
	EC_HVC = 0x16,
	EC_SMC = 0x17,
	EC_MSR_MRS = 0x18,
	EC_SVE = 0x19,
	EC_ERET = 0x1a,
	EC_TSTART = 0x1b,
	EC_PAC_FAIL = 0x1c,
	EC_SME = 0x1d,
	EC_GRANULE_PROTECTION = 0x1e,
	EC_IMPLEMENTATION_EL3 = 0x1f,
	EC_INSTRUCTION_ABORT_LOWER_EL = 0x20,
	EC_INSTRUCTION_ABORT_SAME_EL = 0x21,
	EC_PC_ALIGNMENT = 0x22,
	EC_DATA_ABORT_LOWER_EL = 0x24,
	EC_DATA_ABORT_SAME_EL = 0x25,
	EC_SP_ALIGNMENT = 0x26,
	EC_MOPS = 0x27,
	EC_FP_EXCEPTION_AARCH32 = 0x28,
	EC_FP_EXCEPTION = 0x2c,
	EC_GCS = 0x2d,
	EC_SERROR = 0x2f,
	EC_BREAKPOINT_LOWER_EL = 0x30,
	EC_BREAKPOINT_SAME_EL = 0x31,
	EC_SOFTWARE_STEP_LOWER_EL = 0x32,
	EC_SOFTWARE_STEP_SAME_EL = 0x33,
	EC_WATCHPOINT_LOWER_EL = 0x34,
	EC_WATCHPOINT_SAME_EL = 0x35,
	EC_BKPT_AARCH32 = 0x38,
	EC_VECTOR_CATCH_AARCH32 = 0x3a,
	EC_BRK = 0x3c,
	EC_PROFILING = 0x3d,
};

/*
 * What the fault status (DFSC and IFSC: the same numbers) says, without the
 * level. The codes themselves: the table in esr.c.
 */
enum fault_type {
	FAULT_RESERVED, /* a code that the Arm ARM does not define */
	FAULT_ADDRESS_SIZE,
	FAULT_TRANSLATION,
	FAULT_ACCESS_FLAG,
	FAULT_PERMISSION,
	FAULT_ALIGNMENT,
	FAULT_EXTERNAL,      /* the memory system refused the access */
	FAULT_EXTERNAL_WALK, /* the same, while a descriptor was read */
	FAULT_PARITY,
	FAULT_PARITY_WALK,
	FAULT_TAG_CHECK,
	FAULT_GRANULE_PROTECTION,
	FAULT_TLB_CONFLICT,
	FAULT_UNSUPPORTED_ATOMIC,
	FAULT_DEBUG,
	FAULT_IMPLEMENTATION,
};
#define FAULT_NO_LEVEL (-128)

static inline enum esr_class esr_class(uint64_t esr)
{
	return (enum esr_class)FIELD_GET(ESR_EL1_EC, esr);
}

static inline bool esr_is_data_abort(uint64_t esr)
{
	return esr_class(esr) == EC_DATA_ABORT_LOWER_EL ||
	       esr_class(esr) == EC_DATA_ABORT_SAME_EL;
}

static inline bool esr_is_instruction_abort(uint64_t esr)
{
	return esr_class(esr) == EC_INSTRUCTION_ABORT_LOWER_EL ||
	       esr_class(esr) == EC_INSTRUCTION_ABORT_SAME_EL;
}

static inline bool esr_is_abort(uint64_t esr)
{
	return esr_is_data_abort(esr) || esr_is_instruction_abort(esr);
}

/* WnR is 1 for cache maintenance and AT too, which store nothing. */
static inline bool esr_is_write(uint64_t esr)
{
	return esr_is_data_abort(esr) && (esr & FIELD_MASK(ESR_EL1_DABT_WNR)) &&
	       !(esr & FIELD_MASK(ESR_EL1_DABT_CM));
}

#define DFSC_EXTERNAL 0x10 /* on a table walk it is 0x13 to 0x17 */

/* Of an abort: FnV says that FAR_EL1 does not hold its address. It is RES0 for
 * all but an external abort that was not on a table walk. */
static inline bool esr_far_is_void(uint64_t esr)
{
	return (esr & FIELD_MASK(ESR_EL1_DABT_FNV)) &&
	       FIELD_GET(ESR_EL1_DABT_DFSC, esr) == DFSC_EXTERNAL;
}

static inline bool esr_has_address(uint64_t esr)
{
	return esr_is_abort(esr) && !esr_far_is_void(esr);
}

/*
 * Of an abort: whether a descriptor of the tables was the reason, so that
 * another may allow the access. A translation, access-flag or permission fault,
 * 0b00ttLL with tt not 0; at level -1, which only 52-bit addresses have, none.
 */
static inline bool esr_is_of_tables(uint64_t esr)
{
	const unsigned int status = FIELD_GET(ESR_EL1_DABT_DFSC, esr);

	return status >= 0x04 && status <= 0x0f;
}

/* For an abort: the kind of its fault, and the level (or FAULT_NO_LEVEL). */
enum fault_type esr_fault_type(uint64_t esr) __attribute__((pure));
int esr_fault_level(uint64_t esr);
/* Of an abort that comes from outside the CPU's own rules: the memory system,
 * or a broken TLB. */
static inline bool fault_type_is_external(enum fault_type type)
{
	return type == FAULT_EXTERNAL || type == FAULT_EXTERNAL_WALK ||
	       type == FAULT_PARITY || type == FAULT_PARITY_WALK ||
	       type == FAULT_TLB_CONFLICT;
}
bool esr_is_external(uint64_t esr) __attribute__((pure));
