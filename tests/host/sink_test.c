/* SPDX-License-Identifier: MIT */
/*
 * sink_test.c - the kernel's printf, with libc's as the oracle: every flag
 * with widths, precisions, lengths and values, which is more than any list of
 * examples would hold.
 */
#include "host.h"

#include <stdio.h>

/* The formats are made at run time here: that is the test. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat"

/* Prints with both, and compares; args are what follows the format. */
#define AGREES(fmt, ...)                                              \
	({                                                            \
		char ours_[96], theirs_[96];                          \
		int a_ = kernel_snprintf(ours_, sizeof(ours_), fmt,   \
					 ##__VA_ARGS__);              \
		int b_ = snprintf(theirs_, sizeof(theirs_), fmt,      \
				  ##__VA_ARGS__);                     \
		bool same_ = a_ == b_ && same_text(ours_, theirs_);   \
		if (!EXPECT(same_)) {                                 \
			test_note("%s: \"%s\" and \"%s\"", fmt, ours_, \
				  theirs_);                           \
		}                                                     \
		same_;                                                \
	})

static const char *const widths[] = { "", "1", "7", "30" };
static const char *const precisions[] = { "", ".", ".0", ".3", ".25" };

/* Writes "%", the flags in the bits of set, width, precision, conversion. */
static void make_format(char *fmt, unsigned int set, unsigned int width,
			unsigned int precision, const char *conversion)
{
	static const char flags[] = "-0#+ ";

	*fmt++ = '%';
	for (unsigned int i = 0; flags[i] != '\0'; i++) {
		if (set & (1u << i)) {
			*fmt++ = flags[i];
		}
	}
	fmt = stpcpy(fmt, widths[width]);
	fmt = stpcpy(fmt, precisions[precision]);
	stpcpy(fmt, conversion);
}

#define FOR_EACH_FORMAT(set, w, p, flags)                            \
	for (unsigned int set = 0; set < (flags); set++)             \
		for (unsigned int w = 0; w < ARRAY_SIZE(widths); w++) \
			for (unsigned int p = 0; p < ARRAY_SIZE(precisions); \
			     p++)

TEST(sink, integers_print_as_libc_prints_them)
{
	static const char *const lengths[] = { "hh", "h", "" };
	static const char *const longs[] = { "l", "ll", "z", "t", "j" };
	static const uint64_t values[] = {
		0, 1, 9, 255, 0x7fffffff, UINT64_MAX,
		UINT64_C(0x8000000000000000), UINT64_C(1234567890123456789),
	};
	static const char conversions[] = "diuxXo";

	FOR_EACH_FORMAT(set, w, p, 32) {
		for (size_t i = 0; i < 8 * ARRAY_SIZE(values) * 6; i++) {
			const uint64_t value = values[i % ARRAY_SIZE(values)];
			const size_t len = i / ARRAY_SIZE(values) % 8;
			char fmt[32], tail[8];

			snprintf(tail, sizeof(tail), "%s%c",
				      len < 3 ? lengths[len] : longs[len - 3],
				      conversions[i / ARRAY_SIZE(values) / 8]);
			make_format(fmt, set, w, p, tail);
			if (!(len < 3 ? AGREES(fmt, (int)value) :
					AGREES(fmt, value))) {
				return;
			}
		}
	}
}

TEST(sink, text_prints_as_libc_prints_it)
{
	/* For text C defines only the flag "-". */
	FOR_EACH_FORMAT(left, w, p, 2) {
		char fmt[32];

		make_format(fmt, left, w, p, "s");
		AGREES(fmt, "");
		AGREES(fmt, "four");
		AGREES(fmt, "a longer line of text");
		make_format(fmt, left, w, 0, "c");
		AGREES(fmt, 'x');
	}
}

TEST(sink, stars_take_arguments)
{
	AGREES("[%*d] [%-*d] [%.*s]", 6, 42, 6, 42, 2, "four");
	AGREES("[%*d] [%.*d]", -6, 42, -1, 0);
	AGREES("[%*.*x]", 12, 4, 0xbe);
}

TEST(sink, plain_text_and_percent_signs_pass)
{
	AGREES("no conversion");
	AGREES("100%% %d%%", 5);
}

TEST(sink, pointers_are_hexadecimal)
{
	char buf[32];

	AGREES("%p %20p", (void *)0x1000, (void *)0xdead);
	EXPECT_EQ(kernel_snprintf(buf, sizeof(buf), "%p", NULL), 3);
	EXPECT(same_text(buf, "0x0"));
}

TEST(sink, what_is_unknown_is_printed_as_it_stands)
{
	char buf[32];

	kernel_snprintf(buf, sizeof(buf), "a%yb%", 1);
	EXPECT(same_text(buf, "a%yb%"));
	kernel_snprintf(buf, sizeof(buf), "%s", NULL);
	EXPECT(same_text(buf, "(null)"));
}

TEST(sink, precision_guards_an_unterminated_string)
{
	unsigned char *text = exact_copy("four", 4);

	AGREES("%.4s", text);
	AGREES("%.3s", text);
	exact_free(text, 4);
}

TEST(sink, a_short_buffer_is_cut_and_terminated)
{
	for (size_t size = 0; size < 16; size++) {
		unsigned char *ours = exact_copy("################", size);
		char theirs[16] = "###############";

		EXPECT_EQ(kernel_snprintf((char *)ours, size, "%d %s", 42,
				       "words"),
			  8);
		snprintf(theirs, size, "%d %s", 42, "words");
		EXPECT_EQ(size > 0 && !same_text((char *)ours, theirs), 0);
		exact_free(ours, size);
	}
}
