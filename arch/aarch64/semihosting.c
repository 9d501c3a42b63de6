// SPDX-License-Identifier: MIT
/*
 * semihosting.c - what we ask of the host: text before there is a console,
 * the trace file, and the machine's exit status. Callable with the MMU off
 * and on: the host reads our memory through the current translation.
 */
#include "semihosting.h"

#include "arch_lab.h"
#include "lib/string.h"

void semihosting_write0(const char *text)
{
	semihosting_call(SEMIHOSTING_WRITE0, text);
}

void semihosting_exit(int status)
{
	/* ADP_Stopped_ApplicationExit: the status is the program's own. */
	const uint64_t block[2] = { 0x20026, (uint64_t)status };

	semihosting_call(SEMIHOSTING_EXIT_EXTENDED, block);
}

void arch_early_puts(const char *text, size_t len)
{
	char chunk[81];

	while (len > 0) {
		size_t n = MIN(len, sizeof(chunk) - 1);

		memcpy(chunk, text, n);
		chunk[n] = '\0';
		semihosting_write0(chunk);
		text += n;
		len -= n;
	}
}

int arch_host_open(const char *path)
{
	/* Mode 5 is fopen's "wb". */
	const uint64_t block[3] = { (uint64_t)path, 5, strlen(path) };

	return (int)semihosting_call(SEMIHOSTING_OPEN, block);
}

int arch_host_write(int handle, const void *data, size_t len)
{
	const uint64_t block[3] = { (uint64_t)handle, (uint64_t)data, len };

	/* It returns the number of bytes NOT written. */
	return semihosting_call(SEMIHOSTING_WRITE, block) == 0 ? 0 : -1;
}
