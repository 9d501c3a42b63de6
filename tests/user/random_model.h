/* SPDX-License-Identifier: MIT */
/*
 * random_model.h - what random.c knows of its memory: each page of a window,
 * who may do what there and eight cells of it, and each memory object. All
 * other bytes are zero.
 */
#pragma once

#include "rt.h"

#define PAGES   96
#define CELLS   8
#define OBJECTS 32 /* the first FILES are memory files, the rest MAP_SHARED */
#define FILES   2
#define OBJECT_PAGES 12
#define DEPTH   3  /* of children's children */
#define NOTHING 0x80 /* as prot: no mapping */
#define RW      (PROT_READ | PROT_WRITE)

struct page {
	uint8_t prot;
	bool shared;
	bool own;       /* its cells are its own; else the object's */
	int8_t object;  /* -1: none */
	uint8_t at;     /* which page of the object */
	uint8_t cell[CELLS];
};

static struct page page[PAGES];
static bool held[OBJECTS]; /* by an ancestor: not to be used anew */
static int file[FILES], scratch, zero;
static uint64_t state, page_size, base;
static unsigned int depth;
static uint64_t cuts_heard;

/* What all processes of the run share. */
static struct shared {
	uint64_t done; /* operations */
	/* What ftruncate() cut off, and when: a parent hears of it later. */
	uint64_t cuts;
	struct cut {
		unsigned int object;
		uint64_t size;
	} cut[4096];
	struct object {
		uint64_t size;
		uint8_t cell[OBJECT_PAGES][CELLS];
	} object[OBJECTS];
} *shared;

/* ---- Help ----------------------------------------------------------- */

static uint32_t below(uint32_t limit)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)((x ^ (x >> 31)) % limit);
}

#define EXPECT(a, b)                                                       \
	do {                                                               \
		long expect_a = (long)(a), expect_b = (long)(b);           \
		if (expect_a != expect_b) {                                \
			printf("# %s:%d: " #a " is %ld (0x%lx), and not "  \
			       "%ld (0x%lx), at operation %lu, depth %u\n", \
			       __FILE__, __LINE__, expect_a,               \
			       (unsigned long)expect_a, expect_b,          \
			       (unsigned long)expect_b,                    \
			       (unsigned long)shared->done, depth);        \
			exit(1);                                           \
		}                                                          \
	} while (0)

static uint64_t page_address(unsigned int i)
{
	return base + i * page_size;
}

static uint64_t cell_offset(unsigned int c)
{
	return c * (page_size / CELLS) + (c * 7 + 1);
}

static uint8_t *cells(unsigned int i)
{
	return page[i].own ? page[i].cell :
			     shared->object[page[i].object].cell[page[i].at];
}

static bool is_free(unsigned int from, unsigned int to)
{
	while (from < to && page[from].prot == NOTHING) {
		from++;
	}
	return from >= to;
}

static bool is_past_end(unsigned int i)
{
	const struct page *p = &page[i];

	return p->object >= 0 && !p->own &&
	       p->at * page_size >= shared->object[p->object].size;
}

/* 0, or the signal that an access to the page i must come to. */
static int access_signal(unsigned int i, int prot)
{
	int may = page[i].prot;

	if (may == NOTHING) {
		return SIGSEGV;
	}
	if (may & PROT_WRITE) {
		may |= PROT_READ;
	}
	if (!(may & prot)) {
		return SIGSEGV;
	}
	return is_past_end(i) ? SIGBUS : 0;
}
