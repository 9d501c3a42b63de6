/* SPDX-License-Identifier: MIT */
/*
 * mappings.c - seeded disorder: grows and shrinks the heap, touches pages from
 * EL0 and through the kernel, good and bad ones, shares them by fork() and
 * lets children die of what they did. It checks nothing itself: the trace of
 * its faults is compared with QEMU's own log (tests/system/trace.py).
 *
 *	mappings [SEED [STEPS]]
 */
#include "rt.h"

#define PAGE  4096u
#define PAGES 64u /* of heap at most */

static uint64_t random_state;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t heap_start, heap_end;

/* Somewhere in the heap, just past it, or where nothing is mapped. */
static uint64_t random_address(void)
{
	const uint64_t where = heap_start + random_next() % (PAGES * PAGE);

	switch (random_next() % 16) {
	case 0:
		return where + UINT64_C(0x100000000);
	case 1:
		return random_next();
	default:
		return where & ~UINT64_C(7);
	}
}

static bool is_mine(uint64_t address)
{
	return address >= heap_start && address + 8 <= heap_end;
}

static void touch_from_el0(void)
{
	volatile uint64_t *p;
	const uint64_t address = random_address();

	if (is_mine(address)) {
		p = (volatile uint64_t *)address;
		if (random_next() % 2 == 0) {
			*p = address;
		} else {
			(void)*p;
		}
	}
}

static void touch_from_el1(void)
{
	const uint64_t address = random_address();
	const long fd = open("/proc/meminfo", O_RDONLY);

	if (fd < 0) {
		return;
	}
	if (random_next() % 2 == 0) {
		read((int)fd, (void *)address, 24);
	} else {
		open((const char *)address, O_RDONLY);
	}
	close((int)fd);
}

static void move_break(void)
{
	heap_end = brk(heap_start + random_next() % (PAGES * PAGE));
}

static void use_stack(unsigned int depth)
{
	volatile char page[PAGE];

	page[0] = (char)depth;
	if (page[0] > 0) {
		use_stack(depth - 1);
	}
}

/* A child writes what both share, and perhaps where nobody may. */
static void run_child(void)
{
	const long pid = fork();
	int status;

	if (pid == 0) {
		for (uint64_t a = heap_start; a + 8 <= heap_end;
		     a += 1 + random_next() % (8 * PAGE)) {
			*(volatile uint64_t *)(a & ~UINT64_C(7)) = a;
		}
		if (random_next() % 2 == 0) {
			*(volatile uint64_t *)random_address() = 1;
		}
		exit(0);
	}
	if (pid > 0) {
		waitpid(pid, &status, 0);
	}
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	while (*text >= '0' && *text <= '9') {
		value = 10 * value + (uint64_t)(*text++ - '0');
	}
	return value;
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 1 ? number(argv[1]) : 1;
	const uint64_t steps = argc > 2 ? number(argv[2]) : 400;

	random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	heap_start = heap_end = brk(0);
	printf("mappings: seed %lu, %lu steps\n", seed, steps);
	for (uint64_t i = 0; i < steps; i++) {
		switch (random_next() % 32) {
		case 0:
			run_child();
			break;
		case 1:
			use_stack((unsigned int)(random_next() % 24));
			break;
		case 2:
		case 3:
			move_break();
			break;
		case 4:
		case 5:
		case 6:
		case 7:
			touch_from_el1();
			break;
		case 8: /* its pages are not used any more: AF = 0 */
			file_write("/proc/self/clear_refs", "1");
			break;
		default:
			touch_from_el0();
			break;
		}
	}
	return 0;
}
