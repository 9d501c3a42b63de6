/* SPDX-License-Identifier: MIT */
/*
 * boot.h - what the code before the MMU (head.S, boot_map.c) leaves to the
 * code after it.
 */
#pragma once

/*
 * The last 64 MiB before the devices: the device tree is seen there, read-only,
 * from the first virtual cycle on; and a page through which the kernel's text
 * is patched (patch.c). Below it: kernel stacks.
 */
#define BOOT_DTB_MAX  (2 << 20)
#define VMAP_DTB_AREA (VMAP_DEVICES - (64 << 20))
#define VMAP_DTB      VMAP_DTB_AREA
#define VMAP_PATCH    (VMAP_DTB_AREA + (32 << 20))

#ifndef __ASSEMBLER__
#include "layout.h"
#include "lib/types.h"
#include "pgtable.h"

struct boot {
	uint64_t entry_el;     /* the level that we were started at: 1 or 2 */
	uint64_t ttbr_identity; /* TTBR0_EL1 for the switch-on only */
	uint64_t ttbr_reserved; /* the empty table, with ASID 0 */
	uint64_t ttbr_kernel;
	uint64_t mair, tcr; /* as the MMU is switched on with */
	uint64_t sctlr;     /* likewise; then as PAN made it */
	uint64_t image;        /* physical address of _image_start */
	paddr_t dtb;
	uint64_t dtb_size;
	paddr_t tables_next;   /* first unused page of the early tables */
};

extern struct boot boot;

/* Builds the early tables; MMU off. dtb: physical address in x0 at reset. */
void boot_prepare(paddr_t dtb);

/* Tells of an exception before there are vectors, by semihosting, and stops
 * with status 125. From boot_vectors (head.S), on the boot stack. */
__noreturn void boot_fault(uint64_t esr, uint64_t elr, uint64_t far);

/* A zeroed page of the early pool; PADDR_NONE when it is used up. */
paddr_t boot_table_alloc(uint64_t linear);

#endif
