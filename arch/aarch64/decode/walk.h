/* SPDX-License-Identifier: MIT */
/*
 * walk.h - the walk of a virtual address through the translation tables, in
 * software: what the tables say, kept level by level. Pure data: compiled for
 * the kernel, for the host tools, and for the tests. (Arm ARM D8.2.)
 *
 * Granules of 4, 16 and 64 KiB with up to 48 bits of address, so levels 0 to
 * 3. 52-bit addresses (LPA, LPA2, and with them level -1) are not walked.
 */
#pragma once

#include "lib/types.h"

enum walk_end {
	WALK_PAGE,         /* a page descriptor, level 3 */
	WALK_BLOCK,        /* a block descriptor */
	WALK_INVALID,      /* bit 0 of the descriptor is clear */
	WALK_RESERVED,     /* an encoding that this level does not have */
	WALK_OUTSIDE_RAM,  /* a table address that is not RAM: not read */
	WALK_NONCANONICAL, /* the address is in neither half */
	WALK_DISABLED,     /* TCR_EL1.EPDn: this half is not walked */
	WALK_ADDRESS_SIZE, /* an address with bits above TCR_EL1.IPS */
	WALK_TABLE,        /* a table descriptor: no walk ends with it */
	WALK_KEPT,         /* not walked yet: see walk_again() */
};

struct walk {
	uint64_t va;       /* tag removed */
	uint64_t ttbr;     /* the TTBRn_EL1 it started from */
	uint8_t half;      /* 0: TTBR0_EL1, 1: TTBR1_EL1; bit 55 of the VA */
	uint8_t end;       /* enum walk_end */
	int8_t first;      /* level of the first table */
	int8_t last;       /* level where it ended; 0 if levels is 0 */
	uint8_t page_shift; /* 12, 14, 16: the granule */
	uint8_t va_bits;   /* 64 - TxSZ */
	uint8_t flags;     /* WALK_*: what of TCR_EL1 changes the rights */
	uint8_t levels;    /* descriptors it came to: 0 … 4 */
	uint64_t addr[4];  /* [level]: physical address of the descriptor */
	uint64_t desc[4];  /* [level]: its value as it was read */
};

#define WALK_HPD 1u /* HPDn: the attributes in table descriptors are ignored */
#define WALK_HA  2u /* the hardware sets the access flag: it never faults */
#define WALK_HD  4u /* the hardware makes a DBM page writable when written */

/* The lowest bit of the address that level's index takes. */
static inline unsigned int walk_index_lsb(const struct walk *w, int level)
{
	return w->page_shift + (3 - level) * (w->page_shift - 3u);
}

/* One more than its highest: the first level has what is left of va_bits. */
static inline unsigned int walk_index_end(const struct walk *w, int level)
{
	return MIN(walk_index_lsb(w, level - 1), (unsigned int)w->va_bits);
}

/* Which descriptor of the level's table va selects. */
static inline unsigned int walk_index(const struct walk *w, int level)
{
	const unsigned int lsb = walk_index_lsb(w, level);

	return (w->va >> lsb) &
	       ((1u << (walk_index_end(w, level) - lsb)) - 1);
}

/* Whether the walk ended in a page or a block. */
static inline bool walk_is_mapped(const struct walk *w)
{
	return w->end == WALK_PAGE || w->end == WALK_BLOCK;
}

/* The physical address of va, of a walk that ended in a page or block. */
uint64_t walk_output(const struct walk *w);

/* Reads a descriptor at physical address pa into *desc; false: not RAM. */
typedef bool walk_read_fn(uint64_t pa, uint64_t *desc, void *ctx);

/*
 * Walks va as TTBR0/TTBR1 and TCR_EL1 say. Never faults by itself: each
 * descriptor comes through read(). Always fills *w.
 */
void walk_tables(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		 uint64_t ttbr1, walk_read_fn *read, void *ctx);

/*
 * The walk that met the first `levels` descriptors of w->desc[], and no other:
 * they were kept in this order, and the tables may have changed since then.
 */
void walk_again(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		uint64_t ttbr1);

/* The rights that the walk grants, table attributes included (D8.4). */
struct walk_rights {
	bool mapped; /* the walk ended in a page or block */
	bool access_flag;
	bool el0_r, el0_w, el0_x;
	bool el1_r, el1_w, el1_x; /* before PAN */
	bool user;   /* EL0 may access data (AP[1], APTable): what PAN asks */
	bool global; /* nG = 0 */
	uint64_t output; /* physical address of va */
};
struct walk_rights walk_rights(const struct walk *w, uint64_t sctlr);
