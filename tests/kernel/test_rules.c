/* SPDX-License-Identifier: MIT */
/*
 * test_rules.c - the rules of user access that no method decides: the range
 * comes first, and what could not be read is zero (invariants 6 and 8).
 */
#include "uaccess.h"

#include "lib/string.h"
#include "test.h"

TEST(rules, range_is_checked_without_overflow)
{
	static const struct {
		uint64_t addr;
		size_t n;
		bool ok;
	} cases[] = {
		{ 0, 0, true },
		{ 0, 1, true },
		{ 0, USER_END, true },
		{ 0, USER_END + 1, false },
		{ 0, SIZE_MAX, false },
		{ 1, USER_END, false },
		{ 1, SIZE_MAX, false },
		{ USER_END - 1, 1, true },
		{ USER_END - 1, 2, false },
		{ USER_END, 0, true }, /* as Linux: no byte, no matter */
		{ USER_END, 1, false },
		{ USER_END + 1, 0, false },
		{ BIT(55), 1, false },
		{ KERNEL_HALF, 0, false },
		{ KERNEL_HALF, 1, false },
		{ ~UINT64_C(0), 1, false },
		{ ~UINT64_C(0), 0, false },
		{ ~UINT64_C(7), 16, false },
		/* Unless prctl() allows tags, they are part of the address. */
		{ UINT64_C(0x5a) << 56, 1, false },
		{ (UINT64_C(0x5a) << 56) | (USER_END - 1), 2, false },
		{ BIT(55) | BIT(40), 1, false },
		{ (KERNEL_HALF << 8 >> 8) | 0x1000, 1, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const void __user *p = (const void __user *)cases[i].addr;

		if (!EXPECT_EQ(access_ok(p, cases[i].n), cases[i].ok)) {
			test_note("case %zu", i);
		}
	}
}

TEST(rules, nothing_read_leaves_zeroes)
{
	static const uint64_t bad[] = { 0, USER_END, KERNEL_HALF, ~0ul };
	char buf[16];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(buf, 'x', sizeof(buf));
		EXPECT_EQ(copy_from_user(buf + 4, (const void __user *)bad[i],
					 8), 8);
		for (int j = 0; j < 16; j++) {
			EXPECT_EQ(buf[j], j >= 4 && j < 12 ? 0 : 'x');
		}
	}
}

TEST(rules, bad_range_is_refused_by_every_call)
{
	static const uint64_t bad[] = { USER_END, KERNEL_HALF, ~0ul - 7 };
	char buf[16];
	uint64_t x;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		void __user *p = (void __user *)bad[i];
		uint64_t __user *value = p;

		x = 1;
		EXPECT_EQ(copy_to_user(p, buf, 16), 16);
		EXPECT_EQ(clear_user(p, 16), 16);
		EXPECT_EQ(strncpy_from_user(buf, p, 16), -EFAULT);
		EXPECT_EQ(get_user(x, value), -EFAULT);
		EXPECT_EQ(x, 0);
		EXPECT_EQ(put_user(x, value), -EFAULT);
	}
}
