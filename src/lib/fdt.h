/* SPDX-License-Identifier: MIT */
/*
 * fdt.h - a reader of flattened device trees (Devicetree Specification 0.4,
 * chapter 5). fdt_open() checks the whole tree once; after that every function
 * here answers from checked bytes, still reads none outside the tree, and
 * never recurses. Numbers in a tree are big-endian and need not be aligned.
 * Pure: host tests compare it with libfdt. Read next: dev/machine.c.
 */
#pragma once

#include "lib/types.h"

#define FDT_MAX_DEPTH 16 /* levels of nodes; a deeper tree is refused */

struct fdt {
	const unsigned char *data; /* the header is here */
	uint32_t size;             /* of all of it, in bytes */
	uint32_t structure, structure_end; /* the blocks, from data on */
	uint32_t strings, strings_end;
	uint32_t reservations;
};

/*
 * A node is known by the way to it: path[0] is the root, path[depth] the node
 * itself, each the offset of its begin token.
 */
struct fdt_node {
	unsigned int depth;
	uint32_t path[FDT_MAX_DEPTH];
};

struct fdt_range {
	uint64_t start, size;
};

/*
 * Takes the tree at data, of which size bytes may be read. Returns NULL, or
 * what is wrong with it: then *fdt must not be used. That is always the rest
 * of a sentence that begins with "the device tree".
 */
const char *fdt_open(struct fdt *fdt, const void *data, size_t size);

/* Big-endian integers at any address. */
uint32_t fdt_read_u32(const unsigned char *p);
uint64_t fdt_read_u64(const unsigned char *p);

/* ---- Nodes ---------------------------------------------------------- */

struct fdt_node fdt_root(const struct fdt *fdt);
/* The next node in the order of the tree; false after the last. */
bool fdt_next(const struct fdt *fdt, struct fdt_node *node);
/*
 * Goes through the children of a node: begin with *child = *parent. False
 * after the last child.
 */
bool fdt_next_child(const struct fdt *fdt, const struct fdt_node *parent,
		    struct fdt_node *child);
struct fdt_node fdt_parent(const struct fdt_node *node); /* root: itself */
/* "memory@40000000"; "" for the root. */
const char *fdt_name(const struct fdt *fdt, const struct fdt_node *node);

/*
 * The node at an absolute path ("/chosen"). A component without a unit address
 * finds the first node of that name with any.
 */
bool fdt_find_path(const struct fdt *fdt, const char *path,
		   struct fdt_node *node);
bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle,
		      struct fdt_node *node);
/* The first node that is compatible and not disabled, in tree order. */
bool fdt_find_compatible(const struct fdt *fdt, const char *compatible,
			 struct fdt_node *node);

/* ---- Properties ----------------------------------------------------- */

/* The value of a property and its length in bytes; NULL if there is none. */
const unsigned char *fdt_get(const struct fdt *fdt,
			     const struct fdt_node *node, const char *name,
			     uint32_t *len);
/* A property that is one string; NULL if absent or not terminated. */
const char *fdt_get_text(const struct fdt *fdt, const struct fdt_node *node,
			 const char *name);
/* Whether a property is this one string. */
bool fdt_text_is(const struct fdt *fdt, const struct fdt_node *node,
		 const char *name, const char *text);
/* A property of exactly one cell; false if it is not. */
bool fdt_get_u32(const struct fdt *fdt, const struct fdt_node *node,
		 const char *name, uint32_t *value);
bool fdt_is_compatible(const struct fdt *fdt, const struct fdt_node *node,
		       const char *compatible);
/* `status` is absent, "okay" or "ok". */
bool fdt_is_enabled(const struct fdt *fdt, const struct fdt_node *node);

/*
 * The addresses in `reg`, as its parent's #address-cells and #size-cells say.
 * fdt_count_regs sets *count (0 if there is no `reg`), and returns NULL or
 * what is wrong. fdt_reg reads entry index, which must be below that count.
 */
const char *fdt_count_regs(const struct fdt *fdt, const struct fdt_node *node,
			   uint32_t *count);
struct fdt_range fdt_reg(const struct fdt *fdt, const struct fdt_node *node,
			 uint32_t index);
/*
 * True if an address in the node's `reg` is one of the CPU's: every bus above
 * it says so by an empty `ranges`.
 */
bool fdt_is_on_cpu_bus(const struct fdt *fdt, const struct fdt_node *node);

/* The node that the interrupts of node go to: its interrupt-parent, or that
 * of the nearest ancestor that has one. */
bool fdt_find_interrupt_parent(const struct fdt *fdt,
			       const struct fdt_node *node,
			       struct fdt_node *controller);

/* ---- The memory reservation block ----------------------------------- */

/* Entry index of /memreserve/; false at the end of the list. */
bool fdt_reservation(const struct fdt *fdt, uint32_t index,
		     struct fdt_range *range);
