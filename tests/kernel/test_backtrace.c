// SPDX-License-Identifier: MIT
/*
 * test_backtrace.c - a backtrace is wanted when something is wrong already: a
 * frame pointer that leads nowhere ends it, and does no harm.
 */
#include "test.h"

#include "arch.h"
#include "cpu.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "linker.h"
#include "support.h"
#include "task/task.h"

static char text[4096];

/* The backtrace of somebody whose x29 is fp; how many lines it has. */
static __attribute__((noinline)) unsigned int backtrace_from(uint64_t fp)
{
	struct sink_buffer b;
	register struct sink *out asm("x0") = &b.sink;
	unsigned int lines = 0;

	sink_buffer_init(&b, text, sizeof(text));
	asm volatile("mov x19, x29\n\t"
		     "mov x29, %1\n\t"
		     "bl arch_backtrace\n\t"
		     "mov x29, x19"
		     : "+r"(out) : "r"(fp)
		     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",
		       "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
		       "x18", "x19", "x30", "cc", "memory");
	for (const char *c = text; *c != '\0'; c++) {
		lines += *c == '\n';
	}
	return lines;
}

static bool ends_with(const char *end)
{
	return strlen(text) >= strlen(end) &&
	       strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* Its own caller is known by x30; of the record at fp nothing is. */
static void expect_end_at(uint64_t fp)
{
	if (!EXPECT_EQ(backtrace_from(fp), 1) ||
	    !EXPECT(strncmp(text + 22, "backtrace_from+", 15) == 0)) {
		test_note("x29 = 0x%lx:", (unsigned long)fp);
		test_note("%s", text);
	}
}

TEST(backtrace, a_bad_frame_pointer_ends_it)
{
	const uint64_t user = user_region(1, VM_READ | VM_WRITE);
	const uint64_t stack = (uint64_t)current->stack; /* its upper end */
	const uint64_t before = last_fault_sequence();

	EXPECT(user_page(user) != NULL); /* what EL0 wrote there is not read */
	expect_end_at(0);
	expect_end_at(8);
	expect_end_at(user);
	expect_end_at(UINT64_C(1) << (VA_BITS + 1));
	expect_end_at(UINT64_C(0xffff123456789ab0));
	expect_end_at(UINT64_C(0) - 16);
	expect_end_at(UINT64_C(0) - 8); /* the second half is at 0 */
	expect_end_at(stack - STACK_SIZE - 64);
	expect_end_at(stack - 8); /* half of it is there */
	expect_end_at(stack + 64); /* the next one's guard */
	expect_end_at((uint64_t)_text_start + 1);
	EXPECT_EQ(last_fault_sequence(), before);
}

/* Records that lead back to themselves: each is told once at most. */
TEST(backtrace, a_loop_of_frames_ends_it)
{
	uint64_t one[2] = { (uint64_t)one, 0x1111 };
	uint64_t pair[4] = { (uint64_t)(pair + 2), 0x2222,
			     (uint64_t)pair, 0x3333 };

	EXPECT_EQ(backtrace_from((uint64_t)one), 2);
	EXPECT(ends_with("1111\n"));
	EXPECT_EQ(backtrace_from((uint64_t)pair), 3);
	EXPECT(ends_with("3333\n"));
}

/* A chain that only goes up is cut off. */
TEST(backtrace, a_long_chain_is_cut)
{
	uint64_t chain[40][2] = { 0 };

	for (size_t i = 0; i + 1 < ARRAY_SIZE(chain); i++) {
		chain[i][0] = (uint64_t)chain[i + 1];
		chain[i][1] = 0x4444;
	}
	EXPECT_EQ(backtrace_from((uint64_t)chain[0]), 33);
	EXPECT(ends_with("4444\n    ...\n"));
}
