// SPDX-License-Identifier: MIT
/*
 * entry.c - /proc/entry, in the test Image only: whether the user-access window
 * is shut when the kernel is entered from EL0 (invariant 2). A copy opens and
 * shuts it, so it is looked at before there was any: tests/user/entry.c.
 */
#include "fs/file.h"
#include "lib/sink.h"
#include "support.h"
#include "uaccess/raw_window.h"
#include "uaccess/select.h"

/* Long enough for the kernel to get back to EL0. */
#define ENTRY_TICKS 100000

static const char *volatile entry_interrupt = "none";

static const char *entry_window(void)
{
	return uaccess_window_is_open() ? "open" : "shut";
}

/* One that EL0 was interrupted by; after another, it tries again. */
static void entry_interrupted(void)
{
	if (FIELD_GET(SPSR_EL1_M, sysreg_read(spsr_el1)) == SPSR_EL1_M_EL0T) {
		entry_interrupt = entry_window();
	} else {
		interrupt_after(ENTRY_TICKS, entry_interrupted);
	}
}

/* This read() has copied nothing yet. */
static void entry_show(struct sink *out)
{
	sink_printf(out, "guard: %s\nsystem_call: %s\ninterrupt: %s\n",
		    pan_enabled || uaccess_hides_ttbr0 ? "yes" : "no",
		    entry_window(), entry_interrupt);
}

/* Whatever is written: looks at the next interrupt that comes from EL0. */
static int entry_store(char *text)
{
	(void)text;
	entry_interrupt = "none";
	interrupt_after(ENTRY_TICKS, entry_interrupted);
	return 0;
}

PROC_FILE(entry, .path = "entry", .show = entry_show, .store = entry_store);
