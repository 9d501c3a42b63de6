// SPDX-License-Identifier: MIT
/*
 * entry.c - invariant 2 where the kernel is entered from EL0: the window is
 * shut before any C runs, in a system call and in an interrupt. What the
 * kernel found there: /proc/entry of the test kernel (tests/kernel/entry.c).
 */
#include "ktest.h"

static char view[256], value[16];

static const char *entry_says(const char *key)
{
	file_read("/proc/entry", view, sizeof(view));
	return view_get(view, key, value, sizeof(value));
}

static void skip_without_guard(void)
{
	if (strcmp(entry_says("guard"), "yes") != 0) {
		SKIP("nothing shuts a window: invariant 2 is not in force");
	}
}

TEST(entry, a_system_call_finds_the_window_shut)
{
	skip_without_guard();
	EXPECT(strcmp(entry_says("system_call"), "shut") == 0);
}

TEST(entry, an_interrupt_finds_the_window_shut)
{
	skip_without_guard();
	EXPECT_EQ(file_write("/proc/entry", "look"), 0);
	while (strcmp(entry_says("interrupt"), "none") == 0) {
		for (volatile int i = 0; i < 1000; i++) {
		}
	}
	EXPECT(strcmp(value, "shut") == 0);
}
