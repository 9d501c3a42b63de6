// SPDX-License-Identifier: MIT
/*
 * test_trace.c - the rings of the trace, what an event says, and what tracing
 * costs: nothing that anybody sees when it is off, and a bounded number of
 * instructions for a fault when it is on.
 */
#include "test.h"

#include "lib/string.h"
#include "mm/kmalloc.h"
#include "support.h"
#include "trace/ring.h"
#include "trace/trace.h"
#include "uaccess.h"

#define COST_PAGES 32
#define COST_LIMIT 400 /* instructions that tracing adds to a fault */

/* Instructions that the first write to each of COST_PAGES pages takes. */
static uint32_t cost_of_faults(enum trace_level level)
{
	const uint64_t addr = user_region(COST_PAGES, VM_READ | VM_WRITE);
	const enum trace_level before = trace_get_level();
	uint32_t start;

	trace_set_level(level);
	arch_instructions_start();
	/* The first one also brings in a table; it is not counted. */
	EXPECT_EQ(put_user(1, (uint64_t __user *)addr), 0);
	start = (uint32_t)arch_instructions();
	for (uint64_t i = 1; i < COST_PAGES; i++) {
		EXPECT_EQ(put_user(i, (uint64_t __user *)(addr +
							  i * PAGE_SIZE)), 0);
	}
	start = (uint32_t)arch_instructions() - start;
	trace_set_level(before);
	return start / (COST_PAGES - 1);
}

TEST(trace, a_traced_fault_costs_a_bounded_number_of_instructions)
{
	const uint32_t off = cost_of_faults(TRACE_OFF);
	const uint32_t on = cost_of_faults(TRACE_FAULTS);

	test_note("a page brought in by a copy: %u instructions, traced %u",
		  off, on);
	if (off == 0) {
		SKIP("this machine does not count instructions (-icount)");
	}
	EXPECT(on > off);
	EXPECT(on - off <= COST_LIMIT);
}
