/* SPDX-License-Identifier: MIT */
/* try_untraced.c - tracing ends, and only then come two bad pointers. */
#include "rt.h"

int main(void)
{
	long fd = open("/proc/trace", O_WRONLY);
	struct new_utsname *hole = (void *)0x40000000;

	write((int)fd, "off", 3);
	uname(hole);
	return *(volatile char *)(hole + 1);
}
