/* SPDX-License-Identifier: MIT */
/*
 * string_test.c - the kernel's string functions, with libc's as the oracle.
 * All small sizes, offsets and overlaps are tried; strings lie at the end of
 * their heap block, so that a read past them is seen.
 */
#include "host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* libc's, named before the plain names come to mean the kernel's. */
static void *(*const libc_memmove)(void *, const void *, size_t) = memmove;
static int (*const libc_memcmp)(const void *, const void *, size_t) = memcmp;
static size_t (*const libc_strlen)(const char *) = strlen;
static int (*const libc_strncmp)(const char *, const char *, size_t) = strncmp;
static int (*const libc_strcmp)(const char *, const char *) = strcmp;

static void *libc_memchr(const void *s, int c, size_t n)
{
	return memchr((void *)(uintptr_t)s, c, n);
}

static char *libc_strchr(const char *s, int c)
{
	return strchr((char *)(uintptr_t)s, c);
}

static size_t (*const libc_strcspn)(const char *, const char *) = strcspn;

static int libc_print_u64(char *buf, size_t size, const char *fmt, uint64_t v)
{
	return snprintf(buf, size, fmt, v);
}

#include "rename.h"
#include "lib/string.h"

enum { ROOM = 160 };

static void fill_random(unsigned char *p, size_t n)
{
	while (n-- > 0) {
		*p++ = (unsigned char)random_u64();
	}
}

/* kernel_memcpy or kernel_memmove within one buffer, as libc would. */
static bool move_agrees(void *(*move)(void *, const void *, size_t), size_t to,
			size_t from, size_t n)
{
	unsigned char ours[ROOM], theirs[ROOM];

	fill_random(ours, ROOM);
	libc_memmove(theirs, ours, ROOM);
	libc_memmove(theirs + to, theirs + from, n);
	return move(ours + to, ours + from, n) == ours + to &&
	       libc_memcmp(ours, theirs, ROOM) == 0;
}

TEST(string, memcpy_copies_every_size_at_every_alignment)
{
	random_seed(1);
	for (size_t n = 0; n <= 72; n++) {
		for (size_t i = 0; i < 64; i++) {
			EXPECT(move_agrees(memcpy, i % 8, 80 + i / 8, n));
			EXPECT(move_agrees(memcpy, 80 + i / 8, i % 8, n));
		}
	}
}

TEST(string, memmove_copies_every_overlap)
{
	random_seed(2);
	for (size_t n = 0; n <= 80; n++) {
		for (size_t to = 0; to < 80; to++) {
			EXPECT(move_agrees(memmove, to, 40, n));
		}
	}
}

TEST(string, memset_fills_exactly)
{
	for (size_t n = 0; n <= 72; n++) {
		for (size_t at = 0; at < 16; at++) {
			unsigned char buf[ROOM] = { 0 };
			size_t wrong = 0;

			EXPECT(memset(buf + at, 0x1a5, n) == buf + at);
			for (size_t i = 0; i < ROOM; i++) {
				wrong += buf[i] !=
					 (i >= at && i < at + n ? 0xa5 : 0);
			}
			EXPECT_EQ(wrong, 0);
		}
	}
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

TEST(string, memcmp_orders_by_the_first_difference)
{
	random_seed(3);
	for (size_t n = 0; n < 40; n++) {
		unsigned char *a = exact_copy((char[40]){ 0 }, n);
		unsigned char *b = exact_copy(a, n);

		EXPECT_EQ(memcmp(a, b, n), 0);
		for (size_t i = 0; i < n; i++) {
			/* After the first difference there may be anything. */
			fill_random(a + i, n - i);
			fill_random(b + i, n - i);
			EXPECT_EQ(sign(memcmp(a, b, n)),
				  sign(libc_memcmp(a, b, n)));
			libc_memmove(b + i, a + i, 1);
		}
		exact_free(a, n);
		exact_free(b, n);
	}
}

/* A random string over few letters, at the end of its heap block. */
static char *random_string(size_t max, size_t *size)
{
	static const char letters[] = "ab\x80\xff";
	char text[64];

	*size = random_below(max) + 1;
	for (size_t i = 0; i < *size; i++) {
		text[i] = letters[random_below(4)];
	}
	text[*size - 1] = '\0';
	return (char *)exact_copy(text, *size);
}

TEST(string, scans_agree_with_libc)
{
	random_seed(4);
	for (int i = 0; i < 20000; i++) {
		size_t na, nb, n = random_below(12);
		char *a = random_string(10, &na), *b = random_string(10, &nb);
		const char c = random_below(2) ? 'a' : '\0';

		EXPECT_EQ(strlen(a), libc_strlen(a));
		EXPECT_EQ(strnlen(a, n), MIN(libc_strlen(a), n));
		EXPECT_EQ(sign(strcmp(a, b)), sign(libc_strcmp(a, b)));
		EXPECT_EQ(sign(strncmp(a, b, n)), sign(libc_strncmp(a, b, n)));
		EXPECT(strchr(a, c) == libc_strchr(a, c));
		EXPECT_EQ(strcspn(a, b), libc_strcspn(a, b));
		EXPECT(memchr(a, c, MIN(na, n)) ==
		       libc_memchr(a, c, MIN(na, n)));
		exact_free((unsigned char *)a, na);
		exact_free((unsigned char *)b, nb);
	}
}

TEST(string, strnlen_reads_no_further_than_max)
{
	unsigned char *text = exact_copy("unterminated", 12);

	EXPECT_EQ(strnlen((char *)text, 12), 12);
	EXPECT_EQ(strncmp((char *)text, "unterminated!", 12), 0);
	exact_free(text, 12);
}

TEST(string, strlcpy_terminates_and_returns_the_whole_length)
{
	for (size_t size = 0; size < 8; size++) {
		char buf[8] = "#######";

		EXPECT_EQ(strlcpy(buf, "hello", size), 5);
		EXPECT_EQ(strlen(buf), size == 0 ? 7 : MIN(size - 1, 5u));
		EXPECT(strncmp(buf, "hello", size == 0 ? 0 : size - 1) == 0);
		/* What is past size stays. */
		for (size_t i = MAX(size, 6u); i < 7; i++) {
			EXPECT_EQ(buf[i], '#');
		}
	}
}

TEST(string, parse_u64_takes_whole_numbers_only)
{
	static const struct {
		const char *text;
		int error;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "10", 0, 10 },
		{ "007", 0, 7 },
		{ "0x0", 0, 0 },
		{ "0X1f", 0, 31 },
		{ "0xFFFFFFFFFFFFFFFF", 0, UINT64_MAX },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -EINVAL, 0 },
		{ "18446744073709551620", -EINVAL, 0 },
		{ "99999999999999999999999", -EINVAL, 0 },
		{ "0x10000000000000000", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "x1", -EINVAL, 0 },
		{ "12a", -EINVAL, 0 },
		{ "0x1g", -EINVAL, 0 },
		{ "0x0x1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 0;
		const int error = parse_u64(cases[i].text, &value);

		if (!EXPECT_EQ(error, cases[i].error) ||
		    !EXPECT_EQ(value, cases[i].value)) {
			test_note("parse_u64(\"%s\")", cases[i].text);
		}
	}
}

/* As an oops prints an address or a syndrome: digits that are all decimal, too. */
TEST(string, parse_hex_needs_no_0x)
{
	static const struct {
		const char *text;
		int error;
		uint64_t value;
	} cases[] = {
		{ "404000", 0, 0x404000 },
		{ "0x404000", 0, 0x404000 },
		{ "96000045", 0, 0x96000045 },
		{ "0000000096000045", 0, 0x96000045 },
		{ "0X9600004F", 0, 0x9600004f },
		{ "ffff800000080000", 0, 0xffff800000080000 },
		{ "ffffffffffffffff", 0, UINT64_MAX },
		{ "10000000000000000", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "0x0x1", -EINVAL, 0 },
		{ "40400g", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 0;
		const int error = parse_hex(cases[i].text, &value);

		if (!EXPECT_EQ(error, cases[i].error) ||
		    !EXPECT_EQ(value, cases[i].value)) {
			test_note("parse_hex(\"%s\")", cases[i].text);
		}
	}
}

TEST(string, parse_u64_reads_what_printf_wrote)
{
	random_seed(5);
	for (int i = 0; i < 2000; i++) {
		const uint64_t value = random_u64() >> random_below(64);
		uint64_t read;
		char text[32];

		libc_print_u64(text, sizeof(text), "%" PRIu64, value);
		EXPECT_EQ(parse_u64(text, &read), 0);
		EXPECT_EQ(read, value);
		libc_print_u64(text, sizeof(text), "%#" PRIx64, value);
		EXPECT_EQ(parse_u64(text, &read), 0);
		EXPECT_EQ(read, value);
	}
}
