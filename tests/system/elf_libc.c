/* SPDX-License-Identifier: MIT */
/* elf_libc.c - a program for static glibc: elf.py links it with and without
 * -static-pie, and what must have been relocated by then is used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = { "shape:", "ok" };
static __thread int count = 2;
static int (*volatile compare)(const char *, const char *) = strcmp;

int main(int argc, char **argv)
{
	char *line = malloc(16);

	if (line == NULL || argc < 1 || compare(argv[0], "/init") != 0) {
		return 1;
	}
	strcpy(line, words[0]);
	strcat(line, " ");
	strcat(line, words[--count]);
	return puts(line) < 0;
}
