/* SPDX-License-Identifier: MIT */
/*
 * stats.c - what /proc/uaccess counts with stats=on. Reading it is counted,
 * too: so it is read twice for nothing, and what that cost is taken off.
 * tests/system/stats.py runs this suite, under each method.
 */
#include "badptr.h"

struct group {
	long calls, bytes, faults, fixups, window;
};

struct counts {
	struct group copies, words, atomics;
};

/* The next number in *text, which moves past it; -1 at the line's end. */
static long next_number(const char **text)
{
	const char *c = *text;
	long number = 0;

	while (*c != '\0' && (*c < '0' || *c > '9')) {
		c++;
	}
	if (*c == '\0') {
		return -1;
	}
	for (; *c >= '0' && *c <= '9'; c++) {
		number = number * 10 + (*c - '0');
	}
	*text = c;
	return number;
}

static struct group read_group(const char *view, const char *key)
{
	char line[200];
	const char *text = view_get(view, key, line, sizeof(line));
	struct group g;

	g.calls = next_number(&text);
	g.bytes = next_number(&text);
	g.faults = next_number(&text);
	g.fixups = next_number(&text);
	g.window = next_number(&text);
	return g;
}

static struct counts read_counts(void)
{
	static char view[2048];
	char stats[8];

	file_read("/proc/uaccess", view, sizeof(view));
	view_get(view, "stats", stats, sizeof(stats));
	if (strcmp(stats, "on") != 0) {
		SKIP("the command line does not say stats=on");
	}
	return (struct counts){ read_group(view, "copies"),
				read_group(view, "words"),
				read_group(view, "atomics") };
}

static struct group group_minus(struct group a, struct group b)
{
	return (struct group){ a.calls - b.calls, a.bytes - b.bytes,
			       a.faults - b.faults, a.fixups - b.fixups,
			       a.window - b.window };
}

/* What `work` adds, without what looking adds. */
static struct counts count(void (*work)(void))
{
	struct counts a, b, c, d;

	read_counts(); /* its buffer is in place now */
	a = read_counts();
	b = read_counts();
	work();
	c = read_counts();
	d.copies = group_minus(group_minus(c.copies, b.copies),
			       group_minus(b.copies, a.copies));
	d.words = group_minus(group_minus(c.words, b.words),
			      group_minus(b.words, a.words));
	d.atomics = group_minus(c.atomics, b.atomics);
	return d;
}

static uint64_t words[2];

static void copy_a_word(void)
{
	silly_copy(&words[0], &words[1], 8);
}

static void copy_from_nowhere(void)
{
	silly_copy((void *)8, &words[1], 8);
}

static void copy_from_the_kernel(void)
{
	silly_copy((void *)0xffff000000000000, &words[1], 8);
}

static void do_nothing(void)
{
}

static bool faults_happen(void)
{
	char view[512], window[16];

	file_read("/proc/uaccess", view, sizeof(view));
	view_get(view, "window", window, sizeof(window));
	return strcmp(window, "TABLES") != 0;
}

TEST(stats, looking_is_all_that_nothing_costs)
{
	struct counts d = count(do_nothing);

	EXPECT_EQ(d.copies.calls, 0);
	EXPECT_EQ(d.words.calls, 0);
	EXPECT_EQ(d.atomics.calls, 0);
	EXPECT_EQ(d.copies.faults, 0);
}

TEST(stats, a_word_in_and_out_is_two_copies)
{
	struct counts d;

	words[1] = 1; /* present and writable */
	d = count(copy_a_word);
	EXPECT_EQ(d.copies.calls, 2);
	EXPECT(d.copies.bytes >= 16 && d.copies.bytes <= 16 + 12);
	EXPECT_EQ(d.copies.faults, 0);
	EXPECT_EQ(d.copies.fixups, 0);
	EXPECT_EQ(d.words.calls, 0);
}

TEST(stats, a_bad_pointer_is_a_fault_and_a_fixup)
{
	struct counts d = count(copy_from_nowhere);

	EXPECT_EQ(d.copies.calls, 1);
	EXPECT_EQ(d.copies.faults, faults_happen());
	EXPECT_EQ(d.copies.fixups, faults_happen());
}

TEST(stats, what_the_range_check_refuses_is_no_access)
{
	struct counts d = count(copy_from_the_kernel);

	EXPECT_EQ(d.copies.calls, 0);
	EXPECT_EQ(d.copies.faults, 0);
}

/* A copy of 8 bytes takes 20 to 40 instructions, whatever the method. */
TEST(stats, a_window_is_open_for_a_few_instructions)
{
	struct counts d;

	words[1] = 1;
	if (read_counts().copies.window < 0) {
		SKIP("copies have no window here");
	}
	/* A call that the tick interrupts is left out: then once more. */
	for (int i = 0; i < 5; i++) {
		d = count(copy_a_word);
		if (d.copies.window > 40) {
			break;
		}
	}
	printf("# two copies of 8 bytes: %ld instructions\n", d.copies.window);
	EXPECT(d.copies.window > 40);
	EXPECT(d.copies.window < 120);
}

TEST(stats, a_page_brought_in_is_a_fault_and_no_fixup)
{
	static char fresh[3 * 65536];
	struct counts a, b;

	a = read_counts();
	silly_copy(&words[0], &fresh[65536], 8);
	b = read_counts();
	EXPECT_EQ(b.copies.faults - a.copies.faults, faults_happen());
	EXPECT_EQ(b.copies.fixups - a.copies.fixups, 0);
}
