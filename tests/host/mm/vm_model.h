/* SPDX-License-Identifier: MIT */
/*
 * vm_model.h - what vm_model_test.c knows: of a few processes, each page of a
 * window and every byte in it; and of each memory object likewise.
 */
#pragma once

#include <string.h>

#include "inject.h"
#include "mm/vm.h"

#define PAGES   80
#define SPACES  6
#define OBJECTS 2
#define OBJECT_PAGES 12
#define NOTHING 0xff /* as prot: no region is there */
#define ALL     (VM_READ | VM_WRITE | VM_EXEC)
/* Over the edge between two level-3 tables, so that both are needed. */
#define WINDOW    (UINT64_C(0x100000000) - 40 * PAGE_SIZE)
#define BRK_PAGE  6
#define BRK_START (WINDOW + BRK_PAGE * PAGE_SIZE - 123)

struct model_page {
	uint8_t prot, may;
	bool shared;
	bool own;         /* its bytes are in bytes[]; else the object's */
	int8_t object;    /* -1: none */
	uint8_t at;       /* which page of the object */
};

static struct model {
	struct vm *vm;
	uint64_t brk;
	struct model_page page[PAGES];
	uint8_t bytes[PAGES][PAGE_SIZE];
	uint8_t first[PAGES][PAGE_SIZE]; /* what a page is filled with */
} space[SPACES];

static struct object {
	struct shmem *shmem;
	uint64_t size;
	uint8_t bytes[OBJECT_PAGES][PAGE_SIZE];
} object[OBJECTS];

static uint8_t program[8 * PAGE_SIZE]; /* what regions with data show */
static struct random rnd;
static bool injecting;

static void arm(void)
{
	if (injecting && random_below(&rnd, 3) == 0) {
		inject_arm(1 + random_below(&rnd, 8));
	}
}

static bool model_is_free(const struct model *m, unsigned int from,
			  unsigned int to)
{
	while (from < to && m->page[from].prot == NOTHING) {
		from++;
	}
	return from >= to;
}

static uint64_t page_va(unsigned int page)
{
	return WINDOW + (uint64_t)page * PAGE_SIZE;
}

/* A random part of the window, perhaps empty: [*from, *to). */
static void random_part(unsigned int *from, unsigned int *to)
{
	*from = random_below(&rnd, PAGES);
	*to = *from + random_below(&rnd, MIN(9u, PAGES - *from + 1));
}

static unsigned int object_page_count(const struct object *o)
{
	return (unsigned int)((o->size + PAGE_SIZE - 1) / PAGE_SIZE);
}

/* The bytes that the model sees in a page. */
static uint8_t *model_bytes(struct model *m, unsigned int i)
{
	const struct model_page *p = &m->page[i];

	return p->own ? m->bytes[i] : object[p->object].bytes[p->at];
}

/* The model of [from, to) is a new private mapping with these first bytes. */
static void model_map(struct model *m, unsigned int from, unsigned int to,
		      unsigned int prot)
{
	for (unsigned int i = from; i < to; i++) {
		m->page[i] = (struct model_page){
			.prot = (uint8_t)prot, .may = ALL, .own = true,
			.object = -1,
		};
		memcpy(m->bytes[i], m->first[i], PAGE_SIZE);
	}
}

static int expected_map(const struct model *m, unsigned int from,
			unsigned int to, unsigned int prot,
			unsigned int flags)
{
	if ((prot & VM_WRITE) && (prot & VM_EXEC)) {
		return -EACCES;
	}
	return !(flags & VM_MAP_NOREPLACE) || model_is_free(m, from, to) ?
		       0 : -EEXIST;
}

static int expected_access(const struct model *m, unsigned int page,
			   unsigned int access)
{
	const struct model_page *p = &m->page[page];
	unsigned int rights = p->prot;

	if (rights == NOTHING) {
		return -EFAULT;
	}
	if (rights & VM_WRITE) {
		rights |= VM_READ;
	}
	if (!(rights & access)) {
		return -EACCES;
	}
	return p->object >= 0 && !p->own &&
			       p->at >= object_page_count(&object[p->object]) ?
		       -ENXIO : 0;
}

/* The private page i gets bytes of its own, if it has none yet. */
static void model_own(struct model *m, unsigned int i)
{
	if (!m->page[i].own && !m->page[i].shared) {
		memcpy(m->bytes[i], model_bytes(m, i), PAGE_SIZE);
		m->page[i].own = true;
	}
}
