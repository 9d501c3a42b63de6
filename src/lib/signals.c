// SPDX-License-Identifier: MIT
/*
 * signals.c - the names of Linux's signals. The numbers of arm64, on any host:
 * it uses the generic ones.
 */
#include "lib/signals.h"

#include <asm-generic/signal.h>

#include "lib/types.h"

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
