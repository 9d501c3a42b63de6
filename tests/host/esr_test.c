/* SPDX-License-Identifier: MIT */
/*
 * esr_test.c - values of ESR_EL1 put together by hand from the Arm ARM's field
 * descriptions, and the words that must come out. No value here was made by
 * the code under test.
 */
#include "esr_text.h"

#include "decode/esr.h"

static const struct {
	uint64_t esr;
	const char *line;
} lines[] = {
	/* EC << 26 | IL << 25 | ISS. */
	{ 0x00000000, "unknown reason (undefined instruction)" },
	{ 0x02000000, "unknown reason (undefined instruction)" },
	{ 0x56000000, "SVC #0" },
	{ 0x5600ffff, "SVC #65535" },
	{ 0x5a000001, "HVC #1" },
	{ 0x5e000002, "SMC #2" },
	{ 0xf2000123, "BRK #291" },
	/* Data aborts: 0x25 << 26 is 0x94000000, 0x24 << 26 is 0x90000000. */
	{ 0x9600000f, "data abort, same EL | read | "
		      "permission fault, level 3" },
	{ 0x9600004f, "data abort, same EL | write | "
		      "permission fault, level 3" },
	{ 0x9600000d, "data abort, same EL | read | "
		      "permission fault, level 1" },
	{ 0x96000004, "data abort, same EL | read | "
		      "translation fault, level 0" },
	{ 0x92000046, "data abort, lower EL | write | "
		      "translation fault, level 2" },
	{ 0x9200000b, "data abort, lower EL | read | "
		      "access flag fault, level 3" },
	{ 0x92000021, "data abort, lower EL | read | alignment fault" },
	{ 0x96000157, "data abort, same EL | cache op or AT | "
		      "external abort on table walk, level 3" },
	{ 0x96000410, "data abort, same EL | read | "
		      "synchronous external abort | no FAR" },
	{ 0x92000086, "data abort, lower EL | read | "
		      "translation fault, level 2 | "
		      "stage 2" },
	/* Instruction aborts: 0x20 << 26 is 0x80000000. */
	{ 0x8200000f, "instruction abort, lower EL | "
		      "permission fault, level 3" },
	{ 0x86000007, "instruction abort, same EL | "
		      "translation fault, level 3" },
	{ 0x8600000e, "instruction abort, same EL | "
		      "permission fault, level 2" },
	/* MRS x5, SCTLR_EL1 (3, 0, 1, 0, 0): Op0 3, CRn 1, Rt 5, read. */
	{ 0x603004a1 | 1 << 25, "trapped MSR, MRS or system instruction | "
				"mrs x5, SCTLR_EL1" },
	/* MSR PMUSERENR_EL0 (3, 3, 9, 14, 0), xzr: Op1 3, CRn 9, CRm 14. */
	{ 0x62000000 | 3 << 20 | 3 << 14 | 9 << 10 | 31 << 5 | 14 << 1,
	  "trapped MSR, MRS or system instruction | "
	  "msr PMUSERENR_EL0, xzr" },
	/* MRS x0, CTR_EL0 (3, 3, 0, 0, 1), as ID_AA64… is trapped, too. */
	{ 0x62000000 | 3 << 20 | 1 << 17 | 3 << 14 | 1,
	  "trapped MSR, MRS or system instruction | mrs x0, CTR_EL0" },
	/* MRS x1, CNTPCT_EL0 (3, 3, 14, 0, 1). */
	{ 0x62000000 | 3 << 20 | 1 << 17 | 3 << 14 | 14 << 10 | 1 << 5 | 1,
	  "trapped MSR, MRS or system instruction | mrs x1, CNTPCT_EL0" },
	/* DC CVAU, x2 (1, 3, 7, 11, 1); TLBI VMALLE1IS (1, 0, 8, 3, 0). */
	{ 0x62000000 | 1 << 20 | 1 << 17 | 3 << 14 | 7 << 10 | 2 << 5 | 11 << 1,
	  "trapped MSR, MRS or system instruction | dc CVAU, x2" },
	{ 0x62000000 | 1 << 20 | 8 << 10 | 31 << 5 | 3 << 1,
	  "trapped MSR, MRS or system instruction | tlbi VMALLE1IS" },
	/* What has no name: S3_7_C11_C0_0. */
	{ 0x62000000 | 3 << 20 | 7 << 14 | 11 << 10 | 1,
	  "trapped MSR, MRS or system instruction | mrs x0, s3_7_c11_c0_0" },
	/* MSR DAIFSet, #2 (0, 3, 4, 2, 6): by the Arm ARM, and by QEMU. */
	{ 0x62000000 | 6 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 2 << 1,
	  "trapped MSR, MRS or system instruction | msr DAIFSet, #2" },
	{ 0x62000000 | 3 << 17 | 6 << 14 | 4 << 10 | 31 << 5 | 2 << 1,
	  "trapped MSR, MRS or system instruction | msr DAIFSet, #2 "
	  "(op1, op2 swapped)" },
	{ 0x1fe00000, "trapped FP, SIMD, SVE or SME access" },
	{ 0x3a000000, "illegal execution state" },
	{ 0x8a000000, "PC alignment fault" },
	{ 0x9a000000, "SP alignment fault" },
	{ 0xbe000000, "SError | uncategorized error" },
	{ 0xbe000c11, "SError | asynchronous SError exception | recoverable" },
	{ 0xbf000011, "SError | IMPLEMENTATION DEFINED syndrome" },
	{ 0x36000002, "branch target exception (BTI) BTYPE 2" },
	{ 0x72000003, "pointer authentication failure" },
	{ 0x9e000000, "memory copy or set in the wrong state (MOPS)" },
	{ 0xcf000022, "software step, same EL" },
	{ 0xd2000022, "watchpoint, lower EL | read" },
	{ 0xd2000462, "watchpoint, lower EL | write | no FAR" },
	{ 0x0a000000, "reserved exception class 0x02" },
	{ 0xfe000000, "reserved exception class 0x3f" },
	{ 0x9600003f, "data abort, same EL | read | "
		      "reserved fault status (DFSC 0x3f)" },
	{ 0xbe001411, "SError | asynchronous SError exception | "
		      "reserved (AET 0x5)" },
	/* ISS2: bits 55:32. */
	{ UINT64_C(1) << 38 | 0x9600000f, "data abort, same EL | read | "
	  "permission fault, level 3 | overlay permissions" },
	{ UINT64_C(1) << 37 | 0x9600004f, "data abort, same EL | write | "
	  "permission fault, level 3 | dirty state" },
	{ UINT64_C(1) << 39 | 0x8200000f, "instruction abort, lower EL | "
	  "permission fault, level 3 | AssuredOnly" },
	{ UINT64_C(1) << 40 | 0x92000007, "data abort, lower EL | read | "
	  "translation fault, level 3 | guarded control stack" },
	{ UINT64_C(1) << 41 | 0x9200000f, "data abort, lower EL | read | "
	  "permission fault, level 3 | NoTagAccess" },
	{ UINT64_C(1) << 42 | 0x9200004f, "data abort, lower EL | write | "
	  "permission fault, level 3 | tag write" },
	{ UINT64_C(1) << 43 | 0x9200004f, "data abort, lower EL | write | "
	  "permission fault, level 3 | log of dirty pages" },
	{ UINT64_C(5) << 32 | 0x92000047, "data abort, lower EL | write | "
	  "translation fault, level 3 | Xs x5" },
	{ 0x9620000f, "data abort, same EL | read | "
		      "permission fault, level 3 | TopLevel" },
	{ 0xb60000a1, "guarded control stack exception (GCS) | GCSPOPM | "
		      "data check" },
	{ 0xf6000003, "profiling exception | synchronous | Profiling Buffer" },
	{ 0x7a134028, "granule protection check | "
		      "granule protection fault, level 1 | instruction" },
	{ 0x06000003, "trapped WFI or WFE | WFET" },
	/* MRRS x4, x5, TTBR0_EL1; TLBIP VAE1, x2, x3. */
	{ 0x52000000 | 3 << 20 | 2 << 10 | 2 << 6 | 1,
	  "trapped MSRR, MRRS or 128-bit system instruction | "
	  "mrrs x4, x5, TTBR0_EL1" },
	{ 0x52000000 | 3 << 20 | 2 << 10 | 2 << 6 | 1 << 5 | 1,
	  "trapped MSRR, MRRS or 128-bit system instruction | "
	  "mrrs x4, x5, TTBR0_EL1" }, /* bit 5 is RES0 */
	{ 0x52000000 | 1 << 20 | 1 << 17 | 8 << 10 | 1 << 6 | 7 << 1,
	  "trapped MSRR, MRRS or 128-bit system instruction | "
	  "tlbip VAE1, x2, x3" },
	/* One register to read, another to write; SYSL; no name; no operand. */
	{ 0x62000000 | 2 << 20 | 3 << 14 | 5 << 1 | 1,
	  "trapped MSR, MRS or system instruction | mrs x0, DBGDTRRX_EL0" },
	{ 0x62000000 | 2 << 20 | 3 << 14 | 5 << 1,
	  "trapped MSR, MRS or system instruction | msr DBGDTRTX_EL0, x0" },
	{ 0x62000000 | 1 << 20 | 12 << 10 | 1 << 5 | 3 << 1 | 1,
	  "trapped MSR, MRS or system instruction | gicr x1, CDIA" },
	{ 0x62000000 | 1 << 20 | 7 << 17 | 3 << 14 | 7 << 10 | 4 << 5 | 2 << 1,
	  "trapped MSR, MRS or system instruction | trcit x4" },
	{ 0x62000000 | 1 << 20 | 2 << 17 | 7 << 14 | 11 << 10 | 1 << 5 | 5 << 1,
	  "trapped MSR, MRS or system instruction | sys #7, c11, c5, #2, x1" },
	{ 0x62000000 | 1 << 20 | 7 << 14 | 15 << 10 | 1,
	  "trapped MSR, MRS or system instruction | sysl x0, #7, c15, c0, #0" },
	/* MSR PM, #1; MSR SVCRSMZA, #1: CRm chooses the field, too. */
	{ 0x62000000 | 1 << 14 | 4 << 10 | 31 << 5 | 3 << 1,
	  "trapped MSR, MRS or system instruction | msr PM, #1" },
	{ 0x62000000 | 3 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 7 << 1,
	  "trapped MSR, MRS or system instruction | msr SVCRSMZA, #1" },
};

TEST(esr, one_line_says_class_and_syndrome)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *line = text_of(esr_print, lines[i].esr);

		if (!EXPECT(same_text(line, lines[i].line))) {
			test_note("0x%lx: got \"%s\"", lines[i].esr, line);
		}
	}
}

/* DFSC and IFSC, code by code, as the Arm ARM lists them. */
static const struct {
	unsigned int code;
	enum fault_type type;
	int level;
	const char *name;
} codes[] = {
	{ 0x00, FAULT_ADDRESS_SIZE, 0, "address size fault, level 0" },
	{ 0x03, FAULT_ADDRESS_SIZE, 3, "address size fault, level 3" },
	{ 0x04, FAULT_TRANSLATION, 0, "translation fault, level 0" },
	{ 0x05, FAULT_TRANSLATION, 1, "translation fault, level 1" },
	{ 0x06, FAULT_TRANSLATION, 2, "translation fault, level 2" },
	{ 0x07, FAULT_TRANSLATION, 3, "translation fault, level 3" },
	{ 0x08, FAULT_ACCESS_FLAG, 0, "access flag fault, level 0" },
	{ 0x09, FAULT_ACCESS_FLAG, 1, "access flag fault, level 1" },
	{ 0x0b, FAULT_ACCESS_FLAG, 3, "access flag fault, level 3" },
	{ 0x0c, FAULT_PERMISSION, 0, "permission fault, level 0" },
	{ 0x0d, FAULT_PERMISSION, 1, "permission fault, level 1" },
	{ 0x0f, FAULT_PERMISSION, 3, "permission fault, level 3" },
	{ 0x10, FAULT_EXTERNAL, FAULT_NO_LEVEL, "synchronous external abort" },
	{ 0x11, FAULT_TAG_CHECK, FAULT_NO_LEVEL,
	  "synchronous tag check fault" },
	{ 0x13, FAULT_EXTERNAL_WALK, -1,
	  "external abort on table walk, level -1" },
	{ 0x14, FAULT_EXTERNAL_WALK, 0,
	  "external abort on table walk, level 0" },
	{ 0x17, FAULT_EXTERNAL_WALK, 3,
	  "external abort on table walk, level 3" },
	{ 0x18, FAULT_PARITY, FAULT_NO_LEVEL,
	  "parity or ECC error" },
	{ 0x1b, FAULT_PARITY_WALK, -1,
	  "parity or ECC error on walk, level -1" },
	{ 0x1e, FAULT_PARITY_WALK, 2,
	  "parity or ECC error on walk, level 2" },
	{ 0x21, FAULT_ALIGNMENT, FAULT_NO_LEVEL, "alignment fault" },
	{ 0x23, FAULT_GRANULE_PROTECTION, -1,
	  "granule protection on walk, level -1" },
	{ 0x28, FAULT_GRANULE_PROTECTION, FAULT_NO_LEVEL,
	  "granule protection fault" },
	{ 0x29, FAULT_ADDRESS_SIZE, -1, "address size fault, level -1" },
	{ 0x2b, FAULT_TRANSLATION, -1, "translation fault, level -1" },
	{ 0x30, FAULT_TLB_CONFLICT, FAULT_NO_LEVEL, "TLB conflict abort" },
	{ 0x31, FAULT_UNSUPPORTED_ATOMIC, FAULT_NO_LEVEL,
	  "unsupported atomic hardware update" },
	{ 0x34, FAULT_IMPLEMENTATION, FAULT_NO_LEVEL,
	  "IMPLEMENTATION DEFINED fault (lockdown)" },
	{ 0x35, FAULT_UNSUPPORTED_ATOMIC, FAULT_NO_LEVEL,
	  "unsupported exclusive or atomic access" },
	{ 0x19, FAULT_RESERVED, FAULT_NO_LEVEL, "reserved fault status" },
	{ 0x3e, FAULT_RESERVED, FAULT_NO_LEVEL, "reserved fault status" },
};

TEST(esr, fault_status_codes_have_type_level_and_name)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		const uint64_t esr = 0x96000000 | codes[i].code;

		EXPECT_EQ(esr_fault_type(esr), codes[i].type);
		EXPECT_EQ(esr_fault_level(esr), codes[i].level);
		EXPECT_EQ(esr_is_of_tables(esr),
			  codes[i].level >= 0 &&
				  (codes[i].type == FAULT_TRANSLATION ||
				   codes[i].type == FAULT_ACCESS_FLAG ||
				   codes[i].type == FAULT_PERMISSION));
		if (!EXPECT(same_text(esr_fault_status_name(codes[i].code),
				      codes[i].name))) {
			test_note("code 0x%x", codes[i].code);
		}
	}
}

/* What the long form must say, and what it must not. */
static const struct {
	uint64_t esr;
	const char *says, *never;
} explained[] = {
	/* ISV 1, SAS 2, SSE 0, SRT 7, SF 1, AR 0, write. */
	{ 0x93878046, "23:22  SAS                0x2  4 bytes\n", "SET" },
	{ 0x93878046, "20:16  SRT                0x7  x7\n", NULL },
	{ 0x93878046, "15  SF                 0x1  64-bit register", NULL },
	{ 0x93878046, "6  WnR                0x1  write", "SET" },
	{ 0x92000046, "24  ISV                0x0", "SRT" },
	{ 0x92000050, "10  FnV                0x0  FAR holds", "Xs" },
	{ 0x90000046, "25  IL                 0x0  reserved: ", "16-bit" },
	{ 0x8000000f, "25  IL                 0x0  reserved: ", "16-bit" },
	{ 0x91000046, "25  IL                 0x0  16-bit instruction", NULL },
	{ 0x54000000, "25  IL                 0x0  16-bit instruction", NULL },
	{ 0x92000446, "10  RES0               0x1  reserved", "FnV" },
	{ 0x96001010, "12:11  SET                0x2  uncontainable", NULL },
	{ 0x96001810, "12:11  SET                0x3  restartable", NULL },
	{ 0x96000800 | 0x10, "12:11  SET                0x1  reserved", NULL },
	{ 0x8200000f, "5:0  IFSC               0xf  permission", "WnR" },
	{ 0x8200000f, "an exception from an Instruction Abort",
	  NULL },
	{ 0x9600000f, "an exception from a Data Abort", NULL },
	{ 0xf2000123, "15:0  Comment          0x123\n", "RES0" },
	/* MOPS: SET, from the epilogue, wrong option, option A, x1, x2, x3. */
	{ 0x9e000000 | 1 << 24 | 1 << 18 | 1 << 17 | 1 << 16 | 1 << 10 |
		  2 << 5 | 3,
	  "MemInst            0x1  SET*: set", NULL },
	{ 0x9e000000 | 2 << 5, "9:5  srcreg             0x2  x2", NULL },
	{ 0x9e000000 | 2 << 16,
	  "17:16  FormatOption       0x2  registers of option A; this", NULL },
	/* SError: IDS 0, AET 3 (recoverable), EA 1, DFSC 0x11. */
	{ 0xbe000e11, "12:10  AET                0x3  recoverable", NULL },
	{ 0xbe000011, "5:0  DFSC              0x11  asynchronous SError "
		      "exception\n", "tag check" },
	{ 0xbe000011, "9  EA                 0x0\n", NULL },
	{ 0x96000210, "9  EA                 0x1  IMPLEMENTATION DEFINED kind",
	  NULL },
	{ 0xbe000000, "5:0  DFSC               0x0  uncategorized error\n",
	  "AET" }, /* valid with 0x11 alone */
	{ 0xbf000e11, "24  IDS                0x1  IMPLEMENTATION", "AET" },
	{ 0xbf000e11, "23:0  IMP DEF          0xe11\n", "DFSC" },
	{ 0xd2000022, "5:0  DFSC              0x22  debug exception\n",
	  "reserved" },
	/* MSR DAIFSet, #2, as QEMU reports it, and as it ought to be. */
	{ 0x620793e4, "swapped, as QEMU does it for MSR (immediate): the\n"
		      "  instruction has op1 3 and op2 6", NULL },
	{ 0x62000000 | 6 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 2 << 1,
	  "16:14  Op1                0x3\n", "swapped" },
	/* FP trap: CV 1, COND 14. */
	{ 0x1fe00000, "23:20  COND               0xe  always\n", NULL },
	{ 0x72000003, "0  BnA                0x1  key B", NULL },
	/* WFET with a valid RN of 4: RV bit 2, TI 3. */
	{ 0x07e00000 | 4 << 5 | 4 | 3, "1:0  TI                 0x3  WFET",
	  NULL },
	{ 0x07e00000 | 4 << 5 | 4 | 3, "9:5  RN                 0x4  x4",
	  NULL },
	/* Bits that no field has are not hidden. */
	{ 0x8a000040, "6  RES0               0x1  reserved, and not 0", NULL },
	{ 0x8a000360, "9:8  RES0               0x3  reserved", NULL },
	/* Of a class that is not defined, nobody knows the bits. */
	{ 0x0a000001, "0  RES0               0x1  of a reserved class", NULL },
	/* ISS2 of a data abort: Overlay, bit 38. */
	{ UINT64_C(1) << 38 | 0x9600000f,
	  "38  Overlay            0x1  the overlay", "RES0" },
	/* The registers that can hold it, by class, and by field. */
	{ 0x9600000f, "ESR_EL1 = 0x9600000f\n", "ESR_EL2" },
	{ 0x9620000f, "ESR_EL2 = 0x9620000f\n", "ESR_EL1" },
	{ 0x9620000f, "ESR_EL2, \"ISS encoding", "ESR_EL1" },
	{ 0x96002045, "13  VNCR               0x1  by VNCR_EL2", "ESR_EL1" },
	{ 0x96000045, "ESR_EL1", "VNCR" },
	{ 0x2a000002, "ESR_EL1 = ", "ESR_EL2" },
	{ 0x2a000003, "ESR_EL2 = ", "ESR_EL1" },
	{ 0x5a000001, "ESR_EL2 or ESR_EL3 = 0x5a000001\n", "ESR_EL1" },
	{ 0x7a000028, "ESR_EL3 = ", "ESR_EL1" },
	{ 0x22000000, "ESR_EL2 = ", "ESR_EL1" },
	{ 0xfe000000, "ESR_ELx = ", "ESR_EL1" },
	/* A value that is reserved, in a field of its own. */
	{ 0xb6200000, "23:20  ExType             0x2  GCSSTR", "Rn " },
	{ 0xb6300000, "23:20  ExType             0x3  reserved\n", "Raddr" },
	{ 0x7a01c028, "19:14  GPCSC              0x7  reserved\n", NULL },
	{ 0x82000021, "5:0  IFSC              0x21  reserved fault", "align" },
	{ 0x92000021, "5:0  DFSC              0x21  alignment", "reserved" },
	{ 0x7a000007, "5:0  xFSC               0x7  reserved fault", "transl" },
	/* What says something only with another field. */
	{ 0x9600004f, "12:11  LST                0x0  not said\n", "SET" },
	{ 0x96004010, "14  PFV                0x1  PFAR holds", "RES0" },
	{ 0x9600400f, "14  RES0               0x1", "PFV" },
	{ 0xbe000000 | 1 << 10, "10  RES0               0x1", "AET" },
	{ 0xbe0000c0 | 0x11, "6  WnR                0x1  write", "RES0" },
	{ 0xbe000040 | 0x11, "6  RES0               0x1", "WnR  " },
	{ 0x0e39a4c5, "23:20  COND               0x3  CC\n", NULL },
};

TEST(esr, long_form_names_every_field)
{
	for (size_t i = 0; i < ARRAY_SIZE(explained); i++) {
		const char *text = text_of(esr_explain, explained[i].esr);
		const char *never = explained[i].never;

		if (!EXPECT(strstr(text, explained[i].says) != NULL) ||
		    !EXPECT(never == NULL || strstr(text, never) == NULL)) {
			test_note("row %lu: \"%s\" in:\n%s", (unsigned long)i,
				  explained[i].says, text);
		}
	}
}

/* EL0's cache maintenance never faults under QEMU: no boot comes here. */
TEST(esr, a_write_has_wnr_and_not_cm)
{
	static const struct {
		uint64_t esr;
		bool is_write;
	} rows[] = {
		{ 0x92000047, true }, { 0x92000007, false }, /* str, ldr */
		{ 0x92000147, false }, { 0x92000107, false }, /* dc cvau, CM */
		{ 0x96000047, true }, { 0x96000147, false },
		{ 0x82000047, false }, { 0x56000040, false }, /* fetch, svc */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!EXPECT_EQ(esr_is_write(rows[i].esr), rows[i].is_write)) {
			test_note("ESR 0x%lx", (unsigned long)rows[i].esr);
		}
	}
}

/* FnV is RES0 for all but an external abort that was not on a table walk. */
TEST(esr, an_abort_has_an_address_unless_fnv_says_no)
{
	EXPECT(esr_has_address(0x96000010));
	EXPECT(!esr_has_address(0x96000410));
	EXPECT(!esr_has_address(0x86000410));
	EXPECT(esr_has_address(0x96000415));
	EXPECT(esr_has_address(0x9600044f));
	EXPECT(!esr_has_address(0x56000010)); /* an SVC */
}

/*
 * Any value from any machine gives text, of lines that fit 100 columns; but
 * for the second, which says in a line all that is set: here at random.
 */
TEST(esr, every_class_and_code_prints)
{
	random_seed(1);
	for (unsigned int i = 0; i < 64 * 256; i++) {
		const uint64_t esr = (uint64_t)(i % 64) << 26 |
				     (random_u64() & 0x00ffffff03ffffff);
		const char *text = text_of(esr_explain, esr);

		for (unsigned int line = 1; *text != '\0'; line++) {
			const size_t len = strcspn(text, "\n");

			EXPECT(len <= (line == 2 ? 220 : 100));
			EXPECT(text[len] == '\n');
			text += len + 1;
		}
	}
}
