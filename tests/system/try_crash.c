/* SPDX-License-Identifier: MIT */
/* try_crash.c - what `make try FILE=` is given: a program that dies. */
#include "rt.h"

int main(void)
{
	printf("before\n");
	*(volatile int *)0x1234 = 1;
	printf("after\n");
	return 0;
}
