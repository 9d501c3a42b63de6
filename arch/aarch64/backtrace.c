// SPDX-License-Identifier: MIT
/*
 * backtrace.c - who called whom, by the chain of frame records that x29 heads
 * (AAPCS64). Each is read carefully: a panic's stack may be anything. The
 * records in exception frames (vectors.S) let the chain pass through an
 * exception, and on to another stack.
 */
#include "arch.h"
#include "ksyms.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "table_read.h"
#include "trap.h"

#define BACKTRACE_MAX 32

/* One line; `at` is where to look for the name of pc. */
static void backtrace_line(struct sink *out, uint64_t pc, uint64_t at)
{
	char name[64];

	sink_printf(out, "    %016lx", (unsigned long)pc);
	if (ksyms_lookup(at, name, sizeof(name))) {
		sink_printf(out, "  %s", name);
	}
	sink_printf(out, "\n");
}

/* A return address is past the call: the byte before it names the line. */
static void backtrace_call(struct sink *out, uint64_t lr)
{
	backtrace_line(out, lr, lr - 4);
}

static bool backtrace_same_function(uint64_t a, uint64_t b)
{
	char name_a[64], name_b[64];

	if (!ksyms_lookup(a, name_a, sizeof(name_a)) ||
	    !ksyms_lookup(b, name_b, sizeof(name_b))) {
		return false;
	}
	*strchr(name_a, '+') = '\0';
	*strchr(name_b, '+') = '\0';
	return strcmp(name_a, name_b) == 0;
}

/*
 * The record at fp is part of a struct frame. It holds the address of the
 * instruction itself. If that is in a function without a record of its own,
 * a leaf or a prologue, then its caller is known from x30 alone.
 */
static void backtrace_exception(struct sink *out, uint64_t fp, uint64_t elr,
				uint64_t next)
{
	const struct frame *frame = container_of((uint64_t *)fp, struct frame,
						 record[0]);
	uint64_t lr, caller;

	backtrace_line(out, elr, elr);
	if (table_read_kernel((uint64_t)&frame->x[30], &lr) &&
	    table_read_kernel(next + 8, &caller) && lr != caller &&
	    !backtrace_same_function(elr, lr - 4)) {
		backtrace_call(out, lr);
	}
}

void arch_backtrace(struct sink *out)
{
	uint64_t fp = (uint64_t)__builtin_frame_address(0);
	bool exception = false; /* the next record is an exception frame's */

	for (int depth = 0; depth < BACKTRACE_MAX; depth++) {
		uint64_t next, lr;
		bool crossing = exception;

		if (!table_read_kernel(fp, &next) ||
		    !table_read_kernel(fp + 8, &lr) ||
		    (next == 0 && lr == 0)) {
			return; /* the end, or EL0's frame */
		}
		if (crossing) {
			backtrace_exception(out, fp, lr, next);
		} else {
			backtrace_call(out, lr);
		}
		exception = !crossing && lr > (uint64_t)vectors_entry_start &&
			    lr <= (uint64_t)vectors_entry_end;
		if (next <= fp && !crossing) {
			return; /* a caller is above, or the chain is broken */
		}
		fp = next;
	}
	sink_printf(out, "    ...\n");
}
