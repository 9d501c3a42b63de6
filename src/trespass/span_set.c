/* SPDX-License-Identifier: MIT */
/*
 * span_set.c - the kernel has forgotten to clear SPAN, which is 1 after
 * reset: exceptions leave PAN as they find it. Every system call would
 * run with EL0's PAN, which is 0, and a kernel that believes itself protected
 * is not. Seen here in an interrupt that comes while PAN is 0. sw_ttbr0 needs
 * no SPAN: its vectors shut the window themselves.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("SPAN=1: entry leaves PAN as it was", .invariant = 2,
	    .decided_by = "nothing but SPAN=0")
{
	arch_window_leak(true);
	arch_window_open();
	trespass_in_interrupt(t);
	arch_window_shut();
	arch_window_leak(false);
}
