/* SPDX-License-Identifier: MIT */
/*
 * stats.h - stats=on: each operation is counted on its way to the method. Off,
 * the entry points lead to the method at once, and none of this costs anything.
 */
#pragma once

#include "lib/sink.h"
#include "operations.h"

/* Boot, with the method chosen: from here on stats_run() may be called. */
void stats_begin(void);
/* Runs an operation by its method, and counts it. */
struct arch_got stats_run(enum trace_operation which, uaccess_fn *method,
			  const uint64_t args[3]);
/* Its lines of /proc/uaccess. */
void stats_show(struct sink *out);
