/* SPDX-License-Identifier: MIT */
/*
 * echo.c - says what each read of the console returned, until it returns 0:
 * tests/system/console.py types at it. `echo N` reads N bytes at most, `echo w`
 * waits with its first read for Ctrl-C, which ends a child of it.
 */
#include "rt.h"

/* In one write, so that no echo of the console's comes in between. */
static void print_quoted(const char *text, long n)
{
	static char line[3 * 8192];
	long len = snprintf(line, sizeof(line), "read %ld: \"", n);

	for (long i = 0; i < n; i++) {
		if (text[i] == '\n') {
			line[len++] = '\\';
		}
		line[len++] = text[i] == '\n' ? 'n' : text[i];
	}
	len += snprintf(line + len, 3, "\"\n");
	write(1, line, (size_t)len);
}

static void wait_for_interrupt(void)
{
	int status;
	long child = fork();

	while (child == 0) {
		sched_yield();
	}
	printf("ready\n");
	waitpid(child, &status, 0);
	printf("the child was killed by signal %d\n", status & 0x7f);
}

int main(int argc, char **argv)
{
	static char text[8192];
	bool wait = argc > 1 && argv[1][0] == 'w';
	long size = argc > 1 && !wait ? argv[1][0] - '0' : (long)sizeof(text);
	long n;

	if (wait) {
		wait_for_interrupt();
	}
	printf("ready\n");
	printf("bad pointer: %ld\n", read(0, (void *)0x10, 8));
	do {
		printf("ready\n");
		n = read(0, text, (size_t)size);
		print_quoted(text, n);
	} while (n > 0);
	return (int)-n;
}
