/* SPDX-License-Identifier: MIT */
/*
 * cpio_test.c - the reader of the initrd. A small archive is written here;
 * cut short at every length it gives the entries that are whole and then a
 * sentence, and damaged at random it never hands out a byte that it does not
 * have.
 */
#include "host.h"

#include <stdio.h>

#include "fs/cpio.h"

enum { ROOM = 1024, HEADER = 110, MODE = 0100755 };

struct archive {
	char data[ROOM];
	size_t size;
};

static void archive_pad(struct archive *a)
{
	while (a->size % 4 != 0) {
		a->data[a->size++] = '\0';
	}
}

static void archive_add(struct archive *a, const char *name, const char *data)
{
	a->size += (size_t)snprintf(
		a->data + a->size, ROOM - a->size,
		"070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08x%08X%s",
		(unsigned int)a->size, MODE, 0, 0, 1, 0,
		(unsigned int)strlen(data), 0, 0, 0, 0,
		(unsigned int)strlen(name) + 1, 0, name);
	a->data[a->size++] = '\0';
	archive_pad(a);
	memcpy(a->data + a->size, data, strlen(data));
	a->size += strlen(data);
	archive_pad(a);
}

static const struct {
	const char *name, *data;
} files[] = {
	{ "init", "the first program" },
	{ "bin", "" },
	{ "bin/a", "x" },
	{ "bin/bc", "four" },
};

static struct archive sample(void)
{
	struct archive a = { .size = 0 };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		archive_add(&a, files[i].name, files[i].data);
	}
	archive_add(&a, "TRAILER!!!", "");
	return a;
}

/* Whether text, with its NUL, lies in the size bytes at data. */
static bool lies_in(const void *text, size_t len, const void *data, size_t size)
{
	const uintptr_t at = (uintptr_t)text, start = (uintptr_t)data;

	return at >= start && at - start <= size && len <= size - (at - start);
}

/* Reads it all; returns how many entries were the sample's, in order. */
static size_t read_all(const void *data, size_t size, const char **error)
{
	unsigned char *copy = exact_copy(data, size);
	struct cpio cpio = cpio_open(copy, size);
	struct cpio_entry e;
	size_t same = 0, n;

	for (n = 0; cpio_next(&cpio, &e); n++) {
		EXPECT(lies_in(e.name, strlen(e.name) + 1, copy, size));
		EXPECT(lies_in(e.data, e.size, copy, size));
		if (n == same && n < ARRAY_SIZE(files) && e.mode == MODE &&
		    same_text(e.name, files[n].name) &&
		    e.size == strlen(files[n].data) &&
		    memcmp(e.data, files[n].data, e.size) == 0) {
			same++;
		}
	}
	*error = cpio.error;
	EXPECT(*error == NULL || !cpio_next(&cpio, &e));
	exact_free(copy, size);
	return same;
}

TEST(cpio, an_archive_is_read_in_order)
{
	const struct archive a = sample();
	const char *error;

	EXPECT_EQ(read_all(a.data, a.size, &error), ARRAY_SIZE(files));
	EXPECT(error == NULL);
}

TEST(cpio, what_follows_the_trailer_is_ignored)
{
	struct archive a = sample();
	const char *error;

	memset(a.data + a.size, '#', 64);
	EXPECT_EQ(read_all(a.data, a.size + 64, &error), ARRAY_SIZE(files));
	EXPECT(error == NULL);
}

TEST(cpio, every_truncation_is_named_and_loses_nothing_before_it)
{
	static const char *const errors[] = {
		"the archive ends without its trailer",
		"the archive is cut short in a header",
		"the archive is cut short in a name",
		"the archive is cut short in a file",
	};
	const struct archive a = sample();
	unsigned int seen[ARRAY_SIZE(errors)] = { 0 };
	size_t before = 0;

	/* Three bytes pad the trailer's name; the archive is whole without. */
	for (size_t size = 0; size < a.size - 3; size++) {
		const char *error = NULL;
		const size_t n = read_all(a.data, size, &error);
		size_t which = 0;

		EXPECT(n >= before);
		before = n;
		while (which < ARRAY_SIZE(errors) &&
		       !same_text(error, errors[which])) {
			which++;
		}
		if (!EXPECT(which < ARRAY_SIZE(errors))) {
			test_note("%lu bytes: %s", (unsigned long)size, error);
			return;
		}
		seen[which]++;
	}
	EXPECT_EQ(before, ARRAY_SIZE(files));
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		EXPECT(seen[i] > 0);
	}
}

TEST(cpio, a_bad_header_is_named)
{
	static const struct {
		size_t at; /* in the first header */
		const char *text, *why;
	} cases[] = {
		{ 0, "070702", "the archive is not cpio of the kind \"newc\"" },
		{ 0, "070707", "the archive is not cpio of the kind \"newc\"" },
		{ 6, "0000000g",
		  "the archive has a header with a bad number" },
		{ 14, " 0001000",
		  "the archive has a header with a bad number" },
		{ 54, "0x000001",
		  "the archive has a header with a bad number" },
		{ 54, "ffffffff", "the archive is cut short in a file" },
		{ 54, "FFFFFFF0", "the archive is cut short in a file" },
		{ 94, "ffffffff", "the archive is cut short in a name" },
		{ 94, "00000000",
		  "the archive has a name that is not one string" },
		{ 94, "00000001",
		  "the archive has a name that is not one string" },
		{ 94, "00000004",
		  "the archive has a name that is not one string" },
		{ 94, "00000006",
		  "the archive has a name that is not one string" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct archive a = sample();
		const char *error;

		memcpy(a.data + cases[i].at, cases[i].text,
		       strlen(cases[i].text));
		EXPECT_EQ(read_all(a.data, a.size, &error), 0);
		if (!EXPECT(same_text(error, cases[i].why))) {
			test_note("case %lu: %s", (unsigned long)i, error);
		}
	}
}

TEST(cpio, a_name_may_not_be_empty)
{
	struct archive a = { .size = 0 };
	const char *error;

	archive_add(&a, "", "");
	EXPECT_EQ(read_all(a.data, a.size, &error), 0);
	EXPECT(same_text(error, "the archive has a name that is not one "
				"string"));
}

TEST(cpio, a_number_may_not_contain_a_nul)
{
	struct archive a = sample();
	const char *error;

	a.data[54 + 5] = '\0';
	EXPECT_EQ(read_all(a.data, a.size, &error), 0);
	EXPECT(same_text(error, "the archive has a header with a bad number"));
}

TEST(cpio, damaged_archives_hand_out_only_their_own_bytes)
{
	unsigned int refused = 0, read = 0;

	random_seed(10);
	for (int i = 0; i < 20000; i++) {
		struct archive a = sample();
		const char *error;

		corrupt((unsigned char *)a.data, a.size);
		read_all(a.data, a.size, &error);
		*(error != NULL ? &refused : &read) += 1;
	}
	test_note("%u refused, %u read", refused, read);
	EXPECT(refused > 500);
	EXPECT(read > 500);
}
