/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs the host tests of src/mm and src/spinlock.c; the
 * arguments are the suites to run instead. KTAP on stdout; fails if a test failed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#define MAX_TESTS 200

static struct test tests[MAX_TESTS];
static unsigned int count;

void test_register(const struct test *test)
{
	if (count == MAX_TESTS) {
		abort();
	}
	tests[count++] = *test;
}

static void put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sink out = { put };

	return tests_run(&out, tests, tests + count, argv + 1,
			 (size_t)argc - 1) != 0;
}
