/* SPDX-License-Identifier: MIT */
/*
 * memory.h - what the suites about memory share. Each expected errno in them
 * was taken from Linux's own source or a run of Linux.
 */
#pragma once

#include "auxv.h"
#include "ktest.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t page_size; /* set by each test, through ready() */

static inline void ready(void)
{
	page_size = auxv_page_size(ktest_argv);
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
