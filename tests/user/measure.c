/* SPDX-License-Identifier: MIT */
/*
 * measure.c - what the virtual memory costs, in instructions, as a program
 * sees it: each figure is the mean over many times, and the least of five
 * such means, because a tick of the timer may come in between. One line each:
 *
 *	@cost {"name":"first touch of an anonymous page","instructions":612.3}
 *
 * An argument chooses those that contain it.
 *
 * Only under QEMU's -icount, where a nanosecond is an instruction. The targets
 * are in tools/bench.py.
 */
#include "rt.h"

#include <linux/stat.h>

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t page_size = 4096;

static uint64_t clock_now(void)
{
	uint64_t ticks, hz;

	asm volatile("isb\n\tmrs %0, cntvct_el0\n\tmrs %1, cntfrq_el0"
		     : "=r"(ticks), "=r"(hz));
	return ticks * (1000000000 / hz);
}

static void report(const char *name, uint64_t instructions, uint64_t times)
{
	uint64_t tenths = instructions * 10 / times;

	printf("@cost {\"name\":\"%s\",\"instructions\":%lu.%lu}\n", name,
	       tenths / 10, tenths % 10);
}

static char *map_pages(size_t pages)
{
	return mmap(NULL, pages * page_size, RW, ANON, -1, 0);
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

/* ---- Faults --------------------------------------------------------- */

static uint64_t first_touch(void)
{
	char *p = map_pages(1024);
	uint64_t cost = touch(p, 1024, page_size);

	munmap(p, 1024 * page_size);
	return cost;
}

/* Process 1 of Linux finds no /dev, and makes the file itself. */
static int open_zero(void)
{
	long fd = open("/dev/zero", O_RDONLY);

	if (fd < 0) {
		syscall6(__NR_mknodat, AT_FDCWD, (long)"/zero",
			 S_IFCHR | 0600, 1 << 8 | 5, 0, 0);
		fd = open("/zero", O_RDONLY);
	}
	return (int)fd;
}

/* The same by a copy in the kernel: less what it takes when they are there. */
static uint64_t first_touch_in_a_copy(void)
{
	const size_t len = 1024 * page_size;
	int zero = open_zero();
	char *p = map_pages(1024);
	uint64_t start = clock_now(), middle;

	read(zero, p, len);
	middle = clock_now();
	read(zero, p, len);
	start = (middle - start) - (clock_now() - middle);
	munmap(p, len);
	close(zero);
	return start;
}

/* Every region is a page with rights that its neighbours do not have. */
static uint64_t touch_among(size_t regions)
{
	char *p = map_pages(2 * regions);
	uint64_t cost;

	for (size_t i = 0; i < regions; i++) {
		mprotect(p + (2 * i + 1) * page_size, page_size, PROT_NONE);
	}
	cost = touch(p, regions, 2 * page_size);
	munmap(p, 2 * regions * page_size);
	return cost;
}

static uint64_t touch_among_16(void)
{
	return touch_among(16);
}

static uint64_t touch_among_512(void)
{
	return touch_among(512);
}

static uint64_t touch_among_16384(void)
{
	return touch_among(16384);
}

/* A child writes to what it shares with its parent. */
static uint64_t copy_on_write(void)
{
	uint64_t *cost = mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS,
			      -1, 0);
	char *p = map_pages(256);
	uint64_t result;
	long pid;

	touch(p, 256, page_size);
	*cost = 0;
	pid = fork();
	if (pid == 0) {
		*cost = touch(p, 256, page_size);
		exit(0);
	}
	waitpid(pid, NULL, 0);
	result = *cost;
	munmap(p, 256 * page_size);
	munmap(cost, page_size);
	return result;
}

/* ---- Calls ---------------------------------------------------------- */

static uint64_t mmap_munmap(void)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 1000; i++) {
		munmap(map_pages(16), 16 * page_size);
	}
	return clock_now() - start;
}

static uint64_t map_touch_unmap(void)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 100; i++) {
		char *p = map_pages(16);

		touch(p, 16, page_size);
		munmap(p, 16 * page_size);
	}
	return clock_now() - start;
}

static uint64_t mprotect_twice(void)
{
	char *p = map_pages(16);
	uint64_t start;

	touch(p, 16, page_size);
	start = clock_now();
	for (int i = 0; i < 500; i++) {
		mprotect(p, 16 * page_size, PROT_READ);
		mprotect(p, 16 * page_size, RW);
	}
	start = clock_now() - start;
	munmap(p, 16 * page_size);
	return start;
}

/* The pages that a process of 300 has beside those of the program. */
static char *ballast;

static uint64_t fork_exit_wait(void)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 20; i++) {
		long pid = fork();

		if (pid == 0) {
			exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return clock_now() - start;
}

/* There is no VmRSS here: the free memory before and after gives the number. */
static uint64_t fork_of_300(void)
{
	uint64_t cost;

	ballast = map_pages(290); /* and ten of program, data and stack */
	touch(ballast, 290, page_size);
	cost = fork_exit_wait();
	munmap(ballast, 290 * page_size);
	return cost;
}

static uint64_t getppid_1000(void)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 1000; i++) {
		getppid();
	}
	return clock_now() - start;
}

static const struct {
	const char *name;
	uint64_t (*run)(void);
	unsigned int times; /* what one run() did so often */
} costs[] = {
	{ "getppid", getppid_1000, 1000 },
	{ "first touch of an anonymous page", first_touch, 1024 },
	{ "first touch, inside a copy", first_touch_in_a_copy, 1024 },
	{ "touch among 16 regions", touch_among_16, 16 },
	{ "touch among 512 regions", touch_among_512, 512 },
	{ "touch among 16384 regions", touch_among_16384, 16384 },
	{ "write to a page shared by fork", copy_on_write, 256 },
	{ "mmap + munmap of 16 untouched pages", mmap_munmap, 1000 },
	{ "mmap, touch, munmap of 16 pages", map_touch_unmap, 100 },
	{ "mprotect of 16 pages, twice", mprotect_twice, 500 },
	{ "fork + exit + wait", fork_exit_wait, 20 },
	{ "fork + exit + wait, 300 pages", fork_of_300, 20 },
};

/* Whether text contains word. */
static bool contains(const char *text, const char *word)
{
	while (*text != '\0' && strncmp(text, word, strlen(word)) != 0) {
		text++;
	}
	return *text != '\0';
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		uint64_t least = UINT64_MAX;

		if (argc > 1 && !contains(costs[i].name, argv[1])) {
			continue;
		}
		for (int try = 0; try < 5; try++) {
			uint64_t cost = costs[i].run();

			least = cost < least ? cost : least;
		}
		report(costs[i].name, least, costs[i].times);
	}
	printf("@end\n");
	return 0;
}
