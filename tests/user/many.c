/* SPDX-License-Identifier: MIT */
/*
 * many.c - a long trace: "many ROUNDS" makes some nine records a round, faults
 * and light events of every kind, in two processes that take turns. Nearly all
 * are alike; the last two faults of each process are not. What a story does
 * with so many is tested in tests/system/story.py.
 */
#include "rt.h"

#define PAGES     256
#define PAGE_SIZE 65536 /* of any granule, at least one page */

/* Gives the pages back every time that all have been touched. */
static int touch_next(volatile char *pages, size_t round)
{
	const size_t page = round % PAGES;

	if (page == 0 &&
	    madvise((void *)pages, PAGES * PAGE_SIZE, MADV_DONTNEED) != 0) {
		return 1;
	}
	pages[page * PAGE_SIZE] = 1;
	return 0;
}

static int make_many(size_t rounds)
{
	struct new_utsname name;
	volatile char *pages = mmap(NULL, PAGES * PAGE_SIZE,
				    PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < rounds; i++) {
		if (uname(&name) != 0 || touch_next(pages, i) != 0) {
			return 1;
		}
		sched_yield();
	}
	return uname(NULL) != -EFAULT || write(1, (void *)8, 1) != -EFAULT;
}

static size_t number(const char *text)
{
	size_t value = 0;

	for (; *text >= '0' && *text <= '9'; text++) {
		value = 10 * value + (size_t)(*text - '0');
	}
	return value;
}

/* "many 500 calls": the shortest call, so often, and nothing else. */
static int make_calls(size_t rounds)
{
	for (size_t i = 0; i < rounds; i++) {
		getppid();
	}
	return 0;
}

int main(int argc, char **argv)
{
	const size_t rounds = argc > 1 ? number(argv[1]) : 100;
	long child;
	int err, status = 0;

	if (argc > 2) {
		return make_calls(rounds);
	}
	child = fork();
	err = make_many(rounds);
	if (child == 0) {
		return err;
	}
	return waitpid(child, &status, 0) != child || status != 0 || err != 0;
}
