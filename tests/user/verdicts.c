/* SPDX-License-Identifier: MIT */
/*
 * verdicts.c - EL0's own faults, and those inside the kernel's copies, as
 * /proc/trace shows them: each child does one thing, and exactly one record of
 * its pid must have the class, the level of exception and of the tables, and
 * the ending that are written here. What EL1 alone can provoke:
 * tests/kernel/test_verdicts.c.
 */
#include "../../user/places.h" /* an access to kernel.data */
#include "ktest.h"

#define PAGE 65536ul /* a page of any granule, or several */

static char trace_text[256 * 1024];

/* ---- Asking /proc/trace --------------------------------------------- */

static const char *find(const char *text, const char *end, const char *words)
{
	const size_t len = strlen(words);

	for (; text + len <= end; text++) {
		if (memcmp(text, words, len) == 0) {
			return text;
		}
	}
	return NULL;
}

/* How many stories pass the filter and have these words in them. */
static int count_stories(long pid, const char *filter, const char *words)
{
	char request[96];
	const char *story, *end, *next;
	int count = 0;
	long len;

	snprintf(request, sizeof(request), "any pid=%ld %s", pid, filter);
	if (!EXPECT_EQ(file_write("/proc/trace", request), 0)) {
		return -1;
	}
	len = file_read("/proc/trace", trace_text, sizeof(trace_text));
	end = trace_text + (len > 0 ? len : 0);
	for (story = find(trace_text, end, "\n#"); story; story = next) {
		next = find(story + 2, end, "\n#");
		count += find(story, next ? next : end, words) != NULL;
	}
	return count;
}

/* Runs act() in a child with every fault traced; returns its pid. */
static long run_traced(void (*act)(void), int *status)
{
	long pid;

	EXPECT_EQ(file_write("/proc/trace", "faults"), 0);
	pid = fork();
	if (pid == 0) {
		act();
		exit(0);
	}
	EXPECT_EQ(waitpid(pid, status, 0), pid);
	EXPECT_EQ(file_write("/proc/trace", "off"), 0);
	return pid;
}

/* The child ends with this signal (0: none), and leaves one such record. */
static void expect_story(void (*act)(void), int signal, const char *filter,
			 const char *words)
{
	int status = -1;
	const long pid = run_traced(act, &status);

	EXPECT_EQ(status & 0x7f, signal);
	if (!EXPECT_EQ(count_stories(pid, filter, words), 1)) {
		printf("# wanted one of \"%s\" with \"%s\"; of this pid:\n",
		       filter, words);
		count_stories(pid, "", "");
		printf("%s", trace_text);
	}
}

/* ---- What is resolved ----------------------------------------------- */

static void touch_heap(void)
{
	const uint64_t heap = brk(0);

	brk(heap + 2 * PAGE);
	*(volatile char *)(heap + PAGE) = 1;
}

TEST(verdicts, a_new_page_of_the_heap_is_demand_zero)
{
	expect_story(touch_heap, 0, "class=unmapped el=0 level=3",
		     "Resolved: a page of zeroes mapped");
}

/* The page in its middle is no longer there when it is touched. */
static const char far_data[4 * PAGE] = { 1 };

static void touch_file(void)
{
	const uint64_t middle = (uint64_t)&far_data[2 * PAGE] & -PAGE;

	madvise((void *)middle, PAGE, MADV_DONTNEED);
	(void)*(volatile const char *)middle;
}

TEST(verdicts, a_page_of_the_program_is_demand_file)
{
	expect_story(touch_file, 0, "class=unmapped el=0 level=3",
		     "EL0 read of");
	expect_story(touch_file, 0, "class=unmapped el=0 level=3",
		     "Resolved: a page of the program mapped");
}

static char shared[3 * PAGE] __attribute__((aligned(16)));

static void write_shared(void)
{
	shared[PAGE] = 2;
}

TEST(verdicts, the_first_write_after_a_fork_is_refused_by_the_table)
{
	int status = -1;
	long pid;

	shared[PAGE] = 1;
	pid = run_traced(write_shared, &status);
	EXPECT_EQ(status, 0);
	/* Its stack is shared as well. */
	EXPECT(count_stories(pid, "class=shared-table el=0 level=3",
			     "Resolved: the shared page copied") >= 1);
	EXPECT(count_stories(pid, "class=shared-table",
			     "table, no write, PXN\n"
			     "          shared by 2\n") >= 1);
	EXPECT_EQ(shared[PAGE], 1);
}

static void grow_stack(void)
{
	char deep[3 * PAGE];

	deep[0] = 1;
	asm volatile("" : : "r"(deep) : "memory"); /* clang keeps one byte */
}

TEST(verdicts, a_write_below_the_stack_lets_it_grow)
{
	expect_story(grow_stack, 0, "class=unmapped el=0",
		     "Resolved: the stack grew");
}

/* ---- What ends in a signal ------------------------------------------ */

static void read_null(void)
{
	volatile uintptr_t null = 8; /* else GCC warns */

	(void)*(volatile char *)null;
}

TEST(verdicts, a_null_pointer_is_unmapped_and_sigsegv)
{
	expect_story(read_null, SIGSEGV, "class=unmapped el=0",
		     "The program gets SIGSEGV");
}

static void write_rodata(void)
{
	*(volatile char *)(uintptr_t)"constant" = 1;
}

TEST(verdicts, a_write_to_constants_names_ap)
{
	expect_story(write_rodata, SIGSEGV, "class=permission el=0 level=3",
		     "AP[2] = 1: read-only");
}

static void fetch_data(void)
{
	shared[0] = 1;
	((void (*)(void))(uintptr_t)shared)();
}

TEST(verdicts, a_jump_into_data_names_uxn)
{
	expect_story(fetch_data, SIGSEGV, "class=permission el=0 level=3",
		     "UXN = 1");
}

static void read_noncanonical(void)
{
	(void)*(volatile char *)(UINT64_C(1) << 52);
}

TEST(verdicts, an_address_in_neither_half_is_noncanonical)
{
	expect_story(read_noncanonical, SIGSEGV, "class=noncanonical el=0",
		     "The program gets SIGSEGV");
}

/* Whether the file says of this CPU: `key: yes`. */
static bool cpu_has(const char *path, const char *key)
{
	char text[512], value[8];

	file_read(path, text, sizeof(text));
	return strcmp(view_get(text, key, value, sizeof(value)), "yes") == 0;
}

static uint64_t kernel_data;

static void read_kernel(void)
{
	access_do("ldr", kernel_data);
}

/* It is mapped, for EL1. With E0PD EL0 does not even learn that. */
TEST(verdicts, kernel_data_is_refused_by_ap_or_hidden_by_e0pd)
{
	EXPECT(place_find("kernel.data", &kernel_data));
	if (cpu_has("/proc/uaccess", "cpu_e0pd")) {
		expect_story(read_kernel, SIGSEGV, "class=e0pd el=0 level=0",
			     "TTBR1_EL1");
	} else {
		expect_story(read_kernel, SIGSEGV,
			     "class=permission el=0 level=3",
			     "AP[1] = 0: not for EL0");
	}
}

/* The return from the write() is what may not be executed any more. */
static void forbid_own_text(void)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%lx", (uint64_t)forbid_own_text);
	file_write("/proc/bend", text);
}

TEST(verdicts, a_table_above_the_program_names_uxntable)
{
	expect_story(forbid_own_text, SIGSEGV,
		     "class=permission el=0 level=3",
		     "UXNTable = 1).\n    The program gets SIGSEGV");
}

/* ---- Noted: this page is used --------------------------------------- */

static void forget_and_read(void)
{
	const volatile char *page = &shared[PAGE];

	(void)*page;
	file_write("/proc/self/clear_refs", "1");
	(void)*page;
}

/* Where the CPU notes it by itself, nothing faults. */
TEST(verdicts, a_page_that_was_not_used_is_access_flag)
{
	int status = -1;
	const long pid = run_traced(forget_and_read, &status);
	const int noted = count_stories(pid, "class=access-flag el=0 level=3",
					"Resolved: access flag set");

	EXPECT_EQ(status, 0);
	EXPECT_EQ(count_stories(pid, "class=access-flag", ""), noted);
	EXPECT(cpu_has("/proc/bend", "cpu_af") ? noted == 0 : noted > 0);
}

static void unaligned(void)
{
	uint64_t value;

	/* FEAT_LSE2 allows what stays within 16 bytes. */
	asm volatile("ldxr %0, [%1]" : "=r"(value) : "r"(&shared[12]));
}

TEST(verdicts, an_unaligned_exclusive_is_alignment_and_sigbus)
{
	shared[12] = 1;
	expect_story(unaligned, SIGBUS, "class=alignment el=0",
		     "The program gets SIGBUS");
}

static void jump_odd(void)
{
	((void (*)(void))((uintptr_t)jump_odd + 2))();
}

static void undefined(void)
{
	asm volatile(".inst 0");
}

static void breakpoint(void)
{
	asm volatile("brk #1");
}

static void read_sctlr(void)
{
	uint64_t value;

	asm volatile("mrs %0, sctlr_el1" : "=r"(value));
}

static void mask_interrupts(void)
{
	asm volatile("msr daifset, #2");
}

/* QEMU has op1 and op2 of the last one the wrong way round: see esr.c. */
TEST(verdicts, what_may_not_be_executed_is_named)
{
	expect_story(undefined, SIGILL, "class=undefined el=0",
		     "0x00000000 (udf) is undefined at EL0");
	expect_story(read_sctlr, SIGILL, "class=undefined el=0",
		     ", SCTLR_EL1) is undefined at EL0");
	expect_story(mask_interrupts, SIGILL, "class=undefined el=0",
		     "| msr DAIFSet, #2");
}

static void add_at_null(void)
{
	volatile uintptr_t null = 8;

	asm volatile(".arch_extension lse\n\tldadd xzr, x9, [%0]"
		     : : "r"(null) : "x9", "memory");
}

static void swap_constant(void)
{
	static const uint64_t constant = 1;

	/* The page must be there, so that its rights are what refuses. */
	(void)*(const volatile uint64_t *)&constant;
	asm volatile(".arch_extension lse\n\tswp xzr, x9, [%0]"
		     : : "r"(&constant) : "x9", "memory");
}

/* One account, whether QEMU's CPUs run in parallel (WnR = 1) or not (0). */
TEST(verdicts, an_atomic_is_an_update_on_every_machine)
{
	if (!cpu_has("/proc/uaccess", "cpu_lse")) {
		SKIP("this CPU has no LSE");
	}
	expect_story(add_at_null, SIGSEGV, "class=unmapped el=0",
		     "EL0 update of 0x8");
	expect_story(add_at_null, SIGSEGV, "class=unmapped el=0", ": ldadd");
	expect_story(swap_constant, SIGSEGV, "class=permission el=0",
		     "EL0 may not write it (AP[2] = 1: read-only)");
}

TEST(verdicts, instructions_have_verdicts_too)
{
	expect_story(jump_odd, SIGBUS, "class=pc-alignment el=0", "SIGBUS");
	expect_story(undefined, SIGILL, "class=undefined el=0", "SIGILL");
	expect_story(breakpoint, SIGTRAP, "class=breakpoint el=0", "SIGTRAP");
}

/* ---- What the kernel meets on the way ------------------------------- */

static void bad_pointer(void)
{
	uname((void *)8);
}

/* Where the kernel reads the tables first, nothing faults. */
static bool copies_fault(void)
{
	char text[512], value[16];

	file_read("/proc/uaccess", text, sizeof(text));
	return strcmp(view_get(text, "window", value, sizeof(value)),
		      "TABLES") != 0;
}

TEST(verdicts, a_bad_pointer_ends_at_the_fixup_with_its_count)
{
	if (!copies_fault()) {
		SKIP("this method never faults");
	}
	expect_story(bad_pointer, 0, "el=1",
		     "Exception table -> fixup, 390 bytes left");
}

/* ---- The file itself ------------------------------------------------ */

TEST(trace, refuses_words_that_it_does_not_know)
{
	EXPECT_EQ(file_write("/proc/trace", "pid=many"), -EINVAL);
	EXPECT_EQ(file_write("/proc/trace", "sometimes"), -EINVAL);
	EXPECT_EQ(file_write("/proc/trace", "class=pam"), -EINVAL);
	EXPECT_EQ(file_write("/proc/trace",
			     "class=a-name-that-no-verdict-has"), -EINVAL);
	EXPECT_EQ(file_write("/proc/trace", ""), 0);
}

static void fault_at_two_levels(void)
{
	*(volatile char *)&shared[PAGE] = 2;
	read_noncanonical();
}

/* Each word by itself, of one process: one fault of level 0, others of 3. */
TEST(trace, a_filter_hides_what_it_does_not_name)
{
	int status = -1, deep;
	long pid;

	shared[PAGE] = 1;
	pid = run_traced(fault_at_two_levels, &status);
	deep = count_stories(pid, "level=3", "");
	EXPECT_EQ(status, SIGSEGV);
	EXPECT(deep > 0);
	EXPECT_EQ(count_stories(pid, "", ""), deep + 1);
	EXPECT_EQ(count_stories(pid, "level=3", "SIGSEGV"), 0);
	EXPECT_EQ(count_stories(pid, "class=permission", "SIGSEGV"), 0);
	EXPECT_EQ(count_stories(pid, "el=1", "SIGSEGV"), 0);
	EXPECT_EQ(count_stories(pid + 1, "", "SIGSEGV"), 0);
	EXPECT_EQ(count_stories(pid, "el=0", "SIGSEGV"), 1);
}

static void expect_view(const char *key, const char *wanted)
{
	char value[32];

	file_read("/proc/trace", trace_text, sizeof(trace_text));
	view_get(trace_text, key, value, sizeof(value));
	if (!EXPECT_EQ(strcmp(value, wanted), 0)) {
		printf("# %s: \"%s\", not \"%s\"\n", key, value, wanted);
	}
}

TEST(trace, takes_all_the_words_or_none)
{
	EXPECT_EQ(file_write("/proc/trace", "off any pid=1 class=pan"), 0);
	expect_view("trace", "off");
	expect_view("filter", "pid=1 class=pan");
	EXPECT_EQ(file_write("/proc/trace", "faults any el=0 wrong"), -EINVAL);
	expect_view("trace", "off");
	expect_view("filter", "pid=1 class=pan");
	EXPECT_EQ(file_write("/proc/trace", "any"), 0);
}

TEST(trace, light_events_are_listed_on_demand)
{
	int status = -1;
	long pid;

	EXPECT_EQ(file_write("/proc/trace", "any all"), 0);
	pid = fork();
	if (pid == 0) {
		getppid();
		exit(0);
	}
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(file_write("/proc/trace", "off"), 0);
	EXPECT_EQ(count_stories(pid, "events", "call_enter number=173"), 0);
	EXPECT(find(trace_text, trace_text + strlen(trace_text),
		    "call_enter number=173") != NULL);
	EXPECT_EQ(file_write("/proc/trace", "any"), 0);
}
