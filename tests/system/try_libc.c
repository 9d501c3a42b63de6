/* SPDX-License-Identifier: MIT */
/* try_libc.c - what `make try FILE=… LIBC=1` is given: malloc() and stdio. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	char *text = malloc(100);

	if (text == NULL) {
		return 1;
	}
	snprintf(text, 100, "%d argument, %s", argc - 1, argv[argc - 1]);
	puts(text);
	free(text);
	return 0;
}
