/* SPDX-License-Identifier: MIT */
/* signals.h - a signal's name: for the log, and for the story of a fault. */
#pragma once

/* "SIGSEGV"; 40 has no name of its own and is "SIGRT". */
const char *signal_name(int signal);
