/* SPDX-License-Identifier: MIT */
/* inject.c - see inject.h. */
#include "inject.h"

#include <sanitizer/asan_interface.h>
#include <string.h>

#include "mm/kmalloc.h"
#include "mm/page.h"
#include "test.h"

static unsigned int inject_left; /* until one fails; 0: not armed */
static bool inject_fired;
void (*inject_on_put)(void);
void (*inject_on_zeroed)(void);

void inject_arm(unsigned int n)
{
	inject_left = n;
}

bool inject_disarm(void)
{
	bool fired = inject_fired;

	inject_left = 0;
	inject_fired = false;
	return fired;
}

/* True when this allocation is the one to fail. */
static bool inject_now(void)
{
	if (inject_left == 0 || --inject_left > 0) {
		return false;
	}
	inject_fired = true;
	return true;
}

/* ---- The wrapped functions ------------------------------------------ */

paddr_t __real_page_alloc(unsigned int order);
paddr_t __wrap_page_alloc(unsigned int order);
paddr_t __real_page_alloc_zeroed(void);
paddr_t __wrap_page_alloc_zeroed(void);
void __real_page_put(paddr_t pa);
void __wrap_page_put(paddr_t pa);
void *__real_kmalloc(size_t size);
void *__wrap_kmalloc(size_t size);
void *__real_kzalloc(size_t size);
void *__wrap_kzalloc(size_t size);

paddr_t __wrap_page_alloc(unsigned int order)
{
	paddr_t pa = inject_now() ? PADDR_NONE : __real_page_alloc(order);

	if (pa != PADDR_NONE) {
		ASAN_UNPOISON_MEMORY_REGION(phys_to_virt(pa),
					    (size_t)PAGE_SIZE << order);
	}
	return pa;
}

paddr_t __wrap_page_alloc_zeroed(void)
{
	if (inject_on_zeroed != NULL) {
		inject_on_zeroed();
	}
	host_page_zeroed();
	return inject_now() ? PADDR_NONE : __real_page_alloc_zeroed();
}

void __wrap_page_put(paddr_t pa)
{
	struct page *page = page_of(pa);

	if (inject_on_put != NULL) {
		inject_on_put();
	}
	if (page != NULL && page->refs == 1 &&
	    IS_ALIGNED(pa, (paddr_t)PAGE_SIZE << page->order)) {
		for (size_t i = 0; i < BIT(page->order); i++) {
			host_page_freed(pa + i * PAGE_SIZE);
		}
		/* Whoever reads it again, or trusts it to be zero, is seen. */
		memset(phys_to_virt(pa), 0xa5,
		       (size_t)PAGE_SIZE << page->order);
		ASAN_POISON_MEMORY_REGION(phys_to_virt(pa),
					  (size_t)PAGE_SIZE << page->order);
	}
	__real_page_put(pa);
}

void *__wrap_kmalloc(size_t size)
{
	return inject_now() ? NULL : __real_kmalloc(size);
}

void *__wrap_kzalloc(size_t size)
{
	return inject_now() ? NULL : __real_kzalloc(size);
}

/* ---- RAM and random numbers ----------------------------------------- */

const struct test_bank test_banks[TEST_BANKS] = {
	{ TEST_AT(0x3000), TEST_AT(0xb03000) + 5 * PAGE_SIZE },
	{ TEST_AT(0x8000800), TEST_AT(0x8300800) }, /* not page-aligned */
	{ TEST_AT(0x10000000), TEST_AT(0x10000000) + 67 * PAGE_SIZE },
	{ TEST_AT(0x10000000) + 67 * PAGE_SIZE, TEST_AT(0x10800000) },
	/* No room for any page; not one whole page. */
	{ TEST_AT(0x20000000), TEST_AT(0x20000000) + PAGE_SIZE },
	{ TEST_AT(0x20010800), TEST_AT(0x20011100) },
};

void test_ram(void)
{
	static bool done;

	for (unsigned int i = 0; i < TEST_BANKS && !done; i++) {
		const struct test_bank *bank = &test_banks[i];

		/* Metadata must not rely on zeroes, nor be fooled by them. */
		memset(phys_to_virt(bank->start), i % 2 == 0 ? 0 : 0xa5,
		       bank->end - bank->start);
		page_add_ram(bank->start, bank->end);
	}
	done = true;
}

struct test_left test_left(void)
{
	struct test_left left = { page_count_free(), 0 };
	struct kmalloc_usage usage;

	for (unsigned int i = 0; kmalloc_usage(i, &usage); i++) {
		EXPECT(usage.objects <= usage.slabs * PAGE_SIZE / usage.size);
		left.pages += usage.slabs;
		left.objects += usage.objects;
	}
	return left;
}

void test_expect_left(struct test_left before)
{
	struct test_left now = test_left();

	EXPECT_EQ(now.pages, before.pages);
	EXPECT_EQ(now.objects, before.objects);
}

uint32_t random_below(struct random *r, uint32_t limit)
{
	r->state = r->state * UINT64_C(6364136223846793005) +
		   UINT64_C(1442695040888963407);
	return (uint32_t)((r->state >> 33) % limit);
}
