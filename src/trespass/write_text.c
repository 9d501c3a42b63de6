/* SPDX-License-Identifier: MIT */
/*
 * write_text.c - a wild store hits the kernel's own code, the first step of
 * many a rootkit. In a kernel that maps all of RAM writable it goes through.
 * Here nothing is writable and executable, in the linear map neither. What is
 * stored is what was there, so that it would do no harm if it went through.
 */
#include "trespass/trespass.h"

EL1_SNIPPET("writes the kernel's text", .invariant = 11,
	    .decided_by = "AP: read-only text")
{
	volatile uint64_t *text =
		(volatile uint64_t *)arch_probe_place("kernel.text");
	uint64_t was = *text;

	*text = was;
	t->got = t->want;
}
