/* SPDX-License-Identifier: MIT */
/*
 * hello.c - the file to edit first. Change it, then: make try FILE=user/hello.c
 * What it may call is in user/lib/rt.h.
 */
#include "rt.h"

int main(int argc, char **argv)
{
	printf("Hello from EL0: I am process %ld.\n", getpid());
	for (int i = 0; i < argc; i++) {
		printf("argv[%d] = \"%s\" at %p\n", i, argv[i], argv[i]);
	}
	return 0;
}
