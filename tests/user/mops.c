// SPDX-License-Identifier: MIT
/*
 * mops.c - the memory copy and set exception from EL0 (arch/aarch64/mops.c)
 * for real: between prologue and main the registers and PSTATE.C change, as if
 * the task had come from a CPU of the other kind.
 */
#include <asm/hwcap.h>

#include "ktest.h"
#include "wrong_option.h"

#define SIZE 3000
#ifndef HWCAP2_MOPS /* in Linux's headers since 6.5 */
#define HWCAP2_MOPS (1ul << 43)
#endif

/* AT_HWCAP2: the auxiliary vector follows the environment. */
static uint64_t auxv_hwcap2(void)
{
	char **p = ktest_argv;
	int nulls = 0;

	while (nulls < 2) {
		nulls += *p++ == NULL;
	}
	for (uint64_t *pair = (uint64_t *)p; pair[0] != AT_NULL; pair += 2) {
		if (pair[0] == AT_HWCAP2) {
			return pair[1];
		}
	}
	return 0;
}

TEST(mops, copy_goes_on_after_the_wrong_option_at_el0)
{
	static char from[SIZE], to[SIZE + 1];

	if (!(auxv_hwcap2() & HWCAP2_MOPS)) {
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
