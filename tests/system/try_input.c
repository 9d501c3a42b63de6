/* SPDX-License-Identifier: MIT */
/* try_input.c - what `make try FILE=` is given: a program that reads. */
#include "rt.h"

int main(void)
{
	char text[100];
	long len;

	printf("who?\n");
	while ((len = read(0, text, sizeof(text) - 1)) > 0) {
		text[len - 1] = '\0';
		printf("<%s>\n", text);
	}
	printf("end %ld\n", len);
	return 0;
}
