/* SPDX-License-Identifier: MIT */
/* try_fork.c - what `make trace FILE=` is given: some pages, a child that ends
 * before its parent writes to the first, and a child that writes to it. */
#include "rt.h"

#define SIZE (16 * 65536) /* so many that fork() shares their table */

static __attribute__((noinline)) void change(volatile char *p)
{
	*p = 2;
}

int main(void)
{
	volatile char *p = mmap((void *)0x40000000, SIZE,
				PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	int status = -1;

	for (int i = 0; i < SIZE; i += 65536) {
		p[i] = 1;
	}
	if (fork() == 0) {
		exit(0);
	}
	waitpid(-1, &status, 0);
	change(p);
	if (fork() == 0) {
		change(p);
		exit(0);
	}
	waitpid(-1, &status, 0);
	return status;
}
