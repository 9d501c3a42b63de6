// SPDX-License-Identifier: MIT
/*
 * test_pan.c - invariant 2: PSTATE.PAN is 1 at every EL1 instruction outside a
 * user-access window. What the hardware does for it (the fault, the entry,
 * ERET), and what the kernel must not forget: after a copy that failed, after
 * a fault or an interrupt inside the window, in a new task.
 */
#include "test.h"

#include "decode.h"
#include "esr.h"
#include "extable.h"
#include "fault.h"
#include "init.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "support.h"
#include "task/task.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_methods.h"

#define WORD UINT64_C(0x1122334455667788)

/* Why a test of this file cannot be run here, or NULL. */
static const char *pan_missing(void)
{
	if (!cpu_features.pan) {
		return "this CPU has no PAN";
	}
	return pan_enabled ? NULL : "the command line says pan=off";
}

/* A new page of this process with WORD in it, brought in; its address. */
static uint64_t page_with_word(unsigned int prot)
{
	const uint64_t addr = user_region(1, prot);
	uint64_t *page = user_page(addr);

	if (EXPECT(page != NULL)) {
		*page = WORD;
	}
	return addr;
}

struct stray {
	uint64_t addr;
	uint64_t got;
	bool pan; /* PSTATE.PAN as the access finds it */
};

static void stray_read(void *arg)
{
	struct stray *s = arg;

	pan_set(s->pan);
	s->got = *(volatile uint64_t *)s->addr;
}

static void stray_write(void *arg)
{
	struct stray *s = arg;

	pan_set(s->pan);
	*(volatile uint64_t *)s->addr = 0;
}

/* ---- The fault ----------------------------------------------------------- */

TEST(pan, a_stray_read_is_a_permission_fault_at_level_3)
{
	struct stray s = { .pan = true };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(arch_probe(stray_read, &s, &f));
	EXPECT_EQ(esr_class(f.esr), EC_DATA_ABORT_SAME_EL);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_PERMISSION);
	EXPECT_EQ(esr_fault_level(f.esr), 3);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 1);
	EXPECT_EQ(f.far, s.addr);
	EXPECT_EQ(f.verdict, VERDICT_PAN);
	EXPECT_EQ(s.got, 0);
	EXPECT(pan_now());
}

TEST(pan, a_stray_write_is_stopped_and_writes_nothing)
{
	struct stray s = { .pan = true };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(arch_probe(stray_write, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PAN);
	EXPECT(f.is_write);
	EXPECT_EQ(*(uint64_t *)user_page(s.addr), WORD);
}

TEST(pan, with_pan_clear_the_same_read_goes_through)
{
	struct stray s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(!arch_probe(stray_read, &s, &f));
	pan_set(true);
	EXPECT_EQ(s.got, WORD);
}

/* ---- Exceptions arm it, and ERET puts it back ---------------------------- */

/*
 * The handler's own access to EL0's page would fault, though the interrupted
 * code had PAN clear: AT S1E1RP, executed by the handler, obeys its PSTATE.PAN
 * (FEAT_PAN2), and S1E1R on the same page does not.
 */
TEST(pan, the_handler_runs_with_pan_set)
{
	struct stray s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	if (!cpu_features.pan2) {
		SKIP("this CPU has no AT S1E1RP (FEAT_PAN2)");
	}
	s.addr = page_with_word(VM_READ); /* a write to it faults */
	EXPECT(arch_probe(stray_write, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PERMISSION);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 0);
	EXPECT_EQ(FIELD_GET(PAR_EL1_F, f.par[AT_S1E1R]), 0);
	EXPECT_EQ(FIELD_GET(PAR_EL1_F, f.par[AT_S1E1RP]), 1);
	EXPECT_EQ(FIELD_GET(PAR_EL1_FST, f.par[AT_S1E1RP]), 0x0f);
	EXPECT(pan_now());
}

/* The probe writes the saved SPSR with PAN as it was when it was armed. */
TEST(pan, clearing_pan_in_the_saved_spsr_takes_effect_after_eret)
{
	struct stray s = { .pan = true };
	bool after;
	uint64_t got;
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ);
	pan_set(false);
	EXPECT(arch_probe(stray_read, &s, &f));
	after = pan_now();
	got = *(volatile uint64_t *)s.addr;
	pan_set(true);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 1);
	EXPECT(!after);
	EXPECT_EQ(got, WORD);
}

TEST(pan, a_fault_taken_with_pan_clear_arms_it_again)
{
	struct stray s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ);
	EXPECT(arch_probe(stray_write, &s, &f));
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 0);
	EXPECT(pan_now());
	/* And it is in force: the next stray read is stopped. */
	s.pan = true;
	EXPECT(arch_probe(stray_read, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PAN);
}

/* ---- An interrupt in the window ------------------------------------------ */

static volatile bool interrupted, pan_in_handler;

static void note_pan(void)
{
	pan_in_handler = pan_now();
	interrupted = true;
}

/* Lets an interrupt come now, and waits for it. */
static void be_interrupted(void)
{
	interrupted = false;
	interrupt_after(1, note_pan);
	while (!interrupted) {
		arch_relax();
	}
}

TEST(pan, an_interrupt_shuts_the_window_and_opens_it_again)
{
	bool after;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	pan_set(false);
	be_interrupted();
	after = pan_now();
	pan_set(true);
	EXPECT(pan_in_handler);
	EXPECT(!after);
	be_interrupted();
	EXPECT(pan_in_handler);
	EXPECT(pan_now());
}

/* ---- The windows of copies ----------------------------------------------- */

/* Fresh pages: the copy faults in its window, once for each of them. */
TEST(pan, a_page_is_brought_in_inside_the_window)
{
	static char buf[2 * PAGE_SIZE];
	const uint64_t addr = user_region(2, VM_READ | VM_WRITE);
	char __user *user = (__force char __user *)addr;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT(!user_is_mapped(addr) && !user_is_mapped(addr + PAGE_SIZE));
	for (size_t i = 0; i < sizeof(buf); i++) {
		buf[i] = (char)(i * 7);
	}
	/* All arrives, so the window was open again after each fault. */
	EXPECT_EQ(pan_copy_to_user(user + 1, buf, sizeof(buf) - 1), 0);
	EXPECT(pan_now());
	EXPECT(user_is_mapped(addr) && user_is_mapped(addr + PAGE_SIZE));
	EXPECT_EQ(((char *)user_page(addr))[100], buf[99]);
	EXPECT_EQ(((char *)user_page(addr + PAGE_SIZE))[100],
		  buf[PAGE_SIZE + 99]);
}

TEST(pan, reads_and_clears_bring_pages_in_too)
{
	const uint64_t addr = user_region(4, VM_READ | VM_WRITE);
	char __user *user = (__force char __user *)addr;
	char buf[16] = "fifteen letters";

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT_EQ(pan_copy_from_user(buf, user, sizeof(buf)), 0);
	EXPECT_EQ(buf[0], 0);
	EXPECT_EQ(pan_clear_user(user + PAGE_SIZE, 100), 0);
	EXPECT_EQ(pan_strncpy_from_user(buf, user + 2 * PAGE_SIZE, 16), 0);
	EXPECT_EQ(pan_get_user_8(user + 3 * PAGE_SIZE).error, 0);
	EXPECT(pan_now());
}

/* Each operation on a page that cannot be had: after it the window is shut. */
TEST(pan, a_failed_access_leaves_the_window_shut)
{
	const uint64_t addr = user_region(1, 0);
	char __user *user = (__force char __user *)addr;
	char buf[64] = { 0 };

	if (pan_missing()) {
		SKIP(pan_missing());
	}
#define FAILS(call, result)                 \
	do {                                \
		EXPECT_EQ(call, result);    \
		EXPECT(pan_now());          \
		pan_set(true);              \
	} while (0)
	FAILS(pan_copy_from_user(buf, user, 64), 64);
	FAILS(pan_copy_to_user(user, buf, 64), 64);
	FAILS(pan_clear_user(user, 64), 64);
	FAILS(pan_strncpy_from_user(buf, user, 64), -EFAULT);
	FAILS(pan_get_user_1(user).error, -EFAULT);
	FAILS(pan_get_user_2(user).error, -EFAULT);
	FAILS(pan_get_user_4(user).error, -EFAULT);
	FAILS(pan_get_user_8(user).error, -EFAULT);
	FAILS(pan_put_user_1(0, user), -EFAULT);
	FAILS(pan_put_user_2(0, user), -EFAULT);
	FAILS(pan_put_user_4(0, user), -EFAULT);
	FAILS(pan_put_user_8(0, user), -EFAULT);
	/* And one of the kernel's half: never brought in, always shut. */
	FAILS(pan_copy_from_user(buf, (__force char __user *)
				 ((uint64_t)current->stack - STACK_SIZE - 64),
				 64), 64);
#undef FAILS
}

static void copy_from_nowhere_of_the_kernel(void *arg)
{
	char __user *user = (__force char __user *)(uint64_t)arg;
	char *guard = (char *)current->stack - STACK_SIZE - 64;
	size_t left = pan_copy_to_user(user, guard, 64);

	(void)left;
}

TEST(pan, a_bug_in_the_window_leaves_it_shut)
{
	const uint64_t addr = page_with_word(VM_READ | VM_WRITE);
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT(arch_probe(copy_from_nowhere_of_the_kernel, (void *)addr, &f));
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 0); /* it was open */
	EXPECT_EQ(f.extable, 0);
	EXPECT(pan_now());
}

#define MSR_PAN_0 0xd500409fu /* the second instruction of pan_copy_from_user */

/* Enters the copy behind the instruction that opens the window. */
static void pan_copy_without_window(void *arg)
{
	asm volatile("mov x0, %0\n\tmov x1, %1\n\tmov x2, #8\n\t"
		     "add x3, x0, x2\n\t"
		     "adrp x9, pan_copy_from_user\n\t"
		     "add x9, x9, :lo12:pan_copy_from_user\n\t"
		     "add x9, x9, #8\n\t"
		     "blr x9"
		     : : "r"(&(uint64_t){ 0 }), "r"(arg)
		     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x9", "x30",
		       "cc", "memory");
}

/* Step 7 of fault.c: it must not be retried for ever, nor be -EFAULT. */
TEST(pan, a_copy_that_forgot_to_open_the_window_is_a_kernel_bug)
{
	const uint64_t addr = page_with_word(VM_READ | VM_WRITE);
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT_EQ(((const uint32_t *)pan_copy_from_user)[1], MSR_PAN_0);
	EXPECT(arch_probe(pan_copy_without_window, (void *)addr, &f));
	EXPECT_EQ(f.verdict, VERDICT_PAN);
	EXPECT(f.extable & EXTABLE_WINDOW);
	EXPECT(pan_now());
}

/* ---- Where arguments are evaluated --------------------------------------- */

static unsigned int evaluated;
static bool pan_at_argument;

static uint64_t argument(uint64_t value)
{
	evaluated++;
	pan_at_argument &= pan_now();
	return value;
}

TEST(pan, arguments_are_evaluated_once_and_outside_the_window)
{
	const uint64_t addr = page_with_word(VM_READ | VM_WRITE);
	uint64_t got = 0;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	evaluated = 0;
	pan_at_argument = true;
	EXPECT_EQ(get_user(got, (__force uint64_t __user *)argument(addr)), 0);
	EXPECT_EQ(evaluated, 1);
	EXPECT_EQ(got, WORD);
	EXPECT_EQ(put_user(argument(3), (__force uint64_t __user *)
			   argument(addr)), 0);
	EXPECT_EQ(evaluated, 3);
	EXPECT_EQ(*(uint64_t *)user_page(addr), 3);
	EXPECT(pan_at_argument);
	EXPECT(pan_now());
}

/* ---- Every way into the kernel ------------------------------------------- */

/* This test runs inside a write(2): EL0 came in with PAN = 0. */
TEST(pan, a_system_call_runs_with_pan_set)
{
	const struct frame *frame = (struct frame *)current->stack - 1;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, frame->spsr), 0);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_M, frame->spsr), SPSR_EL1_M_EL0T);
	EXPECT(pan_now());
}

static bool task_done, pan_in_task;

static void other_task(void *arg)
{
	(void)arg;
	pan_in_task = pan_now();
	WRITE_ONCE(task_done, true);
}

/* A new task begins, and this one goes on, each with PAN set. */
TEST(pan, tasks_start_and_switch_with_pan_set)
{
	if (pan_missing()) {
		SKIP(pan_missing());
	}
	task_done = false;
	EXPECT(task_create_kernel("pan", other_task, NULL) != NULL);
	while (!READ_ONCE(task_done)) {
		task_yield();
	}
	EXPECT(pan_in_task);
	EXPECT(pan_now());
}

/* What the boot log and /proc/uaccess say, tried: by a stray, by a copy. */
TEST(pan, execute_only_pages_are_read_where_the_log_says)
{
	const uint64_t addr = user_region(1, VM_EXEC);
	const char *said = init_execute_only() ? init_execute_only() : "";
	const bool no_epan = strncmp(said, "no EPAN", 7) == 0;
	const bool el1_copies = strcmp(uaccess_method, "pan") == 0 ||
				strcmp(uaccess_method, "plain") == 0;
	uint64_t word = 0;
	struct fault f;

	if (!pan_enabled && !uaccess_hides_ttbr0) {
		SKIP("nothing guards any page: invariant 2 is not in force");
	}
	EXPECT(user_page(addr) != NULL);
	EXPECT_EQ(arch_probe_access("ldr", addr, pan_enabled ? PROBE_PAN : 0,
				    &f), !no_epan);
	EXPECT_EQ(copy_from_user(&word, (__force void __user *)addr, 8) == 0,
		  strncmp(said, "the window", 10) == 0 ||
			  (no_epan && el1_copies));
}

/* With pan=off nothing in the kernel may set it behind its back. */
TEST(pan, pan_off_means_off_everywhere)
{
	struct fault f;
	struct stray s = { .pan = false };

	if (!cpu_features.pan) {
		SKIP("this CPU has no PAN");
	}
	if (pan_enabled) {
		SKIP("the command line does not say pan=off");
	}
	EXPECT(!pan_now());
	be_interrupted();
	EXPECT(!pan_in_handler);
	s.addr = page_with_word(VM_READ);
	EXPECT(arch_probe(stray_write, &s, &f));
	EXPECT(!pan_now());
	/* sw_ttbr0 stops it in its own way. */
	EXPECT_EQ(arch_probe(stray_read, &s, &f), uaccess_hides_ttbr0);
	EXPECT_EQ(s.got, uaccess_hides_ttbr0 ? 0 : WORD);
}
