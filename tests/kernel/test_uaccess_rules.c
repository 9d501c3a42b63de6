// SPDX-License-Identifier: MIT
/*
 * test_uaccess_rules.c - the rules around the copies: single values, the range
 * (invariant 8), the kernel's side, which is never excused (4), and atomic
 * context, where nothing sleeps (9). The copies themselves: test_uaccess.c.
 */
#include "test.h"

#include <linux/errno.h>

#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "probe.h"
#include "support.h"
#include "task/task.h"
#include "uaccess.h"
#include "uaccess_check.h"
#include "uaccess_methods.h"

/* ---- Single values -------------------------------------------------- */

TEST(uaccess, single_values_of_each_size)
{
	struct uaccess_arena arena;
	uint64_t edge;

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	edge = arena.start + 2 * PAGE_SIZE;
#define CHECK_VALUE(type, value)                                              \
	do {                                                                  \
		type __user *good =                                           \
			(__force type __user *)(edge - sizeof(type));         \
		type __user *bad = (__force type __user *)edge;               \
		type got = 0;                                                 \
		EXPECT_EQ(put_user((type)(value), good), 0);                  \
		EXPECT_EQ(memcmp(arena.page[1] + PAGE_SIZE - sizeof(type),    \
				 &(type){ (type)(value) }, sizeof(type)), 0); \
		EXPECT_EQ(get_user(got, good), 0);                            \
		EXPECT_EQ(got, (type)(value));                                \
		EXPECT_EQ(get_user(got, bad), -EFAULT);                       \
		EXPECT_EQ(got, 0);                                            \
		EXPECT_EQ(put_user((type)(value), bad), -EFAULT);             \
	} while (0)
	CHECK_VALUE(uint8_t, 0xf1);
	CHECK_VALUE(uint16_t, 0xf1f2);
	CHECK_VALUE(uint32_t, 0xf1f2f3f4);
	CHECK_VALUE(uint64_t, 0xf1f2f3f4f5f6f7f8);
	CHECK_VALUE(int8_t, -7);
	CHECK_VALUE(int64_t, -7);
#undef CHECK_VALUE
	/* A value is widened by its own sign, and a const pointer will do. */
	{
		int wide = 0;

		*(arena.page[1] + PAGE_SIZE - 1) = (char)-7;
		EXPECT_EQ(get_user(wide, (__force const int8_t __user *)
				   (edge - 1)), 0);
		EXPECT_EQ(wide, -7);
	}
}

/* ---- The range ------------------------------------------------------ */

TEST(uaccess, access_ok_knows_the_user_half)
{
	const struct {
		uint64_t addr;
		size_t n;
		bool ok;
	} cases[] = {
		{ 0, 0, true },
		{ 0, 1, true },
		{ 0, USER_END, true },
		{ 0, USER_END + 1, false },
		{ 1, USER_END, false },
		{ 0, SIZE_MAX, false },
		{ USER_END - 1, 1, true },
		{ USER_END - 1, 2, false },
		{ USER_END, 0, true },
		{ USER_END, 1, false },
		{ USER_END + 1, 0, false },
		{ 8, SIZE_MAX - 7, false },           /* wraps to 0 */
		{ 8, SIZE_MAX - 6, false },           /* wraps to 1 */
		{ USER_END - 8, SIZE_MAX, false },
		{ KERNEL_HALF, 0, false },
		{ KERNEL_HALF, 1, false },
		{ SIZE_MAX, 0, false },
		{ SIZE_MAX, 1, false },
		{ SIZE_MAX - 7, 8, false },
		{ UINT64_C(1) << 54, 1, false },      /* in neither half */
		{ BIT(55), 1, false },
		{ BIT(55) | BIT(40), 1, false },
		{ (KERNEL_HALF << 8 >> 8) | 4096, 1, false },
		/* Unless prctl() allows tags, they are part of the address. */
		{ 0x5a00000000001000, 16, false },
		{ 0xff00000000001000, 16, false },
		{ 0x5a00000000000000 + USER_END - 1, 2, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!EXPECT_EQ(access_ok((__force void __user *)cases[i].addr,
					 cases[i].n), cases[i].ok)) {
			test_note("access_ok(0x%lx, 0x%zx)",
				  (unsigned long)cases[i].addr, cases[i].n);
		}
	}
}

/* Mapped, and EL1 may read and write it: only the range check is between. */
static char secret[16] = "kernel's own";

static const uint64_t bad_ranges[] = {
	USER_END, KERNEL_HALF, (uint64_t)secret, ~UINT64_C(7),
};

TEST(uaccess, a_bad_range_is_refused_by_every_call)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_ranges); i++) {
		char __user *p = (__force char __user *)bad_ranges[i];
		uint64_t __user *value = (uint64_t __user *)p;
		uint64_t x = 1;
		char buf[16];

		memset(buf, 'x', sizeof(buf));
		EXPECT_EQ(copy_from_user(buf + 4, p, 8), 8);
		for (int j = 0; j < 16; j++) {
			EXPECT_EQ(buf[j], j >= 4 && j < 12 ? 0 : 'x');
		}
		EXPECT_EQ(copy_to_user(p, buf, 16), 16);
		EXPECT_EQ(clear_user(p, 16), 16);
		EXPECT_EQ(strncpy_from_user(buf, p, 16), -EFAULT);
		EXPECT_EQ(strnlen_user(p, 16), 0);
		EXPECT_EQ(get_user(x, value), -EFAULT);
		EXPECT_EQ(x, 0);
		EXPECT_EQ(put_user(x, value), -EFAULT);
		EXPECT_EQ(strcmp(secret, "kernel's own"), 0);
	}
}

/* One size and alignment of every operation, on the kernel's own memory. */
static void expect_ldtr_refuses(char __user *bad, size_t n)
{
	char buf[16] = "0123456789abcde";

	EXPECT_EQ(ldtr_copy_from_user(buf, bad, n), n);
	EXPECT_EQ(ldtr_copy_to_user(bad, buf, n), n);
	EXPECT_EQ(ldtr_clear_user(bad, n), n);
	EXPECT_EQ(ldtr_strncpy_from_user(buf, bad, (long)n), -EFAULT);
	EXPECT_EQ(ldtr_strnlen_user(bad, (long)n), 0);
	EXPECT_EQ(strcmp(buf, "0123456789abcde"), 0);
}

/*
 * Without the check in front, LDTR and STTR refuse it themselves: each of
 * them, down to the last byte. (A plain LDRB for tiny copies has been seen.)
 */
TEST(uaccess, ldtr_trusts_no_pointer)
{
	char __user *bad = (__force char __user *)(uint64_t)secret;
	char buf[16];

	for (size_t offset = 0; offset < 8; offset++) {
		for (size_t n = 1; n <= sizeof(secret) - offset; n++) {
			expect_ldtr_refuses(bad + offset, n);
		}
	}
	EXPECT_EQ(plain_tail_copy_from_user(buf, bad, 3), 0); /* wrong.S */
	EXPECT_EQ(ldtr_get_user_1(bad).error, -EFAULT);
	EXPECT_EQ(ldtr_get_user_2(bad).error, -EFAULT);
	EXPECT_EQ(ldtr_get_user_4(bad).error, -EFAULT);
	EXPECT_EQ(ldtr_get_user_8(bad).error, -EFAULT);
	EXPECT_EQ(ldtr_put_user_1(0, bad), -EFAULT);
	EXPECT_EQ(ldtr_put_user_2(0, bad), -EFAULT);
	EXPECT_EQ(ldtr_put_user_4(0, bad), -EFAULT);
	EXPECT_EQ(ldtr_put_user_8(0, bad), -EFAULT);
	EXPECT_EQ(strcmp(secret, "kernel's own"), 0);
}

/* The demonstration: the copy is refused, and the kernel goes on. */
TEST(uaccess, plain_copies_nothing_under_pan)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	char __user *user = (__force char __user *)addr;
	char buf[16] = { 0 };

	if (!pan_enabled) {
		SKIP("PAN is off, or this CPU has none");
	}
	EXPECT_EQ(plain_copy_to_user(user, buf, 16), 16);
	EXPECT_EQ(plain_copy_from_user(buf, user, 16), 16);
	EXPECT_EQ(plain_put_user_8(1, user), -EFAULT);
	EXPECT_EQ(*(uint64_t *)user_page(addr), 0);
}

/* ---- The kernel's side ---------------------------------------------- */

struct bad_buffer {
	const struct tested_method *method;
	enum uaccess_kind kind;
	uint64_t user;
	void *buffer;
};

static void use_bad_buffer(void *arg)
{
	const struct bad_buffer *b = arg;
	char __user *user = (__force char __user *)b->user;
	size_t left = 0;

	switch (b->kind) {
	case UACCESS_COPY_FROM:
		left = b->method->copy_from(b->buffer, user, 64);
		break;
	case UACCESS_COPY_TO:
		left = b->method->copy_to(user, b->buffer, 64);
		break;
	default:
		left = (size_t)b->method->strncpy(b->buffer, user, 64);
		break;
	}
	(void)left;
}

static void expect_bug(const struct bad_buffer *b)
{
	const bool pan = pan_now();
	struct fault f;

	if (!EXPECT(arch_probe(use_bad_buffer, (void *)b, &f))) {
		test_note("%s, operation %d, buffer %p: no bug",
			  b->method->name, b->kind, b->buffer);
		return;
	}
	EXPECT_EQ(f.is_write, b->kind != UACCESS_COPY_TO);
	EXPECT(f.far >= (uint64_t)b->buffer &&
	       f.far < (uint64_t)b->buffer + 64);
	EXPECT_EQ(f.resolution, RESOLUTION_DELIBERATE);
	EXPECT_EQ(pan_now(), pan);
	EXPECT(!in_atomic());
}

/* Invariant 4: a bad kernel buffer never becomes -EFAULT. */
TEST(uaccess, a_bad_kernel_buffer_is_a_kernel_bug)
{
	const uint64_t user = user_region(1, VM_READ | VM_WRITE);
	char *guard = (char *)current->stack - STACK_SIZE - 256;
	char *page = user_page(user);

	if (!EXPECT(page != NULL)) {
		return;
	}
	memset(page, 'x', 128);
	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];
		const struct bad_buffer bad[] = {
			{ m, UACCESS_COPY_FROM, user, guard },
			{ m, UACCESS_COPY_FROM, user, (void *)probe_ret },
			{ m, UACCESS_COPY_FROM, user, NULL },
			{ m, UACCESS_COPY_TO, user, guard },
			{ m, UACCESS_COPY_TO, user, NULL },
			{ m, UACCESS_STRNCPY, user, guard },
			{ m, UACCESS_STRNCPY, user, NULL },
			{ m, UACCESS_STRNCPY, user, (void *)probe_ret },
		};

		for (size_t j = 0; j < ARRAY_SIZE(bad); j++) {
			/* In front of the whole, uaccess.h checks the object:
			 * it panics (tests/system/crash.py). */
			if (tested_method_runs(m) && !m->zeroes_tail) {
				expect_bug(&bad[j]);
			}
		}
	}
}

/* What it refuses is a panic: tests/system/crash.py. */
TEST(uaccess, the_object_check_lets_whole_objects_through)
{
	static char data[PAGE_SIZE];
	char stack[64];
	char *small = kmalloc(64), *large = kmalloc(PAGE_SIZE + 100);
	const paddr_t block = page_alloc(2);
	char *pages = phys_to_virt(block);

	if (!EXPECT(small && large && block != PADDR_NONE)) {
		return;
	}
	uaccess_check_object(small, 64);
	uaccess_check_object(small + 63, 1);
	uaccess_check_object(small + 64, 0); /* nothing is touched */
	uaccess_check_object(large, PAGE_SIZE + 100);
	uaccess_check_object(large + PAGE_SIZE, 100);
	uaccess_check_object(large + PAGE_SIZE + 100, 0);
	uaccess_check_object(pages, 4 * PAGE_SIZE);
	uaccess_check_object(pages + 3 * PAGE_SIZE - 1, PAGE_SIZE + 1);
	uaccess_check_object(data, sizeof(data));
	uaccess_check_object(stack, sizeof(stack));
	uaccess_check_object((char *)current->stack - 1, 1);
	uaccess_check_object(NULL, 0);
	page_put(block);
	kfree(large);
	kfree(small);
}

/* ---- Atomic context ------------------------------------------------- */

static struct spinlock test_lock = SPINLOCK_INIT;

/* Invariant 9: what is not there is not brought in; what is there, copied. */
TEST(uaccess, in_atomic_context_a_missing_page_fails_at_once)
{
	const uint64_t addr = user_region(2, VM_READ | VM_WRITE);
	char __user *user = (__force char __user *)addr;
	char __user *next = user + PAGE_SIZE;
	size_t locked, masked, across, within;
	char buf[64] = "atomic";
	unsigned long flags;

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	spin_lock(&test_lock);
	locked = copy_to_user(user, buf, 64);
	spin_unlock(&test_lock);
	flags = arch_irq_save();
	masked = copy_from_user(buf, user, 64);
	arch_irq_restore(flags);
	EXPECT_EQ(locked, 64);
	EXPECT_EQ(masked, 64);
	EXPECT(!user_is_mapped(addr));

	EXPECT_EQ(copy_to_user(user, buf, 64), 0);
	spin_lock(&test_lock);
	within = copy_from_user(buf, user, 64);
	across = copy_to_user(next - 24, buf, 64);
	spin_unlock(&test_lock);
	EXPECT_EQ(within, 0);
	EXPECT_EQ(across, 40);
	EXPECT(!user_is_mapped(addr + PAGE_SIZE));
	EXPECT_EQ(copy_to_user(next - 24, buf, 64), 0);
	EXPECT(user_is_mapped(addr + PAGE_SIZE));
}

/* ---- DAIF ----------------------------------------------------------- */

/* A refused access comes back through an exception, by ERET: what was masked
 * is masked, and nothing else. */
static void expect_daif_kept(const struct tested_method *m, void __user *bad,
			     unsigned long daif)
{
	char buf[64] = { 0 };

#define REFUSED(call, result)                               \
	do {                                                \
		if (!EXPECT_EQ(call, result) ||             \
		    !EXPECT_EQ(arch_irq_flags(), daif)) {   \
			test_note("%s: " #call, m->name);   \
		}                                           \
		arch_irq_restore(daif);                     \
	} while (0)
	arch_irq_restore(daif);
	REFUSED(m->copy_from(buf, bad, 64), 64);
	REFUSED(m->copy_to(bad, buf, 64), 64);
	REFUSED(m->clear(bad, 64), 64);
	REFUSED(m->strncpy(buf, bad, 64), -EFAULT);
	REFUSED(m->strnlen(bad, 64), 0);
#undef REFUSED
}

TEST(uaccess, daif_is_as_it_was_after_a_refused_copy)
{
	void __user *bad = (__force void __user *)user_region(1, 0);
	const unsigned long flags = arch_irq_flags();

	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];

		if (!tested_method_runs(m)) {
			continue;
		}
		/* Nothing, interrupts, and all that there is. Not what is
		 * masked now: an earlier test may have had the same fault. */
		expect_daif_kept(m, bad, 0);
		expect_daif_kept(m, bad, FIELD_MASK(SPSR_EL1_I));
		expect_daif_kept(m, bad, FIELD_MASK(SPSR_EL1_DAIF));
		arch_irq_restore(flags);
	}
}
