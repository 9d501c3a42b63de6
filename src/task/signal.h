/* SPDX-License-Identifier: MIT */
/* signal.h - the names of signals. Who sends them: task_signal_current(). */
#pragma once

/* "SIGSEGV"; "signal 40" has no name of its own and is "SIGRT". */
const char *signal_name(int signal);
