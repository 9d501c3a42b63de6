/* SPDX-License-Identifier: MIT */
/*
 * echo.c - says what each read of the console returned, until it returns 0:
 * tests/system/console.py types at it. `echo N` reads N bytes at most.
 */
#include "rt.h"

static void print_quoted(const char *text, long n)
{
	printf("read %ld: \"", n);
	for (long i = 0; i < n; i++) {
		printf(text[i] == '\n' ? "\\n" : "%c", text[i]);
	}
	printf("\"\n");
}

int main(int argc, char **argv)
{
	static char text[8192];
	long size = argc > 1 ? argv[1][0] - '0' : (long)sizeof(text);
	long n;

	printf("ready\n");
	printf("bad pointer: %ld\n", read(0, (void *)0x10, 8));
	do {
		printf("ready\n");
		n = read(0, text, (size_t)size);
		print_quoted(text, n);
	} while (n > 0);
	return (int)-n;
}
