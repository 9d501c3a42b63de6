/* SPDX-License-Identifier: MIT */
/*
 * runner.c - runs tests and reports in KTAP, in the kernel and on the host.
 * A test with several failed expectations prints the first few only, so that
 * a fuzz loop cannot flood the console. Every test prints exactly one result
 * line, and the plan is printed before the first.
 */
#include "test.h"

#include "lib/string.h"

#define MAX_FAILURES_SHOWN 5

static struct {
	struct sink *out;
	unsigned int failures; /* of the test that runs */
	const char *skipped;   /* why, or NULL */
} run;

/* Counts a failure; true if it should be shown. */
static bool test_fail(void)
{
	run.failures++;
	if (run.failures == MAX_FAILURES_SHOWN + 1) {
		sink_printf(run.out, "# more failures in this test\n");
	}
	return run.failures <= MAX_FAILURES_SHOWN;
}

bool test_expect(bool ok, const char *what, const char *file, int line)
{
	if (!ok && test_fail()) {
		sink_printf(run.out, "# %s:%d: not true: %s\n", file, line,
			    what);
	}
	return ok;
}

bool test_expect_eq(uint64_t a, uint64_t b, const char *what,
		    const char *file, int line)
{
	if (a != b && test_fail()) {
		sink_printf(run.out,
			    "# %s:%d: not true: %s: %ld (0x%lx) and %ld "
			    "(0x%lx)\n",
			    file, line, what, (long)a, (unsigned long)a,
			    (long)b, (unsigned long)b);
	}
	return a == b;
}

void test_skip(const char *why)
{
	run.skipped = why;
}

void test_note(const char *fmt, ...)
{
	va_list args;

	sink_printf(run.out, "# ");
	va_start(args, fmt);
	sink_vprintf(run.out, fmt, args);
	va_end(args);
	sink_printf(run.out, "\n");
}

/* Runs one test and prints its result; true unless it failed. */
static bool test_run(const struct test *test, unsigned int number)
{
	run.failures = 0;
	run.skipped = NULL;
	test->run();
	sink_printf(run.out, "%s %u %s.%s", run.failures > 0 ? "not ok" : "ok",
		    number, test->suite, test->name);
	if (run.failures == 0 && run.skipped != NULL) {
		sink_printf(run.out, " # SKIP %s", run.skipped);
	}
	sink_printf(run.out, "\n");
	return run.failures == 0;
}

static bool test_is_of(const struct test *test, char *const *suites,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(test->suite, suites[i]) == 0) {
			return true;
		}
	}
	return count == 0 || strcmp(test->suite, "last") == 0;
}

unsigned int tests_run(struct sink *out, const struct test *first,
		       const struct test *end, char *const *suites,
		       size_t count)
{
	unsigned int plan = 0, number = 0, failed = 0;

	run.out = out;
	for (const struct test *t = first; t < end; t++) {
		plan += test_is_of(t, suites, count);
	}
	sink_printf(out, "KTAP version 1\n1..%u\n", plan);
	for (const struct test *t = first; t < end; t++) {
		if (test_is_of(t, suites, count)) {
			failed += !test_run(t, ++number);
		}
	}
	return failed;
}
