/* SPDX-License-Identifier: MIT */
/*
 * resolution.h - how a fault ended. Compiled for the kernel and for the host,
 * where the same numbers are read back from the records.
 */
#pragma once

/* R(name, as data, in words); some words depend on the fault: story.c. */
#define RESOLUTIONS(R)                                                       \
	R(NONE, "none", "not ended yet")                                     \
	/* A new page of zeroes was mapped. */                               \
	R(DEMAND_ZERO, "demand-zero", "resolved: a page of zeroes mapped")   \
	/* A page was filled from the program's file. */                     \
	R(DEMAND_FILE, "demand-file",                                        \
	  "resolved: a page of the program mapped")                          \
	/* A shared page was copied, or made ours. */                        \
	R(COPY_ON_WRITE, "copy-on-write", "resolved: the shared page copied") \
	/* A level-3 table that fork shared became the program's own. */      \
	R(TABLE_SPLIT, "table-split", "resolved: the shared table split")    \
	/* A page of zeroes, below the stack. */                             \
	R(STACK_GROWTH, "stack-growth", "resolved: the stack grew")          \
	/* It was noted that the page is used. */                            \
	R(ACCESS_FLAG, "access-flag", "resolved: access flag set")           \
	/* The tables allow it now. */                                       \
	R(SPURIOUS, "spurious", "resolved: it is allowed now, tried again")  \
	/* A user copy was cut short. */                                     \
	R(FIXUP, "fixup", "exception table -> fixup")                        \
	R(SIGNAL, "signal", "the program gets ")                             \
	/* No page: killed, or a copy cut short. */                          \
	R(OUT_OF_MEMORY, "out-of-memory", "out of memory: ")                 \
	/* A trespass, caught by its probe. */                               \
	R(DELIBERATE, "deliberate", "KERNEL BUG")                            \
	/* Panic. */                                                         \
	R(KERNEL_BUG, "kernel-bug", "KERNEL BUG")

enum resolution {
#define R(name, data, words) RESOLUTION_##name,
	RESOLUTIONS(R)
#undef R
	RESOLUTION_COUNT
};
