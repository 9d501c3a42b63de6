/* SPDX-License-Identifier: MIT */
/*
 * sink.h - where formatted text goes: the console, a buffer, a file of /proc,
 * or stdout of a host tool. The story of a fault is printed through this, so
 * the same code prints it in the kernel and on the host.
 */
#pragma once

#include <stdarg.h>

#include "lib/types.h"

struct sink {
	void (*put)(struct sink *sink, const char *text, size_t len);
};

/*
 * Formats: %d %i %u %x %X %o %c %s %p %% with flags "-0#+ ", width, precision
 * (both also as *), and lengths hh h l ll z t j. uint64_t is unsigned long,
 * here and on the host: it is printed by %lu and %lx, without a cast.
 */
void sink_printf(struct sink *sink, const char *fmt, ...) __printf(2, 3);
void sink_vprintf(struct sink *sink, const char *fmt, va_list args);

/* A sink that fills buf and keeps it terminated; len counts all of the text. */
struct sink_buffer {
	struct sink sink;
	char *buf;
	size_t size; /* of buf, the terminating NUL included */
	size_t len;  /* as snprintf would return it: may exceed size - 1 */
};
void sink_buffer_init(struct sink_buffer *b, char *buf, size_t size);

int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
