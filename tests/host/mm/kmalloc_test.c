/* SPDX-License-Identifier: MIT */
/*
 * kmalloc_test.c - kernel objects against a model that fills each with a
 * pattern of its own and looks whether it is still there.
 */
#include <string.h>

#include "test.h"
#include "inject.h"
#include "mm/kmalloc.h"
#include "mm/page.h"

#define OBJECTS 2000

static struct {
	uint8_t *p;
	size_t size;
	uint8_t pattern;
} object[OBJECTS];

static size_t random_size(struct random *r)
{
	switch (random_below(r, 8)) {
	case 0:
		return 1 + random_below(r, 5 * PAGE_SIZE);
	case 1:
		return (size_t)1 << random_below(r, 14);
	default:
		return 1 + random_below(r, 300);
	}
}

static void check_found(const uint8_t *p, size_t size, size_t offset)
{
	const void *start = NULL;
	size_t found = 0;

	EXPECT(kmalloc_find(p + offset, &start, &found));
	EXPECT(start == p);
	EXPECT(found >= size && found < 2 * size + 16);
	if (size > PAGE_SIZE / 2) {
		EXPECT_EQ(found, size);
	}
}

static void model_alloc(unsigned int i, struct random *r)
{
	size_t size = random_size(r);
	uint8_t *p = kmalloc(size);

	object[i].p = p;
	object[i].size = size;
	object[i].pattern = (uint8_t)random_below(r, 256);
	if (p == NULL) {
		return;
	}
	EXPECT(IS_ALIGNED((uintptr_t)p,
			  size >= PAGE_SIZE ? (uintptr_t)PAGE_SIZE : 16));
	memset(p, object[i].pattern, size);
	check_found(p, size, random_below(r, (uint32_t)size));
}

static void model_free(unsigned int i)
{
	const uint8_t *p = object[i].p;

	EXPECT(p == NULL || (p[0] == object[i].pattern &&
			     memcmp(p, p + 1, object[i].size - 1) == 0));
	kfree(object[i].p);
	object[i].p = NULL;
}

/* `others` are the objects of somebody else. */
static void model_run(struct random *r, unsigned int steps, size_t others)
{
	size_t count = others;

	for (unsigned int n = 0; n < steps; n++) {
		unsigned int i = random_below(r, OBJECTS);

		if (object[i].p == NULL) {
			model_alloc(i, r);
		} else {
			model_free(i);
		}
	}
	for (unsigned int i = 0; i < OBJECTS; i++) {
		/* Larger ones are pages, and counted as such. */
		count += object[i].p != NULL && object[i].size <= PAGE_SIZE / 2;
	}
	EXPECT_EQ(test_left().objects, count);
	for (unsigned int i = 0; i < OBJECTS; i++) {
		model_free(i);
	}
}

TEST(kmalloc, objects_never_overlap_and_no_page_is_lost)
{
	struct random r = { 4711 };
	struct test_left before;
	size_t pages;

	test_ram();
	before = test_left();
	test_note("seed %lu", (unsigned long)r.state);
	model_run(&r, 40000, before.objects);
	test_expect_left(before);
	pages = page_count_free();
	for (unsigned int i = 0; i < 3; i++) {
		model_run(&r, 20000, before.objects);
		/* Of each size class one empty slab is kept, not more. */
		EXPECT_EQ(page_count_free(), pages);
	}
}

TEST(kmalloc, edges_of_sizes)
{
	static const size_t sizes[] = {
		1, 15, 16, 17, 2047, 2048, 2049, 4095, 4096, 4097,
		(size_t)PAGE_SIZE << PAGE_MAX_ORDER,
	};
	uint8_t *p;

	test_ram();
	EXPECT(kmalloc(0) == NULL && kzalloc(0) == NULL);
	EXPECT(kmalloc(((size_t)PAGE_SIZE << PAGE_MAX_ORDER) + 1) == NULL);
	EXPECT(kmalloc(SIZE_MAX) == NULL);
	kfree(NULL);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = kmalloc(sizes[i]);
		if (!EXPECT(p != NULL)) {
			continue;
		}
		memset(p, 0xff, sizes[i]);
		check_found(p, sizes[i], 0);
		check_found(p, sizes[i], sizes[i] - 1);
		kfree(p);
		p = kzalloc(sizes[i]);
		EXPECT(p != NULL && p[0] == 0 &&
		       memcmp(p, p + 1, sizes[i] - 1) == 0);
		kfree(p);
	}
}

TEST(kmalloc, find_knows_only_objects)
{
	const void *start;
	size_t size;
	paddr_t pa;
	char *p;

	test_ram();
	pa = page_alloc(0);
	EXPECT(!kmalloc_find(phys_to_virt(pa), &start, &size));
	page_put(pa);
	EXPECT(!kmalloc_find(phys_to_virt(pa), &start, &size));
	EXPECT(!kmalloc_find(&pa, &start, &size)); /* not in the linear map */
	EXPECT(!kmalloc_find(NULL, &start, &size));
	p = kmalloc(PAGE_SIZE + 100);
	EXPECT(kmalloc_find(p + PAGE_SIZE + 99, &start, &size));
	EXPECT(kmalloc_find(p + PAGE_SIZE + 100, &start, &size));
	EXPECT(start == p && size == PAGE_SIZE + 100); /* not in it */
	kfree(p);
	EXPECT(!kmalloc_find(p, &start, &size));
}

TEST(kmalloc, exhausted_memory_is_null_and_changes_nothing)
{
	void *p[3];
	size_t before;

	test_ram();
	p[0] = kmalloc(PAGE_SIZE / 2);
	p[1] = kmalloc(PAGE_SIZE / 2);
	before = page_count_free();
	inject_arm(2); /* not kmalloc() itself but its page_alloc() */
	p[2] = kmalloc(PAGE_SIZE);
	EXPECT(inject_disarm() && p[2] == NULL);
	EXPECT_EQ(page_count_free(), before);
	kfree(p[0]);
	kfree(p[1]);
}

TEST(kmalloc, a_freed_object_is_used_again)
{
	void *p[8];
	size_t before;

	test_ram();
	for (unsigned int i = 0; i < 8; i++) {
		p[i] = kmalloc(1024); /* four to a page */
	}
	before = page_count_free();
	for (unsigned int i = 0; i < 8; i++) {
		kfree(p[i]);
		p[i] = kmalloc(1024);
		EXPECT_EQ(page_count_free(), before);
	}
	for (unsigned int i = 0; i < 8; i++) {
		kfree(p[i]);
	}
}

/* ---- Misuse --------------------------------------------------------- */

static char *victim;

static void free_victim(void)
{
	kfree(victim);
}

/* The page of a slab is kmalloc's: nobody else may put it. */
static void put_slab_of_victim(void)
{
	page_put(ALIGN_DOWN(virt_to_phys(victim), PAGE_SIZE));
}

TEST(kmalloc, misuse_panics)
{
	char *keep, *small, *large;
	paddr_t pa;

	test_ram();
	keep = kmalloc(64);
	small = kmalloc(64);
	large = kmalloc(3 * PAGE_SIZE);
	victim = small + 8;
	EXPECT(host_panics(free_victim, "inside an object"));
	victim = large + PAGE_SIZE;
	EXPECT(host_panics(free_victim, "inside an object"));
	victim = (char *)&keep;
	EXPECT(host_panics(free_victim, "not handed out by kmalloc"));
	pa = page_alloc(0);
	victim = phys_to_virt(pa);
	EXPECT(host_panics(free_victim, "not handed out by kmalloc"));
	page_put(pa);
	victim = small;
	kfree(small);
	EXPECT(host_panics(free_victim, "is free already"));
	EXPECT(host_panics(put_slab_of_victim, "page_put: no block"));
	victim = large;
	kfree(large);
	EXPECT(host_panics(free_victim, "not handed out by kmalloc"));
	kfree(keep);
}
