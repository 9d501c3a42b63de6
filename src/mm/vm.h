/* SPDX-License-Identifier: MIT */
/*
 * vm.h - an address space of the user's half: regions that say what may be
 * there, and tables (struct arch_vm) that say what is there now. vm_fault()
 * is the bridge from the first to the second; the tables never hold a right
 * that the region does not give.
 */
#pragma once

#include "arch.h"
#include "lib/tree.h"
#include "spinlock.h"
#include "trace/resolution.h"

struct memfile;

enum region_kind {
	REGION_IMAGE, /* a segment of the program */
	REGION_HEAP,  /* brk */
	REGION_STACK, /* grows down to start - see VM_STACK_MAX */
	REGION_ANON,
};

/* [start, end), page-aligned, disjoint; node.key is start. */
struct region {
	struct tree_node node;
	uint64_t start, end;
	unsigned int prot;      /* VM_READ | VM_WRITE | VM_EXEC */
	enum region_kind kind;
	const void *data;       /* what fills it first (in the initrd), or NULL */
	uint64_t data_start;    /* the user address of data[0] */
	uint64_t data_len;      /* in bytes; zeroes follow */
};

struct vm {
	struct spinlock lock;   /* over all below */
	uint32_t refs;
	struct tree regions;
	struct arch_vm arch;
	uint64_t brk_start, brk;
	size_t resident;        /* pages mapped */
	bool tagged_addresses;  /* prctl(PR_SET_TAGGED_ADDR_CTRL) allows them */
};

#define VM_STACK_MAX (8 * 1024 * 1024)

/* An empty address space with one reference; NULL when out of memory. */
struct vm *vm_create(void);
void vm_get(struct vm *vm);
/* Drops a reference; the last one frees regions, pages and tables. */
void vm_put(struct vm *vm);

/*
 * A copy for fork: the same regions; every page shared, writable ones
 * copy-on-write on both sides. NULL when out of memory: then *vm is as it was.
 */
struct vm *vm_fork(struct vm *vm);

/*
 * Adds a region. Returns 0; -EINVAL (unaligned, empty, outside the user's
 * half, or writable and executable: invariant 11); -EEXIST (overlap);
 * -ENOMEM. data: see struct region; it must outlive the address space.
 */
int vm_add_region(struct vm *vm, uint64_t start, uint64_t end,
		  unsigned int prot, enum region_kind kind, const void *data,
		  uint64_t data_start, uint64_t data_len);

/* The region that holds addr, or NULL. Caller holds vm->lock. */
struct region *vm_find_region(struct vm *vm, uint64_t addr);

/* Moves the program break; returns the break as it is then (as brk(2)). */
uint64_t vm_brk(struct vm *vm, uint64_t brk);

/*
 * An access (VM_READ, VM_WRITE or VM_EXEC) to addr did not succeed. Brings
 * the page in if the region allows the access.
 * Returns the enum resolution (> 0) that made it possible; -EFAULT if the
 * access is a violation; -EACCES if a region is there but forbids it;
 * -ENOMEM. Context: may sleep; vm->lock not held.
 * (declared in arch.h: arch/ calls it)
 */

/* Copies len bytes into pages at addr, bringing them in first, whatever the
 * region's rights: exec lays out the first stack with it. 0 or -errno. */
int vm_write(struct vm *vm, uint64_t addr, const void *data, size_t len);
