/* SPDX-License-Identifier: MIT */
/*
 * page_test.c - the page allocator against a model that knows, for each page
 * frame, which block was given it. See inject.c for the banks.
 */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "test.h"
#include "inject.h"
#include "mm/page.h"

#define BASE_FRAME (0x40000000u >> PAGE_SHIFT)
#define FRAMES     (0x11000000u >> 12) /* covers all banks: see TEST_AT */
#define BLOCKS     8192

static uint32_t owner[FRAMES]; /* block number + 1, or 0 */
static struct {
	paddr_t pa;
	unsigned int order, refs;
} block[BLOCKS];
static unsigned int blocks;

static bool in_one_bank(paddr_t start, paddr_t end)
{
	for (unsigned int i = 0; i < TEST_BANKS; i++) {
		if (start >= test_banks[i].start && end <= test_banks[i].end) {
			return true;
		}
	}
	return false;
}

static void mark(unsigned int b, uint32_t expected, uint32_t value)
{
	uint32_t *first = &owner[(block[b].pa >> PAGE_SHIFT) - BASE_FRAME];
	uint32_t *word;

	for (uint64_t i = 0; i < BIT(block[b].order); i++) {
		word = phys_to_virt(block[b].pa + i * PAGE_SIZE);
		EXPECT_EQ(first[i], expected);
		first[i] = value;
		if (value != 0) {
			word[0] = word[PAGE_SIZE / 4 - 1] = value;
		} else {
			EXPECT(word[0] == expected &&
			       word[PAGE_SIZE / 4 - 1] == expected);
		}
	}
}

static bool model_alloc(unsigned int order)
{
	size_t before = page_count_free();
	paddr_t pa = page_alloc(order);

	if (pa == PADDR_NONE) {
		EXPECT_EQ(page_count_free(), before);
		return false;
	}
	EXPECT_EQ(page_count_free(), before - BIT(order));
	EXPECT(IS_ALIGNED(pa, (paddr_t)PAGE_SIZE << order));
	EXPECT(in_one_bank(pa, pa + ((paddr_t)PAGE_SIZE << order)));
	EXPECT_EQ(page_refs(pa), 1);
	block[blocks].pa = pa;
	block[blocks].order = order;
	block[blocks].refs = 1;
	mark(blocks, 0, blocks + 1);
	blocks++;
	return true;
}

/* Drops one reference of block b; the last block takes its number. */
static void model_put(unsigned int b)
{
	paddr_t pa = block[b].pa;
	size_t before = page_count_free();

	block[b].refs--;
	EXPECT_EQ(page_refs(pa), block[b].refs + 1);
	if (block[b].refs > 0) {
		page_put(pa);
		EXPECT_EQ(page_count_free(), before);
		return;
	}
	mark(b, b + 1, 0);
	page_put(pa);
	EXPECT_EQ(page_count_free(), before + BIT(block[b].order));
	EXPECT(page_of(pa) == NULL);
	EXPECT_EQ(page_refs(pa), 0);
	blocks--;
	if (b != blocks) {
		mark(blocks, blocks + 1, 0);
		block[b] = block[blocks];
		mark(b, 0, b + 1);
	}
}

static void model_put_all(void)
{
	while (blocks > 0) {
		model_put(blocks - 1);
	}
}

static unsigned int alloc_all(unsigned int order)
{
	unsigned int n = 0;

	while (blocks < BLOCKS && model_alloc(order)) {
		n++;
	}
	return n;
}

TEST(page, all_of_ram_can_be_handed_out_page_by_page)
{
	size_t before;

	test_ram();
	/* kmalloc() may have kept a few pages from earlier tests. */
	before = page_count_free();
	EXPECT(before > page_count_total() - 16);
	EXPECT_EQ(alloc_all(0), before);
	EXPECT_EQ(page_count_free(), 0);
	for (paddr_t pa = ALIGN_DOWN(test_banks[1].start, PAGE_SIZE);
	     pa < test_banks[1].start; pa++) {
		/* Not of the bank, though in a page with its first bytes. */
		EXPECT_EQ(*(char *)phys_to_virt(pa), 0);
	}
	EXPECT(page_alloc(0) == PADDR_NONE);
	EXPECT(page_alloc(3) == PADDR_NONE);
	model_put_all();
	EXPECT_EQ(page_count_free(), before);
}

/* How many aligned blocks of the order lie in runs of handed-out pages. */
static unsigned int count_possible(unsigned int order)
{
	unsigned int count = 0;

	for (uint64_t f = 0; f + BIT(order) <= FRAMES; f += BIT(order)) {
		paddr_t pa = (paddr_t)(BASE_FRAME + f) << PAGE_SHIFT;
		uint64_t n = 0;

		while (n < BIT(order) && owner[f + n] != 0) {
			n++;
		}
		count += n == BIT(order) &&
			 in_one_bank(pa, pa + ((paddr_t)PAGE_SIZE << order));
	}
	return count;
}

TEST(page, freed_pages_join_to_the_largest_blocks_there_can_be)
{
	struct random r = { 1 };
	unsigned int possible;

	test_ram();
	for (unsigned int order = 0; order <= PAGE_MAX_ORDER; order++) {
		alloc_all(0);
		possible = count_possible(order);
		while (blocks > 0) {
			model_put(random_below(&r, blocks));
		}
		EXPECT(possible > 0);
		EXPECT_EQ(alloc_all(order), possible);
		model_put_all();
	}
}

TEST(page, blocks_never_overlap_and_nothing_is_lost)
{
	struct random r = { 20240607 };
	size_t before;

	test_ram();
	before = page_count_free();
	test_note("seed %lu", (unsigned long)r.state);
	for (unsigned int i = 0; i < 60000; i++) {
		/* Phases that fill and phases that empty. */
		bool filling = (i / 5000) % 2 == 0;
		unsigned int action = random_below(&r, 10);

		if (blocks > 0 && action == 0) {
			unsigned int b = random_below(&r, blocks);

			page_get(block[b].pa);
			block[b].refs++;
		} else if (blocks < BLOCKS && action < (filling ? 8u : 3u)) {
			unsigned int order = random_below(&r, 4) == 0 ?
				random_below(&r, PAGE_MAX_ORDER + 1) : 0;

			model_alloc(order);
		} else if (blocks > 0) {
			model_put(random_below(&r, blocks));
		}
	}
	model_put_all();
	EXPECT_EQ(page_count_free(), before);
}

TEST(page, page_of_knows_every_page_of_a_block_and_no_other)
{
	paddr_t pa;
	struct page *page;

	test_ram();
	pa = page_alloc(5);
	page = page_of(pa);
	if (!EXPECT(page != NULL)) {
		return;
	}
	for (unsigned int i = 0; i < 32 * PAGE_SIZE; i += PAGE_SIZE / 2) {
		EXPECT(page_of(pa + i) == page);
	}
	EXPECT(page_of(pa + 32 * PAGE_SIZE) != page);
	page_put(pa);
	EXPECT(page_of(pa) == NULL && page_of(pa + 7 * PAGE_SIZE) == NULL);
	for (unsigned int i = 0; i < TEST_BANKS; i++) {
		EXPECT(page_of(test_banks[i].start) == NULL); /* metadata */
		EXPECT(page_of(test_banks[i].end) == NULL);
	}
	EXPECT(page_of(0) == NULL && page_of(PADDR_NONE) == NULL);
}

TEST(page, an_order_that_does_not_exist_is_refused)
{
	test_ram();
	EXPECT(page_alloc(PAGE_MAX_ORDER + 1) == PADDR_NONE);
	EXPECT(page_alloc(64) == PADDR_NONE);
}

TEST(page, a_zeroed_page_is_zero)
{
	paddr_t pa;
	const char *p;

	test_ram();
	pa = page_alloc(0);
	memset(phys_to_virt(pa), 0xff, PAGE_SIZE);
	page_put(pa);
	pa = page_alloc_zeroed();
	p = phys_to_virt(pa);
	EXPECT(p[0] == 0 && memcmp(p, p + 1, PAGE_SIZE - 1) == 0);
	page_put(pa);
}

/* ---- Boot with much RAM --------------------------------------------- */

#define BIG_START UINT64_C(0x200000000)
#define BIG_END   (BIG_START + (UINT64_C(8) << 30))

/* Pages of the process's own memory that the big bank has touched so far. */
static unsigned int touched(void)
{
	static unsigned char present[1 << 16];
	unsigned int n = 0;

	/* Its metadata lies at its start; and a sample of the rest. */
	mincore(phys_to_virt(BIG_START), sizeof(present) * 4096, present);
	for (size_t i = 0; i < sizeof(present); i++) {
		n += present[i] & 1;
	}
	return n;
}

static void boot_with_much_ram(void)
{
	unsigned int boot, first;

	page_add_ram(BIG_START, BIG_END);
	boot = touched();
	page_alloc(0);
	first = touched();
	panic("touched %u at boot, %u after an allocation", boot, first);
}

TEST(page, boot_touches_one_page_of_8_gib)
{
	/* In a child, so that the other tests keep their small RAM. */
	EXPECT(host_panics(boot_with_much_ram,
			   "touched 1 at boot, 1 after an allocation"));
}

/* ---- Several CPUs --------------------------------------------------- */

#define CPUS 4

static void *cpu_alloc_and_free(void *arg)
{
	struct random r = { (uintptr_t)arg };
	uintptr_t *mine[32] = { NULL };

	for (unsigned int i = 0; i < 10000; i++) {
		unsigned int n = random_below(&r, 32);
		paddr_t pa;

		if (mine[n] != NULL) {
			if (*mine[n] != (uintptr_t)arg + n) {
				panic("two CPUs were given the same page");
			}
			page_put(virt_to_phys(mine[n]));
			mine[n] = NULL;
			continue;
		}
		pa = page_alloc(random_below(&r, 3));
		if (pa != PADDR_NONE) {
			mine[n] = phys_to_virt(pa);
			*mine[n] = (uintptr_t)arg + n;
		}
	}
	for (unsigned int n = 0; n < 32; n++) {
		if (mine[n] != NULL) {
			page_put(virt_to_phys(mine[n]));
		}
	}
	page_drain(); /* this CPU stops */
	return NULL;
}

TEST(page, cpus_do_not_disturb_each_other)
{
	pthread_t cpu[CPUS];
	size_t before;

	test_ram();
	before = page_count_free();
	for (uintptr_t i = 0; i < CPUS; i++) {
		pthread_create(&cpu[i], NULL, cpu_alloc_and_free,
			       (void *)(1000 * (i + 1)));
	}
	for (unsigned int i = 0; i < CPUS; i++) {
		pthread_join(cpu[i], NULL);
	}
	EXPECT_EQ(page_count_free(), before);
}

/* ---- Memory that was never used ------------------------------------- */

/* Larger than the other banks, so that it is asked first. */
#define FRESH_START TEST_AT(0x28001000)
#define FRESH_END   (TEST_AT(0x28d01000) + 3 * PAGE_SIZE)

static paddr_t fresh_alloc(unsigned int order)
{
	paddr_t pa = page_alloc(order);
	paddr_t end = pa + ((paddr_t)PAGE_SIZE << order);

	if (pa < FRESH_START || end > FRESH_END ||
	    !IS_ALIGNED(pa, (paddr_t)PAGE_SIZE << order)) {
		panic("order %u: wrong block at 0x%lx", order, pa);
	}
	for (paddr_t p = pa; p < end; p += PAGE_SIZE) {
		if (page_of(p) != page_of(pa)) {
			panic("order %u: 0x%lx has another head", order, p);
		}
	}
	return pa;
}

static void use_fresh_memory(void)
{
	/* Not 0: single pages may come from the cache of this CPU. */
	static const unsigned int orders[] = { 3, 1, 8, 5, 1, 10, 2, 2, 9 };
	paddr_t pa[ARRAY_SIZE(orders)];
	size_t before;

	page_add_ram(FRESH_START, FRESH_END);
	before = page_count_free();
	if (page_of(FRESH_END - PAGE_SIZE) != NULL) {
		panic("a page that was never handed out has metadata");
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		pa[i] = fresh_alloc(orders[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		page_put(pa[i]);
	}
	/* 4 MiB blocks below, and what is left of the odd end. */
	fresh_alloc(10);
	fresh_alloc(10);
	before -= 2 * BIT(10);
	pa[0] = page_alloc(10);
	if (pa[0] != PADDR_NONE) {
		before -= BIT(10);
		if (pa[0] >= FRESH_START) {
			panic("a block reaches over the end of its bank");
		}
	}
	fresh_alloc(8);
	before -= BIT(8);
	while (page_count_free() > 0 && page_alloc(0) != PADDR_NONE) {
		before--;
	}
	panic("%ld pages too few", (long)before);
}

TEST(page, memory_is_carved_as_it_is_first_asked_for)
{
	EXPECT(host_panics(use_fresh_memory, "0 pages too few"));
}

/* ---- Misuse --------------------------------------------------------- */

static paddr_t victim;

static void put_victim(void)
{
	page_put(victim);
}

static void get_victim(void)
{
	page_get(victim);
}

TEST(page, misuse_panics)
{
	test_ram();
	victim = page_alloc(0);
	page_put(victim);
	EXPECT(host_panics(put_victim, "page_put: no block")); /* twice */
	EXPECT(host_panics(get_victim, "page_get: no block"));
	victim = test_banks[0].start; /* the allocator's own */
	EXPECT(host_panics(put_victim, "page_put: no block"));
	victim = TEST_AT(0x30000000); /* no RAM */
	EXPECT(host_panics(put_victim, "page_put: no block"));
	victim = page_alloc(2) + PAGE_SIZE; /* the middle of a block */
	EXPECT(host_panics(put_victim, "page_put: no block"));
	page_put(victim - PAGE_SIZE);
}
