// SPDX-License-Identifier: MIT
/*
 * shutdown.c - the ordinary end: what there still is to say, the rest of the
 * trace to the host, and off, with the status of process 1. See panic.c for the
 * other one.
 */
#include "shutdown.h"

#include "arch_lab.h"
#include "dev/dev.h"
#include "lib/signals.h"
#include "lib/sink.h"
#include "params.h"
#include "trace/trace.h"

/* What process 1 could not say, because PAN stopped it. */
static void shutdown_explain_silence(void)
{
	struct sink_buffer b;
	struct fault last;
	char text[256];

	if (!arch_uaccess_stopped() || !trace_copy_last_fault(&last)) {
		return;
	}
	sink_buffer_init(&b, text, sizeof(text));
	arch_fault_sentence(&b.sink, &last);
	printk_always("PAN stopped every copy, and with them all that process "
		      "1 had to say. The last:");
	printk_always("%s", text);
}

void shutdown_after_process_1(int wait_status)
{
	int signal = wait_status & 0x7f;

	trace_finish();
	shutdown_explain_silence();
	if (params.walk_wanted) {
		sink_printf(&console_sink, "walk of 0x%lx\n",
			    params.walk);
		arch_walk_show(&console_sink, params.walk);
	}
	if (signal != 0) {
		printk_always("process 1 was killed by %s",
			      signal_name(signal));
		arch_power_off(128 + signal);
	}
	printk_always("process 1 exited with status %d", wait_status >> 8);
	arch_power_off(wait_status >> 8);
}
