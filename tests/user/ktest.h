/* SPDX-License-Identifier: MIT */
/*
 * ktest.h - tests at EL0. A program that includes this is a suite: it must be
 * process 1, runs each TEST in a process of its own, and prints KTAP. The
 * macros are those of ../test.h.
 *
 * After each test the machine must have as many free pages as before: a page
 * that is lost fails the test. Because the kernel keeps a few empty pages for
 * its next objects, a test after which some are missing is run once more, and
 * only a page that is missing again was lost.
 */
#pragma once

#include "tables.h"

#include <linux/fs.h>
#include <linux/wait.h>

struct ktest {
	const char *name; /* "suite.claim" */
	void (*run)(void);
};

#define TEST(suite, name)                                                 \
	static void run_##suite##_##name(void);                           \
	static const struct ktest test_##suite##_##name                   \
		__attribute__((section("ktests"), used, aligned(8))) = {  \
			#suite "." #name, run_##suite##_##name            \
		};                                                        \
	static void run_##suite##_##name(void)

#define KTEST_SKIPPED 77 /* the exit status, as automake has it */

static unsigned int ktest_failures;

static inline bool ktest_expect(bool ok, const char *what, const char *file,
				int line)
{
	if (!ok) {
		ktest_failures++;
		printf("# %s:%d: not true: %s\n", file, line, what);
	}
	return ok;
}

static inline bool ktest_expect_eq(long a, long b, const char *what,
				   const char *file, int line)
{
	if (a != b) {
		ktest_failures++;
		printf("# %s:%d: not true: %s: %ld (0x%lx) and %ld (0x%lx)\n",
		       file, line, what, a, (unsigned long)a, b,
		       (unsigned long)b);
	}
	return a == b;
}

#define EXPECT(cond) ktest_expect(!!(cond), #cond, __FILE__, __LINE__)
#define EXPECT_EQ(a, b)                                                  \
	ktest_expect_eq((long)(a), (long)(b), #a " == " #b, __FILE__, \
			__LINE__)
#define SKIP(why)                        \
	do {                             \
		printf("# " why "\n");   \
		exit(KTEST_SKIPPED);     \
	} while (0)

/* Runs body in a child; returns its wait status, or -errno. A failed
 * expectation in it gives the exit status 1. */
#define IN_CHILD(body)                                       \
	({                                                   \
		int child_status = 0;                        \
		long child_pid = fork();                     \
		if (child_pid == 0) {                        \
			body;                                \
			exit(ktest_failures > 0);            \
		}                                            \
		child_pid < 0 ? child_pid :                  \
			waitpid(child_pid, &child_status, 0) == child_pid ? \
			child_status : -1;                   \
	})

/* The free memory of the machine in KiB, as /proc/meminfo has it. */
static inline long ktest_free_memory(void)
{
	char text[256], value[32];
	long free = 0;

	file_read("/proc/meminfo", text, sizeof(text));
	view_get(text, "MemFree", value, sizeof(value));
	for (const char *p = value; *p != '\0'; p++) {
		if (*p >= '0' && *p <= '9') {
			free = free * 10 + (*p - '0');
		}
	}
	return free;
}

/* Runs a test in a child. Sets *lost to the KiB that are missing afterwards. */
static inline int ktest_run_once(const struct ktest *test, long *lost)
{
	long before = ktest_free_memory();
	int status = IN_CHILD({ test->run(); }), orphan;

	/* Its children that are left are process 1's now: this one's. */
	while (waitpid(-1, &orphan, 0) > 0) {
		status = status == 0 ? orphan : status;
	}
	*lost = before - ktest_free_memory();
	return status;
}

/* Runs a test and prints its result; true unless it failed. */
static inline bool ktest_run(const struct ktest *test, int number)
{
	long lost;
	int status = ktest_run_once(test, &lost);
	bool ok;

	if (status == 0 && lost > 0) {
		status = ktest_run_once(test, &lost);
	}
	if (status == KTEST_SKIPPED << 8) {
		printf("ok %d %s # SKIP see above\n", number, test->name);
		return true;
	}
	if (status & 0x7f) {
		printf("# killed by signal %d\n", status & 0x7f);
	}
	if (lost > 0) {
		printf("# %ld KiB of memory are lost\n", lost);
	}
	ok = status == 0 && lost <= 0;
	printf("%s %d %s\n", ok ? "ok" : "not ok", number, test->name);
	return ok;
}

extern const struct ktest __start_ktests[], __stop_ktests[];

static char **ktest_argv; /* as the program got it */

int main(int argc, char **argv)
{
	int count = (int)(__stop_ktests - __start_ktests), failed = 0;

	(void)argc;
	ktest_argv = argv;
	printf("KTAP version 1\n1..%d\n", count);
	for (int i = 0; i < count; i++) {
		failed += !ktest_run(&__start_ktests[i], i + 1);
	}
	failed += !tables_test();
	return failed > 0;
}
