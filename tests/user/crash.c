// SPDX-License-Identifier: MIT
/*
 * crash.c - has the kernel commit a bug, for good: `crash NAME` writes NAME to
 * /proc/crash of the test Image. Without an argument it lists the names. It
 * ends with 0 only if the kernel came back from it.
 */
#include "rt.h"

int main(int argc, char **argv)
{
	char names[1024];
	long err;

	if (argc != 2) {
		file_read("/proc/crash", names, sizeof(names));
		printf("usage: crash NAME, one of\n%s", names);
		return 2;
	}
	printf("crash: %s\n", argv[1]);
	err = file_write("/proc/crash", argv[1]);
	if (err != 0) {
		printf("crash: /proc/crash: %s\n", errno_name(err));
		return 1;
	}
	printf("crash: the kernel came back\n");
	return 0;
}
