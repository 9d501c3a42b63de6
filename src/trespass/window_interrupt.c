/* SPDX-License-Identifier: MIT */
/*
 * window_interrupt.c - the kernel has opened the window, and an interrupt
 * comes whose handler has a bug: it dereferences a user pointer. If the window
 * stayed open, everything that runs in the handler could use it, too. With
 * SPAN = 0 the exception itself sets PAN; sw_ttbr0 does it by hand,
 * first thing in vectors.S. Both put it back on the way out.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("window open, bug in an interrupt", .invariant = 2,
	    .decided_by = "SPAN=0, or vectors")
{
	arch_window_open();
	trespass_in_interrupt(t);
	arch_window_shut();
}
