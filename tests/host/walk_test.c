/* SPDX-License-Identifier: MIT */
/*
 * walk_test.c - the software walk over tables built here, in an array that
 * stands for RAM, for each supported pair of granule and address size. Which
 * bits index which level is written out from the Arm ARM (D8.2.6 to D8.2.8),
 * not computed as walk.c computes it.
 */
#include "host.h"

#include "decode/rights.h"
#include "sysreg_fields.h"
#include "decode/walk.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE (1u << 20)

static uint64_t ram[RAM_SIZE / 8];
static unsigned int reads;

static bool ram_read(uint64_t pa, uint64_t *desc, void *ctx)
{
	EXPECT(ctx == ram);
	reads++;
	if (pa < RAM_BASE || pa >= RAM_BASE + RAM_SIZE || pa % 8 != 0) {
		return false;
	}
	*desc = ram[(pa - RAM_BASE) / 8];
	return true;
}

static void ram_write(uint64_t pa, uint64_t desc)
{
	ram[(pa - RAM_BASE) / 8] = desc;
}

/* The bits of the address that each level takes; hi 0: no such level. */
struct shape {
	const char *name;
	unsigned int page_shift, va_bits, tg0, tg1;
	int first;
	struct {
		unsigned int hi, lo;
	} level[4];
};

static const struct shape shapes[] = {
	{ "4k/39", 12, 39, 0, 2, 1, { { 0, 0 }, { 38, 30 }, { 29, 21 },
				      { 20, 12 } } },
	{ "4k/48", 12, 48, 0, 2, 0, { { 47, 39 }, { 38, 30 }, { 29, 21 },
				      { 20, 12 } } },
	{ "16k/47", 14, 47, 2, 1, 1, { { 0, 0 }, { 46, 36 }, { 35, 25 },
				       { 24, 14 } } },
	{ "16k/48", 14, 48, 2, 1, 0, { { 47, 47 }, { 46, 36 }, { 35, 25 },
				       { 24, 14 } } },
	{ "64k/42", 16, 42, 1, 3, 2, { { 0, 0 }, { 0, 0 }, { 41, 29 },
				       { 28, 16 } } },
	/* Not built, but walked: */
	{ "64k/48", 16, 48, 1, 3, 1, { { 0, 0 }, { 47, 42 }, { 41, 29 },
				       { 28, 16 } } },
	{ "4k/25", 12, 25, 0, 2, 2, { { 0, 0 }, { 0, 0 }, { 24, 21 },
				      { 20, 12 } } },
};

/* TCR_EL1 for both halves alike; IPS 5 is 48 bits, written out. */
static uint64_t tcr_of(const struct shape *s)
{
	const uint64_t size = 64 - s->va_bits;

	return size | size << 16 | (uint64_t)s->tg0 << 14 |
	       (uint64_t)s->tg1 << 30 | UINT64_C(5) << 32;
}

static uint64_t index_of(const struct shape *s, int level, uint64_t va)
{
	return va >> s->level[level].lo &
	       ((1u << (s->level[level].hi - s->level[level].lo + 1)) - 1);
}

/* Table number n; each has a whole page, the first one page 0. */
static uint64_t table_pa(const struct shape *s, int level)
{
	return RAM_BASE + ((uint64_t)(level - s->first) << s->page_shift);
}

static uint64_t desc_pa(const struct shape *s, int level, uint64_t va)
{
	return table_pa(s, level) + 8 * index_of(s, level, va);
}

/* Tables down to last, and desc there. */
static void build(const struct shape *s, uint64_t va, int last, uint64_t desc)
{
	memset(ram, 0, sizeof(ram));
	for (int level = s->first; level < last; level++) {
		ram_write(desc_pa(s, level, va), table_pa(s, level + 1) | 3);
	}
	ram_write(desc_pa(s, last, va), desc);
}

#define TTBR0 (RAM_BASE | UINT64_C(7) << 48)
#define TTBR1 (RAM_BASE | UINT64_C(9) << 48)

/*
 * The descriptors that w met, and others after them, as the record of a fault
 * keeps them: in the order in which they were read. They give the same walk.
 */
static void expect_again(const struct walk *w, uint64_t va, uint64_t tcr,
			 uint64_t ttbr0, uint64_t ttbr1)
{
	const bool cut = w->end == WALK_OUTSIDE_RAM;
	const int kept = w->levels - cut;
	struct walk again;

	memset(&again, 0xa5, sizeof(again));
	for (int i = 0; i < kept; i++) {
		again.desc[i] = w->desc[w->first + i];
	}
	again.levels = cut ? kept : 4;
	walk_again(&again, va, tcr, ttbr0, ttbr1);
	EXPECT(memcmp(&again, w, sizeof(again)) == 0);
}

static struct walk walk_it(uint64_t va, uint64_t tcr)
{
	struct walk w;

	memset(&w, 0xa5, sizeof(w));
	reads = 0;
	walk_tables(&w, va, tcr, TTBR0, TTBR1, ram_read, ram);
	EXPECT(reads <= 4);
	EXPECT_EQ(w.levels, reads);
	expect_again(&w, va, tcr, TTBR0, TTBR1);
	return w;
}

/* A random address of the half, with va_bits bits of its own. */
static uint64_t random_va(const struct shape *s, int half)
{
	const uint64_t low = random_u64() & ((UINT64_C(1) << s->va_bits) - 1);

	return half ? low | ~UINT64_C(0) << s->va_bits : low;
}

static void expect_path(const struct shape *s, const struct walk *w,
			uint64_t va, int last)
{
	EXPECT_EQ(w->first, s->first);
	EXPECT_EQ(w->last, last);
	EXPECT_EQ(w->levels, last - s->first + 1);
	EXPECT_EQ(w->page_shift, s->page_shift);
	EXPECT_EQ(w->va_bits, s->va_bits);
	for (int level = s->first; level <= last; level++) {
		EXPECT_EQ(w->addr[level], desc_pa(s, level, va));
		EXPECT_EQ(walk_index(w, level), index_of(s, level, va));
		EXPECT_EQ(walk_index_lsb(w, level), s->level[level].lo);
		EXPECT_EQ(walk_index_end(w, level), s->level[level].hi + 1);
	}
}

TEST(walk, finds_a_page_through_every_shape)
{
	random_seed(2);
	for (size_t i = 0; i < 200 * ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i % ARRAY_SIZE(shapes)];
		const uint64_t va = random_va(s, random_below(2));
		const uint64_t page = random_u64() & 0xffffffff0000;
		struct walk w;

		build(s, va, 3, page | 0x703);
		w = walk_it(va, tcr_of(s));
		expect_path(s, &w, va, 3);
		EXPECT_EQ(w.end, WALK_PAGE);
		EXPECT_EQ(w.half, va >> 63);
		EXPECT_EQ(w.ttbr >> 48, va >> 63 ? 9 : 7);
		EXPECT_EQ(walk_rights(&w, 0).output,
			  page | (va & ((1u << s->page_shift) - 1)));
		if (page != 0) {
			EXPECT_EQ(w.desc[3], page | 0x703);
		}
	}
}

/* Every encoding at every level: bits 1:0 of 00, 01, 10, 11. */
TEST(walk, knows_which_levels_have_blocks)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];

		for (int level = s->first; level <= 3; level++) {
			/* 4K: blocks at 1 and 2. 16K and 64K: only at 2. */
			const bool block = level == 2 ||
					   (level == 1 && s->page_shift == 12);
			const uint64_t va = random_va(s, 0);
			struct walk w;

			build(s, va, level, 0xffffffff0700);
			w = walk_it(va, tcr_of(s));
			expect_path(s, &w, va, level);
			EXPECT_EQ(w.end, WALK_INVALID);
			build(s, va, level, 0xffffffff0702);
			EXPECT_EQ(walk_it(va, tcr_of(s)).end, WALK_INVALID);

			build(s, va, level, UINT64_C(0x710000000000) | 0x701);
			w = walk_it(va, tcr_of(s));
			EXPECT_EQ(w.end, block ? WALK_BLOCK : WALK_RESERVED);
			EXPECT_EQ(w.last, level);
			if (block) {
				const uint64_t size = UINT64_C(1)
						      << s->level[level].lo;

				EXPECT_EQ(walk_rights(&w, 0).output,
					  UINT64_C(0x710000000000) |
						  (va & (size - 1)));
			}
			EXPECT_EQ(walk_is_mapped(&w), block);
		}
	}
}

TEST(walk, low_bits_of_a_block_address_are_not_output)
{
	const struct shape *s = &shapes[1];
	const uint64_t va = 0x12345678;
	struct walk w;

	build(s, va, 2, 0x40200000 | 0x1f000 | 0x701);
	w = walk_it(va, tcr_of(s));
	EXPECT_EQ(walk_rights(&w, 0).output, 0x40200000 | (va & 0x1fffff));
}

/* Bits of TTBR0_EL1 below the table's size are not part of its address. */
TEST(walk, first_table_is_aligned_to_its_size)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];
		const unsigned int bits = s->level[s->first].hi -
					  s->level[s->first].lo + 1;
		const uint64_t below = (8u << bits) - 2; /* and CnP, bit 0 */
		struct walk w;

		build(s, 0, 3, RAM_BASE | 0x703);
		walk_tables(&w, 0, tcr_of(s), RAM_BASE | below | 1, 0,
			    ram_read, ram);
		EXPECT_EQ(w.end, WALK_PAGE);
		EXPECT_EQ(w.addr[s->first], RAM_BASE);
	}
}

/* ---- Corrupt tables ------------------------------------------------- */

TEST(walk, refuses_a_table_outside_ram)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];
		const uint64_t va = random_va(s, 1);
		struct walk w;

		build(s, va, s->first, UINT64_C(0x7fffffff0000) | 3);
		w = walk_it(va, tcr_of(s));
		EXPECT_EQ(w.end, WALK_OUTSIDE_RAM);
		EXPECT_EQ(w.last, s->first + 1);
		EXPECT_EQ(w.levels, 2);
		EXPECT(w.addr[s->first + 1] >= UINT64_C(0x7fffffff0000));
		EXPECT_EQ(w.desc[s->first + 1], 0);
		EXPECT(!walk_rights(&w, 0).mapped);
	}
}

/* A table whose entries all lead back to it: level 3 reads it as a page. */
TEST(walk, ends_in_a_loop_of_tables)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];
		const uint64_t va = random_va(s, 0);
		struct walk w;

		for (size_t j = 0; j < ARRAY_SIZE(ram); j++) {
			ram[j] = RAM_BASE | 3;
		}
		w = walk_it(va, tcr_of(s));
		EXPECT_EQ(w.end, WALK_PAGE);
		EXPECT_EQ(w.levels, 4 - s->first);
		EXPECT(!walk_rights(&w, 0).access_flag);
	}
}

TEST(walk, survives_any_table_and_register)
{
	random_seed(3);
	for (unsigned int i = 0; i < 20000; i++) {
		const uint64_t va = random_u64(), tcr = random_u64();
		const uint64_t ttbr0 = RAM_BASE + random_below(RAM_SIZE);
		const uint64_t ttbr1 = random_u64();
		struct walk w;

		for (unsigned int j = 0; j < 64; j++) {
			ram[random_below(ARRAY_SIZE(ram))] =
				RAM_BASE | random_below(RAM_SIZE) |
				random_u64() << 52 | 3;
		}
		reads = 0;
		walk_tables(&w, va, tcr, ttbr0, ttbr1, ram_read, ram);
		expect_again(&w, va, tcr, ttbr0, ttbr1);
		EXPECT(reads <= 4);
		EXPECT(w.end <= WALK_ADDRESS_SIZE && w.last <= 3);
		EXPECT(w.first >= 0 && w.first <= 3);
		if (w.levels > 0) {
			EXPECT_EQ(w.last, w.first + w.levels - 1);
		}
		walk_rights(&w, random_u64());
	}
}

TEST(walk, addresses_above_ips_are_refused)
{
	const struct shape *s = &shapes[1];
	/* IPS 0: 32 bits. RAM_BASE itself is below. */
	const uint64_t tcr = tcr_of(s) & ~(UINT64_C(7) << 32);
	struct walk w;

	build(s, 0, 1, UINT64_C(0x100000000) | 3);
	w = walk_it(0, tcr);
	EXPECT_EQ(w.end, WALK_ADDRESS_SIZE);
	EXPECT_EQ(w.last, 1);
	build(s, 0, 3, UINT64_C(0x100000000) | 0x703);
	EXPECT_EQ(walk_it(0, tcr).end, WALK_ADDRESS_SIZE);
	EXPECT_EQ(walk_it(0, tcr_of(s)).end, WALK_PAGE);
	/* What is no address at all is not judged as one. */
	build(s, 0, 3, UINT64_C(0x100000000) | 0x701);
	EXPECT_EQ(walk_it(0, tcr).end, WALK_RESERVED);
	walk_tables(&w, 0, tcr, UINT64_C(0x100000000), 0, ram_read, ram);
	EXPECT_EQ(w.end, WALK_ADDRESS_SIZE);
	EXPECT_EQ(w.levels, 0);
}

/* ---- The halves, tags, and walks that are switched off -------------- */

TEST(walk, an_address_is_in_neither_half_or_in_one)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];
		const uint64_t size = UINT64_C(1) << s->va_bits;
		const uint64_t tcr = tcr_of(s);

		memset(ram, 0, sizeof(ram));
		EXPECT_EQ(walk_it(size - 1, tcr).end, WALK_INVALID);
		EXPECT_EQ(walk_it(size, tcr).end, WALK_NONCANONICAL);
		EXPECT_EQ(walk_it(size, tcr).half, 0);
		EXPECT_EQ(walk_it(-size, tcr).end, WALK_INVALID);
		EXPECT_EQ(walk_it(-size - 1, tcr).end, WALK_NONCANONICAL);
		EXPECT_EQ(walk_it(-size - 1, tcr).half, 1);
		EXPECT_EQ(walk_it(UINT64_C(0x0080000000000000), tcr).end,
			  WALK_NONCANONICAL);
		EXPECT_EQ(reads, 0);
	}
}

TEST(walk, bit_55_selects_the_half_and_tbi_drops_the_tag)
{
	const struct shape *s = &shapes[1];
	const uint64_t tbi0 = UINT64_C(1) << 37, tbi1 = UINT64_C(1) << 38;
	const uint64_t tagged = UINT64_C(0xab00000000402000);
	const uint64_t kernel = UINT64_C(0x12ff000000402000);

	build(s, 0x402000, 3, RAM_BASE | 0x703);
	EXPECT_EQ(walk_it(tagged, tcr_of(s)).end, WALK_NONCANONICAL);
	EXPECT_EQ(walk_it(tagged, tcr_of(s) | tbi1).end, WALK_NONCANONICAL);
	EXPECT_EQ(walk_it(tagged, tcr_of(s) | tbi0).end, WALK_PAGE);
	EXPECT_EQ(walk_it(tagged, tcr_of(s) | tbi0).va, 0x402000);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | tbi0).end, WALK_NONCANONICAL);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | tbi1).half, 1);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | tbi1).end, WALK_PAGE);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | tbi1).va,
		  UINT64_C(0xffff000000402000));
}

TEST(walk, epd_switches_one_half_off)
{
	const struct shape *s = &shapes[0];
	const uint64_t epd0 = 1 << 7, epd1 = 1 << 23;
	const uint64_t user = 0x1000, kernel = ~UINT64_C(0xfff);

	memset(ram, 0, sizeof(ram));
	EXPECT_EQ(walk_it(user, tcr_of(s) | epd0).end, WALK_DISABLED);
	EXPECT_EQ(reads, 0);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | epd0).end, WALK_INVALID);
	EXPECT_EQ(walk_it(kernel, tcr_of(s) | epd1).end, WALK_DISABLED);
	EXPECT_EQ(walk_it(user, tcr_of(s) | epd1).end, WALK_INVALID);
}

/* ---- Rights --------------------------------------------------------- */

#define AP(x)      ((uint64_t)(x) << 6)
#define AF         (UINT64_C(1) << 10)
#define NG         (UINT64_C(1) << 11)
#define DBM        (UINT64_C(1) << 51)
#define PXN        (UINT64_C(1) << 53)
#define UXN        (UINT64_C(1) << 54)
#define PXNTABLE   (UINT64_C(1) << 59)
#define UXNTABLE   (UINT64_C(1) << 60)
#define APTABLE(x) ((uint64_t)(x) << 61)
#define WXN        (UINT64_C(1) << 19) /* SCTLR_EL1 */
#define HD         (UINT64_C(1) << 40) /* TCR_EL1 */
#define HPD0       (UINT64_C(1) << 41)

static const struct {
	uint64_t page, table, sctlr, tcr;
	const char *rights; /* of EL0, of EL1 */
} rights[] = {
	/* AP[2:1] alone; EL1 never executes what EL0 may write. */
	{ AP(0), 0, 0, 0, "--x rwx" },
	{ AP(1), 0, 0, 0, "rwx rw-" },
	{ AP(2), 0, 0, 0, "--x r-x" },
	{ AP(3), 0, 0, 0, "r-x r-x" },
	{ AP(1) | UXN, 0, 0, 0, "rw- rw-" },
	{ AP(3) | PXN, 0, 0, 0, "r-x r--" },
	{ AP(2) | UXN, 0, 0, 0, "--- r-x" },
	{ AP(0) | UXN | PXN, 0, 0, 0, "--- rw-" },
	/* Tables take away, and only that. */
	{ AP(1), APTABLE(1), 0, 0, "--x rwx" },
	{ AP(1), APTABLE(2), 0, 0, "r-x r-x" },
	{ AP(1), APTABLE(3), 0, 0, "--x r-x" },
	{ AP(0), APTABLE(3), 0, 0, "--x r-x" },
	{ AP(3), UXNTABLE, 0, 0, "r-- r-x" },
	{ AP(3), PXNTABLE, 0, 0, "r-x r--" },
	{ AP(2) | UXN, PXNTABLE, 0, 0, "--- r--" },
	/* … unless TCR_EL1.HPD0 says that they do not. */
	{ AP(1), APTABLE(3) | UXNTABLE | PXNTABLE, 0, HPD0, "rwx rw-" },
	/* SCTLR_EL1.WXN: writable is never executable. */
	{ AP(0), 0, WXN, 0, "--x rw-" },
	{ AP(1), 0, WXN, 0, "rw- rw-" },
	{ AP(3), 0, WXN, 0, "r-x r-x" },
	{ AP(1), APTABLE(2), WXN, 0, "r-x r-x" },
	/* DBM: read-only means clean when the hardware keeps the state. */
	{ AP(3) | DBM | UXN, 0, 0, 0, "r-- r-x" },
	{ AP(3) | DBM | UXN, 0, 0, HD, "rw- rw-" },
	{ AP(3) | DBM | UXN, APTABLE(2), 0, HD, "r-- r-x" },
	{ AP(3) | UXN, 0, 0, HD, "r-- r-x" },
};

static void rights_text(const struct walk_rights *r, char *text)
{
	kernel_snprintf(text, 8, "%c%c%c %c%c%c", r->el0_r ? 'r' : '-',
			r->el0_w ? 'w' : '-', r->el0_x ? 'x' : '-',
			r->el1_r ? 'r' : '-', r->el1_w ? 'w' : '-',
			r->el1_x ? 'x' : '-');
}

TEST(walk, rights_follow_ap_xn_tables_and_wxn)
{
	const struct shape *s = &shapes[1];

	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		/* The table attributes stand at each level in turn. */
		for (int level = 0; level < 3; level++) {
			struct walk_rights r;
			struct walk w;
			char text[8];

			build(s, 0, 3, RAM_BASE | AF | rights[i].page | 3);
			ram_write(table_pa(s, level),
				  table_pa(s, level + 1) | 3 |
					  rights[i].table);
			w = walk_it(0, tcr_of(s) | rights[i].tcr);
			r = walk_rights(&w, rights[i].sctlr);
			rights_text(&r, text);
			EXPECT(r.mapped && r.access_flag && r.global);
			EXPECT_EQ(r.user, text[0] == 'r');
			if (!EXPECT(same_text(text, rights[i].rights))) {
				test_note("row %lu: got %s, wanted %s",
					  (unsigned long)i, text,
					  rights[i].rights);
			}
		}
	}
}

TEST(walk, access_flag_and_global_are_told)
{
	const struct shape *s = &shapes[1];
	struct walk w;

	build(s, 0, 3, RAM_BASE | NG | 3);
	w = walk_it(0, tcr_of(s));
	EXPECT(!walk_rights(&w, 0).access_flag);
	EXPECT(!walk_rights(&w, 0).global);
	build(s, 0, 3, RAM_BASE | AF | 3);
	w = walk_it(0, tcr_of(s));
	EXPECT(walk_rights(&w, 0).access_flag);
	EXPECT(walk_rights(&w, 0).global);
}
