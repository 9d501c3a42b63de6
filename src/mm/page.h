/* SPDX-License-Identifier: MIT */
/*
 * page.h - physical pages: a buddy allocator with a reference count a page.
 *
 * Metadata is made lazily: a page that was never handed out has none, so that
 * boot costs the same with 64 MiB and with 8 GiB.
 */
#pragma once

#include "arch_types.h"
#include "lib/list.h"
#include "lib/types.h"

enum page_kind {
	PAGE_FREE,
	PAGE_CACHED, /* free, and set aside for one CPU */
	PAGE_TAIL,  /* not the first page of its block, free or used */
	PAGE_USED,  /* handed out by page_alloc() */
	PAGE_SLAB,  /* kmalloc() carves objects out of it */
};

struct page {
	uint32_t refs;      /* 0 while free */
	uint8_t order;      /* of the block whose first page this is */
	uint8_t kind;       /* enum page_kind */
	uint16_t in_use;    /* PAGE_SLAB: objects handed out; a translation
			     * table of a program's: entries that are not 0 */
	union {
		struct list list; /* free list of its order, list of slabs */
		struct {          /* PAGE_CACHED */
			struct page *next;
			paddr_t address;
		};
	};
	void *freelist;     /* PAGE_SLAB: first free object */
	uint32_t objsize;   /* PAGE_SLAB, and kmalloc's large blocks */
	bool aged;          /* a translation table of a program's: the CPU may
			     * make pages of it writable by itself */
};

#define PAGE_MAX_ORDER 10

/* How many pages a CPU sets aside at most, for page_alloc(0). They go into
 * larger blocks when there are no others. */
#define PAGE_CACHE_MAX 64

/*
 * Boot, before any other CPU: [start, end) is RAM, mapped in the linear map,
 * and nobody's. May be called for several banks. The bank's metadata takes
 * its own place from the bank.
 */
void page_add_ram(paddr_t start, paddr_t end);

/*
 * 2^order contiguous pages, aligned to their size, with one reference each on
 * the first; contents undefined. PADDR_NONE if there are none.
 * Any context; takes a spinlock with interrupts masked.
 */
paddr_t page_alloc(unsigned int order);
/* One page of zeroes, or PADDR_NONE. */
paddr_t page_alloc_zeroed(void);
void page_get(paddr_t pa);
/* Drops a reference; the last one frees the block. */
void page_put(paddr_t pa);
/* Drops a reference that is not the last; false: it is, and nothing was done. */
bool page_put_unless_last(paddr_t pa);
uint32_t page_refs(paddr_t pa);

/* ---- Looking a page up: inline, because faults and copies do it ----- */

/* A bank of RAM: page.c's own, but for page_of(). */
struct bank {
	uint64_t carved;     /* so many frames from the first have metadata */
	uint64_t first, end; /* page frames that can be handed out */
	struct bank *next;   /* a smaller one */
	uint32_t orders;     /* bit n: free[n] is not empty */
	struct list free[PAGE_MAX_ORDER + 1];
	struct page pages[]; /* of the frames [first, end) */
};
extern struct bank *page_banks; /* set up at boot: read without the lock */

/* The metadata of a frame, and its bank; NULL if it has none. */
static inline struct page *page_find(uint64_t frame, struct bank **bank)
{
	for (struct bank *b = page_banks; b != NULL; b = b->next) {
		const uint64_t i = frame - b->first;

		/* Acquire: below the mark, the metadata is complete. */
		if (i < __atomic_load_n(&b->carved, __ATOMIC_ACQUIRE)) {
			*bank = b;
			return &b->pages[i];
		}
	}
	return NULL;
}

/*
 * The metadata of the block that holds pa (it begins at pa, rounded down to
 * PAGE_SIZE << order); NULL if no block that was handed out holds it.
 */
static inline struct page *page_of(paddr_t pa)
{
	uint64_t frame = pa >> PAGE_SHIFT;
	struct bank *bank;
	struct page *page = page_find(frame, &bank);

	while (page != NULL && unlikely(page->kind < PAGE_USED)) {
		if (page->kind != PAGE_TAIL) {
			return NULL;
		}
		page -= frame & -frame; /* where the next larger block begins */
		frame &= frame - 1;
	}
	return page;
}

/* The pages that this CPU has set aside go back to all: before it stops. */
void page_drain(void);

/* In pages; without what other CPUs have set aside. */
size_t page_count_free(void);
size_t page_count_total(void); /* in pages */
