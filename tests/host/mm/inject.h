/* SPDX-License-Identifier: MIT */
/*
 * inject.h - what stands between src/mm and its allocators in these tests
 * (linked with -Wl,--wrap): allocations that fail on request, and freed
 * pages that ASan and the ledger watch. Also the RAM of the tests.
 */
#pragma once

#include "host.h"
#include "lib/types.h"

/* Of the allocations that follow, the nth fails; n counts from 1. */
void inject_arm(unsigned int n);
/* No more of that; true if it had come to pass. */
bool inject_disarm(void);

/* Called before each page_put(), while it is set: what another CPU might do
 * right then. */
extern void (*inject_on_put)(void);
/* The same, before each page_alloc_zeroed(). */
extern void (*inject_on_zeroed)(void);

/*
 * Gives the allocator its RAM, once: four banks of odd sizes, two of which
 * touch each other, and two that are too small to be of use.
 */
void test_ram(void);

/*
 * What a test must leave as it was: the pages that are free or kmalloc()'s
 * own, and the objects that it has handed out.
 */
struct test_left {
	size_t pages, objects;
};
struct test_left test_left(void);
void test_expect_left(struct test_left before);

/* Where something of the tests' RAM lies: with larger pages further apart. */
#define TEST_AT(offset) \
	(0x40000000 + (paddr_t)(offset) * (PAGE_SIZE / 4096))

struct test_bank {
	paddr_t start, end;
};
#define TEST_BANKS 6
extern const struct test_bank test_banks[TEST_BANKS];

/* A reproducible sequence: the same seed gives the same numbers. */
struct random {
	uint64_t state;
};
uint32_t random_below(struct random *r, uint32_t limit);
