// SPDX-License-Identifier: MIT
/*
 * test_mops.c - the memory copy and set exception at EL1 (arch/aarch64/mops.c)
 * for real: between prologue and main the registers and PSTATE.C change, as if
 * the task had come from a CPU of the other kind.
 */
#include "cpu_features.h"
#include "lib/string.h"
#include "test.h"

#define SIZE 3000

/*
 * What the prologue left is of option A, the only one that QEMU has; here it
 * becomes what option B would have left, and PSTATE.C (bit 29 of NZCV) says
 * so. Then main must raise the exception. CPYFP, CPYFM and CPYFE stand behind
 * each other for the restart; this first prologue is another one, elsewhere.
 */
static void copy_with_wrong_option(char *to, const char *from, uint64_t n)
{
	asm volatile("	.arch_extension mops\n"
		     "	b	2f\n"
		     "1:	add	%0, %0, %2\n" /* size: minus the rest */
		     "	add	%1, %1, %2\n"
		     "	neg	%2, %2\n"
		     "	mrs	x9, nzcv\n"
		     "	eor	x9, x9, #(1 << 29)\n"
		     "	msr	nzcv, x9\n"
		     "	b	3f\n"
		     "2:	adr	x10, 1b\n"
		     "	cpyfp	[%0]!, [%1]!, %2!\n"
		     "	br	x10\n"
		     "	cpyfp	[%0]!, [%1]!, %2!\n"
		     "3:	cpyfm	[%0]!, [%1]!, %2!\n"
		     "	cpyfe	[%0]!, [%1]!, %2!\n"
		     : "+r"(to), "+r"(from), "+r"(n)
		     : : "x9", "x10", "memory", "cc");
}

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
