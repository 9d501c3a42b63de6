/* SPDX-License-Identifier: MIT */
/*
 * memory.h - what the suites about memory share. Each expected errno in them
 * was taken from Linux's own source or a run of Linux.
 */
#pragma once

#include "ktest.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t page_size; /* set by each test, through ready() */

/* AT_PAGESZ: the kernel may be built for other pages. */
static inline void ready(void)
{
	char **p = ktest_argv;
	const uint64_t *auxv;

	for (int nulls = 0; nulls < 2; p++) {
		nulls += *p == NULL;
	}
	for (auxv = (uint64_t *)p; auxv[0] != AT_PAGESZ; auxv += 2) {
	}
	page_size = auxv[1];
}

static inline char *map_pages(size_t pages, int prot)
{
	char *p;

	ready();
	p = mmap(NULL, pages * page_size, prot, ANON, -1, 0);
	EXPECT(!map_failed(p));
	return p;
}

static inline void store(volatile char *p)
{
	*p = 1;
}

static inline void touch(const volatile char *p)
{
	(void)*p;
}
