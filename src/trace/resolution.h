/* SPDX-License-Identifier: MIT */
/*
 * resolution.h - how a fault ended. Compiled for the kernel and for the host,
 * where the same numbers are read back from the records.
 */
#pragma once

enum resolution {
	RESOLUTION_NONE,          /* not ended yet */
	RESOLUTION_DEMAND_ZERO,   /* a new page of zeroes was mapped */
	RESOLUTION_DEMAND_FILE,   /* a page was filled from the program */
	RESOLUTION_COPY_ON_WRITE, /* a shared page was copied, or made ours */
	RESOLUTION_STACK_GROWTH,  /* a page of zeroes, below the stack */
	RESOLUTION_ACCESS_FLAG,   /* it was noted that the page is used */
	RESOLUTION_SPURIOUS,      /* the tables allow it now: try again */
	RESOLUTION_FIXUP,         /* a user copy was cut short */
	RESOLUTION_SIGNAL,        /* the program was signalled */
	RESOLUTION_OUT_OF_MEMORY, /* no page: killed, or a copy cut short */
	RESOLUTION_DELIBERATE,    /* a trespass, caught by its probe */
	RESOLUTION_KERNEL_BUG,    /* panic */
	RESOLUTION_COUNT
};
