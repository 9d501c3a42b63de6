/* SPDX-License-Identifier: MIT */
/*
 * params.h - the kernel command line, taken apart. What is not known is said,
 * with the list of what is; nothing on it can stop the boot.
 */
#pragma once

#include "lib/types.h"
#include "trace/trace.h" /* enum trace_level */

#define PARAMS_MAX_ARGS 64 /* a command line is at most 2048 bytes */

struct params {
	const char *pan;     /* "on", "off", "auto" */
	const char *uaccess; /* a method's name, or "auto" */
	const char *init;    /* the path of process 1 */
	enum trace_level trace;
	bool stats;          /* user accesses are counted */
	bool fork_copies;    /* fork=copy: no table is shared */
	bool quiet;
	bool walk_wanted;    /* walk=0x…: shown when process 1 ends */
	uint64_t walk;
	unsigned int argc;   /* the words after `--` */
	const char *argv[PARAMS_MAX_ARGS];
};

extern struct params params;

/* Fills `params`, the defaults included. Logs what it does not understand. */
void params_parse(const char *command_line);
