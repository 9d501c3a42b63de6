/* SPDX-License-Identifier: MIT */
/*
 * ktest.h - tests at EL0. A program that includes this is a suite: it must be
 * process 1, runs each TEST in a process of its own, and prints KTAP. The
 * macros are those of ../test.h.
 *
 * After each test the machine must have as many pages, and the kernel as many
 * objects, as before: one that is lost fails the test (left.h).
 */
#pragma once

#include "left.h"
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

/* Runs a test in a child; returns its wait status. */
static inline int ktest_run_child(void (*run)(void))
{
	int status = IN_CHILD({ run(); }), orphan;

	/* Its children that are left are process 1's now: this one's. */
	while (waitpid(-1, &orphan, 0) > 0) {
		status = status == 0 ? orphan : status;
	}
	return status;
}

static inline bool ktest_result(bool ok, int number, const char *name)
{
	printf("%s %d %s\n", ok ? "ok" : "not ok", number, name);
	return ok;
}

/* Runs a test and prints its result; true unless it failed. */
static inline bool ktest_run(const struct ktest *test, int number)
{
	const struct left before = left_now();
	int status = ktest_run_child(test->run);
	bool lost = left_differs(&before);

	if (status == KTEST_SKIPPED << 8 && !lost) {
		printf("ok %d %s # SKIP see above\n", number, test->name);
		return true;
	}
	if (status & 0x7f) {
		printf("# killed by signal %d\n", status & 0x7f);
	}
	return ktest_result(status == 0 && !lost, number, test->name);
}

static inline void ktest_nothing(void)
{
}

/* What the kernel makes for the first child of all is not what a test has
 * lost. Pages of this process: left.h. */
static inline void ktest_warm_up(void)
{
	ktest_run_child(ktest_nothing);
}

extern const struct ktest __start_ktests[], __stop_ktests[];

static char **ktest_argv; /* as the program got it */

int main(int argc, char **argv)
{
	int count = (int)(__stop_ktests - __start_ktests), failed = 0;

	(void)argc;
	ktest_argv = argv;
	printf("KTAP version 1\n1..%d\n", count + 1);
	ktest_warm_up();
	for (int i = 0; i < count; i++) {
		failed += !ktest_run(&__start_ktests[i], i + 1);
	}
	failed += !ktest_result(tables_hold(), count + 1, "last.tables_hold");
	return failed > 0;
}
