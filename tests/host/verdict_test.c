/* SPDX-License-Identifier: MIT */
/*
 * verdict_test.c - one fault of each class, put together by hand as the
 * hardware reports it, with the verdict and the sentence that it must get;
 * and the model that verdicts come from, asked about every kind of access.
 */
#include "host.h"

#include "decode.h"
#include "esr.h"
#include "extable.h"
#include "insn.h"
#include "rights.h"
#include "sysreg_fields.h"

#define KERNEL UINT64_C(0xffff000040001000)
#define VMAP   UINT64_C(0xffffc00000000000)

/* Bits of descriptors, of SPSR_EL1, and of instructions, by hand. */
#define AF       (UINT64_C(1) << 10)
#define NG       (UINT64_C(1) << 11)
#define PXN      (UINT64_C(1) << 53)
#define UXN      (UINT64_C(1) << 54)
#define USER_RW  (0x40 | AF | NG | PXN | UXN)
#define USER_RO  (0xc0 | AF | NG | PXN | UXN)
#define USER_RX  (0xc0 | AF | NG | PXN)
#define USER_X   (0x80 | AF | NG | PXN) /* execute-only: AP[1] = 0 */
#define KERN_RW  (0x00 | AF | PXN | UXN)
#define KERN_TEXT (0x80 | AF | UXN)
#define EL0T     0
#define EL1H     5
#define EL1H_PAN (5 | 1 << 22)
#define EL1H_UAO (5 | 1 << 23)
#define LDR      0xf9400020u /* ldr x0, [x1] */
#define STR      0xf9000020u /* str x0, [x1] */
#define LDTR     0xf8400820u /* ldtr x0, [x1] */
#define STTR     0xf8000820u /* sttr x0, [x1] */
#define ALL      (FAULT_HAS_PAN | FAULT_HAS_PAN2)

enum walk_kind { NO_WALK, MAPPED, EMPTY, BAD, OUTSIDE, NEITHER, OFF, BIG };

struct row {
	enum verdict verdict;
	uint64_t esr, far, spsr;
	enum walk_kind walk;
	uint64_t page; /* attributes of the level-3 descriptor */
	uint32_t insn;
	uint16_t extable;
	uint32_t features;
	const char *sentence;
};

static void make_walk(struct walk *w, const struct row *r)
{
	static const uint8_t ends[] = {
		[NO_WALK] = WALK_INVALID, [MAPPED] = WALK_PAGE,
		[EMPTY] = WALK_INVALID, [BAD] = WALK_RESERVED,
		[OUTSIDE] = WALK_OUTSIDE_RAM, [NEITHER] = WALK_NONCANONICAL,
		[OFF] = WALK_DISABLED, [BIG] = WALK_ADDRESS_SIZE,
	};

	*w = (struct walk){
		.va = r->far, .half = r->far >> 55 & 1, .end = ends[r->walk],
		.first = 0, .last = 3, .levels = 4, .page_shift = 12,
		.va_bits = 48, .ttbr = UINT64_C(1) << 48 | 0x42030000,
	};
	for (int level = 0; level < 4; level++) {
		w->addr[level] = 0x42030000 + 0x1000ul * level;
		w->desc[level] = w->addr[level] + 0x1003;
	}
	w->desc[3] = r->walk == MAPPED ? 0x42099003 | r->page :
		     r->walk == BAD ? 1 : 0;
	if (r->walk == NEITHER || r->walk == OFF) {
		w->levels = 0;
		w->last = 0;
	}
}

static struct fault make_fault(const struct row *r)
{
	struct fault f = {
		.magic = FAULT_MAGIC, .esr = r->esr, .far = r->far,
		.elr = 0xffff800000081230, .spsr = r->spsr,
		.insn = r->insn, .extable = r->extable,
		.pan_features = r->features, .walk_valid = r->walk != NO_WALK,
		.syscall = ~UINT64_C(0), .left = -1, .sp = 0x7ff8,
		.from_el = (r->spsr & 15) != EL0T, .pid = 1, .task = "test",
	};
	const unsigned int ec = r->esr >> 26;

	f.is_fetch = ec == 0x20 || ec == 0x21;
	f.is_write = !f.is_fetch && (ec == 0x24 || ec == 0x25) &&
		     (r->esr & 1 << 6) && !(r->esr & 1 << 8);
	memset(f.par, 0xff, sizeof(f.par));
	if (f.walk_valid) {
		make_walk(&f.walk, r);
	} else {
		memset(&f.walk, 0xa5, sizeof(f.walk)); /* must not be read */
	}
	f.verdict = verdict_of(&f);
	return f;
}

static bool no_symbol(uint64_t addr, char *buf, size_t size)
{
	(void)addr;
	(void)buf;
	(void)size;
	return false;
}

static bool one_symbol(uint64_t addr, char *buf, size_t size)
{
	kernel_snprintf(buf, size, "some_function+0x%lx", addr & 0xfff);
	return true;
}

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
	  "EL1 read of an unknown address in some_function, outside "
	  "uaccess: nothing is mapped there." },
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
	/* Permission faults of EL1's with its own rights. */
	{ VERDICT_PERMISSION, 0x8600000f, 0x402000, EL1H, MAPPED, USER_RX, 0,
	  0, ALL, "EL1 fetch from 0x402000: EL1 may not execute it "
	  "(PXN = 1)." },
	{ VERDICT_PERMISSION, 0x9600004f, KERNEL, EL1H_PAN, MAPPED, KERN_TEXT,
	  STR, 0, ALL,
	  "EL1 write to 0xffff000040001000 in some_function, outside "
	  "uaccess: EL1 may not write it (AP[2] = 1: read-only)." },
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
	  0, ALL | FAULT_HAS_EPAN,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "EL0 may execute the page, PAN=1 and EPAN=1." },
	{ VERDICT_STALE, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_X, LDR,
	  0, ALL, NULL }, /* no EPAN: the model lets it pass */
	/* LDTR and STTR. */
	{ VERDICT_UNPRIVILEGED, 0x9600000f, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDTR, EXTABLE_USER_LOAD, ALL,
	  "EL1 read of 0xffff000040001000 in some_function, inside uaccess: "
	  "LDTR and STTR have EL0's rights, and the page is EL1's." },
	{ VERDICT_UNPRIVILEGED, 0x9600004f, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  0, EXTABLE_USER_STORE, ALL, NULL }, /* the table entry tells */
	{ VERDICT_UNPRIVILEGED, 0x9600004f, KERNEL, EL1H, MAPPED, KERN_RW,
	  STTR, 0, 0, NULL },
	{ VERDICT_PERMISSION, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RO,
	  STTR, EXTABLE_USER_STORE, ALL, NULL },
	{ VERDICT_PERMISSION, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_X,
	  LDTR, EXTABLE_USER_LOAD, ALL, NULL }, /* EL0's, to execute */
	/* E0PD: level 0 though the walk maps it. */
	{ VERDICT_E0PD, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDTR,
	  EXTABLE_USER_LOAD, ALL | FAULT_HAS_E0PD,
	  "EL1 read of 0xffff000040001000 in some_function, inside uaccess: "
	  "E0PD keeps EL0's rights out of the kernel's half, mapped or "
	  "not." },
	{ VERDICT_E0PD, 0x92000004, KERNEL, EL0T, EMPTY, 0, LDR, 0,
	  ALL | FAULT_HAS_E0PD, NULL },
	{ VERDICT_STALE, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDR,
	  0, ALL | FAULT_HAS_E0PD, NULL }, /* E0PD is not about LDR */
	/* The places that are empty on purpose. */
	{ VERDICT_WINDOW_SHUT, 0x96000004, 0x402000, EL1H, EMPTY, 0, LDR, 0,
	  FAULT_TTBR0_RESERVED,
	  "EL1 read of 0x402000 in some_function, outside uaccess: "
	  "TTBR0_EL1 is the reserved, empty table." },
	{ VERDICT_UNMAPPED, 0x96000007, KERNEL, EL1H, EMPTY, 0, LDR, 0,
	  FAULT_TTBR0_RESERVED, NULL },
	/* Slots of 32 KiB, the stack in the upper half of each. */
	{ VERDICT_GUARD_PAGE, 0x96000047, VMAP + 0x3ff8, EL1H_PAN, EMPTY, 0,
	  STR, 0, ALL,
	  "EL1 write to 0xffffc00000003ff8 in some_function, outside "
	  "uaccess: the guard below a kernel stack: the stack has "
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
	  "EL1 read of 0xffff000040001000 in some_function, outside "
	  "uaccess: the memory system gave an error." },
	{ VERDICT_EXTERNAL, 0x96000015, KERNEL, EL1H_PAN, OUTSIDE, 0, LDR, 0,
	  ALL, NULL },
	{ VERDICT_EXTERNAL, 0x96000030, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL, NULL },
	{ VERDICT_EXTERNAL, 0x96000018, KERNEL, EL1H_PAN, MAPPED, KERN_RW,
	  LDR, 0, ALL, NULL },
	{ VERDICT_EXTERNAL, 0xbe000000, 0, EL1H_PAN, NO_WALK, 0, 0, 0, ALL,
	  NULL },
	{ VERDICT_OTHER, 0x92000011, 0x402000, EL0T, MAPPED, USER_RW, LDR, 0,
	  ALL, NULL },
	/* Not memory at all. */
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	  "EL0 executed an instruction that it may not in some_function: "
	  "it is undefined at EL0 on this CPU." },
	{ VERDICT_UNDEFINED, 0x02000000, 0, EL1H, NO_WALK, 0, 0xd4400000, 0,
	  ALL,
	  "EL1 executed an instruction that it may not in some_function: "
	  "0xd4400000 is undefined at EL1 on this CPU." },
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
	  "EL1 met an exception: reserved exception class in some_function: "
	  "nothing in this kernel handles it." },
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

/* ---- The whole story ----------------------------------------------------- */

static const char *story_of(const struct fault *f, story_symbol_fn *symbol)
{
	static char text[4096];
	struct sink_buffer b;

	sink_buffer_init(&b, text, sizeof(text));
	story_print(&b.sink, f, symbol);
	EXPECT(b.len < sizeof(text));
	return text;
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

/* What a story must hold, and how it must end. */
static const struct {
	struct row row;
	enum resolution resolution;
	const char *says, *never;
} stories[] = {
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "Permission fault, level 3: the page is EL0's and PAN=1.    "
	  "KERNEL BUG: use get_user().\n", NULL },
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW, STR,
	    0, ALL, NULL }, RESOLUTION_KERNEL_BUG,
	  "KERNEL BUG: use put_user().", "get_user" },
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW, STR,
	    EXTABLE_USER_STORE | EXTABLE_WINDOW, ALL, NULL },
	  RESOLUTION_KERNEL_BUG, "KERNEL BUG: nothing opened the window.",
	  "put_user" },
	{ { VERDICT_UNMAPPED, 0x96000047, KERNEL, EL1H, EMPTY, 0, STR,
	    EXTABLE_USER_LOAD, ALL, NULL }, RESOLUTION_KERNEL_BUG,
	  "KERNEL BUG: the kernel's own buffer is bad.", "put_user" },
	{ { VERDICT_PERMISSION, 0x8600000f, 0x402000, EL1H, MAPPED, USER_RX,
	    0, 0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "KERNEL BUG: EL1 never executes EL0's pages.", "get_user" },
	/* No advice where none is true: a kernel address, outside uaccess. */
	{ { VERDICT_PERMISSION, 0x9600004f, KERNEL, EL1H_PAN, MAPPED,
	    KERN_TEXT, STR, 0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "KERNEL BUG.\n", "put_user" },
	{ { VERDICT_UNMAPPED, 0x96000007, 0x8, EL1H_PAN, EMPTY, 0, LDR, 0,
	    ALL, NULL }, RESOLUTION_KERNEL_BUG, "KERNEL BUG: a null pointer.",
	  "get_user" },
	{ { VERDICT_UNMAPPED, 0x92000007, 0x402000, EL0T, EMPTY, 0, LDR, 0,
	    ALL, NULL }, RESOLUTION_SIGNAL, "The program gets SIGSEGV.",
	  "KERNEL BUG" },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "L3  va[20:12]=   2   @0x42033000   0x0060000042099c43   page"
	  "   <== stopped here\n"
	  "          EL0 RW, EL1 RW, UXN, PXN, AF=1, nG"
	  "   -> physical 0x42099000\n", NULL },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "L2  va[29:21]=   2   @0x42032000   0x0000000042033003   table\n",
	  NULL },
	/* A fault that no level of the walk stopped is marked at none. */
	{ { VERDICT_STALE, 0x92000007, 0x402000, EL0T, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_SPURIOUS, "L3  va[20:12]",
	  "stopped here" },
	{ { VERDICT_E0PD, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDTR,
	    EXTABLE_USER_LOAD, ALL | FAULT_HAS_E0PD, NULL }, RESOLUTION_FIXUP,
	  "Exception table -> fixup", "stopped here" },
	{ { VERDICT_NONCANONICAL, 0x92000004, 0x0010000000000000, EL0T,
	    NEITHER, 0, LDR, 0, ALL, NULL }, RESOLUTION_SIGNAL,
	  "no walk: bits 63:48 of 0x10000000000000 are not all equal\n",
	  "L0" },
	{ { VERDICT_SP_ALIGNMENT, 0x9a000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	    NULL }, RESOLUTION_SIGNAL, "SP alignment fault", "TTBR" },
};

TEST(verdict, stories_advise_only_what_is_true)
{
	for (size_t i = 0; i < ARRAY_SIZE(stories); i++) {
		struct fault f = make_fault(&stories[i].row);
		const char *text, *never = stories[i].never;

		f.resolution = stories[i].resolution;
		f.signal = 11;
		text = story_of(&f, one_symbol);
		if (!EXPECT(strstr(text, stories[i].says) != NULL) ||
		    !EXPECT(never == NULL || strstr(text, never) == NULL)) {
			test_note("story %lu, \"%s\":\n%s", (unsigned long)i,
				  stories[i].says, text);
		}
	}
}

TEST(verdict, at_is_told_and_compared_with_the_walk)
{
	const struct row row = { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN,
				 MAPPED, USER_RW, LDR, 0, ALL, NULL };
	struct fault f = make_fault(&row);

	EXPECT(strstr(story_of(&f, NULL), "(AT)") == NULL);
	f.par[AT_S1E0R] = 0x42099000;
	f.par[AT_S1E1R] = 0x42099000;
	f.par[AT_S1E1RP] = 0x81f; /* F = 1, FST 0x0f */
	f.par[AT_S1E1WP] = 0x81f; /* about a write: not told for a read */
	EXPECT(strstr(story_of(&f, NULL),
		      "S1E0R ok   S1E1R ok   S1E1RP fault: so it was PAN\n"));
	f.par[AT_S1E1R] = 0x81f;
	EXPECT(strstr(story_of(&f, NULL),
		      "S1E1R fault (the walk disagrees)"));
	EXPECT(strstr(story_of(&f, NULL), "so it was PAN") == NULL);
}

/* ---- The model ----------------------------------------------------------- */

/* r w x of EL0; of EL1; of EL1 with PAN; of LDTR and STTR; and with EPAN. */
static const struct {
	uint64_t page;
	const char *may;
} cells[] = {
	{ USER_RW, "rw- rw- --- rw- ---" },
	{ USER_RO, "r-- r-- --- r-- ---" },
	{ USER_RX, "r-x r-- --- r-- ---" },
	{ USER_X, "--x r-- r-- --- ---" },
	{ KERN_RW, "--- rw- rw- --- rw-" },
	{ KERN_TEXT, "--- r-x r-x --- r-x" },
	{ KERN_TEXT | PXN, "--- r-- r-- --- r--" },
};

static void model_row(const struct walk *w, struct access a, char *text)
{
	static const char letters[] = "rwx";

	for (a.kind = ACCESS_READ; a.kind <= ACCESS_FETCH; a.kind++) {
		const struct model m = model_access(w, &a, 0);

		*text++ = m.result == MODEL_ALLOWED ? letters[a.kind] : '-';
		EXPECT_EQ(m.result == MODEL_ALLOWED,
			  m.verdict == VERDICT_NONE);
		EXPECT_EQ(m.level, 3);
	}
}

TEST(verdict, model_gives_each_accessor_its_rights)
{
	static const struct access accessors[] = {
		{ .el = 0 },
		{ .el = 1 },
		{ .el = 1, .pan = true },
		{ .el = 1, .pan = true, .unprivileged = true },
		{ .el = 1, .pan = true, .epan = true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		struct row row = { .far = 0x402000, .walk = MAPPED,
				   .page = cells[i].page };
		char text[] = "... ... ... ... ...";
		struct walk w;

		make_walk(&w, &row);
		for (size_t j = 0; j < ARRAY_SIZE(accessors); j++) {
			model_row(&w, accessors[j], text + 4 * j);
		}
		text[14] = '-'; /* there is no unprivileged fetch */
		if (!EXPECT(same_text(text, cells[i].may))) {
			test_note("row %lu: got %s, wanted %s",
				  (unsigned long)i, text, cells[i].may);
		}
	}
}

TEST(verdict, model_names_the_attribute_that_refuses)
{
	static const struct {
		uint64_t page, table, sctlr;
		enum access_kind kind;
		uint8_t el;
		const char *why;
	} refused[] = {
		{ KERN_RW, 0, 0, ACCESS_READ, 0, "AP[1] = 0: not for EL0" },
		{ USER_RW, UINT64_C(1) << 61, 0, ACCESS_READ, 0,
		  "APTable[0] = 1: not for EL0" },
		{ USER_RO, 0, 0, ACCESS_WRITE, 0, "AP[2] = 1: read-only" },
		{ USER_RW, UINT64_C(1) << 62, 0, ACCESS_WRITE, 0,
		  "APTable[1] = 1: read-only" },
		{ KERN_RW, UINT64_C(1) << 62, 0, ACCESS_WRITE, 1,
		  "APTable[1] = 1: read-only" },
		{ USER_RW, 0, 0, ACCESS_FETCH, 0, "UXN = 1" },
		{ USER_RX, UINT64_C(1) << 60, 0, ACCESS_FETCH, 0,
		  "UXNTable = 1" },
		{ USER_RX, 0, 0, ACCESS_FETCH, 1, "PXN = 1" },
		{ KERN_TEXT, UINT64_C(1) << 59, 0, ACCESS_FETCH, 1,
		  "PXNTable = 1" },
		{ USER_RW & ~PXN, 0, 0, ACCESS_FETCH, 1,
		  "EL0 may write it, so EL1 may not execute it" },
		{ KERN_RW & ~PXN, 0, 1 << 19, ACCESS_FETCH, 1,
		  "it is writable, and SCTLR_EL1.WXN = 1" },
		{ USER_RW & ~UXN, 0, 1 << 19, ACCESS_FETCH, 0,
		  "it is writable, and SCTLR_EL1.WXN = 1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct row row = { .far = 0x402000, .walk = MAPPED,
				   .page = refused[i].page };
		const struct access a = { .kind = refused[i].kind,
					  .el = refused[i].el };
		struct model m;
		struct walk w;

		make_walk(&w, &row);
		w.desc[1] |= refused[i].table;
		m = model_access(&w, &a, refused[i].sctlr);
		EXPECT_EQ(m.result, MODEL_PERMISSION_FAULT);
		if (!EXPECT(same_text(m.why, refused[i].why))) {
			test_note("row %lu: got \"%s\"", (unsigned long)i,
				  m.why);
		}
	}
}

/* With TCR_EL1.HA the hardware sets the flag, and nothing faults. */
TEST(verdict, model_knows_who_sets_the_access_flag)
{
	struct row row = { .far = 0x402000, .walk = MAPPED,
			   .page = USER_RW & ~AF };
	const struct access a = { .kind = ACCESS_READ };
	struct walk w;

	make_walk(&w, &row);
	EXPECT_EQ(model_access(&w, &a, 0).result, MODEL_ACCESS_FLAG_FAULT);
	w.flags = WALK_HA;
	EXPECT_EQ(model_access(&w, &a, 0).result, MODEL_ALLOWED);
}

/* ---- Instructions, as an assembler encodes them -------------------------- */

TEST(verdict, instruction_families_are_told_apart)
{
	static const struct {
		uint32_t insn;
		bool unprivileged;
		const char *name;
	} insns[] = {
		{ 0xf8400820, true, "ldtr" },  /* ldtr x0, [x1] */
		{ 0x38400820, true, "ldtr" },  /* ldtrb w0, [x1] */
		{ 0xb8800820, true, "ldtr" },  /* ldtrsw x0, [x1] */
		{ 0xf8000820, true, "sttr" },  /* sttr x0, [x1] */
		{ 0x78000820, true, "sttr" },  /* sttrh w0, [x1] */
		{ 0xf9400020, false, "ldr" },  /* ldr x0, [x1] */
		{ 0x39400020, false, "ldr" },  /* ldrb w0, [x1] */
		{ 0x39800020, false, "ldr" },  /* ldrsb x0, [x1] */
		{ 0xf9000020, false, "str" },  /* str x0, [x1] */
		{ 0xf8408420, false, "ldr" },  /* ldr x0, [x1], #8 */
		{ 0xf8008c20, false, "str" },  /* str x0, [x1, #8]! */
		{ 0xf8400020, false, "ldr" },  /* ldur x0, [x1] */
		{ 0xf8626820, false, "ldr" },  /* ldr x0, [x1, x2] */
		{ 0x3dc00020, false, "ldr" },  /* ldr q0, [x1] */
		{ 0x3d800020, false, "str" },  /* str q0, [x1] */
		{ 0x58000000, false, "ldr" },  /* ldr x0, . */
		{ 0xa9400440, false, "ldp" },  /* ldp x0, x1, [x2] */
		{ 0xa9000440, false, "stp" },  /* stp x0, x1, [x2] */
		{ 0xa8c10440, false, "ldp" },  /* ldp x0, x1, [x2], #16 */
		{ 0xc8e07c41, false, "cas" },  /* casa x0, x1, [x2] */
		{ 0xc85f7c20, false, "load exclusive" },  /* ldxr x0, [x1] */
		{ 0xc8027c20, false, "store exclusive" }, /* stxr w2, … */
		{ 0xf8e00041, false, "atomic" }, /* ldaddal x0, x1, [x2] */
		{ 0xd50b7420, false, "dc zva" }, /* dc zva, x0 */
		{ 0xd5087800, false, "at" },     /* at s1e1r, x0 */
		{ 0xd5087900, false, "at" },     /* at s1e1rp, x0 */
		{ 0xd4000001, false, "svc" },
		{ 0xd4200000, false, "brk" },
		{ 0xd4400000, false, "hlt" },
		{ 0xd65f03c0, false, "" },       /* ret */
	};

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		if (!EXPECT(same_text(insn_name(insns[i].insn),
				      insns[i].name)) ||
		    !EXPECT_EQ(insn_is_unprivileged(insns[i].insn),
			       insns[i].unprivileged)) {
			test_note("0x%x", insns[i].insn);
		}
	}
}
