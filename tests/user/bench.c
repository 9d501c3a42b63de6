// SPDX-License-Identifier: MIT
/*
 * bench.c - asks the kernel what user access costs (tests/kernel/bench.c):
 * offers it memory to copy from and to, and prints what it answers.
 */
#include "rt.h"

static char memory[128 * 1024] __attribute__((aligned(65536)));
static char answer[4096];

int main(void)
{
	char text[32];
	long fd, n;

	memset(memory, 1, sizeof(memory)); /* every page is there */
	snprintf(text, sizeof(text), "0x%lx", (unsigned long)memory);
	fd = open("/proc/bench", O_WRONLY);
	if (fd < 0 || write((int)fd, text, strlen(text)) < 0) {
		printf("no /proc/bench: this is not the test kernel\n");
		return 1;
	}
	close((int)fd);
	fd = open("/proc/bench", O_RDONLY);
	while ((n = read((int)fd, answer, sizeof(answer))) > 0) {
		write(1, answer, (size_t)n);
	}
	return 0;
}
