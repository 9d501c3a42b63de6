/* SPDX-License-Identifier: MIT */
/*
 * measure.h - the instruments of measure.c: a clock that counts instructions
 * under QEMU's -icount, memory to measure with, and what touches it.
 */
#pragma once

#include "auxv.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

#define CANNOT UINT64_MAX /* a cost: no such call, or no memory for it */

static size_t page_size; /* set by main() */

static uint64_t clock_now(void)
{
	uint64_t ticks, hz;

	asm volatile("isb\n\tmrs %0, cntvct_el0\n\tmrs %1, cntfrq_el0"
		     : "=r"(ticks), "=r"(hz));
	return ticks * (1000000000 / hz);
}

static char *map_pages(size_t pages)
{
	return mmap(NULL, pages * page_size, RW, ANON, -1, 0);
}

/* A page of numbers that a parent and its children share. */
static volatile uint64_t *map_shared(void)
{
	return mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void unmap_shared(volatile uint64_t *numbers)
{
	munmap((void *)numbers, page_size);
}

/* Touches count pages, `step` bytes apart; how many instructions it took. */
static uint64_t touch(char *p, size_t count, size_t step)
{
	uint64_t start = clock_now();

	for (size_t i = 0; i < count; i++) {
		*(volatile char *)(p + i * step) = 1;
	}
	return clock_now() - start;
}
