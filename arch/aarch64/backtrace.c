// SPDX-License-Identifier: MIT
/*
 * backtrace.c - who called whom, by the chain of frame records that x29 heads
 * (AAPCS64). Each is read carefully: a panic's stack may be anything. The
 * records in exception frames let the chain pass through an exception.
 */
#include "arch.h"
#include "ksyms.h"
#include "lib/sink.h"
#include "table_read.h"

#define BACKTRACE_MAX 32

void arch_backtrace(struct sink *out)
{
	uint64_t fp = (uint64_t)__builtin_frame_address(0);

	for (int depth = 0; depth < BACKTRACE_MAX && fp != 0; depth++) {
		uint64_t next, lr;
		char name[64];

		if (!table_read_kernel(fp, &next) ||
		    !table_read_kernel(fp + 8, &lr) || lr == 0) {
			return;
		}
		/* A return address stands behind the call: look before it. */
		if (ksyms_lookup(lr - 4, name, sizeof(name))) {
			sink_printf(out, "    %016lx  %s\n",
				    (unsigned long)lr, name);
		} else {
			sink_printf(out, "    %016lx\n", (unsigned long)lr);
		}
		if (next <= fp) {
			/* Stacks grow down: a caller is above, or it is another
			 * stack (after an overflow), or the chain is broken. */
			fp = depth == 0 ? next : 0;
			continue;
		}
		fp = next;
	}
}
