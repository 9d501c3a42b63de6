// SPDX-License-Identifier: MIT
/*
 * selftest.c - /proc/selftest: runs the tests of this kernel in the process
 * that asks for them, so that they have a user address space to work on.
 *
 * The text written to it is a list of words: suites ("tables"), or "run" for
 * all of them; "thin=8" makes the large tables of cases eight times smaller,
 * "thin=0" leaves out none: see `make test EXACT=1`.
 * One KTAP document goes to the console, and its last test looks at the tables
 * that the others leave. The write succeeds exactly if no test failed.
 * Reading it lists the tests.
 */
#include <linux/errno.h>

#include "dev/dev.h"
#include "fs/file.h"
#include "lib/string.h"
#include "support.h"
#include "test.h"

unsigned int selftest_thin = 1;

static void selftest_show(struct sink *out)
{
	for (const struct test *t = tests_start; t < tests_end; t++) {
		sink_printf(out, "%s.%s\n", t->suite, t->name);
	}
}

static bool selftest_has_suite(const char *suite)
{
	for (const struct test *t = tests_start; t < tests_end; t++) {
		if (strcmp(t->suite, suite) == 0) {
			return true;
		}
	}
	return false;
}

/* Cuts text into words; returns how many, at most max. */
static size_t selftest_split(char *text, char **words, size_t max)
{
	size_t count = 0;

	while (text != NULL && count < max) {
		char *end = strchr(text, ' ');

		if (end != NULL) {
			*end++ = '\0';
		}
		if (*text != '\0') {
			words[count++] = text;
		}
		text = end;
	}
	return count;
}

/* Takes "thin=N"; returns 1 if it was that, 0 if not, -EINVAL. */
static int selftest_option(const char *word)
{
	uint64_t thin;

	if (strncmp(word, "thin=", 5) != 0) {
		return 0;
	}
	if (parse_u64(word + 5, &thin) != 0 || thin > 1000) {
		return -EINVAL;
	}
	selftest_thin = (unsigned int)thin;
	return 1;
}

/* A suite without a test is an error: what is not there must not pass. */
static int selftest_store(char *text)
{
	char *words[16];
	const size_t count = selftest_split(text, words, ARRAY_SIZE(words));
	size_t suites = 0;
	bool all = false;

	selftest_thin = 1;
	for (size_t i = 0; i < count; i++) {
		const int option = selftest_option(words[i]);

		if (option < 0) {
			return option;
		}
		if (strcmp(words[i], "run") == 0) {
			all = true;
		} else if (option == 0 && !selftest_has_suite(words[i])) {
			return -ENOENT;
		} else if (option == 0) {
			words[suites++] = words[i];
		}
	}
	if (suites == 0 && !all) {
		return -EINVAL;
	}
	return tests_run(&console_sink, tests_start, tests_end, words,
			 all ? 0 : suites) == 0 ? 0 : -EIO;
}

PROC_FILE(selftest, .path = "selftest", .show = selftest_show,
	  .store = selftest_store);
