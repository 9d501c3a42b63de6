/* SPDX-License-Identifier: MIT */
/*
 * measure_processes.h - for measure.c: what it costs to make and to end a
 * process, and to switch to another one, with many pages and among many.
 */
#pragma once

#include "measure.h"

static const char *self; /* the path of this program */

#define FORKS 20

/* Each child writes to so many of the pages at p. */
static uint64_t fork_write_exit_wait(char *p, size_t writes)
{
	uint64_t start = clock_now();

	for (int i = 0; i < FORKS; i++) {
		long pid = fork();

		if (pid == 0) {
			touch(p, writes, page_size);
			exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return clock_now() - start;
}

static uint64_t fork_exit_wait(size_t unused)
{
	(void)unused;
	return fork_write_exit_wait(NULL, 0);
}

/* Beside those of the program, which are about ten. */
static uint64_t fork_with(size_t pages, size_t writes)
{
	char *p = map_pages(pages);
	uint64_t cost = CANNOT;

	if (!map_failed(p)) {
		touch(p, pages, page_size);
		cost = fork_write_exit_wait(p, writes);
	}
	munmap(p, pages * page_size);
	return cost;
}

static uint64_t fork_with_pages(size_t pages)
{
	return fork_with(pages, 0);
}

static uint64_t fork_that_writes_one(size_t pages)
{
	return fork_with(pages, 1);
}

static uint64_t fork_that_writes_all(size_t pages)
{
	return fork_with(pages, pages);
}

/* The child becomes this program again, which then ends at once. */
static uint64_t fork_exec_exit_wait(size_t times)
{
	const char *argv[] = { self, "--exit", NULL };
	uint64_t start = clock_now();

	for (size_t i = 0; i < times; i++) {
		int status = 0;
		long pid = fork();

		if (pid == 0) {
			syscall3(__NR_execve, (long)self, (long)argv,
				 (long)&argv[2]);
			exit(1);
		}
		waitpid(pid, &status, 0);
		if (status != 0) {
			return CANNOT;
		}
	}
	return clock_now() - start;
}

/* It becomes the other's turn; and this one's again, as often as it says. */
static void take_turns(volatile uint64_t *turn, uint64_t me, size_t times)
{
	for (size_t i = 0; i < times; i++) {
		*turn = !me;
		while (*turn != me) {
			sched_yield();
		}
	}
}

/* By sched_yield(), as often as it takes until the other one has run. */
static uint64_t context_switch(size_t switches)
{
	volatile uint64_t *turn = map_shared();
	uint64_t cost;
	long pid;

	*turn = 0;
	pid = fork();
	if (pid == 0) {
		while (*turn != 1) {
			sched_yield();
		}
		take_turns(turn, 1, switches / 2);
		*turn = 0;
		exit(0);
	}
	take_turns(turn, 0, 1); /* the child has begun */
	cost = clock_now();
	take_turns(turn, 0, switches / 2);
	cost = clock_now() - cost;
	waitpid(pid, NULL, 0);
	unmap_shared(turn);
	return cost;
}

/*
 * What work() takes while there are as many processes: each waits for the one
 * that it has made, and the last one works.
 */
static uint64_t among_processes(size_t processes, uint64_t (*work)(size_t),
				size_t n)
{
	volatile uint64_t *cost = map_shared();
	uint64_t result;
	size_t i = 1;
	long pid = 0;

	*cost = CANNOT;
	while (i < processes && (pid = fork()) == 0) {
		i++;
	}
	if (pid == 0) {
		*cost = work(n);
	}
	waitpid(pid, NULL, 0);
	if (i > 1) {
		exit(0);
	}
	result = *cost;
	unmap_shared(cost);
	return result;
}

static uint64_t fork_among(size_t processes)
{
	return among_processes(processes, fork_exit_wait, 0);
}

static uint64_t switch_among(size_t processes)
{
	return among_processes(processes, context_switch, 1000);
}
