/* SPDX-License-Identifier: MIT */
/*
 * machine.h - what the device tree says of the machine: where RAM is, which
 * parts of it are taken, which devices there are. Pure, so that host tests
 * can run it on broken trees. Read next: lib/fdt.h.
 */
#pragma once

#include "lib/types.h"

#define MACHINE_MAX_BANKS 16 /* what one tree may list; more: a clear refusal */

struct machine_range {
	uint64_t start, end; /* physical, [start, end) */
};

struct machine {
	/* Both sorted by address, and disjoint. */
	struct machine_range ram[MACHINE_MAX_BANKS];
	struct machine_range reserved[MACHINE_MAX_BANKS];
	unsigned int ram_count, reserved_count;
	const char *command_line;       /* in the tree; "" if none */
	struct machine_range initrd;    /* empty if none */
	struct machine_range uart;
	uint32_t uart_irq;              /* GIC interrupt id */
	unsigned int gic_version;       /* 2 or 3 */
	struct machine_range gic_dist, gic_cpu; /* v3: gic_cpu is the GICR */
	uint32_t timer_irq;             /* EL1 virtual timer */
	bool psci_by_hvc;               /* else smc */
};

extern struct machine machine;

/*
 * Reads the tree at dtb (mapped, size bytes readable). On a tree that cannot
 * be used - cut short, no memory, overlapping reservations, … - returns the
 * rest of a sentence that begins with "the device tree", else NULL. Touches
 * nothing but `machine`, and that only when all is well: command_line then
 * points into the tree. Neither the kernel image, nor the tree, nor the initrd
 * is among the reserved ranges, unless the tree lists it.
 */
const char *machine_read_tree(const void *dtb, size_t size);
