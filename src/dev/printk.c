// SPDX-License-Identifier: MIT
/*
 * printk.c - all text on its way out: the log, the console's files, a panic.
 *
 * A log line begins at the left margin with the time in brackets, and lines
 * of two CPUs never mix: output_lock is held over each. A CPU in a panic takes
 * no lock, because it may be the one that holds it. Next: console.c.
 */
#include "dev/console.h"

#include "cpu.h"
#include "dev/dev.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "spinlock.h"

static struct spinlock output_lock = SPINLOCK_INIT;
static bool at_margin = true; /* the last character was a newline */
static bool quiet;

static unsigned long output_begin(void)
{
	if (!pl011_ready() || arch_cpu()->panicking) {
		return 0;
	}
	return spin_lock_irqsave(&output_lock);
}

static void output_end(unsigned long flags)
{
	if (pl011_ready() && !arch_cpu()->panicking) {
		spin_unlock_irqrestore(&output_lock, flags);
	}
}

/* Sends text; a terminal wants a return before every newline. */
static void output(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	if (len == 0) {
		return;
	}
	at_margin = text[len - 1] == '\n';
	if (!pl011_ready()) {
		arch_early_puts(text, len);
		return;
	}
	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t plain = newline ? (size_t)(newline - text) : len;

		pl011_write(text, plain);
		if (newline) {
			pl011_write("\r\n", 2);
			plain++;
		}
		text += plain;
		len -= plain;
	}
}

static struct sink locked_output = { output }; /* the caller has the lock */

static void log_line(const char *fmt, va_list args)
{
	unsigned long flags = output_begin();
	uint64_t ms = arch_time_ns() / 1000000;

	if (!at_margin) {
		output(NULL, "\n", 1);
	}
	sink_printf(&locked_output, "[%lu.%03lu] ", ms / 1000, ms % 1000);
	sink_vprintf(&locked_output, fmt, args);
	if (!at_margin) {
		output(NULL, "\n", 1);
	}
	output_end(flags);
}

void printk(const char *fmt, ...)
{
	va_list args;

	if (quiet) {
		return;
	}
	va_start(args, fmt);
	log_line(fmt, args);
	va_end(args);
}

void printk_always(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(fmt, args);
	va_end(args);
}

void printk_set_quiet(bool on)
{
	quiet = on;
}

void console_put(const char *text, size_t len)
{
	unsigned long flags = output_begin();

	output(NULL, text, len);
	output_end(flags);
}

static void console_sink_put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	console_put(text, len);
}

struct sink console_sink = { console_sink_put };
