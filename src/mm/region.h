/* SPDX-License-Identifier: MIT */
/*
 * region.h - what vm.c, vm_map.c and vm_fault.c ask of region.c. The caller
 * holds vm->lock everywhere.
 */
#pragma once

#include "mm/vm.h"

/* struct tree's update, for vm->regions. */
void region_update_subtree(struct tree_node *node);

/* The region that holds addr, which is vm->near from then on, or the first
 * above it; NULL: neither. */
struct region *region_from(struct vm *vm, uint64_t addr);
/* The region before r, or before addr; NULL: none. */
struct region *region_before(struct vm *vm, uint64_t addr);

/* Where the region begins, with the gap that a stack keeps below itself. */
uint64_t region_low(const struct region *r);

/* Whether no region touches [start, end), which is not empty. */
bool region_range_is_free(struct vm *vm, uint64_t start, uint64_t end);

/*
 * The highest address below `limit` where len bytes are free, and no stack
 * has its gap; 0: nowhere.
 */
uint64_t region_find_gap(struct vm *vm, uint64_t len, uint64_t limit);

/* Puts a copy of *r where nothing is. 0, -ENOMEM. */
int region_add(struct vm *vm, const struct region *r);

/* Memory for a region, for region_insert(); NULL: there is none. One that is
 * not used, or NULL, goes back by region_free(), as each that is removed. */
struct region *region_alloc(struct vm *vm);
void region_free(struct vm *vm, struct region *r);
/*
 * Puts a copy of *r where nothing is, or makes a neighbour larger that is
 * alike. 0; -ENOMEM, but never if it is given `spare` memory, which it takes.
 */
int region_insert(struct vm *vm, const struct region *r,
		  struct region *spare);

/* Makes r two at `at`, which lies inside it. 0, -ENOMEM. */
int region_split(struct vm *vm, struct region *r, uint64_t at);

/* Joins r and the region before it, if they touch and are alike; returns the
 * region that holds what was r. */
struct region *region_merge(struct vm *vm, struct region *r);

/*
 * Takes all regions out of [start, end); their pages are the caller's affair.
 * -ENOMEM, and then nothing has changed: only where the range lies inside one
 * region, which becomes two.
 */
int region_cut(struct vm *vm, uint64_t start, uint64_t end);

/* Moves r's start; nothing may be in the way. */
void region_set_start(struct vm *vm, struct region *r, uint64_t start);

void region_remove(struct vm *vm, struct region *r);

/* For fork: copies of all of from's regions into vm, which has none. 0; or
 * -ENOMEM: then vm has some, and can only end. */
int region_copy_all(struct vm *vm, const struct vm *from);
/* vm ends: takes some region out of the tree; NULL: there is none. When its
 * pages are unmapped, region_drop() does the rest. */
struct region *region_take(struct vm *vm);
void region_drop(struct vm *vm, struct region *r);

/* What may be done there: a page that can be written can be read (arm64). */
static inline unsigned int region_rights(const struct region *r)
{
	return r->prot & VM_WRITE ? r->prot | VM_READ : r->prot;
}
