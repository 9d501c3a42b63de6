/* SPDX-License-Identifier: MIT */
/*
 * panic.c - the end of a kernel bug on the host: a sentence and abort(), or,
 * where a test expects it, the sentence in memory that is shared with the
 * parent process.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static char *panic_text; /* shared with the parent; NULL: nobody expects it */
#define PANIC_TEXT_SIZE 4096

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (panic_text != NULL) {
		vsnprintf(panic_text, PANIC_TEXT_SIZE, fmt, args);
		_exit(125);
	}
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	abort();
}

bool host_panics(void (*fn)(void), const char *words)
{
	bool panicked;
	pid_t child;
	int status = 0;

	panic_text = mmap(NULL, PANIC_TEXT_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (panic_text == MAP_FAILED) {
		abort();
	}
	child = fork();
	if (child == 0) {
		fn();
		_exit(0);
	}
	waitpid(child, &status, 0);
	panicked = child > 0 && WIFEXITED(status) &&
		   WEXITSTATUS(status) == 125 &&
		   strstr(panic_text, words) != NULL;
	if (!panicked) {
		printf("# status %d, panic said: \"%s\"\n", status, panic_text);
	}
	munmap(panic_text, PANIC_TEXT_SIZE);
	panic_text = NULL;
	return panicked;
}
