/* SPDX-License-Identifier: MIT */
/*
 * verdict_test.c - one fault of each class, put together by hand as the
 * hardware reports it, with the verdict, the sentence and the story that it
 * must get. The model that verdicts come from: rights_test.c.
 */
#include "fault_maker.h"

#include "decode/rights.h"

/* 0x96000000: data abort, same EL; 0x92: lower EL; 0x86, 0x82: instruction
 * aborts; WnR is 0x40, FnV 0x400. */
static const struct row rows[] = {
	/* Translation faults. */
	{ VERDICT_UNMAPPED, 0x92000007, 0x402000, EL0T, EMPTY, 0, LDR, 0, ALL,
	  "EL0 read of 0x402000 in some_function: nothing is mapped there." },
	{ VERDICT_UNMAPPED, 0x92000047, 0, EL0T, EMPTY, 0, STR, 0, ALL,
	  "EL0 write to 0x0 in some_function: "
	  "a null pointer: nothing is mapped there." },
	{ VERDICT_UNMAPPED, 0x96000007, 0, EL1H_PAN, EMPTY, 0, LDTR,
	  EXTABLE_USER_LOAD, ALL,
	  "EL1 read of 0x0 in some_function, inside uaccess: "
	  "a null pointer: nothing is mapped there." },
	{ VERDICT_UNMAPPED, 0x82000007, 0x402000, EL0T, EMPTY, 0, 0, 0, ALL,
	  "EL0 fetch from 0x402000: nothing is mapped there." },
	{ VERDICT_UNMAPPED, 0x96000007, 0x402000, EL1H_PAN, BAD, 0, LDR, 0,
	  ALL,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "the descriptor has an encoding that level 3 does not have." },
	{ VERDICT_UNMAPPED, 0x96000007, 0x402000, EL1H_PAN, OUTSIDE, 0, LDR,
	  0, ALL,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "the level-3 table is not in RAM: the tables are corrupt." },
	{ VERDICT_UNMAPPED, 0x96000004, 0x402000, EL1H_PAN, OFF, 0, LDR, 0,
	  ALL,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "TCR_EL1.EPD0 = 1: this half is not walked." },
	{ VERDICT_UNMAPPED, 0x96000407, 0, EL1H_PAN, NO_WALK, 0, LDR, 0, ALL,
	  "EL1 read of an unknown address in some_function: "
	  "nothing is mapped there." },
	{ VERDICT_NONCANONICAL, 0x92000004, 0x0010000000000000, EL0T, NEITHER,
	  0, LDR, 0, ALL,
	  "EL0 read of 0x10000000000000 in some_function: "
	  "the address is in neither half." },
	{ VERDICT_ADDRESS_SIZE, 0x92000003, 0x402000, EL0T, BIG, 0, LDR, 0,
	  ALL, NULL },
	/* Access flag. */
	{ VERDICT_ACCESS_FLAG, 0x9200000b, 0x402000, EL0T, MAPPED,
	  USER_RW & ~AF, LDR, 0, ALL,
	  "EL0 read of 0x402000 in some_function: "
	  "the page is mapped, but its access flag is 0." },
	/* Permission faults of EL0's. */
	{ VERDICT_PERMISSION, 0x9200004f, 0x402000, EL0T, MAPPED, USER_RO,
	  STR, 0, ALL,
	  "EL0 write to 0x402000 in some_function: "
	  "EL0 may not write it (AP[2] = 1: read-only)." },
	{ VERDICT_PERMISSION, 0x9200000f, KERNEL, EL0T, MAPPED, KERN_RW, LDR,
	  0, ALL,
	  "EL0 read of 0xffff000040001000 in some_function: "
	  "EL0 may not read it (AP[1] = 0: not for EL0)." },
	{ VERDICT_PERMISSION, 0x8200000f, 0x402000, EL0T, MAPPED, USER_RW, 0,
	  0, ALL, "EL0 fetch from 0x402000: EL0 may not execute it "
	  "(UXN = 1)." },
	/* The page allows it, and the table above does not. */
	{ VERDICT_SHARED_TABLE, 0x9200004f, 0x402000, EL0T, SHARED, USER_RW,
	  STR, 0, ALL,
	  "EL0 write to 0x402000 in some_function: "
	  "shared since fork: the table above forbids writing." },
	{ VERDICT_SHARED_TABLE, 0x9600004f, 0x402000, EL1H_PAN, SHARED,
	  USER_RW, STTR, EXTABLE_USER_STORE, ALL,
	  "EL1 write to 0x402000 in some_function, inside uaccess: "
	  "shared since fork: the table above forbids writing." },
	{ VERDICT_SHARED_TABLE, 0x9600004f, 0x402000, EL1H, SHARED, USER_RW,
	  STR, EXTABLE_USER_STORE | EXTABLE_WINDOW, ALL, NULL },
	{ VERDICT_SHARED_TABLE, 0x9200000f, 0x402000, EL0T, SHARED, USER_RW,
	  CASA, 0, ALL, NULL },
	{ VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, SHARED, USER_RW, STR,
	  0, ALL,
	  "EL1 write to 0x402000 in some_function, outside uaccess: "
	  "the page is EL0's and PAN=1; with PAN=0, too, no write "
	  "(APTable[1] = 1: read-only)." },
	/* The page forbids it as well; EL0 has no right at all; no fork does
	 * that to the kernel's half; and nothing takes a right to read. */
	{ VERDICT_PERMISSION, 0x9200004f, 0x402000, EL0T, SHARED, USER_RO,
	  STR, 0, ALL,
	  "EL0 write to 0x402000 in some_function: "
	  "EL0 may not write it (AP[2] = 1: read-only)." },
	{ VERDICT_PERMISSION, 0x9200004f, 0x402000, EL0T, SHARED, KERN_RW,
	  STR, 0, ALL, NULL },
	{ VERDICT_UNPRIVILEGED, 0x9600004f, 0x402000, EL1H_PAN, SHARED,
	  KERN_RW, STTR, EXTABLE_USER_STORE, ALL, NULL },
	{ VERDICT_PERMISSION, 0x9600004f, KERNEL, EL1H_PAN, SHARED, KERN_RW,
	  STR, 0, ALL,
	  "EL1 write to 0xffff000040001000 in some_function: "
	  "EL1 may not write it (APTable[1] = 1: read-only)." },
	{ VERDICT_STALE, 0x9200000f, 0x402000, EL0T, SHARED, USER_RW, LDR, 0,
	  ALL, NULL },
	/* Permission faults of EL1's with its own rights. */
	{ VERDICT_PERMISSION, 0x8600000f, 0x402000, EL1H, MAPPED, USER_RX, 0,
	  0, ALL, "EL1 fetch from 0x402000: EL1 may not execute it "
	  "(PXN = 1)." },
	{ VERDICT_PERMISSION, 0x9600004f, KERNEL, EL1H_PAN, MAPPED, KERN_TEXT,
	  STR, 0, ALL,
	  "EL1 write to 0xffff000040001000 in some_function: "
	  "EL1 may not write it (AP[2] = 1: read-only)." },
	{ VERDICT_PERMISSION, 0x9600004f, 0x402000, EL1H, MAPPED, USER_RO,
	  STR, 0, 0, NULL }, /* PAN=0 */
	/* PAN: the same ESR as the LDTR rows below. */
	{ VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	  0, ALL,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "the page is EL0's and PAN=1." },
	{ VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW, STR,
	  EXTABLE_USER_STORE | EXTABLE_WINDOW, ALL, NULL },
	{ VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, 0,
	  EXTABLE_USER_LOAD | EXTABLE_WINDOW, ALL, NULL },
	{ VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN | 1 << 23, MAPPED,
	  USER_RW, LDTR, EXTABLE_USER_LOAD, ALL, NULL }, /* UAO */
	{ VERDICT_EPAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_X, LDR,
	  0, ALL | EPAN_SET,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "EL0 may execute the page, PAN=1 and EPAN=1." },
	{ VERDICT_STALE, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_X, LDR,
	  0, ALL, NULL }, /* no EPAN: the model lets it pass */
	/* LDTR and STTR. */
	{ VERDICT_UNPRIVILEGED, 0x9600000f, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDTR, EXTABLE_USER_LOAD, ALL,
	  "EL1 read of 0xffff000040001000 in some_function, inside uaccess: "
	  "ldtr has EL0's rights: no read "
	  "(AP[1] = 0: not for EL0)." },
	{ VERDICT_UNPRIVILEGED, 0x9600004f, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  0, EXTABLE_USER_STORE, ALL,
	  "EL1 write to 0xffff000040001000 in some_function, inside uaccess: "
	  "the access has EL0's rights: no write "
	  "(AP[1] = 0: not for EL0)." },
	{ VERDICT_UNPRIVILEGED, 0x9600004f, KERNEL, EL1H, MAPPED, KERN_RW,
	  STTR, 0, 0, NULL },
	/* cpyfert [x0]!, [x1]!, x2!: T for what it reads, not writes. */
	{ VERDICT_UNPRIVILEGED, 0x9600000f, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  0x19812440, EXTABLE_USER_LOAD, ALL,
	  "EL1 read of 0xffff000040001000 in some_function, inside uaccess: "
	  "cpyf has EL0's rights: no read "
	  "(AP[1] = 0: not for EL0)." },
	{ VERDICT_PERMISSION, 0x9600004f, KERNEL, EL1H_PAN, MAPPED, KERN_TEXT,
	  0x19812440, EXTABLE_USER_LOAD, ALL, NULL },
	{ VERDICT_UNPRIVILEGED, 0x9600004f, 0x402000, EL1H_PAN, MAPPED,
	  USER_RO, STTR, EXTABLE_USER_STORE, ALL,
	  "EL1 write to 0x402000 in some_function, inside uaccess: sttr has "
	  "EL0's rights: no write (AP[2] = 1: read-only)." },
	{ VERDICT_UNPRIVILEGED, 0x9600000f, 0x402000, EL1H, MAPPED, USER_X,
	  LDTR, 0, ALL,
	  "EL1 read of 0x402000 in some_function, outside uaccess: ldtr has "
	  "EL0's rights: no read (AP[1] = 0: not for EL0)." },
	/* An update gets the same words, whether WnR says read or write. */
	{ VERDICT_PERMISSION, 0x9200000f, KERNEL, EL0T, MAPPED, KERN_RW,
	  LDADD, 0, ALL,
	  "EL0 update of 0xffff000040001000 in some_function: "
	  "EL0 may not read it (AP[1] = 0: not for EL0)." },
	{ VERDICT_PERMISSION, 0x9200004f, KERNEL, EL0T, MAPPED, KERN_RW,
	  LDADD, 0, ALL,
	  "EL0 update of 0xffff000040001000 in some_function: "
	  "EL0 may not read it (AP[1] = 0: not for EL0)." },
	{ VERDICT_PERMISSION, 0x9200004f, 0x402000, EL0T, MAPPED, USER_RO,
	  CASA, 0, ALL,
	  "EL0 update of 0x402000 in some_function: "
	  "EL0 may not write it (AP[2] = 1: read-only)." },
	{ VERDICT_UNMAPPED, 0x92000047, 0x402000, EL0T, EMPTY, 0, LDADD, 0,
	  ALL,
	  "EL0 update of 0x402000 in some_function: "
	  "nothing is mapped there." },
	{ VERDICT_STALE, 0x9200004f, 0x402000, EL0T, MAPPED, USER_RW, LDADD,
	  0, ALL, NULL },
	/* What vm_fault() knows, and the tables do not. */
	{ VERDICT_UNMAPPED, 0x92000047, 0x402000, EL0T, EMPTY, 0, STR, 0,
	  ALL | FAULT_NO_RIGHT,
	  "EL0 write to 0x402000 in some_function: "
	  "the mapping there gives no right to write." },
	{ VERDICT_UNMAPPED, 0x82000007, 0x402000, EL0T, EMPTY, 0, 0, 0,
	  ALL | FAULT_NO_RIGHT,
	  "EL0 fetch from 0x402000: "
	  "the mapping there gives no right to execute." },
	{ VERDICT_UNMAPPED, 0x92000007, 0x402000, EL0T, EMPTY, 0, LDADD, 0,
	  ALL | FAULT_NO_RIGHT,
	  "EL0 update of 0x402000 in some_function: "
	  "the mapping there gives no right to update." },
	{ VERDICT_UNMAPPED, 0x92000047, 0x402000, EL0T, EMPTY, 0, LDADD, 0,
	  ALL | FAULT_NO_RIGHT,
	  "EL0 update of 0x402000 in some_function: "
	  "the mapping there gives no right to update." },
	{ VERDICT_UNMAPPED, 0x92000007, 0x402000, EL0T, EMPTY, 0, LDR, 0,
	  ALL | FAULT_PAST_FILE,
	  "EL0 read of 0x402000 in some_function: "
	  "the page is past the end of the file that is mapped there." },
	/* A tag: where TBI takes it away, and where it spoils the address. */
	{ VERDICT_UNMAPPED, 0x92000007, UINT64_C(0x0b00000000402000), EL0T,
	  EMPTY, 0, LDR, 0, ALL,
	  "EL0 read of 0xb00000000402000 (tag 0x0b ignored) in "
	  "some_function: nothing is mapped there." },
	{ VERDICT_NONCANONICAL, 0x92000004, UINT64_C(0x0b00000000402000), EL0T,
	  NEITHER, 0, LDR, 0, ALL,
	  "EL0 read of 0xb00000000402000 in some_function: "
	  "the address is in neither half." },
	/* E0PD: level 0 though the walk maps it. */
	{ VERDICT_E0PD, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDTR,
	  EXTABLE_USER_LOAD, ALL | E0PD_SET,
	  "EL1 read of 0xffff000040001000 in some_function, inside uaccess: "
	  "E0PD keeps EL0's rights out of the kernel's half, mapped or "
	  "not." },
	{ VERDICT_E0PD, 0x92000004, KERNEL, EL0T, EMPTY, 0, LDR, 0,
	  ALL | E0PD_SET, NULL },
	{ VERDICT_STALE, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDR,
	  0, ALL | E0PD_SET, NULL }, /* E0PD is not about LDR */
	{ VERDICT_UNMAPPED, 0x92000004, 0x402000, EL0T, EMPTY_AT_0, 0, LDR, 0,
	  ALL | E0PD_SET, NULL }, /* nor about the user's half */
	/* The places that are empty on purpose. */
	{ VERDICT_UNMAPPED, 0x92000004, 0x402000, EL0T, EMPTY_AT_0, 0, LDR, 0,
	  FAULT_TTBR0_RESERVED, NULL },
	{ VERDICT_WINDOW_SHUT, 0x96000004, 0x402000, EL1H, EMPTY, 0, LDR, 0,
	  FAULT_TTBR0_RESERVED,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "TTBR0_EL1 is the reserved, empty table." },
	{ VERDICT_UNMAPPED, 0x96000007, KERNEL, EL1H, EMPTY, 0, LDR, 0,
	  FAULT_TTBR0_RESERVED, NULL },
	/* Slots of 32 KiB, the stack in the upper half of each. */
	{ VERDICT_GUARD_PAGE, 0x96000047, VMAP + 0x3ff8, EL1H_PAN, EMPTY, 0,
	  STR, 0, ALL,
	  "EL1 write to 0xffffc00000003ff8 in some_function: the "
	  "guard below a kernel stack: the stack has "
	  "overflowed." },
	{ VERDICT_GUARD_PAGE, 0x96000047, VMAP + 0xb000, EL1H_PAN, EMPTY, 0,
	  STR, 0, ALL, NULL },
	{ VERDICT_UNMAPPED, 0x96000047, VMAP + 0x4000, EL1H_PAN, EMPTY, 0,
	  STR, 0, ALL, NULL },
	{ VERDICT_UNMAPPED, 0x96000047, VMAP + (1 << 30), EL1H_PAN, EMPTY, 0,
	  STR, 0, ALL, NULL },
	{ VERDICT_UNMAPPED, 0x92000047, VMAP + 0x3ff8, EL0T, EMPTY, 0, STR, 0,
	  ALL, NULL },
	/* The tables say otherwise. */
	{ VERDICT_STALE, 0x92000007, 0x402000, EL0T, MAPPED, USER_RW, LDR, 0,
	  ALL,
	  "EL0 read of 0x402000 in some_function: "
	  "the tables say otherwise now: a stale translation." },
	{ VERDICT_STALE, 0x92000007, 0x402000, EL0T, MAPPED, USER_RW, LDR, 0,
	  ALL | FAULT_STAGED,
	  "EL0 read of 0x402000 in some_function: "
	  "the tables say otherwise now: a stale translation (staged)." },
	{ VERDICT_STALE, 0x9200004f, 0x402000, EL0T, MAPPED, USER_RW, STR, 0,
	  ALL, NULL },
	{ VERDICT_STALE, 0x9600000f, 0x402000, EL1H, MAPPED, USER_RW, LDR, 0,
	  ALL, NULL },
	{ VERDICT_STALE, 0x9200000b, 0x402000, EL0T, MAPPED, USER_RW, LDR, 0,
	  ALL, NULL },
	{ VERDICT_STALE, 0x9200000f, 0x402000, EL0T, EMPTY, 0, LDR, 0, ALL,
	  NULL },
	/* Not the tables' doing. */
	{ VERDICT_ALIGNMENT, 0x92000021, 0x402001, EL0T, MAPPED, USER_RW, LDR,
	  0, ALL,
	  "EL0 read of 0x402001 in some_function: the address is not aligned "
	  "as this access, or Device memory, needs it." },
	{ VERDICT_EXTERNAL, 0x96000010, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL,
	  "EL1 read of 0xffff000040001000 in some_function: "
	  "the memory system refused the access." },
	{ VERDICT_EXTERNAL, 0x96000015, KERNEL, EL1H_PAN, OUTSIDE, 0, LDR, 0,
	  ALL,
	  "EL1 read of 0xffff000040001000 in some_function: "
	  "the memory system gave no descriptor." },
	{ VERDICT_EXTERNAL, 0x96000030, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL,
	  "EL1 read of 0xffff000040001000 in some_function: "
	  "two entries of the TLB translate the address." },
	{ VERDICT_EXTERNAL, 0x96000018, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL,
	  "EL1 read of 0xffff000040001000 in some_function: "
	  "the memory system found a damaged value." },
	{ VERDICT_EXTERNAL, 0x9600001d, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL,
	  "EL1 read of 0xffff000040001000 in some_function: "
	  "the memory system found a damaged descriptor." },
	{ VERDICT_EXTERNAL, 0xbe000011, 0, EL1H_PAN, NO_WALK, 0, 0, 0, ALL,
	  "EL1 was interrupted by an SError in some_function: the memory "
	  "system reported an error, late: ELR need not be where it was "
	  "made." },
	{ VERDICT_OTHER, 0x92000011, 0x402000, EL0T, MAPPED, USER_RW, LDR, 0,
	  ALL, NULL },
	/* Not memory at all. */
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "it is undefined at EL0 on this CPU." },
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL1H, NO_WALK, 0, 0xd4400000, 0,
	  ALL,
	  "EL1 executed an instruction that it may not in some_function: "
	  "0xd4400000 (hlt) is undefined at EL1 on this CPU." },
	/* The word, and its name where it has one; UDF #0 is a word, too. */
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL0T, NO_WALK, 0, 0, 0,
	  ALL | FAULT_HAS_INSN,
	  "EL0 executed an instruction that it may not in some_function: "
	  "0x00000000 (udf) is undefined at EL0 on this CPU." },
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL0T, NO_WALK, 0, 0xd5381000, 0,
	  ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "0xd5381000 (mrs x0, SCTLR_EL1) is undefined at EL0 on this CPU." },
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL0T, NO_WALK, 0, 0xd5033fdf, 0,
	  ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "0xd5033fdf is undefined at EL0 on this CPU." }, /* isb */
	{ VERDICT_UNDEFINED, 0x620793e4, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "trapped MSR, MRS or system instruction | msr DAIFSet, #2 "
	  "(op1, op2 swapped)." },
	{ VERDICT_UNDEFINED, 0x1fe00000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "trapped FP, SIMD, SVE or SME access." },
	{ VERDICT_UNDEFINED, 0x623004a1, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  NULL },
	{ VERDICT_BREAKPOINT, 0xf2000123, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 executed BRK #291 in some_function: "
	  "a breakpoint instruction." },
	{ VERDICT_PC_ALIGNMENT, 0x8a000000, 0x402001, EL0T, NO_WALK, 0, 0, 0,
	  ALL,
	  "EL0 jumped to 0xffff800000081230: no instruction begins there: "
	  "not a multiple of 4." },
	{ VERDICT_SP_ALIGNMENT, 0x9a000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 used the stack pointer 0x7ff8 in some_function: "
	  "the stack pointer is not a multiple of 16." },
	{ VERDICT_ILLEGAL_STATE, 0x3a000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  NULL },
	{ VERDICT_OTHER, 0x0a000000, 0, EL1H, NO_WALK, 0, 0, 0, ALL,
	  "EL1 met an exception: reserved exception class 0x02 in "
	  "some_function: nothing in this kernel handles it." },
};

static const char *sentence_of(const struct fault *f)
{
	static char text[400];
	struct sink_buffer b;

	sink_buffer_init(&b, text, sizeof(text));
	story_sentence(&b.sink, f, one_symbol);
	return text;
}

TEST(verdict, each_class_is_recognised)
{
	unsigned int seen[VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct fault f = make_fault(&rows[i]);

		seen[rows[i].verdict]++;
		if (!EXPECT_EQ(f.verdict, rows[i].verdict)) {
			test_note("row %lu, ESR 0x%lx: %s, wanted %s",
				  (unsigned long)i, rows[i].esr,
				  verdict_name(f.verdict),
				  verdict_name(rows[i].verdict));
		}
	}
	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++) {
		EXPECT(seen[v] > 0);
		EXPECT(verdict_name(v) != NULL && verdict_name(v)[0] != '\0');
	}
}

TEST(verdict, sentences_say_who_where_and_why)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct fault f = make_fault(&rows[i]);
		const char *got = sentence_of(&f);

		if (rows[i].sentence != NULL &&
		    !EXPECT(same_text(got, rows[i].sentence))) {
			test_note("row %lu: \"%s\"", (unsigned long)i, got);
		}
	}
}

/* LDTR asks with EL0's rights at EL1 only, where nothing else says so. */
TEST(verdict, an_access_is_unprivileged_at_el1_only)
{
	const struct row row = { VERDICT_NONE, 0x9600000f, 0x402000, EL1H_PAN,
				 MAPPED, USER_RW, LDTR, 0, ALL, NULL };
	struct fault f = make_fault(&row);

	EXPECT(fault_access(&f).unprivileged);
	EXPECT(fault_access(&f).pan);
	f.insn = LDR;
	EXPECT(!fault_access(&f).unprivileged);
	f.insn = LDTR;
	f.from_el = 0;
	EXPECT(!fault_access(&f).unprivileged);
}

static bool no_symbol(uint64_t addr, char *buf, size_t size)
{
	(void)addr;
	(void)buf;
	(void)size;
	return false;
}

static bool long_symbol(uint64_t addr, char *buf, size_t size)
{
	(void)addr;
	kernel_snprintf(buf, size,
			"a_function_with_a_long_name_for_a_kernel+0x%x", 0x123);
	return true;
}

TEST(verdict, stories_fit_100_columns)
{
	static story_symbol_fn *const symbols[] = { NULL, no_symbol,
						    one_symbol, long_symbol };

	for (size_t i = 0; i < 4 * ARRAY_SIZE(rows) * RESOLUTION_COUNT; i++) {
		struct fault f = make_fault(&rows[i / 4 % ARRAY_SIZE(rows)]);
		const char *line, *end;

		f.resolution = i / 4 / ARRAY_SIZE(rows);
		f.signal = 11;
		for (line = story_of(&f, symbols[i % 4]);
		     (end = strchr(line, '\n')) != NULL; line = end + 1) {
			if (!EXPECT(end - line <= 100)) {
				test_note("%s", line);
			}
			EXPECT(end > line && end[-1] != ' ');
		}
		EXPECT(*line == '\0');
	}
}
