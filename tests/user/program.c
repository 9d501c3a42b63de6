/* SPDX-License-Identifier: MIT */
/*
 * program.c - what a program finds when it starts, and what ends it: the
 * first stack, the rights of its pages, and the signal for each kind of fault.
 */
#include "ktest.h"

#define PAGE 4096ul

/* ---- The first stack ------------------------------------------------ */

extern char _start[];

/* The pairs that follow the environment. */
static const uint64_t *auxv_begin(void)
{
	char **p = ktest_argv;

	for (int nulls = 0; nulls < 2; p++) {
		nulls += *p == NULL;
	}
	return (const uint64_t *)p;
}

static uint64_t auxv_get(uint64_t type, uint64_t missing)
{
	for (const uint64_t *p = auxv_begin(); p[0] != AT_NULL; p += 2) {
		if (p[0] == type) {
			return p[1];
		}
	}
	return missing;
}

TEST(start, stack_is_as_linux_lays_it_out)
{
	const uint64_t *argc = (uint64_t *)ktest_argv - 1;

	EXPECT_EQ((uint64_t)argc % 16, 0);
	EXPECT(*argc >= 1);
	EXPECT_EQ((long)ktest_argv[*argc], 0);
	for (uint64_t i = 0; i < *argc; i++) {
		/* The strings lie above all the words. */
		EXPECT((uint64_t *)ktest_argv[i] > auxv_begin());
	}
}

TEST(start, auxv_is_as_linux_has_it)
{
	EXPECT(auxv_get(AT_PAGESZ, 0) >= 4096);
	EXPECT_EQ(auxv_get(AT_ENTRY, 0), (long)_start);
	EXPECT_EQ(auxv_get(AT_BASE, 1), 0);
	EXPECT_EQ(auxv_get(AT_UID, 1), 0);
	EXPECT_EQ(auxv_get(AT_SECURE, 1), 0);
	EXPECT_EQ(auxv_get(AT_PHENT, 0), 56);
	EXPECT_EQ(auxv_get(AT_CLKTCK, 0), 100);
	EXPECT_EQ(strcmp((char *)auxv_get(AT_PLATFORM, 0), "aarch64"), 0);
	EXPECT(((char *)auxv_get(AT_EXECFN, 0))[0] == '/');
}

TEST(start, program_headers_are_where_auxv_says)
{
	const uint32_t *header = (uint32_t *)auxv_get(AT_PHDR, 0);

	EXPECT(auxv_get(AT_PHNUM, 0) > 0);
	if (header != NULL) {
		EXPECT(header[0] < 0x70000000); /* p_type, readable */
	}
}

TEST(start, random_bytes_can_be_read)
{
	const uint64_t *bytes = (uint64_t *)auxv_get(AT_RANDOM, 0);

	EXPECT(bytes[0] != 0 || bytes[1] != 0);
	EXPECT(bytes[0] != bytes[1]);
}

/* ---- What ends a program -------------------------------------------- */

static const char constant[8] __attribute__((aligned(4))) = "const";

static void touch(uint64_t addr)
{
	(void)*(volatile char *)addr;
}

static void store(uint64_t addr)
{
	*(volatile char *)addr = 1;
}

static void call(uint64_t addr)
{
	((void (*)(void))addr)();
}

TEST(fault, signal_of_each_kind)
{
	char on_stack[64] = { 0 };
	const struct {
		const char *what;
		void (*access)(uint64_t addr);
		uint64_t addr;
		int signal;
	} cases[] = {
		{ "read null", touch, 0, SIGSEGV },
		{ "write null", store, 0, SIGSEGV },
		{ "call null", call, 0, SIGSEGV },
		{ "read unmapped", touch, 0x700000000000, SIGSEGV },
		{ "read kernel", touch, 0xffff800000000000, SIGSEGV },
		{ "write kernel", store, 0xffff000040000000, SIGSEGV },
		{ "call kernel", call, 0xffff800000000000, SIGSEGV },
		{ "read neither half", touch, 0x0080000000000000, SIGSEGV },
		{ "write text", store, (uint64_t)touch, SIGSEGV },
		{ "write constant", store, (uint64_t)constant, SIGSEGV },
		{ "call the stack", call, (uint64_t)on_stack & ~3ul, SIGSEGV },
		{ "call a constant", call, (uint64_t)constant, SIGSEGV },
		{ "call an odd address", call, (uint64_t)touch + 2, SIGBUS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = IN_CHILD({ cases[i].access(cases[i].addr); });

		if (!EXPECT_EQ(status, cases[i].signal)) {
			printf("# %s\n", cases[i].what);
		}
	}
}

TEST(fault, signal_of_each_bad_instruction)
{
	EXPECT_EQ(IN_CHILD({ asm volatile("udf #0"); }), SIGILL);
	EXPECT_EQ(IN_CHILD({ asm volatile("mrs x0, sctlr_el1" ::: "x0"); }),
		  SIGILL);
	EXPECT_EQ(IN_CHILD({ asm volatile("hlt #0xf000"); }), SIGILL);
	EXPECT_EQ(IN_CHILD({ asm volatile("smc #0" : : : "x0"); }), SIGILL);
	EXPECT_EQ(IN_CHILD({ asm volatile("brk #1"); }), SIGTRAP);
}

/* The number is in x8; as on Linux, what the SVC itself holds is nothing. */
TEST(svc, its_immediate_means_nothing)
{
	register long number asm("x8") = __NR_getppid;
	register long parent asm("x0") = 1, same asm("x1") = 1234;

	asm volatile("svc #0xffff" : "+r"(parent), "+r"(same) : "r"(number)
		     : "memory");
	EXPECT_EQ(parent, getppid());
	EXPECT_EQ(same, 1234);
}

TEST(fault, tagged_pointers_work)
{
	uint64_t addr = (uint64_t)constant | 0xabul << 56;

	EXPECT_EQ(*(volatile char *)addr, 'c');
}

/* ---- The stack ------------------------------------------------------ */

static __attribute__((noinline)) long recurse(long depth)
{
	volatile char frame[4096];

	frame[0] = (char)depth;
	return depth == 0 ? 0 : recurse(depth - 1) + frame[0] - (char)depth + 1;
}

TEST(stack, grows_to_megabytes)
{
	EXPECT_EQ(recurse(1000), 1000);
}

TEST(stack, endless_recursion_is_sigsegv)
{
	EXPECT_EQ(IN_CHILD({ recurse(1l << 40); }), SIGSEGV);
}

TEST(stack, bytes_below_the_start_are_zero)
{
	/* Nothing of the kernel's, and nothing of another process's. */
	const char *p = (char *)(((uint64_t)__builtin_frame_address(0) -
				  512 * 1024) & ~(PAGE - 1));

	for (int i = 0; i < 4096; i++) {
		EXPECT_EQ(((volatile const char *)p)[i], 0);
	}
}
