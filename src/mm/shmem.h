/* SPDX-License-Identifier: MIT */
/*
 * shmem.h - a memory object: pages by their place in it, which files and
 * regions share. A memory file is one, and so is each MAP_SHARED mapping of
 * anonymous memory. It lives as long as a file or a region refers to it.
 *
 * Lock order: vm->lock, then shmem->lock.
 */
#pragma once

#include "lib/list.h"
#include "lib/tree.h"
#include "spinlock.h"

struct region;

#define SHMEM_SIZE_MAX INT64_MAX

struct shmem {
	struct spinlock lock; /* over all below */
	uint32_t refs;        /* changed atomically */
	uint64_t size;        /* in bytes; pages beyond it are unreachable */
	struct tree pages;    /* struct shmem_page by index */
	size_t page_count;
	struct list regions;  /* that show it: region->link */
	uint16_t cuts;        /* how often it was made smaller: vm_map.c */
	uint64_t ino;
	char name[];          /* as /proc/self/maps shows it */
};

/* With one reference; NULL: out of memory. */
struct shmem *shmem_create(const char *name, uint64_t size);
void shmem_put(struct shmem *shmem);

enum shmem_want {
	SHMEM_LOOK,   /* PADDR_NONE where no page is yet: all zeroes */
	SHMEM_CREATE, /* a page of zeroes is made there */
	SHMEM_EXTEND, /* also beyond the size, which the caller will move */
};

/*
 * Sets *pa to the page that holds `offset`, with a reference for the caller.
 * 0; -ENXIO beyond the size; -ENOMEM. Any context.
 */
int shmem_get_page(struct shmem *shmem, uint64_t offset,
		   enum shmem_want want, paddr_t *pa);

/* The size is at least this from here on. */
void shmem_extend(struct shmem *shmem, uint64_t size);
/* Frees the pages past the size: none is mapped. */
void shmem_drop_past_end(struct shmem *shmem);

/* ---- For src/mm ----------------------------------------------------- */

/* r->shmem is set: r is one of its regions from here on, and holds a
 * reference; or no longer. Caller holds r->vm->lock, or r->vm is ending. */
void shmem_add_region(struct region *r);
void shmem_remove_region(struct region *r);

/* Zeroes what is past the size in its last page. */
void shmem_zero_rest(struct shmem *shmem);
