// SPDX-License-Identifier: MIT
/*
 * test_uaccess_forms.c - uaccess.h as a whole, with the method in force: every
 * call with every kind of bad input, in a table; and the forms that no system
 * call has tried out: structures that grow, no-fault copies, tagged pointers,
 * compare-and-exchange with LSE and without.
 */
#include "test.h"

#include <linux/errno.h>

#include "cpu.h"
#include "lib/string.h"
#include "mm/vm.h"
#include "support.h"
#include "task/task.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

#define NO_COPIES "nothing can be copied with uaccess=plain pan=on"

static char __user *user_ptr(uint64_t addr)
{
	return (__force char __user *)addr;
}

/* ---- Bad input ------------------------------------------------------ */

static char secret[128] __attribute__((aligned(64))) = "kernel's own";

struct bad {
	const char *what;
	uint64_t addr; /* of 64 bytes, aligned */
};

/* Expects it, and remembers whether all was as expected. */
#define WANT(a, b) ok &= EXPECT_EQ(a, b)

/* Single values of one type. */
#define WANT_NO_VALUE(type)                                         \
	do {                                                        \
		type x = 1;                                         \
								    \
		WANT(get_user(x, (type __user *)p), -EFAULT);       \
		WANT(x, 0);                                         \
		WANT(put_user(x, (type __user *)p), -EFAULT);       \
	} while (0)

static bool refuses_values(char __user *p)
{
	uint32_t found4 = 1;
	uint64_t found8 = 1;
	bool ok = true;

	WANT_NO_VALUE(uint8_t);
	WANT_NO_VALUE(uint16_t);
	WANT_NO_VALUE(uint32_t);
	WANT_NO_VALUE(uint64_t);
	WANT(cmpxchg_user((uint32_t __user *)p, 0, 1, &found4), -EFAULT);
	WANT(found4, 0);
	WANT(cmpxchg_user((uint64_t __user *)p, 0, 1, &found8), -EFAULT);
	WANT(found8, 0);
	return ok;
}

/* Whatever is asked of them, with a size that is not 0, is refused. */
static bool refuses_all(char __user *p)
{
	char buf[64];
	bool ok = refuses_values(p);

	for (size_t n = 1; n <= 64; n = n * 3 + 1) {
		memset(buf, 'x', sizeof(buf));
		WANT(copy_from_user(buf, p, n), n);
		WANT(buf[0] | buf[n - 1], 0);
		WANT(copy_from_user_keep(buf, p, n), n);
		WANT(copy_to_user(p, buf, n), n);
		WANT(clear_user(p, n), n);
		WANT(copy_from_user_nofault(buf, p, n), -EFAULT);
		WANT(copy_to_user_nofault(p, buf, n), -EFAULT);
		WANT(strncpy_from_user(buf, p, (long)n), -EFAULT);
		WANT(strnlen_user(p, (long)n), 0);
		WANT(check_zeroed_user(p, n), -EFAULT);
		WANT(copy_struct_from_user(buf, 8, p, n), -EFAULT);
	}
	WANT(strlen_user(p), 0);
	WANT(clear_user(p, SIZE_MAX), SIZE_MAX);
	WANT(check_zeroed_user(p, SIZE_MAX), -EFAULT);
	WANT(copy_struct_from_user(buf, 8, p, SIZE_MAX), -EFAULT);
	return ok;
}

/* Of nothing at all, every copy is a whole copy, from wherever. */
static bool takes_nothing(char __user *p)
{
	char buf[] = "unharmed", byte = 'x';
	bool ok = true;

	WANT(copy_from_user(buf, p, 0), 0);
	WANT(copy_to_user(p, buf, 0), 0);
	WANT(clear_user(p, 0), 0);
	WANT(strncpy_from_user(buf, p, 0), 0);
	WANT(strnlen_user(p, 0), 0);
	WANT(check_zeroed_user(p, 0), 1);
	WANT(copy_struct_from_user(&byte, 1, p, 0), 0);
	WANT(byte, 0);
	WANT(memcmp(buf, "unharmed", sizeof(buf)), 0);
	return ok;
}

TEST(uaccess, every_call_refuses_every_bad_pointer)
{
	const uint64_t page = user_region(1, VM_READ | VM_WRITE);
	const struct bad rows[] = {
		{ "null", 0 },
		{ "unmapped", page + 4 * PAGE_SIZE },
		{ "without rights", user_region(1, 0) },
		{ "kernel half", (uint64_t)secret },
		{ "kernel half, bit 55 clear", (uint64_t)secret & ~BIT(55) },
		{ "kernel half, no tag", (uint64_t)secret << 8 >> 8 },
		{ "wraps", ~UINT64_C(63) },
		{ "ends past the user half", USER_END - 8 },
		{ "past the user half", USER_END },
		{ "in neither half", BIT(54) | page },
		{ "top byte set", page | UINT64_C(0x5a) << 56 },
		{ "bit 55 set", page | BIT(55) },
	};

	EXPECT(user_page(page) != NULL);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char __user *p = user_ptr(rows[i].addr);

		if (!refuses_all(p) || !takes_nothing(p)) {
			test_note("the pointer: %s", rows[i].what);
		}
	}
	EXPECT_EQ(strcmp(secret, "kernel's own"), 0);
	EXPECT_EQ(*(uint64_t *)user_page(page), 0);
}

/* Past all checks: what is left of SIZE_MAX is still exact. */
TEST(uaccess, counts_are_exact_for_the_largest_size)
{
	static char buffer[2 * PAGE_SIZE];
	struct uaccess_arena arena;
	char __user *user;

	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	user = user_ptr(arena.start + 2 * PAGE_SIZE - 24);
	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];
		char *tail = arena.page[1] + PAGE_SIZE - 24;

		if (!tested_method_runs(m) || m->zeroes_tail) {
			continue; /* uaccess.h panics: no object is as large */
		}
		memset(buffer, 'k', sizeof(buffer));
		EXPECT_EQ(m->copy_to(user, buffer, SIZE_MAX), SIZE_MAX - 24);
		EXPECT(tail[-1] != 'k' && tail[0] == 'k' && tail[23] == 'k');
		EXPECT_EQ(m->clear(user, SIZE_MAX), SIZE_MAX - 24);
		EXPECT_EQ(tail[0] | tail[23], 0);
		EXPECT_EQ(m->copy_from(buffer, user, SIZE_MAX), SIZE_MAX - 24);
		EXPECT(buffer[0] == 0 && buffer[23] == 0 && buffer[24] == 'k');
	}
}

/* The kernel's buffer is the user's own page: what arrives there is nobody's
 * promise, but the count is right and nothing around it is touched. */
TEST(uaccess, overlapping_buffers_harm_nobody_else)
{
	struct uaccess_arena arena;

	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];
		char __user *user = user_ptr(arena.start + PAGE_SIZE + 1024);
		char *alias = arena.page[1] + 1024;

		if (!tested_method_runs(m)) {
			continue;
		}
		for (int by = -100; by <= 100; by += 25) {
			memset(alias - 1024, 'x', PAGE_SIZE);
			EXPECT_EQ(m->copy_from(alias + by, user, 700), 0);
			EXPECT_EQ(m->copy_to(user, alias + by, 700), 0);
			EXPECT_EQ(alias[MIN(by, 0) - 1], 'x');
			EXPECT_EQ(alias[700 + MAX(by, 0)], 'x');
		}
	}
}

/* ---- Structures that grow, and copies that bring nothing in --------- */

TEST(uaccess, check_zeroed_user_sees_every_byte)
{
	struct uaccess_arena arena;
	char *end;

	if (!uaccess_works()) {
		SKIP(NO_COPIES);
	}
	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	end = arena.page[1] + PAGE_SIZE;
	for (size_t n = 1; n < 150; n++) {
		char __user *p = user_ptr(arena.start + 2 * PAGE_SIZE - n);

		memset(end - 200, 'x', 200);
		memset(end - n, 0, n);
		EXPECT_EQ(check_zeroed_user(p, n), 1);
		EXPECT_EQ(check_zeroed_user(p, n + 1), -EFAULT);
		EXPECT_EQ(check_zeroed_user(p - 1, n + 1), 0);
		end[-1] = 1;
		EXPECT_EQ(check_zeroed_user(p, n), 0);
	}
}

TEST(uaccess, copy_struct_from_user_knows_both_sizes)
{
	struct uaccess_arena arena;
	uint64_t k[3];
	char __user *p;
	char *page;

	if (!uaccess_works()) {
		SKIP(NO_COPIES);
	}
	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	p = user_ptr(arena.start + 2 * PAGE_SIZE - 32);
	page = arena.page[1] + PAGE_SIZE - 32;
	memset(page, 'u', 16);
	memset(page + 16, 0, 16);
	for (size_t usize = 0; usize <= 33; usize++) {
		int want = usize <= 32 ? 0 : -EFAULT;

		memset(k, 'k', sizeof(k));
		EXPECT_EQ(copy_struct_from_user(k, 16, p, usize), want);
		for (size_t i = 0; want == 0 && i < 24; i++) {
			EXPECT_EQ(((char *)k)[i], i >= 16 ? 'k' :
						  i < usize ? 'u' : 0);
		}
	}
	page[31] = 1; /* which this kernel does not know, and is not 0 */
	EXPECT_EQ(copy_struct_from_user(k, 16, p, 31), 0);
	EXPECT_EQ(copy_struct_from_user(k, 16, p, 32), -E2BIG);
}

static uint64_t nofault_there, nofault_missing;
static int nofault_results[4];
static volatile bool nofault_ran;

static void nofault_copies(void)
{
	char buf[8] = { 0 };

	nofault_results[0] = copy_from_user_nofault(
		buf, user_ptr(nofault_there), 8);
	nofault_results[1] = copy_to_user_nofault(
		user_ptr(nofault_there), buf, 8);
	nofault_results[2] = copy_from_user_nofault(
		buf, user_ptr(nofault_missing), 8);
	nofault_results[3] = copy_to_user_nofault(
		user_ptr(nofault_missing), buf, 8);
	nofault_ran = true;
}

static void expect_nofault(void)
{
	EXPECT_EQ(nofault_results[0], 0);
	EXPECT_EQ(nofault_results[1], 0);
	EXPECT_EQ(nofault_results[2], -EFAULT);
	EXPECT_EQ(nofault_results[3], -EFAULT);
	EXPECT(!user_is_mapped(nofault_missing));
	EXPECT(!in_atomic());
}

/* In a task that may sleep, and in an interrupt. */
TEST(uaccess, nofault_copies_bring_nothing_in)
{
	if (!uaccess_works()) {
		SKIP(NO_COPIES);
	}
	nofault_there = user_region(1, VM_READ | VM_WRITE);
	nofault_missing = user_region(1, VM_READ | VM_WRITE);
	EXPECT(user_page(nofault_there) != NULL);
	/* The kernel's view wrote it; a read-only zero page will not do. */
	EXPECT_EQ(clear_user(user_ptr(nofault_there), 8), 0);
	nofault_copies();
	expect_nofault();
	memset(nofault_results, 1, sizeof(nofault_results));
	nofault_ran = false;
	interrupt_after(1, nofault_copies);
	while (!nofault_ran) {
		arch_relax();
	}
	expect_nofault();
}

/* ---- Tags ----------------------------------------------------------- */

/* As Linux's tagged-address ABI has it, for a process that asked for it. */
TEST(uaccess, a_tag_is_ignored_once_it_is_allowed)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	const uint64_t tag = UINT64_C(0x5a) << 56;
	char __user *p = user_ptr(addr | tag);
	char buf[16] = "fifteen letters";
	uint64_t word = 0;

	if (!uaccess_works()) {
		SKIP(NO_COPIES);
	}
	current->vm->tagged_addresses = true;
	EXPECT_EQ(copy_to_user(p, buf, 16), 0); /* and it is brought in */
	EXPECT_EQ(memcmp(user_page(addr), buf, 16), 0);
	EXPECT_EQ(strnlen_user(p, 100), 16);
	EXPECT_EQ(strlen_user(p), 16);
	EXPECT_EQ(strlen_user(p + 16), 1);
	EXPECT_EQ(strncpy_from_user(buf, p, 16), 15);
	EXPECT_EQ(clear_user(p, 8), 0);
	EXPECT_EQ(copy_from_user(buf, p, 16), 0);
	EXPECT_EQ(put_user(UINT64_C(0x1122334455667788),
			   (uint64_t __user *)p), 0);
	EXPECT_EQ(get_user(word, (uint64_t __user *)p), 0);
	EXPECT_EQ(word, UINT64_C(0x1122334455667788));
	EXPECT_EQ(cmpxchg_user((uint64_t __user *)p,
			       UINT64_C(0x1122334455667788), 7, &word), 0);
	EXPECT_EQ(word, UINT64_C(0x1122334455667788));
	EXPECT_EQ(*(uint64_t *)user_page(addr), 7);
	/* A tag moves no address into the other half. */
	EXPECT(!access_ok(user_ptr((uint64_t)secret), 1));
	EXPECT(!access_ok(user_ptr((uint64_t)secret & ~(tag | BIT(63))), 1));
	EXPECT(!access_ok(user_ptr((USER_END - 8) | tag), 9));
	EXPECT(!access_ok(user_ptr(tag), SIZE_MAX));
	current->vm->tagged_addresses = false;
}

TEST(uaccess, the_mask_leaves_no_kernel_pointer)
{
	const uint64_t kernel = (uint64_t)secret;

	EXPECT_EQ((__force uint64_t)uaccess_mask(user_ptr(kernel)),
		  kernel & ~BIT(55));
	EXPECT_EQ((__force uint64_t)uaccess_mask(user_ptr(USER_END - 1)),
		  USER_END - 1);
}

/* ---- Compare-and-exchange ------------------------------------------- */

typedef struct arch_got cmpxchg_fn(void __user *p, uint64_t old, uint64_t new);

#define CMPXCHG(window)                                            \
	cmpxchg_fn window##_cmpxchg_user_4, window##_cmpxchg_user_8,    \
		window##_lse_cmpxchg_user_4, window##_lse_cmpxchg_user_8
CMPXCHG(unwindowed);
CMPXCHG(panwindow);
CMPXCHG(ttbr0window);

static void expect_cmpxchg(cmpxchg_fn *fn, unsigned int bytes)
{
	const uint64_t mask = bytes == 8 ? ~UINT64_C(0) : UINT32_MAX;
	const uint64_t old = UINT64_C(0x8877665544332211) & mask;
	const uint64_t new = UINT64_C(0x1122334455667788) & mask;
	const uint64_t rw = user_region(2, VM_READ | VM_WRITE);
	const uint64_t ro = user_region(1, VM_READ);
	uint64_t *page;
	struct arch_got got;

	got = fn(user_ptr(rw + PAGE_SIZE), 0, new); /* brought in */
	EXPECT(got.error == 0 && got.value == 0);
	EXPECT_EQ(*(uint64_t *)user_page(rw + PAGE_SIZE), new);
	page = user_page(rw);
	memset(page, 0xee, 32);
	page[1] = old | (page[1] & ~mask);
	got = fn(user_ptr(rw + 8), new, new); /* not what is there */
	EXPECT(got.error == 0 && got.value == old);
	EXPECT_EQ(page[1] & mask, old);
	got = fn(user_ptr(rw + 8), old, new);
	EXPECT(got.error == 0 && got.value == old);
	EXPECT_EQ(page[1] & mask, new);
	EXPECT(page[0] == page[2] && (page[1] | mask) == (page[0] | mask));
	got = fn(user_ptr(ro), 0, new);
	EXPECT(got.error == -EFAULT && got.value == 0);
	got = fn(user_ptr(ro + PAGE_SIZE), 0, new);
	EXPECT(got.error == -EFAULT && got.value == 0);
	EXPECT_EQ(*(uint64_t *)user_page(ro), 0);
}

TEST(uaccess, compare_and_exchange_with_lse_and_without)
{
	if (uaccess_hides_ttbr0) {
		expect_cmpxchg(ttbr0window_cmpxchg_user_4, 4);
		expect_cmpxchg(ttbr0window_cmpxchg_user_8, 8);
	} else if (pan_enabled) {
		expect_cmpxchg(panwindow_cmpxchg_user_4, 4);
		expect_cmpxchg(panwindow_cmpxchg_user_8, 8);
	} else {
		expect_cmpxchg(unwindowed_cmpxchg_user_4, 4);
		expect_cmpxchg(unwindowed_cmpxchg_user_8, 8);
	}
	if (cpu_features.lse && uaccess_hides_ttbr0) {
		expect_cmpxchg(ttbr0window_lse_cmpxchg_user_4, 4);
		expect_cmpxchg(ttbr0window_lse_cmpxchg_user_8, 8);
	} else if (cpu_features.lse && pan_enabled) {
		expect_cmpxchg(panwindow_lse_cmpxchg_user_4, 4);
		expect_cmpxchg(panwindow_lse_cmpxchg_user_8, 8);
	} else if (cpu_features.lse) {
		expect_cmpxchg(unwindowed_lse_cmpxchg_user_4, 4);
		expect_cmpxchg(unwindowed_lse_cmpxchg_user_8, 8);
	}
	if (uaccess_works()) { /* the one in force: softwalk's, perhaps */
		expect_cmpxchg(arch_cmpxchg_user_4, 4);
		expect_cmpxchg(arch_cmpxchg_user_8, 8);
	}
}

TEST(uaccess, compare_and_exchange_wants_aligned_pointers)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	uint32_t found4 = 1;
	uint64_t found8 = 1;

	for (uint64_t i = 1; i < 8; i++) {
		EXPECT_EQ(cmpxchg_user_8((uint64_t __user *)(addr + i), 0, 1,
					 &found8), -EINVAL);
		EXPECT_EQ(found8, 0);
		if (i % 4 != 0) {
			EXPECT_EQ(cmpxchg_user_4((uint32_t __user *)(addr + i),
						 0, 1, &found4), -EINVAL);
			EXPECT_EQ(found4, 0);
		}
	}
}
