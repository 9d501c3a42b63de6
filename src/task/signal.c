/* SPDX-License-Identifier: MIT */
/*
 * signal.c - signals, as far as there are any: each is fatal, and ends its
 * process on the way back to EL0 (sched_before_user() in sched.c). A program
 * cannot catch one yet.
 */
#include "task/signal.h"

#include <asm/signal.h>

#include "arch_lab.h"
#include "dev/dev.h"
#include "lib/sink.h"
#include "task/sched.h"

#define NAME(signal) [signal] = #signal

static const char *const signal_names[] = {
	NAME(SIGHUP),	 NAME(SIGINT),	NAME(SIGQUIT), NAME(SIGILL),
	NAME(SIGTRAP),	 NAME(SIGABRT), NAME(SIGBUS),  NAME(SIGFPE),
	NAME(SIGKILL),	 NAME(SIGUSR1), NAME(SIGSEGV), NAME(SIGUSR2),
	NAME(SIGPIPE),	 NAME(SIGALRM), NAME(SIGTERM), NAME(SIGSTKFLT),
	NAME(SIGCHLD),	 NAME(SIGCONT), NAME(SIGSTOP), NAME(SIGTSTP),
	NAME(SIGTTIN),	 NAME(SIGTTOU), NAME(SIGURG),  NAME(SIGXCPU),
	NAME(SIGXFSZ),	 NAME(SIGVTALRM), NAME(SIGPROF), NAME(SIGWINCH),
	NAME(SIGIO),	 NAME(SIGPWR),	NAME(SIGSYS),
};

const char *signal_name(int signal)
{
	if (signal > 0 && (size_t)signal < ARRAY_SIZE(signal_names)) {
		return signal_names[signal];
	}
	return "SIGRT";
}

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
