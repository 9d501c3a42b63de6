/* SPDX-License-Identifier: MIT */
/*
 * vm.h - an address space of the user's half: regions that say what may be
 * there, and tables (struct arch_vm) that say what is there now. vm_fault()
 * is the bridge from the first to the second; the tables never hold a right
 * that the region does not give.
 *
 *	vm.c        birth, fork, death; what exec writes
 *	region.c    the tree of regions: find, insert, cut, split, merge
 *	vm_map.c    mmap(2), munmap(2), mprotect(2), madvise(2), brk(2)
 *	vm_fault.c  what a fault brings in
 */
#pragma once

#include "arch.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "spinlock.h"
#include "trace/resolution.h"

struct memfile;
struct shmem;

/* What a region is to its program; only equal ones are merged. */
enum region_kind {
	REGION_IMAGE,  /* of the program, where it does not show its file */
	REGION_HEAP,   /* brk */
	REGION_STACK,  /* grows down to start - see VM_STACK_MAX */
	REGION_ANON,   /* private anonymous memory */
	REGION_SHARED, /* anonymous memory that fork() shares */
	REGION_FILE,   /* a memory file; past its last page: -ENXIO */
};

/* What a page is filled with when it is first touched. */
enum region_source {
	SOURCE_ZERO,
	SOURCE_DATA,  /* bytes that never change: the initrd's */
	SOURCE_SHMEM, /* the pages of a memory object: shmem.h */
};

/* [start, end), page-aligned, disjoint; node.key is start. */
struct region {
	struct tree_node node;
	/* Of the whole subtree: see region.c. */
	uint64_t tree_start, tree_end, tree_gap;

	uint64_t start, end;
	uint8_t prot;   /* VM_READ | VM_WRITE | VM_EXEC */
	uint8_t may;    /* what mprotect() may ask for */
	uint8_t kind;   /* enum region_kind */
	uint8_t source; /* enum region_source */
	bool shared;    /* writes go to the object, and fork() shares them */
	uint16_t cuts;  /* SOURCE_SHMEM: the shmem->cuts that it knows */
	union {
		struct {
			const struct memfile *file; /* for its name only */
			const void *data;           /* in the linear map */
			uint64_t data_start; /* the user address of data[0] */
			uint64_t data_len;   /* in bytes; zeroes follow */
		};
		struct {
			struct shmem *shmem; /* with a reference of ours */
			uint64_t offset;     /* of start, in bytes */
			struct list link;    /* in shmem->regions */
		};
	};
	struct vm *vm; /* whose region it is */
};

struct vm {
	struct spinlock lock;   /* over all below; taken before shmem's */
	uint32_t refs;
	struct tree regions;
	struct region *near;    /* found last, or NULL */
	struct region *spare;   /* memory for the next one, or NULL */
	size_t region_count;
	struct arch_vm arch;
	uint64_t brk_start, brk;
	bool tagged_addresses;  /* prctl(PR_SET_TAGGED_ADDR_CTRL) allows them */
};

#define VM_STACK_MAX  (8 * 1024 * 1024)
#define VM_STACK_GAP  (UINT64_C(256) * PAGE_SIZE) /* below a stack: nothing */
#define VM_REGION_MAX 65530 /* Linux's vm.max_map_count */
#define VM_MMAP_MIN   UINT64_C(65536) /* nothing is mapped below */
#define VM_MMAP_TOP   (USER_END - (UINT64_C(128) << 20)) /* room for stacks */

/* ---- vm.c ----------------------------------------------------------- */

/* An empty address space with one reference; NULL when out of memory. */
struct vm *vm_create(void);
bool vm_try_get(struct vm *vm); /* false: it is ending */
/* Drops a reference; the last one frees regions, pages and tables. */
void vm_put(struct vm *vm);

/*
 * A copy for fork: the same regions; every page shared, private writable ones
 * copy-on-write on both sides. NULL when out of memory: then *vm is as it was
 * (some of its pages may fault once more).
 */
struct vm *vm_fork(struct vm *vm);

/* Copies len bytes into pages at addr, bringing them in first, whatever the
 * region's rights are: exec lays out the first stack with it. 0 or -errno. */
int vm_write(struct vm *vm, uint64_t addr, const void *data, size_t len);

/* ---- region.c ------------------------------------------------------- */

/*
 * Adds a region like *r: start, end, prot, kind, source and what belongs to
 * it; may becomes all rights if it is 0. Returns 0; -EINVAL (unaligned, empty,
 * outside the user's half, or writable and executable: invariant 11); -EEXIST
 * (overlap); -ENOMEM. What r->data points to must outlive the address space.
 */
int vm_add_region(struct vm *vm, const struct region *r);

/* The same by a walk of the tree; what it finds is vm->near from then on. */
struct region *region_find(struct vm *vm, uint64_t addr);
/* The region that was found last, if it holds addr; or NULL. */
static inline struct region *vm_near_region(const struct vm *vm, uint64_t addr)
{
	struct region *r = vm->near;

	return likely(r != NULL && addr >= r->start && addr < r->end) ? r :
									NULL;
}
/* The region that holds addr, or NULL. Caller holds vm->lock. */
static inline struct region *vm_find_region(struct vm *vm, uint64_t addr)
{
	return vm_near_region(vm, addr) ?: region_find(vm, addr);
}

/* In order of addresses; NULL after the last. Caller holds vm->lock. */
struct region *vm_first_region(const struct vm *vm);
struct region *vm_next_region(const struct region *r);

/* ---- vm_map.c: these take vm->lock ---------------------------------- */

#define VM_MAP_FIXED     1u /* exactly there, in place of what there is */
#define VM_MAP_NOREPLACE 2u /* exactly there, or -EEXIST */

/*
 * Maps a new region of len bytes (a multiple of the page size, not 0) like
 * *r, of which start and end are set here, and data_start is an offset in the
 * region. addr is a wish, unless flags say more. Returns its address; or
 * as mmap(2) -ENOMEM, -EINVAL, -EEXIST, -EPERM (below VM_MMAP_MIN), -EACCES
 * (writable and executable: invariant 11).
 */
long vm_map(struct vm *vm, uint64_t addr, uint64_t len, unsigned int flags,
	    struct region *r);
/* As munmap(2) and mprotect(2): page-aligned ranges in the user's half, not
 * empty. 0 or -errno. */
int vm_unmap(struct vm *vm, uint64_t start, uint64_t end);
int vm_protect(struct vm *vm, uint64_t start, uint64_t end,
	       unsigned int prot);
/* As madvise(2), for a range that may reach over the end of the user's half,
 * where nothing is. With `discard`, what is mapped there is unmapped: the next
 * touch finds it new. 0, or -ENOMEM where regions do not cover all of it. */
int vm_advise(struct vm *vm, uint64_t start, uint64_t end, bool discard);
/* Moves the program break; returns the break as it is then (as brk(2)). */
uint64_t vm_brk(struct vm *vm, uint64_t brk);

/* Sets a memory object's size. What lies past it is unmapped everywhere,
 * private copies included, and freed. */
void vm_truncate(struct shmem *shmem, uint64_t size);

/* ---- vm_fault.c ----------------------------------------------------- */

/*
 * vm_fault(), declared in arch.h because arch/ calls it: an access (VM_READ,
 * VM_WRITE or VM_EXEC) to addr did not succeed. Brings the page in if the
 * region allows the access. Returns the enum resolution (> 0) that made it
 * possible; -EFAULT if nothing is there; -EACCES if a region is there but
 * forbids it; -ENXIO past the end of the file; -ENOMEM.
 * Context: may sleep; vm->lock not held.
 */
