/* SPDX-License-Identifier: MIT */
/*
 * rights_test.c - the model that verdicts come from, asked about every kind of
 * access to every kind of page: the table below was written from the Arm ARM
 * (D8.4), not from the model. And the few instructions that a story names.
 */
#include "host.h"

#include "decode/insn.h"
#include "decode/rights.h"

/* Attributes of a page, by hand. */
#define AF        (UINT64_C(1) << 10)
#define NG        (UINT64_C(1) << 11)
#define PXN       (UINT64_C(1) << 53)
#define UXN       (UINT64_C(1) << 54)
#define USER_RW   (0x40 | AF | NG | PXN | UXN)
#define USER_RO   (0xc0 | AF | NG | PXN | UXN)
#define USER_RX   (0xc0 | AF | NG | PXN)
#define USER_X    (0x80 | AF | NG | PXN) /* execute-only: AP[1] = 0 */
#define KERN_RW   (0x00 | AF | PXN | UXN)
#define KERN_TEXT (0x80 | AF | UXN)

/* A walk through three tables to a page with these attributes. */
static struct walk page_walk(uint64_t page)
{
	struct walk w = {
		.va = 0x402000, .end = WALK_PAGE, .last = 3, .levels = 4,
		.page_shift = 12, .va_bits = 48,
	};

	for (int level = 0; level < 3; level++) {
		w.desc[level] = 0x42031003;
	}
	w.desc[3] = 0x42099003 | page;
	return w;
}

/* ---- The model ------------------------------------------------------ */

/* r w x of EL0; of EL1; of EL1 with PAN; of LDTR and STTR; with
 * EPAN; and with EPAN while PAN is 0, where EPAN says nothing. */
static const struct {
	uint64_t page;
	const char *may;
} cells[] = {
	{ USER_RW, "rw- rw- --- rw- --- rw-" },
	{ USER_RO, "r-- r-- --- r-- --- r--" },
	{ USER_RX, "r-x r-- --- r-- --- r--" },
	{ USER_X, "--x r-- r-- --- --- r--" },
	{ KERN_RW, "--- rw- rw- --- rw- rw-" },
	{ KERN_TEXT, "--- r-x r-x --- r-x r-x" },
	{ KERN_TEXT | PXN, "--- r-- r-- --- r-- r--" },
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

TEST(rights, model_gives_each_accessor_its_rights)
{
	static const struct access accessors[] = {
		{ .el = 0 },
		{ .el = 1 },
		{ .el = 1, .pan = true },
		{ .el = 1, .pan = true, .unprivileged = true },
		{ .el = 1, .pan = true, .epan = true },
		{ .el = 1, .epan = true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		char text[] = "... ... ... ... ... ...";
		const struct walk w = page_walk(cells[i].page);

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

TEST(rights, model_names_the_attribute_that_refuses)
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
		const struct access a = { .kind = refused[i].kind,
					  .el = refused[i].el };
		struct model m;
		struct walk w;

		w = page_walk(refused[i].page);
		w.desc[1] |= refused[i].table;
		m = model_access(&w, &a, refused[i].sctlr);
		EXPECT_EQ(m.result, MODEL_PERMISSION_FAULT);
		if (!EXPECT(same_text(m.why, refused[i].why))) {
			test_note("row %lu: got \"%s\"", (unsigned long)i,
				  m.why);
		}
	}
}

/* PSTATE.UAO gives LDTR and STTR EL1's rights back, and with them PAN. */
TEST(rights, model_knows_that_uao_overrides)
{
	const struct walk user = page_walk(USER_RW);
	const struct walk kernel = page_walk(KERN_RW);
	struct access a = { .kind = ACCESS_READ, .el = 1,
			    .unprivileged = true, .pan = true };

	EXPECT_EQ(model_access(&user, &a, 0).verdict, VERDICT_NONE);
	EXPECT_EQ(model_access(&kernel, &a, 0).verdict, VERDICT_UNPRIVILEGED);
	a.uao = true;
	EXPECT_EQ(model_access(&user, &a, 0).verdict, VERDICT_PAN);
	EXPECT_EQ(model_access(&kernel, &a, 0).verdict, VERDICT_NONE);
	a.el = 0; /* EL0 has its own rights, whatever UAO says */
	EXPECT_EQ(model_access(&kernel, &a, 0).verdict, VERDICT_PERMISSION);
}

/* LDTR and STTR have EL0's rights: whatever EL0 lacks, they lack for that. */
TEST(rights, model_judges_ldtr_and_sttr_by_el0s_rights)
{
	static const struct {
		uint64_t page;
		enum access_kind kind;
		enum verdict verdict;
	} rows[] = {
		{ USER_RW, ACCESS_WRITE, VERDICT_NONE },
		{ USER_RO, ACCESS_READ, VERDICT_NONE },
		{ USER_RO, ACCESS_WRITE, VERDICT_UNPRIVILEGED },
		{ USER_RX, ACCESS_WRITE, VERDICT_UNPRIVILEGED },
		{ USER_X, ACCESS_READ, VERDICT_UNPRIVILEGED },
		{ USER_X, ACCESS_WRITE, VERDICT_UNPRIVILEGED },
		{ KERN_RW, ACCESS_READ, VERDICT_UNPRIVILEGED },
		{ KERN_TEXT, ACCESS_WRITE, VERDICT_UNPRIVILEGED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct access a = { .kind = rows[i].kind, .el = 1,
				    .unprivileged = true };
		const struct walk w = page_walk(rows[i].page);

		if (!EXPECT_EQ(model_access(&w, &a, 0).verdict,
			       rows[i].verdict)) {
			test_note("row %lu", (unsigned long)i);
		}
		a.el = 0; /* EL0's own is plain */
		EXPECT(model_access(&w, &a, 0).verdict !=
		       VERDICT_UNPRIVILEGED);
	}
}

/* What ESR_EL1.WnR will say: CAS reports the half of it that is refused. */
TEST(rights, model_gives_the_direction)
{
	static const struct {
		uint64_t page;
		enum access_kind kind;
		uint8_t el;
		enum verdict verdict;
		bool is_write;
	} rows[] = {
		{ USER_RO, ACCESS_READ, 0, VERDICT_NONE, false },
		{ USER_RO, ACCESS_WRITE, 0, VERDICT_PERMISSION, true },
		{ USER_RO, ACCESS_UPDATE, 0, VERDICT_PERMISSION, true },
		{ USER_X, ACCESS_UPDATE, 0, VERDICT_PERMISSION, false },
		{ USER_X, ACCESS_UPDATE, 1, VERDICT_PERMISSION, true },
		{ USER_RW, ACCESS_UPDATE, 0, VERDICT_NONE, true },
		{ KERN_RW, ACCESS_UPDATE, 0, VERDICT_PERMISSION, false },
		{ USER_RX, ACCESS_FETCH, 1, VERDICT_PERMISSION, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct access a = { .kind = rows[i].kind,
					  .el = rows[i].el };
		const struct walk w = page_walk(rows[i].page);
		const struct model m = model_access(&w, &a, 0);

		/* QEMU's parallel CPUs know no update that is a read. */
		if (!EXPECT_EQ(m.verdict, rows[i].verdict) ||
		    !EXPECT_EQ(m.is_write, rows[i].is_write) ||
		    !EXPECT_EQ(model_wnr(&m, &a, false), rows[i].is_write) ||
		    !EXPECT_EQ(model_wnr(&m, &a, true), rows[i].is_write ||
			       rows[i].kind == ACCESS_UPDATE)) {
			test_note("row %lu", (unsigned long)i);
		}
	}
}

/* AT asks for somebody: only the P forms look at PAN, none at UAO. */
TEST(rights, model_knows_what_at_asks)
{
	const struct access now = { .kind = ACCESS_FETCH, .el = 1, .pan = true,
				    .unprivileged = true, .uao = true };
	const struct walk user = page_walk(USER_RW);
	const struct walk kernel = page_walk(KERN_RW);
	static const char *const allowed[AT_COUNT] = {
		[AT_S1E0R] = "u-", [AT_S1E0W] = "u-", [AT_S1E1R] = "uk",
		[AT_S1E1W] = "uk", [AT_S1E1RP] = "-k", [AT_S1E1WP] = "-k",
	};

	for (enum at_op op = 0; op < AT_COUNT; op++) {
		const struct access a = at_access(op, &now);

		EXPECT_EQ(model_access(&user, &a, 0).result == MODEL_ALLOWED,
			  allowed[op][0] == 'u');
		EXPECT_EQ(model_access(&kernel, &a, 0).result == MODEL_ALLOWED,
			  allowed[op][1] == 'k');
	}
}

/* With TCR_EL1.HA the hardware sets the flag, and nothing faults. */
TEST(rights, model_knows_who_sets_the_access_flag)
{
	const struct access a = { .kind = ACCESS_READ };
	struct walk w;

	w = page_walk(USER_RW & ~AF);
	EXPECT_EQ(model_access(&w, &a, 0).result, MODEL_ACCESS_FLAG_FAULT);
	w.flags = WALK_HA;
	EXPECT_EQ(model_access(&w, &a, 0).result, MODEL_ALLOWED);
}

/* ---- Instructions, as an assembler encodes them --------------------- */

static const struct {
	uint32_t insn;
	bool unprivileged;
	const char *name;
} families[] = {
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
	{ 0xf8e00041, false, "ldadd" },  /* ldaddal x0, x1, [x2] */
	{ 0x7820103f, false, "ldclr" },  /* stclrh w0, [x1] */
	{ 0xb8202041, false, "ldeor" },  /* ldeor w0, w1, [x2] */
	{ 0xf8203041, false, "ldset" },  /* ldset x0, x1, [x2] */
	{ 0xf8204041, false, "ldsmax" }, /* ldsmax x0, x1, [x2] */
	{ 0xf8205041, false, "ldsmin" }, /* ldsmin x0, x1, [x2] */
	{ 0xf8206041, false, "ldumax" }, /* ldumax x0, x1, [x2] */
	{ 0xf8207041, false, "ldumin" }, /* ldumin x0, x1, [x2] */
	{ 0x38a08041, false, "swp" },    /* swpab w0, w1, [x2] */
	{ 0x48207c82, false, "casp" },   /* casp x0, x1, x2, x3, [x4] */
	{ 0xf8bfc020, false, "ldapr" },  /* ldapr x0, [x1] */
	{ 0xf83f9020, false, "atomic" }, /* st64b x0, [x1] */
	{ 0xc8dffc20, false, "ldar" },   /* ldar x0, [x1] */
	{ 0xc89ffc20, false, "stlr" },   /* stlr x0, [x1] */
	{ 0xd50b7420, false, "dc zva" }, /* dc zva, x0 */
	{ 0xd5087800, false, "at" },     /* at s1e1r, x0 */
	{ 0xd5087900, false, "at" },     /* at s1e1rp, x0 */
	{ 0xd4000001, false, "svc" },
	{ 0xd4200000, false, "brk" },
	{ 0xd4400000, false, "hlt" },
	{ 0xd65f03c0, false, "" },       /* ret */
};

TEST(rights, instruction_families_are_told_apart)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (!EXPECT(same_text(insn_name(families[i].insn),
				      families[i].name)) ||
		    !EXPECT_EQ(insn_is_unprivileged(families[i].insn, false),
			       families[i].unprivileged) ||
		    !EXPECT_EQ(insn_is_unprivileged(families[i].insn, true),
			       families[i].unprivileged)) {
			test_note("0x%x", families[i].insn);
		}
	}
}

/* Either half of these may be what was refused. */
TEST(rights, an_update_reads_and_writes)
{
	static const uint32_t updates[] = {
		0xf8e00041, 0x7820103f, 0xb8202041, 0xf8203041, 0xf8204041,
		0xf8205041, 0xf8206041, 0xf8207041, 0x38a08041, 0xc8e07c41,
		0x48207c82, 0x19201041 /* ldclrp x1, x0, [x2] */,
		0x19a03041 /* ldsetpa x1, x0, [x2] */,
		0x19e08041 /* swppal x1, x0, [x2] */,
	};
	static const uint32_t others[] = {
		0xf8bfc020, 0xf83f9020, 0xf9400020, 0xf9000020, 0xf8400820,
		0xf8000820, 0xc85f7c20, 0xc8027c20, 0xc8dffc20, 0xc89ffc20,
		0xd50b7420, 0x19010440, 0x19c20420, 0xd65f03c0, 0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(updates); i++) {
		if (!EXPECT(insn_is_update(updates[i]))) {
			test_note("0x%x", updates[i]);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!EXPECT(!insn_is_update(others[i]))) {
			test_note("0x%x", others[i]);
		}
	}
}

/* Memory copy and set: T for one side leaves the other EL1's. */
TEST(rights, mops_has_el0s_rights_on_the_side_that_t_names)
{
	static const struct {
		uint32_t insn;
		bool read, write; /* which side is unprivileged */
		const char *name;
	} insns[] = {
		{ 0x19010440, false, false, "cpyf" }, /* cpyfp */
		{ 0x19012440, true, false, "cpyf" },  /* cpyfprt */
		{ 0x19412440, true, false, "cpyf" },  /* cpyfmrt */
		{ 0x19812440, true, false, "cpyf" },  /* cpyfert */
		{ 0x19011440, false, true, "cpyf" },  /* cpyfpwt */
		{ 0x19811440, false, true, "cpyf" },  /* cpyfewt */
		{ 0x19013440, true, true, "cpyf" },   /* cpyfpt */
		{ 0x1901c440, false, false, "cpyf" }, /* cpyfpn */
		{ 0x1d012440, true, false, "cpy" },   /* cpyprt */
		{ 0x1d811440, false, true, "cpy" },   /* cpyewt */
		{ 0x19c20420, false, false, "set" },  /* setp */
		{ 0x19c21420, false, true, "set" },   /* setpt */
		{ 0x19c29420, false, true, "set" },   /* setet */
		{ 0x19c22420, false, false, "set" },  /* setpn */
		{ 0x1dc21420, false, true, "setg" },  /* setgpt */
	};

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		EXPECT(same_text(insn_name(insns[i].insn), insns[i].name));
		EXPECT_EQ(insn_is_unprivileged(insns[i].insn, false),
			  insns[i].read);
		EXPECT_EQ(insn_is_unprivileged(insns[i].insn, true),
			  insns[i].write);
	}
}
