/* SPDX-License-Identifier: MIT */
/*
 * textbook.c - the private system calls (src/sys/textbook.c): what they
 * return, what arrives, and that each bad pointer is refused.
 */
#include <linux/limits.h>

#include "badptr.h"

TEST(silly_copy, carries_one_word)
{
	uint64_t src = 0x0123456789abcdef, dst[3] = { 1, 2, 3 };

	EXPECT_EQ(silly_copy(&src, &dst[1], 8), 8);
	EXPECT_EQ(dst[0], 1);
	EXPECT_EQ(dst[1], (long)src);
	EXPECT_EQ(dst[2], 3);
}

TEST(silly_copy, any_other_length_is_einval)
{
	static const size_t lengths[] = { 0, 1, 4, 7, 9, 16, 4096,
					  SIZE_MAX, 1ul << 32 | 8 };
	uint64_t src = 1, dst = 2;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		EXPECT_EQ(silly_copy(&src, &dst, lengths[i]), -EINVAL);
		/* Before it looks at the pointers. */
		EXPECT_EQ(silly_copy(NULL, NULL, lengths[i]), -EINVAL);
	}
	EXPECT_EQ(dst, 2);
}

TEST(silly_copy, bad_pointer_is_efault)
{
	uint64_t word = 7;

	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, silly_copy((void *)p->addr, &word, 8), -EFAULT);
		EXPECT_FOR(p, silly_copy(&word, (void *)p->addr, 8), -EFAULT);
	}
	EXPECT_EQ(word, 7);
}

TEST(silly_copy, a_word_across_an_edge_is_efault)
{
	char *edge = page_edge();
	char word[8] = "abcdefg";

	for (long inside = 1; inside < 8; inside++) {
		EXPECT_EQ(silly_copy(edge - inside, word, 8), -EFAULT);
		EXPECT_EQ(memcmp(word, "abcdefg", 8), 0);
		EXPECT_EQ(silly_copy(word, edge - inside, 8), -EFAULT);
	}
	EXPECT_EQ(silly_copy(word, edge - 8, 8), 8);
	EXPECT_EQ(silly_copy(edge - 8, edge - 8, 8), 8);
	EXPECT_EQ(memcmp(edge - 8, "abcdefg", 8), 0);
}

TEST(silly_copy, what_may_not_be_written_is_efault)
{
	static const uint64_t constant = 5;
	uint64_t word = 6;

	EXPECT_EQ(silly_copy(&word, (void *)&constant, 8), -EFAULT);
	EXPECT_EQ(*(const volatile uint64_t *)&constant, 5);
	EXPECT_EQ(silly_copy(&constant, &word, 8), 8);
	EXPECT_EQ(word, 5);
}

TEST(silly_time, tells_the_time_and_nothing_else)
{
	struct silly_time first, second;

	memset(&first, 0xff, sizeof(first));
	EXPECT_EQ(silly_time(&first), 0);
	EXPECT_EQ(silly_time(&second), 0);
	EXPECT_EQ(first.reserved, 0);
	EXPECT(first.nanoseconds < 1000000000);
	EXPECT(first.seconds * 1000000000 + first.nanoseconds <=
	       second.seconds * 1000000000 + second.nanoseconds);
	EXPECT(second.seconds + second.nanoseconds > 0);
	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, silly_time((void *)p->addr), -EFAULT);
	}
}

TEST(silly_path, is_as_long_as_it_is)
{
	char *edge = page_edge();

	EXPECT_EQ(silly_path(""), 0);
	EXPECT_EQ(silly_path("/init"), 5);
	memcpy(edge - 6, "/init", 6);
	EXPECT_EQ(silly_path(edge - 6), 5); /* the NUL is the last byte */
	edge[-1] = '!';
	EXPECT_EQ(silly_path(edge - 6), -EFAULT);
	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, silly_path((void *)p->addr), -EFAULT);
	}
}

TEST(silly_path, has_a_limit)
{
	static char path[PATH_MAX + 1];

	memset(path, 'a', sizeof(path));
	EXPECT_EQ(silly_path(path), -ENAMETOOLONG);
	path[PATH_MAX] = '\0'; /* one byte too far */
	EXPECT_EQ(silly_path(path), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	EXPECT_EQ(silly_path(path), PATH_MAX - 1);
}

TEST(numbers, behind_the_last_there_is_nothing)
{
	uint64_t src = 1, dst = 2;

	EXPECT_EQ(syscall0(TEXTBOOK_FIRST - 1), -ENOSYS);
	EXPECT_EQ(syscall0(__NR_silly_path + 1), -ENOSYS);
	EXPECT_EQ(syscall0(1000), -ENOSYS);
	/* As in Linux, only the lower half of the number counts. */
	EXPECT_EQ(syscall3(1l << 32 | __NR_silly_copy, (long)&src, (long)&dst,
			   8), 8);
	EXPECT_EQ(dst, 1);
}
