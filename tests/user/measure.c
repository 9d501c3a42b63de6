/* SPDX-License-Identifier: MIT */
/*
 * measure.c - what the virtual memory costs, in instructions, as a program
 * sees it: each figure is the mean over many times, and the least of some such
 * means, because a tick of the timer may come in between. One line each:
 *
 *	@cost {"name":"first touch of an anonymous page","instructions":612.3}
 *
 * Arguments choose those that contain one of them; -WORD leaves out those that
 * contain WORD. What a kernel cannot do has no line.
 *
 * Only under QEMU's -icount, where a nanosecond is an instruction. The limits
 * are in tools/bench.py.
 */
#include "measure.h"

#include <linux/stat.h>

#include "measure_processes.h"

static uint64_t clock_at_start;

static void report(const char *name, uint64_t instructions, uint64_t times)
{
	uint64_t tenths = instructions * 10 / times;

	printf("@cost {\"name\":\"%s\",\"instructions\":%lu.%lu}\n", name,
	       tenths / 10, tenths % 10);
}

/* Of five runs, or of those that begin in the first half of a second. */
static uint64_t least_of(uint64_t (*run)(size_t), size_t n)
{
	const uint64_t end = clock_now() + 500000000;
	uint64_t least = CANNOT;

	for (int i = 0; i < 5 && (i == 0 || clock_now() < end); i++) {
		uint64_t cost = run(n);

		least = cost < least ? cost : least;
	}
	return least;
}

/* ---- Faults --------------------------------------------------------- */

static uint64_t first_touch(size_t pages)
{
	char *p = map_pages(pages);
	uint64_t cost = CANNOT;

	if (!map_failed(p)) {
		cost = touch(p, pages, page_size);
	}
	munmap(p, pages * page_size);
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
static uint64_t first_touch_in_a_copy(size_t pages)
{
	const size_t len = pages * page_size;
	int zero = open_zero();
	char *p = map_pages(pages);
	uint64_t start = clock_now(), middle;

	read(zero, p, len);
	middle = clock_now();
	read(zero, p, len);
	start = (middle - start) - (clock_now() - middle);
	munmap(p, len);
	close(zero);
	return start;
}

/* As many pages, each between two regions that it may not be merged with. */
static char *map_regions(size_t regions)
{
	char *p = map_pages(2 * regions);

	for (size_t i = 0; i < regions; i++) {
		mprotect(p + (2 * i + 1) * page_size, page_size, PROT_NONE);
	}
	return p;
}

static uint64_t touch_among(size_t regions)
{
	char *p = map_regions(regions);
	uint64_t cost = CANNOT;

	if (!map_failed(p)) {
		cost = touch(p, regions, 2 * page_size);
	}
	munmap(p, 2 * regions * page_size);
	return cost;
}

/* The numbers below count in the same random order in each run. */
static void shuffle(uint32_t *order, uint32_t count)
{
	uint32_t seed = 1;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t j;

		seed = seed * 1664525 + 1013904223;
		j = (uint32_t)((uint64_t)seed * (i + 1) >> 32);
		order[i] = order[j];
		order[j] = i;
	}
}

static uint64_t touch_at_random_among(size_t regions)
{
	uint32_t *order = mmap(NULL, regions * sizeof(*order), RW, ANON, -1, 0);
	char *p = map_regions(regions);
	uint64_t cost;

	if (map_failed(p)) {
		return CANNOT;
	}
	shuffle(order, (uint32_t)regions);
	cost = clock_now();
	for (size_t i = 0; i < regions; i++) {
		*(volatile char *)(p + 2 * order[i] * page_size) = 1;
	}
	cost = clock_now() - cost;
	munmap(p, 2 * regions * page_size);
	munmap(order, regions * sizeof(*order));
	return cost;
}

/* A child writes to what it shares with its parent. */
static uint64_t copy_on_write(size_t pages)
{
	volatile uint64_t *cost = map_shared();
	char *p = map_pages(pages);
	uint64_t result;
	long pid;

	touch(p, pages, page_size);
	*cost = 0;
	pid = fork();
	if (pid == 0) {
		*cost = touch(p, pages, page_size);
		exit(0);
	}
	waitpid(pid, NULL, 0);
	result = *cost;
	munmap(p, pages * page_size);
	unmap_shared(cost);
	return result;
}

/* ---- Calls ---------------------------------------------------------- */

static uint64_t call_getppid(size_t times)
{
	uint64_t start = clock_now();

	for (size_t i = times; i > 0; i--) {
		getppid();
	}
	return clock_now() - start;
}

/* The same loop, without a call: a NOP is the SVC. */
static uint64_t call_nothing(size_t times)
{
	uint64_t start = clock_now();

	for (size_t i = times; i > 0; i--) {
		register long x8 asm("x8") = __NR_getppid;
		register long x0 asm("x0");

		asm volatile("nop" : "=r"(x0) : "r"(x8) : "memory");
	}
	return clock_now() - start;
}

/* From the first instruction at the vector to ERET. */
static uint64_t getppid_in_the_kernel(size_t times)
{
	return least_of(call_getppid, times) - least_of(call_nothing, times);
}

static uint64_t call_uname(void *name, size_t times)
{
	uint64_t start = clock_now();

	for (size_t i = times; i > 0; i--) {
		uname(name);
	}
	return clock_now() - start;
}

static uint64_t uname_right(size_t times)
{
	static struct new_utsname name __attribute__((aligned(64)));

	return call_uname(&name, times);
}

static uint64_t uname_into_unmapped(size_t times)
{
	char *p = map_pages(1);

	munmap(p, page_size);
	return call_uname(p, times);
}

static uint64_t uname_into_the_kernel(size_t times)
{
	return call_uname((void *)0xffff800000000000, times);
}

static uint64_t mmap_munmap(size_t pages)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 1000; i++) {
		munmap(map_pages(pages), pages * page_size);
	}
	return clock_now() - start;
}

static uint64_t map_touch_unmap(size_t pages)
{
	uint64_t start = clock_now();

	for (int i = 0; i < 100; i++) {
		char *p = map_pages(pages);

		touch(p, pages, page_size);
		munmap(p, pages * page_size);
	}
	return clock_now() - start;
}

static uint64_t mprotect_twice(size_t pages)
{
	char *p = map_pages(pages);
	uint64_t start;

	touch(p, pages, page_size);
	start = clock_now();
	for (int i = 0; i < 500; i++) {
		mprotect(p, pages * page_size, PROT_READ);
		mprotect(p, pages * page_size, RW);
	}
	start = clock_now() - start;
	munmap(p, pages * page_size);
	return start;
}

static uint64_t since_reset(size_t unused)
{
	(void)unused;
	return clock_at_start;
}

static const struct {
	const char *name;
	uint64_t (*run)(size_t n);
	size_t n;
	unsigned int times; /* what one run() did so often */
} costs[] = {
	{ "getppid, in the kernel", getppid_in_the_kernel, 1000, 1000 },
	{ "getppid", call_getppid, 1000, 1000 },
	{ "uname", uname_right, 1000, 1000 },
	{ "uname into an unmapped page", uname_into_unmapped, 1000, 1000 },
	{ "uname into a kernel address", uname_into_the_kernel, 1000, 1000 },
	{ "first touch of an anonymous page", first_touch, 1024, 1024 },
	{ "first touch, inside a copy", first_touch_in_a_copy, 1024, 1024 },
	{ "touch among 16 regions", touch_among, 16, 16 },
	{ "touch among 512 regions", touch_among, 512, 512 },
	{ "touch among 16384 regions", touch_among, 16384, 16384 },
	{ "random touch among 16 regions", touch_at_random_among, 16, 16 },
	{ "random touch among 512 regions", touch_at_random_among, 512, 512 },
	{ "random touch among 16384 regions", touch_at_random_among, 16384,
	  16384 },
	{ "random touch among 32700 regions", touch_at_random_among, 32700,
	  32700 },
	{ "write to a page shared by fork", copy_on_write, 256, 256 },
	{ "mmap + munmap of 16 untouched pages", mmap_munmap, 16, 1000 },
	{ "mmap, touch, munmap of 16 pages", map_touch_unmap, 16, 100 },
	{ "mprotect of 16 pages, twice", mprotect_twice, 16, 500 },
	{ "fork + exit + wait", fork_exit_wait, 0, FORKS },
	{ "fork + exit + wait, 16 pages", fork_with_pages, 16, FORKS },
	{ "fork + exit + wait, 300 pages", fork_with_pages, 300, FORKS },
	{ "fork + exit + wait, 2300 pages", fork_with_pages, 2300, FORKS },
	{ "fork + exit + wait, 16384 pages", fork_with_pages, 16384, FORKS },
	{ "fork, write 1 of 300, exit, wait", fork_that_writes_one, 300,
	  FORKS },
	{ "fork, write 300 of 300, exit, wait", fork_that_writes_all, 300,
	  FORKS },
	{ "fork + exec + exit + wait", fork_exec_exit_wait, FORKS, FORKS },
	{ "context switch", context_switch, 1000, 1000 },
	{ "fork + exit + wait, process 1", fork_among, 1, FORKS },
	{ "fork + exit + wait, process 64", fork_among, 64, FORKS },
	{ "fork + exit + wait, process 512", fork_among, 512, FORKS },
	{ "fork + exit + wait, process 4096", fork_among, 4096, FORKS },
	{ "context switch, process 1", switch_among, 1, 1000 },
	{ "context switch, process 64", switch_among, 64, 1000 },
	{ "context switch, process 512", switch_among, 512, 1000 },
	{ "context switch, process 4096", switch_among, 4096, 1000 },
	{ "reset to EL0", since_reset, 0, 1 },
};

/* Whether text contains word. */
static bool contains(const char *text, const char *word)
{
	while (*text != '\0' && strncmp(text, word, strlen(word)) != 0) {
		text++;
	}
	return *text != '\0';
}

/* Whether the arguments choose it: one with "-" in front leaves out. */
static bool chosen(const char *name, char **words)
{
	bool any = true, found = false;

	for (; *words != NULL; words++) {
		if (**words != '-') {
			any = false;
			found = found || contains(name, *words);
		} else if (contains(name, *words + 1)) {
			return false;
		}
	}
	return any || found;
}

/* Linux has work left to do when process 1 begins; here is none. */
static void let_the_boot_end(void)
{
	const struct __kernel_timespec ten_seconds = { .tv_sec = 10 };

	syscall3(__NR_nanosleep, (long)&ten_seconds, 0, 0);
}

int main(int argc, char **argv)
{
	(void)argc;
	clock_at_start = clock_now();
	self = argv[0];
	page_size = auxv_page_size(argv);
	if (argv[1] != NULL && strcmp(argv[1], "--exit") == 0) {
		return 0;
	}
	let_the_boot_end();
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		uint64_t least;

		if (!chosen(costs[i].name, argv + 1)) {
			continue;
		}
		least = least_of(costs[i].run, costs[i].n);
		if (least != CANNOT) {
			report(costs[i].name, least, costs[i].times);
		}
	}
	printf("@end\n");
	return 0;
}
