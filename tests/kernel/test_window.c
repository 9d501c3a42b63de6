// SPDX-License-Identifier: MIT
/*
 * test_window.c - invariant 2 for both windows, PAN's and sw_ttbr0's: it is
 * shut after a copy that failed, while an exception is handled, in another
 * task, and where arguments are evaluated; and an exception inside it puts it
 * back. What PAN alone does: test_pan.c. At entry from EL0: entry.c.
 */
#include "test.h"

#include <linux/errno.h>

#include "cpu.h"
#include "extable.h"
#include "fault.h"
#include "lib/string.h"
#include "support.h"
#include "task/sched.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"
#include "uaccess_methods.h"

#define WORD UINT64_C(0x1122334455667788)

struct window {
	size_t (*copy_from)(void *to, const void __user *from, size_t n);
	size_t (*copy_to)(void __user *to, const void *from, size_t n);
	size_t (*clear)(void __user *to, size_t n);
	long (*strncpy)(char *to, const char __user *from, long n);
	long (*strnlen)(const char __user *s, long n);
	struct arch_got (*get[4])(const void __user *p);
	int (*put[4])(uint64_t value, void __user *p);
	/* In copy_from: the last instruction that opens the window. */
	unsigned int opener;
	uint32_t code;
};

#define WINDOW(m, opener, code)                                              \
	{ m##_copy_from_user, m##_copy_to_user, m##_clear_user,              \
	  m##_strncpy_from_user, m##_strnlen_user,                           \
	  { m##_get_user_1, m##_get_user_2, m##_get_user_4, m##_get_user_8 }, \
	  { m##_put_user_1, m##_put_user_2, m##_put_user_4, m##_put_user_8 }, \
	  opener, code }

/* The method whose window guards user memory now; NULL: nothing does. */
static const struct window *window_now(void)
{
	static const struct window pan = WINDOW(pan, 1, 0xd500409f);
	static const struct window sw_ttbr0 = WINDOW(sw_ttbr0, 7, 0xd51b4229);

	return uaccess_hides_ttbr0 ? &sw_ttbr0 : pan_enabled ? &pan : NULL;
}

static bool window_is_open(void)
{
	return uaccess_hides_ttbr0 ?
		       sysreg_read(ttbr0_el1) != arch_cpu()->reserved_ttbr0 :
		       !pan_now();
}

#define NO_WINDOW "nothing shuts a window: invariant 2 is not in force"

static uint64_t page_with_word(void)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	uint64_t *page = user_page(addr);

	if (EXPECT(page != NULL)) {
		*page = WORD;
	}
	return addr;
}

/* ---- Exceptions in the window --------------------------------------- */

static volatile bool interrupted, open_in_handler;

static void note_window(void)
{
	open_in_handler = window_is_open();
	interrupted = true;
}

static void be_interrupted(void)
{
	interrupted = false;
	interrupt_after(1, note_window);
	while (!interrupted) {
		arch_relax();
	}
}

TEST(window, an_interrupt_shuts_it_and_opens_it_again)
{
	bool after;

	if (!window_now()) {
		SKIP(NO_WINDOW);
	}
	arch_window_open();
	be_interrupted();
	after = window_is_open();
	arch_window_shut();
	EXPECT(!open_in_handler);
	EXPECT(after);
	be_interrupted();
	EXPECT(!open_in_handler);
	EXPECT(!window_is_open());
}

/* Fresh pages: the copy faults in its window, once for each of them. */
TEST(window, pages_are_brought_in_inside_it)
{
	static char buf[2 * PAGE_SIZE];
	const struct window *w = window_now();
	const uint64_t addr = user_region(6, VM_READ | VM_WRITE);
	char __user *user = (__force char __user *)addr;

	if (!w) {
		SKIP(NO_WINDOW);
	}
	for (size_t i = 0; i < sizeof(buf); i++) {
		buf[i] = (char)(i * 7);
	}
	EXPECT(!user_is_mapped(addr) && !user_is_mapped(addr + PAGE_SIZE));
	/* All arrives, so the window was open again after each fault. */
	EXPECT_EQ(w->copy_to(user + 1, buf, sizeof(buf) - 1), 0);
	EXPECT(user_is_mapped(addr) && user_is_mapped(addr + PAGE_SIZE));
	EXPECT_EQ(((char *)user_page(addr))[100], buf[99]);
	EXPECT_EQ(((char *)user_page(addr + PAGE_SIZE))[100],
		  buf[PAGE_SIZE + 99]);

	user += 2 * PAGE_SIZE;
	EXPECT_EQ(w->copy_from(buf, user, 16), 0);
	EXPECT_EQ(buf[0], 0);
	EXPECT_EQ(w->clear(user + PAGE_SIZE, 100), 0);
	EXPECT_EQ(w->strncpy(buf, user + 2 * PAGE_SIZE, 16), 0);
	EXPECT_EQ(w->get[3](user + 3 * PAGE_SIZE).error, 0);
	EXPECT(!window_is_open());
}

/* ---- Copies that fail ----------------------------------------------- */

/* Each operation on a page that cannot be had: after it the window is shut. */
TEST(window, is_shut_after_an_access_that_failed)
{
	const struct window *w = window_now();
	char __user *user = (__force char __user *)user_region(1, 0);
	char buf[64] = { 0 };

	if (!w) {
		SKIP(NO_WINDOW);
	}
#define FAILS(call, result)                   \
	do {                                  \
		EXPECT_EQ(call, result);      \
		EXPECT(!window_is_open());    \
		arch_window_shut();           \
	} while (0)
	FAILS(w->copy_from(buf, user, 64), 64);
	FAILS(w->copy_to(user, buf, 64), 64);
	FAILS(w->clear(user, 64), 64);
	FAILS(w->strncpy(buf, user, 64), -EFAULT);
	FAILS(w->strnlen(user, 64), 0);
	for (int i = 0; i < 4; i++) {
		FAILS(w->get[i](user).error, -EFAULT);
		FAILS(w->put[i](0, user), -EFAULT);
	}
	FAILS(arch_cmpxchg_user_4(user, 0, 1).error, -EFAULT);
	FAILS(arch_cmpxchg_user_8(user, 0, 1).error, -EFAULT);
	/* And one of the kernel's half: never brought in, always shut. */
	FAILS(w->copy_from(buf, (__force char __user *)
			   ((uint64_t)current->stack - STACK_SIZE - 64), 64),
	      64);
#undef FAILS
}

static void copy_from_nowhere_of_the_kernel(void *arg)
{
	char __user *user = (__force char __user *)(uint64_t)arg;
	char *guard = (char *)current->stack - STACK_SIZE - 64;
	size_t left = window_now()->copy_to(user, guard, 64);

	(void)left;
}

TEST(window, is_shut_after_a_bug_in_it)
{
	struct fault f;

	if (!window_now()) {
		SKIP(NO_WINDOW);
	}
	EXPECT(arch_probe(copy_from_nowhere_of_the_kernel,
			  (void *)page_with_word(), &f));
	EXPECT_EQ(f.extable, 0);
	EXPECT(!window_is_open());
}

/* Enters the copy past the instructions that open the window. */
static void copy_without_window(void *arg)
{
	const struct window *w = window_now();

	asm volatile("mov x0, %0\n\tmov x1, %1\n\tmov x2, #8\n\t"
		     "add x3, x0, x2\n\t"
		     "blr %2"
		     : : "r"(&(uint64_t){ 0 }), "r"(arg),
		       "r"((const uint32_t *)w->copy_from + w->opener + 1)
		     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x9", "x10",
		       "x30", "cc", "memory");
}

/* Step 6 of fault.c: it must not be retried for ever, nor be -EFAULT. */
TEST(window, a_copy_that_forgot_to_open_it_is_a_kernel_bug)
{
	const struct window *w = window_now();
	struct fault f;

	if (!w) {
		SKIP(NO_WINDOW);
	}
	EXPECT_EQ(((const uint32_t *)w->copy_from)[w->opener], w->code);
	EXPECT(arch_probe(copy_without_window, (void *)page_with_word(), &f));
	EXPECT(f.extable & EXTABLE_WINDOW);
	EXPECT(!window_is_open());
}

/* ---- Where arguments are evaluated ---------------------------------- */

static unsigned int evaluated;
static bool open_at_argument;

static uint64_t argument(uint64_t value)
{
	evaluated++;
	open_at_argument |= window_is_open();
	return value;
}

TEST(window, arguments_are_evaluated_once_and_outside_it)
{
	const uint64_t addr = page_with_word();
	uint64_t got = 0;

	if (!window_now() || !uaccess_works()) {
		SKIP(NO_WINDOW);
	}
	evaluated = 0;
	open_at_argument = false;
	EXPECT_EQ(get_user(got, (__force uint64_t __user *)argument(addr)), 0);
	EXPECT_EQ(evaluated, 1);
	EXPECT_EQ(got, WORD);
	EXPECT_EQ(put_user(argument(3), (__force uint64_t __user *)
			   argument(addr)), 0);
	EXPECT_EQ(evaluated, 3);
	EXPECT_EQ(*(uint64_t *)user_page(addr), 3);
	EXPECT(!open_at_argument);
	EXPECT(!window_is_open());
}

/* ---- Other tasks ---------------------------------------------------- */

static bool task_done, open_in_task;

static void other_task(void *arg)
{
	(void)arg;
	open_in_task = window_is_open();
	WRITE_ONCE(task_done, true);
}

/* A new task begins with it shut, and its owner finds it as it was. */
TEST(window, is_a_tasks_own)
{
	bool after;

	if (!window_now()) {
		SKIP(NO_WINDOW);
	}
	task_done = false;
	EXPECT(task_create_kernel("window", other_task, NULL) != NULL);
	arch_window_open();
	while (!READ_ONCE(task_done)) {
		sched_yield();
	}
	after = window_is_open();
	arch_window_shut();
	EXPECT(!open_in_task);
	EXPECT(after);
}
