// SPDX-License-Identifier: MIT
/*
 * panic.c - the end after a kernel bug: what happened, the fault with its
 * walk, who called whom; then off, with status 125. Nothing is asked of the
 * kernel any more that could fail again: no lock is taken.
 */
#include <stdarg.h>

#include "arch_lab.h"
#include "cpu.h"
#include "dev/dev.h"
#include "lib/sink.h"
#include "trace/trace.h"

#define PANIC_STATUS 125

static void panic_begin(void)
{
	arch_irq_disable();
	if (arch_cpu()->panicking) {
		/* A panic in the panic: say nothing more. */
		arch_power_off(PANIC_STATUS);
	}
	arch_cpu()->panicking = true;
}

static __noreturn void panic_end(void)
{
	sink_printf(&console_sink, "  backtrace:\n");
	arch_backtrace(&console_sink);
	trace_finish();
	printk_always("kernel panic: the machine stops with status %d",
		      PANIC_STATUS);
	arch_power_off(PANIC_STATUS);
}

void panic(const char *fmt, ...)
{
	char text[256];
	struct sink_buffer buffer;
	va_list args;

	panic_begin();
	sink_buffer_init(&buffer, text, sizeof(text));
	va_start(args, fmt);
	sink_vprintf(&buffer.sink, fmt, args);
	va_end(args);
	printk_always("KERNEL BUG: %s", text);
	panic_end();
}

void panic_fault(const char *what, const struct fault *fault)
{
	panic_begin();
	printk_always("KERNEL BUG: %s", what);
	arch_fault_story(&console_sink, fault);
	panic_end();
}
