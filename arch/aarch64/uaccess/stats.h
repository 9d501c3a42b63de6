/* SPDX-License-Identifier: MIT */
/*
 * stats.h - stats=on: each operation is counted on its way to the method. Off,
 * the doors lead to the method at once, and none of this costs anything.
 */
#pragma once

#include "arch.h"
#include "lib/sink.h"
#include "methods.h"
#include "select.h"

/* Boot: puts itself between the doors and the method in force. */
void stats_begin(struct uaccess_in_force *in_force);
/* Its lines of /proc/uaccess; none before stats_begin(). */
void stats_show(struct sink *out);

#define X(operation) \
	struct arch_got counted_##operation(uint64_t a, uint64_t b, uint64_t c);
UACCESS_COPIES(X)
UACCESS_WORDS(X)
UACCESS_ATOMICS(X)
#undef X
