/* SPDX-License-Identifier: MIT */
/*
 * esr_iss_abort.c - the fields of the syndromes of aborts, SErrors and
 * watchpoints: tables, as in esr_iss.c, which has the other classes.
 */
#include "esr_iss.h"

/* ---- When a field is there ------------------------------------------ */

static unsigned int status(uint64_t esr)
{
	return FIELD_GET(ESR_EL1_DABT_DFSC, esr);
}

static bool is_permission(uint64_t esr)
{
	return (status(esr) & 0x3c) == 0x0c;
}

/* An external abort, of the access or of its table walk. */
static bool is_external(uint64_t esr)
{
	return (status(esr) & 0x38) == 0x10 && status(esr) != 0x11;
}

/* Of the access itself: all others have a FAR. */
static bool may_have_no_far(uint64_t esr)
{
	return status(esr) == DFSC_EXTERNAL;
}

/* The tables did not let the access through. */
static bool is_refused(uint64_t esr)
{
	const enum fault_type type = esr_fault_type(esr);

	return type == FAULT_TRANSLATION || type == FAULT_ACCESS_FLAG ||
	       type == FAULT_PERMISSION;
}

/* What may come of the log of dirty pages, which the table walk writes. */
static bool is_dirty_log(uint64_t esr)
{
	return is_permission(esr) ||
	       (is_external(esr) && status(esr) != DFSC_EXTERNAL) ||
	       (status(esr) >= 0x22 && status(esr) <= 0x27);
}

static bool has_syndrome(uint64_t esr) /* ISV = 1: of the instruction */
{
	return esr_bit(esr, 24);
}

static bool has_no_syndrome(uint64_t esr)
{
	return !esr_bit(esr, 24);
}

static bool is_external_data(uint64_t esr)
{
	return is_external(esr) && has_no_syndrome(esr);
}

static bool is_defined_serror(uint64_t esr) /* IDS = 0 */
{
	return !esr_bit(esr, 24);
}

static bool is_asynchronous(uint64_t esr)
{
	return is_defined_serror(esr) &&
	       status(esr) == SERROR_DFSC_ASYNCHRONOUS;
}

static bool is_directed_serror(uint64_t esr) /* WnRV = 1 */
{
	return is_asynchronous(esr) && esr_bit(esr, 7);
}

static bool is_data(uint64_t esr) /* a granule protection check: InD = 0 */
{
	return !esr_bit(esr, 20);
}

/* ---- Aborts --------------------------------------------------------- */

#define HDBSSF_TEXTS SAY("", "the log of dirty pages is full, or faults"), \
		     LINE("log of dirty pages")
#define HDBSSF F(43, 43, "HDBSSF", HDBSSF_TEXTS, IF(is_dirty_log))
#define GCS                                                               \
	F(40, 40, "GCS", SAY("", "an access to the guarded control stack"), \
	  LINE("guarded control stack"))
#define ASSURED_ONLY                                                   \
	F(39, 39, "AssuredOnly",                                       \
	  SAY("", "the translation is not an assured one"),            \
	  LINE("AssuredOnly"), IF(is_permission))
#define OVERLAY                                                     \
	F(38, 38, "Overlay", SAY("", "the overlay permissions forbid it"), \
	  LINE("overlay permissions"), IF(is_permission))
#define DIRTY_TEXTS SAY("", "the page is clean, and is not marked dirty")
#define TOP_LEVEL                                                      \
	SAY("", "a first table, in memory that is not for one"), ONLY(IN_EL2), \
	LINE("TopLevel")
#define PFV_TEXTS SAY("PFAR says nothing", "PFAR holds the physical address")
#define WU_TEXTS SAY("no store, or the location may have changed", NULL, \
		     "a store, and the location is as before",           \
		     "a store, and the location has changed")
#define SET_TEXTS SAY("recoverable", NULL, "uncontainable", "restartable")
#define FNV_TEXTS SAY("FAR holds the address", "FAR is not valid")
#define VNCR_TEXTS                                               \
	SAY("not by VNCR_EL2", "by VNCR_EL2, which EL1 used"), ONLY(IN_EL2)
/* What it means is the implementation's to say, of external aborts alone. */
#define EA_TEXTS SAY("", "IMPLEMENTATION DEFINED kind of external abort")
#define EA       F(9, 9, "EA", EA_TEXTS)
#define CM_TEXTS SAY("not cache maintenance", \
		     "cache maintenance or address translation")
#define S1PTW                                                \
	F(7, 7, "S1PTW", SAY("not a stage-2 fault of a walk", \
			     "stage-2 fault on a stage-1 table walk"), \
	  LINE("stage 2"))
#define WNR_TEXTS SAY("read", "write")

const struct esr_field esr_data_abort[] = {
	HDBSSF,
	F(42, 42, "TnD", SAY("", "a tag was written, and no data"),
	  LINE("tag write"), IF(is_permission)),
	F(41, 41, "TagAccess", SAY("", "the page has no tags (NoTagAccess)"),
	  LINE("NoTagAccess"), IF(is_permission)),
	GCS,
	ASSURED_ONLY,
	OVERLAY,
	F(37, 37, "DirtyBit", DIRTY_TEXTS, LINE("dirty state"),
	  IF(is_permission)),
	F(36, 32, "Xs", AS(REGISTER), LINE("Xs"), IF(is_refused)),
	F(24, 24, "ISV", SAY("bits 23:14 do not describe the instruction",
			     "bits 23:14 describe the instruction")),
	F(23, 22, "SAS", SAY("1 byte", "2 bytes", "4 bytes", "8 bytes"),
	  IF(has_syndrome)),
	F(21, 21, "SSE", SAY("no sign extension", "sign extension"),
	  IF(has_syndrome)),
	F(21, 21, "TopLevel", TOP_LEVEL, IF(has_no_syndrome)),
	F(20, 16, "SRT", AS(REGISTER), IF(has_syndrome)),
	F(17, 16, "WU", WU_TEXTS, IF(is_external_data)),
	F(15, 15, "SF", SAY("32-bit register", "64-bit register"),
	  IF(has_syndrome)),
	F(15, 15, "FnP", SAY("FAR is precise",
			     "FAR is of the same granule as the address"),
	  IF(has_no_syndrome)),
	F(14, 14, "AR", SAY("no acquire or release", "acquire or release"),
	  IF(has_syndrome)),
	F(14, 14, "PFV", PFV_TEXTS, IF(is_external_data)),
	F(13, 13, "VNCR", VNCR_TEXTS, LINE("VNCR_EL2")),
	F(12, 11, "LST", SAY("not said", "ST64BV", "LD64B or ST64B", "ST64BV0"),
	  IF(is_refused)),
	F(12, 11, "SET", SET_TEXTS, IF(is_external)),
	F(10, 10, "FnV", FNV_TEXTS, LINE("no FAR"), IF(may_have_no_far)),
	EA,
	F(8, 8, "CM", CM_TEXTS),
	S1PTW,
	F(6, 6, "WnR", WNR_TEXTS),
	F(5, 0, "DFSC", AS(FAULT_STATUS), LINE("")),
	F_END,
};

const struct esr_field esr_instruction_abort[] = {
	HDBSSF,
	ASSURED_ONLY,
	OVERLAY,
	F(37, 37, "DirtyBit", DIRTY_TEXTS, LINE("dirty state"), ONLY(IN_EL2),
	  IF(is_permission)),
	F(21, 21, "TopLevel", TOP_LEVEL),
	F(14, 14, "PFV", PFV_TEXTS, IF(is_external)),
	F(12, 11, "SET", SET_TEXTS, IF(is_external)),
	F(10, 10, "FnV", FNV_TEXTS, LINE("no FAR"), IF(may_have_no_far)),
	EA,
	S1PTW,
	F(5, 0, "IFSC", AS(INSTRUCTION_STATUS), LINE("")),
	F_END,
};

const struct esr_field esr_granule_check[] = {
	F(43, 43, "HDBSSF", HDBSSF_TEXTS),
	GCS,
	F(21, 21, "S2PTW", SAY("not a stage-2 table walk",
			       "on a stage-2 table walk"),
	  LINE("stage-2 walk")),
	F(20, 20, "InD", SAY("data", "instruction"), LINE("")),
	F(19, 14, "GPCSC",
	  SAY([0x00] = "GPT address size fault, level 0",
	      [0x04] = "GPT walk fault, level 0",
	      [0x05] = "GPT walk fault, level 1",
	      [0x0c] = "granule protection fault, level 0",
	      [0x0d] = "granule protection fault, level 1",
	      [0x14] = "external abort on GPT fetch, level 0",
	      [0x15] = "external abort on GPT fetch, level 1"),
	  LINE("")),
	F(13, 13, "VNCR", SAY("not by VNCR_EL2", "by VNCR_EL2, which EL1 used"),
	  LINE("VNCR_EL2"), IF(is_data)),
	F(8, 8, "CM", CM_TEXTS),
	F(7, 7, "S1PTW", SAY("not stage 2 of a stage-1 table walk",
			     "on stage 2 of a stage-1 table walk"),
	  LINE("stage-1 walk")),
	F(6, 6, "WnR", WNR_TEXTS, IF(is_data)),
	F(5, 0, "xFSC", AS(GRANULE_STATUS)),
	F_END,
};

const struct esr_field esr_serror[] = {
	F(24, 24, "IDS", SAY("the format below", "IMPLEMENTATION DEFINED"),
	  LINE("IMPLEMENTATION DEFINED syndrome")),
	F(23, 0, "IMP DEF", IF(has_syndrome)), /* IDS is the same bit */
	F(18, 18, "ELS", SAY("ELR does not say what caused it",
			     "ELR is at the instruction that caused it"),
	  IF(is_asynchronous)),
	F(17, 16, "WU", WU_TEXTS, IF(is_asynchronous)),
	F(15, 15, "VFV", SAY("FAR says nothing", "FAR holds the address"),
	  IF(is_asynchronous)),
	F(14, 14, "PFV", PFV_TEXTS, IF(is_asynchronous)),
	F(13, 13, "IESB", SAY("not by an implicit barrier",
			      "by an implicit barrier"),
	  IF(is_asynchronous)),
	/* How much the error has spoilt. */
	F(12, 10, "AET", SAY("uncontainable", "unrecoverable", "restartable",
			     "recoverable", NULL, NULL, "corrected"),
	  LINE(""), IF(is_asynchronous)),
	F(9, 9, "EA", EA_TEXTS, IF(is_asynchronous)),
	F(7, 7, "WnRV", SAY("WnR says nothing", "WnR is valid"),
	  IF(is_asynchronous)),
	F(6, 6, "WnR", WNR_TEXTS, LINE(""), IF(is_directed_serror)),
	F(5, 0, "DFSC", AS(SERROR_STATUS), LINE(""), IF(is_defined_serror)),
	F_END,
};

const struct esr_field esr_watchpoint[] = {
	GCS,
	F(23, 18, "WPT"),
	F(17, 17, "WPTV", SAY("WPT says nothing", "WPT is the watchpoint")),
	F(16, 16, "WPF", SAY("the address was accessed",
			     "the address was perhaps not accessed")),
	F(15, 15, "FnP", SAY("FAR is precise",
			     "FAR is of the same granule as the address")),
	F(13, 13, "VNCR", VNCR_TEXTS, LINE("VNCR_EL2")),
	F(10, 10, "FnV", FNV_TEXTS, LINE("no FAR")),
	F(8, 8, "CM", CM_TEXTS),
	F(6, 6, "WnR", WNR_TEXTS, LINE("")),
	F(5, 0, "DFSC", AS(DEBUG_STATUS)),
	F_END,
};
