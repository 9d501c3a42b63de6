/* SPDX-License-Identifier: MIT */
/*
 * test.h - tests, the same in the kernel and on the host.
 *
 *     TEST(uaccess, copy_in_stops_at_page_end)
 *     {
 *             EXPECT_EQ(copy_from_user(buf, user_end - 8, 16), 8);
 *     }
 *
 * The suite is the file, the name is the claim. tests/runner.c runs them and
 * prints KTAP into a sink. A test registers itself: in the kernel through the
 * linker section .tests, on the host by a constructor.
 */
#pragma once

#include "lib/sink.h"

struct test {
	const char *suite, *name;
	void (*run)(void);
};

/*
 * Runs the tests from first up to end (excluded) whose suite is among the
 * count suites (0: all of them), prints one KTAP document, and returns how
 * many failed: the kernel's runner passes the bounds of .tests. One caller at a
 * time. A test of the suite "last" runs in any case: see TEST_LAST.
 */
unsigned int tests_run(struct sink *out, const struct test *first,
		       const struct test *end, char *const *suites,
		       size_t count);

/* What the macros call: notes the failure and prints it as a KTAP comment. */
bool test_expect(bool ok, const char *what, const char *file, int line);
bool test_expect_eq(uint64_t a, uint64_t b, const char *what,
		    const char *file, int line);
void test_skip(const char *why);
/* A line of explanation in the KTAP output ("# seed 1"). */
void test_note(const char *fmt, ...) __printf(1, 2);

/*
 * A failed expectation fails the test, which goes on. Both are expressions
 * that say whether it held: if (!EXPECT(p != NULL)) { return; }
 */
#define EXPECT(cond) test_expect(!!(cond), #cond, __FILE__, __LINE__)
#define EXPECT_EQ(a, b)                                                   \
	test_expect_eq((uint64_t)(a), (uint64_t)(b), #a " == " #b, __FILE__, \
		       __LINE__)

/* Ends the test (it must stand in the TEST itself) as neither pass nor fail. */
#define SKIP(why)               \
	do {                    \
		test_skip(why); \
		return;         \
	} while (0)

#ifdef TEST_ON_HOST
void test_register(const struct test *test); /* copies *test */
#define TEST_REGISTER(id)                                             \
	__attribute__((constructor)) static void test_register_##id(void) \
	{                                                             \
		test_register(&test_##id);                            \
	}
#define TEST_SECTION
#else
#define TEST_REGISTER(id)
#define TEST_SECTION __section(".tests")
/* All tests in the kernel: link.ld defines these. */
extern const struct test tests_start[], tests_end[];
#endif

#define TEST_IN(section, suite_, name_)                          \
	static void run_##suite_##_##name_(void);                \
	static const struct test test_##suite_##_##name_ section \
		__attribute__((aligned(8))) = {                  \
			#suite_, #name_, run_##suite_##_##name_  \
		};                                               \
	TEST_REGISTER(suite_##_##name_)                          \
	static void run_##suite_##_##name_(void)

#define TEST(suite, name) TEST_IN(TEST_SECTION, suite, name)

/* In the kernel: after all others, whichever run (link.ld sorts sections). */
#define TEST_LAST(name) TEST_IN(__section(".tests.last"), last, name)
