// SPDX-License-Identifier: MIT
/*
 * selftest.c - has the kernel run its own tests, here: in this process's
 * address space. The arguments are what /proc/selftest takes; none: "run".
 */
#include "rt.h"

int main(int argc, char **argv)
{
	char words[256] = "run";
	size_t len = 0;
	long err;

	for (int i = 1; i < argc && len < sizeof(words); i++) {
		len += (size_t)snprintf(words + len, sizeof(words) - len,
					"%s ", argv[i]);
	}
	err = file_write("/proc/selftest", words);
	if (err != 0 && err != -EIO) { /* -EIO: tests ran, and some failed */
		printf("# /proc/selftest \"%s\": %s\n", words,
		       errno_name(err));
	}
	return err != 0;
}
