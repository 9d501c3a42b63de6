// SPDX-License-Identifier: MIT
/*
 * selftest.c - /proc/selftest: runs the tests of this kernel in the process
 * that asks for them, so that they have a user address space to work on.
 *
 * The text written to it is a list of words: suites ("tables"), or "run" for
 * all of them; "thin=8" makes the large tables of cases eight times smaller.
 * KTAP goes to the console. The write succeeds exactly if no test failed.
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
		if (suite == NULL || strcmp(t->suite, suite) == 0) {
			return true;
		}
	}
	return false;
}

/* One word of the request. A suite without a test is an error: a test that
 * is not there must not pass. */
static int selftest_word(const char *word)
{
	const char *suite = strcmp(word, "run") == 0 ? NULL : word;
	uint64_t thin;

	if (strncmp(word, "thin=", 5) == 0) {
		if (parse_u64(word + 5, &thin) != 0 || thin == 0) {
			return -EINVAL;
		}
		selftest_thin = (unsigned int)MIN(thin, UINT64_C(1000000));
		return 0;
	}
	if (!selftest_has_suite(suite)) {
		return -ENOENT;
	}
	return tests_run(&console_sink, tests_start, tests_end, suite) == 0 ?
		       0 : -EIO;
}

static int selftest_store(char *text)
{
	int result = 0;

	selftest_thin = 1;
	while (*text != '\0') {
		char *end = strchr(text, ' ');
		int err;

		if (end != NULL) {
			*end++ = '\0';
		}
		err = *text == '\0' ? 0 : selftest_word(text);
		result = result != 0 ? result : err;
		text = end != NULL ? end : text + strlen(text);
	}
	return result;
}

PROC_FILE(selftest, .path = "selftest", .show = selftest_show,
	  .store = selftest_store);
