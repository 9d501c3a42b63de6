/* SPDX-License-Identifier: MIT */
/*
 * signal.c - signals, as far as there are any: each is fatal, and ends its
 * process on the way back to EL0 (sched_before_user() in sched.c). A program
 * cannot catch one yet.
 */
#include "task/sched.h"

#include "arch_lab.h"
#include "dev/dev.h"
#include "lib/signals.h"
#include "lib/sink.h"

void task_signal_current(int signal, const struct fault *why)
{
	struct task *task = current;
	struct sink_buffer text;
	char buf[320];

	sink_buffer_init(&text, buf, sizeof(buf));
	if (why != NULL) {
		sink_printf(&text.sink, ": ");
		arch_fault_sentence(&text.sink, why);
	}
	printk("%s (process %d) gets %s%s", task->name, task->pid,
	       signal_name(signal), buf);
	sched_kill(task, signal);
}
