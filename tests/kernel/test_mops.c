// SPDX-License-Identifier: MIT
/*
 * test_mops.c - the memory copy and set exception at EL1 (arch/aarch64/mops.c)
 * for real: between prologue and main the registers and PSTATE.C change, as if
 * the task had come from a CPU of the other kind.
 */
#include "cpu_features.h"
#include "lib/string.h"
#include "test.h"
#include "wrong_option.h"

#define SIZE 3000

TEST(mops, copy_goes_on_after_the_wrong_option_at_el1)
{
	static char from[SIZE], to[SIZE + 1];

	if (!cpu_features.mops) {
		SKIP("this CPU has no MOPS");
	}
	for (unsigned int i = 0; i < SIZE; i++) {
		from[i] = (char)(i * 7 + 1);
	}
	memset(to, 0, sizeof(to));
	copy_with_wrong_option(to, from, SIZE);
	EXPECT_EQ(memcmp(to, from, SIZE), 0);
	EXPECT_EQ(to[SIZE], 0);
}
