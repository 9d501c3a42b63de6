/* SPDX-License-Identifier: MIT */
/*
 * story_test.c - the whole story of a fault: what it must hold, and what it
 * must not say because it would not be true. Sentences alone, and the width
 * of every line: verdict_test.c.
 */
#include "fault_maker.h"

/* What a story must hold, and how it must end. */
static const struct {
	struct row row;
	enum resolution resolution;
	const char *says, *never;
} stories[] = {
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "Permission fault, level 3: the page is EL0's and PAN=1.\n    "
	  "KERNEL BUG: use get_user().\n", NULL },
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW, STR,
	    0, ALL, NULL }, RESOLUTION_KERNEL_BUG,
	  "KERNEL BUG: use put_user().", "get_user" },
	/* PAN, and what would refuse without it. */
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RO, STR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "PAN=1; with PAN=0, too, no\n"
	  "        write (AP[2] = 1: read-only).\n", NULL },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RO, CASA,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "PAN=1; with PAN=0, too, no\n        write (AP[2]", NULL },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RO, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "EL0's and PAN=1.\n", "with PAN=0" },
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
	{ { VERDICT_UNMAPPED, 0x92000047, 0x402000, EL0T, EMPTY, 0, STR, 0,
	    ALL, NULL }, RESOLUTION_OUT_OF_MEMORY,
	  "memory is exhausted, and it needs a page.\n"
	  "    Out of memory: the program gets SIGSEGV.", "nothing is mapped" },
	{ { VERDICT_UNMAPPED, 0x96000047, 0x402000, EL1H, EMPTY, 0, STR,
	    EXTABLE_USER_STORE, ALL, NULL }, RESOLUTION_OUT_OF_MEMORY,
	  "Out of memory: exception table -> fixup", "nothing is mapped" },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "stop> L3  va[20:12]=   2   @0x42033000  0x0060000042099c43  page\n"
	  "          EL0 RW, EL1 RW, UXN, PXN, AF=1, nG"
	  "   -> physical 0x42099000\n", NULL },
	{ { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "L2  va[29:21]=   2   @0x42032000  0x0000000042033003  table\n",
	  NULL },
	/* A fault that no level of the walk stopped is marked at none. */
	{ { VERDICT_STALE, 0x92000007, 0x402000, EL0T, MAPPED, USER_RW, LDR,
	    0, ALL, NULL }, RESOLUTION_SPURIOUS, "L3  va[20:12]",
	  "stop>" },
	{ { VERDICT_E0PD, 0x96000004, KERNEL, EL1H_PAN, MAPPED, KERN_RW, LDTR,
	    EXTABLE_USER_LOAD, ALL | E0PD_SET, NULL }, RESOLUTION_FIXUP,
	  "Exception table -> fixup", "stop>" },
	{ { VERDICT_E0PD, 0x92000004, KERNEL, EL0T, EMPTY_AT_0, 0, LDR, 0,
	    ALL | E0PD_SET, NULL }, RESOLUTION_SIGNAL, "  L0  ",
	  "stop>" },
	{ { VERDICT_UNMAPPED, 0x92000004, 0x402000, EL0T, EMPTY_AT_0, 0, LDR,
	    0, ALL, NULL }, RESOLUTION_DEMAND_ZERO,
	  "stop> L0  va[47:39]=   0   @0x42030000  0x0000000000000000  "
	  "invalid\n", "  L1  " },
	{ { VERDICT_NONCANONICAL, 0x92000004, 0x0010000000000000, EL0T,
	    NEITHER, 0, LDR, 0, ALL, NULL }, RESOLUTION_SIGNAL,
	  "no walk: bits 63:48 of 0x10000000000000 are not all equal\n",
	  "  L0" },
	/* Refused by EL0's rights: get_user() would be, too. */
	{ { VERDICT_UNPRIVILEGED, 0x9600000f, 0x402000, EL1H, MAPPED, USER_X,
	    LDTR, 0, ALL, NULL }, RESOLUTION_DELIBERATE, "KERNEL BUG.\n",
	  "get_user" },
	{ { VERDICT_UNPRIVILEGED, 0x9600004f, 0x402000, EL1H, MAPPED, USER_RO,
	    STTR, 0, ALL, NULL }, RESOLUTION_DELIBERATE, "KERNEL BUG.\n",
	  "put_user" },
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW,
	    LDADD, 0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "KERNEL BUG: use cmpxchg_user().", "put_user" },
	{ { VERDICT_PAN, 0x9600004f, 0x402000, EL1H_PAN, MAPPED, USER_RW,
	    DC_ZVA, 0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "KERNEL BUG: use clear_user().", "put_user" },
	{ { VERDICT_UNMAPPED, 0x96000147, 0x402000, EL1H_PAN, EMPTY, 0,
	    DC_CIVAC, 0, ALL, NULL }, RESOLUTION_DELIBERATE,
	  "KERNEL BUG.\n", "get_user" },
	{ { VERDICT_UNMAPPED, 0x92000047, 0x402000, EL0T, EMPTY, 0, STR, 0,
	    ALL | FAULT_NO_RIGHT, NULL }, RESOLUTION_SIGNAL,
	  "Translation fault, level 3: the mapping there gives no right to "
	  "write.", "nothing is mapped" },
	{ { VERDICT_SP_ALIGNMENT, 0x9a000000, 0, EL0T, NO_WALK, 0, 0, 0, ALL,
	    NULL }, RESOLUTION_SIGNAL, "SP alignment fault", "TTBR" },
};

TEST(story, advises_only_what_is_true)
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

/* The tables say who may write; how many have the table, the kernel knows. */
TEST(story, a_shared_table_is_told_with_how_many_have_it)
{
	const struct row row = { VERDICT_SHARED_TABLE, 0x9200004f, 0x402000,
				 EL0T, SHARED, USER_RW, STR, 0, ALL, NULL };
	struct fault f = make_fault(&row);

	EXPECT(strstr(story_of(&f, NULL),
		      "  0x4000000042033003  table, no write\n"
		      "          shared by 2\nstop> L3 "));
	story_width = 100;
	EXPECT(strstr(story_of(&f, NULL), "  table, no write, shared by 2\n"));
	f.sharers = 1;
	EXPECT(strstr(story_of(&f, NULL),
		      "  table, no write, no longer shared\n"));
	f.sharers = 0;
	EXPECT(strstr(story_of(&f, NULL), "  table, no write\n"));
	story_width = 80;
}

static const char *one_call(uint64_t number)
{
	return number == 64 ? "write" : NULL;
}

TEST(story, a_call_is_named_where_names_are_known)
{
	const struct row row = { VERDICT_UNMAPPED, 0x96000007, 0x402000,
				 EL1H_PAN, EMPTY, 0, LDTR, EXTABLE_USER_LOAD,
				 ALL, NULL };
	struct fault f = make_fault(&row);

	EXPECT(strstr(story_of(&f, NULL), "task test, pid 1, CPU 0\n"));
	f.syscall = 64;
	f.cost = 705;
	EXPECT(strstr(story_of(&f, NULL), "CPU 0, in system call 64    "
					  "handled in 705 instructions\n"));
	story_call_name = one_call;
	EXPECT(strstr(story_of(&f, NULL), "in system call 64, write()\n    h"));
	f.syscall = 99;
	EXPECT(strstr(story_of(&f, NULL), "in system call 99    handled"));
	f.from_el = 0; /* no call is in progress then */
	EXPECT(strstr(story_of(&f, NULL), "system call") == NULL);
	story_call_name = NULL;
}

TEST(story, at_is_told_and_compared_with_the_walk)
{
	const struct row row = { VERDICT_PAN, 0x9600000f, 0x402000, EL1H_PAN,
				 MAPPED, USER_RW, LDR, 0, ALL, NULL };
	struct fault f = make_fault(&row);

	EXPECT(strstr(story_of(&f, NULL), "(AT)") == NULL);
	f.par[AT_S1E0R] = 0x42099000;
	f.par[AT_S1E1R] = 0x42099000;
	f.par[AT_S1E1RP] = 0x81f; /* F = 1, FST 0x0f */
	f.par[AT_S1E1WP] = 0x81f; /* about a write: not shown for a read */
	EXPECT(strstr(story_of(&f, NULL),
		      "S1E0R ok   S1E1R ok   S1E1RP fault: so it was PAN\n"));
	f.par[AT_S1E1R] = 0x81f;
	EXPECT(strstr(story_of(&f, NULL),
		      "S1E1R fault (the walk disagrees)"));
	EXPECT(strstr(story_of(&f, NULL), "so it was PAN") == NULL);
	f.is_fetch = true;
	EXPECT(strstr(story_of(&f, NULL), "(AT)") == NULL);
}

TEST(story, at_was_not_asked_about_what_nobody_traced)
{
	const struct row row = { VERDICT_UNMAPPED, 0x96000007, 0x402000, EL1H,
				 EMPTY, 0, STTR, EXTABLE_USER_STORE,
				 ALL | FAULT_NOT_TRACED, NULL };
	struct fault f = make_fault(&row);

	EXPECT(strstr(story_of(&f, NULL), "AT not asked"));
	f.pan_features = ALL;
	EXPECT(strstr(story_of(&f, NULL), "AT not asked") == NULL);
}

/* A fault at EL0, or in an open window: PAN was 0, and the handler has it 1. */
TEST(story, at_obeys_pan_as_it_is_when_the_handler_asks)
{
	static const uint64_t spsrs[] = { EL0T, EL1H };

	for (size_t i = 0; i < ARRAY_SIZE(spsrs); i++) {
		const struct row unaligned = { VERDICT_ALIGNMENT, 0x92000021,
					       0x402001, spsrs[i], MAPPED,
					       USER_RW, LDR, 0, ALL, NULL };
		struct fault f = make_fault(&unaligned);

		f.par[AT_S1E0R] = f.par[AT_S1E1R] = 0x42099000;
		f.par[AT_S1E1RP] = 0x81f;
		EXPECT(strstr(story_of(&f, NULL), "S1E1RP fault"));
		EXPECT(strstr(story_of(&f, NULL), "disagrees") == NULL);
		f.sctlr |= FIELD_MASK(SCTLR_EL1_SPAN);
		EXPECT(strstr(story_of(&f, NULL), "S1E1RP fault (the walk"));
	}
}

TEST(story, at_is_told_about_the_half_of_an_update_that_was_refused)
{
	/* With parallel CPUs QEMU has WnR = 1 for what may not be read. */
	static const uint64_t esrs[] = { 0x9200000f, 0x9200004f };

	for (size_t i = 0; i < ARRAY_SIZE(esrs); i++) {
		const struct row none = { VERDICT_PERMISSION, esrs[i], 0x402000,
					  EL0T, MAPPED, USER_X, LDADD, 0, ALL,
					  NULL };
		struct fault f = make_fault(&none);

		f.par[AT_S1E0R] = f.par[AT_S1E0W] = 0x81f;
		f.par[AT_S1E1R] = 0x42099000;
		f.par[AT_S1E1W] = 0x81f;
		EXPECT(strstr(story_of(&f, NULL), "S1E0R fault   S1E1R ok\n"));
		EXPECT(strstr(story_of(&f, NULL), "S1E0W") == NULL);
	}
}

TEST(story, one_byte_is_left_and_two_bytes_are)
{
	const struct row row = { VERDICT_UNMAPPED, 0x96000007, 0x402000,
				 EL1H_PAN, EMPTY, 0, LDTR, EXTABLE_USER_LOAD,
				 ALL, NULL };
	struct fault f = make_fault(&row);

	f.resolution = RESOLUTION_FIXUP;
	f.left = 1;
	EXPECT(strstr(story_of(&f, NULL), "fixup, 1 byte left."));
	f.left = 2;
	EXPECT(strstr(story_of(&f, NULL), "fixup, 2 bytes left."));
}

TEST(story, at_proves_that_el0s_rights_decided)
{
	const struct row row = { VERDICT_UNPRIVILEGED, 0x9600004f, KERNEL,
				 EL1H_PAN, MAPPED, KERN_RW, STTR,
				 EXTABLE_USER_STORE, ALL, NULL };
	struct fault f = make_fault(&row);

	f.par[AT_S1E0W] = 0x81f;
	f.par[AT_S1E1W] = f.par[AT_S1E1WP] = 0x42099000;
	EXPECT(strstr(story_of(&f, NULL), "S1E0W fault   S1E1W ok   "
					  "S1E1WP ok: so it was EL0's "
					  "rights\n"));
	f.par[AT_S1E1W] = 0x81f;
	EXPECT(strstr(story_of(&f, NULL), "so it was") == NULL);
}
