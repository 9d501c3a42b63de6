/* SPDX-License-Identifier: MIT */
/*
 * fdt_test.c - the device-tree reader, with libfdt as the oracle. Whatever
 * bytes it is given - real trees, random ones, cut short, damaged - fdt_open()
 * either refuses them with a sentence, or libfdt accepts them too and both
 * then read the same. Read next: fdt_fault_test.c.
 */
#include <libfdt.h>
#include <stdio.h>

#include "fdt_oracle.h"
#include "host.h"
#include "lib/fdt.h"

/* ---- Trees to try --------------------------------------------------- */

static void random_property(void *blob)
{
	static const char *const names[] = {
		"compatible", "reg",	"status",	    "phandle",
		"a",	      "ranges", "#address-cells", "interrupts",
	};
	unsigned char value[40];
	const uint64_t len = random_below(sizeof(value));

	for (size_t i = 0; i < sizeof(value); i++) {
		value[i] = (unsigned char)random_below(3);
	}
	fdt_property(blob, names[random_below(ARRAY_SIZE(names))], value,
		     random_below(2) ? 4 : (int)len);
}

static void random_node(void *blob, const char *name, int depth)
{
	/* Several that a path could confuse. */
	static const char *const children[] = {
		"a", "a@0", "a@1", "b", "b@0", "b@0@1",
	};

	fdt_begin_node(blob, name);
	for (uint64_t n = random_below(5); n > 0; n--) {
		random_property(blob);
	}
	if (random_below(3) == 0) {
		fdt_property(blob, "compatible",
			     "arm,pl011\0arm,primecell", 24);
	}
	for (uint64_t n = random_below(4); n > 0 && depth < 5; n--) {
		random_node(blob, children[random_below(ARRAY_SIZE(children))],
			    depth + 1);
	}
	fdt_end_node(blob);
}

/* A random tree of libfdt's making; some of it is replaced by nops. */
static size_t random_tree(unsigned char *blob)
{
	fdt_create(blob, TREE_ROOM);
	for (uint64_t n = random_below(4); n > 0; n--) {
		fdt_add_reservemap_entry(blob, random_u64(),
					 1 + random_u64() / 2);
	}
	fdt_finish_reservemap(blob);
	random_node(blob, "", 0);
	fdt_finish(blob);
	for (int offset = 0, n = 0; offset >= 0 && n < 8; n++) {
		if (random_below(2) == 0) {
			fdt_nop_property(blob, offset, "reg");
		}
		offset = fdt_next_node(blob, offset, NULL);
		if (offset > 0 && random_below(8) == 0) {
			fdt_nop_node(blob, offset);
		}
	}
	return fdt_totalsize(blob);
}

/* A chain of nodes, `levels` of them, the root included. */
static size_t deep_tree(unsigned char *blob, int levels)
{
	fdt_create(blob, TREE_ROOM);
	fdt_finish_reservemap(blob);
	for (int i = 0; i < levels; i++) {
		fdt_begin_node(blob, i == 0 ? "" : "n");
	}
	for (int i = 0; i < levels; i++) {
		fdt_end_node(blob);
	}
	fdt_finish(blob);
	return fdt_totalsize(blob);
}

/* ---- Tests ---------------------------------------------------------- */

TEST(fdt, real_trees_read_as_libfdt_reads_them)
{
	EXPECT(host_tree_count >= 2);
	for (size_t i = 0; i < host_tree_count; i++) {
		const char *why = open_bytes(host_trees[i].data,
					     host_trees[i].size);

		if (!EXPECT(why == NULL)) {
			test_note("%s: %s", host_trees[i].path, why);
		}
	}
}

TEST(fdt, random_trees_read_as_libfdt_reads_them)
{
	static unsigned char blob[TREE_ROOM];

	random_seed(7);
	for (int i = 0; i < 300; i++) {
		const size_t size = random_tree(blob);

		EXPECT_EQ(fdt_check_full(blob, size), 0);
		EXPECT(open_bytes(blob, size) == NULL);
	}
}

TEST(fdt, data_may_lie_at_any_address)
{
	static unsigned char blob[TREE_ROOM], moved[TREE_ROOM + 8];
	const size_t size = real_tree(blob);

	for (size_t at = 1; at < 8; at++) {
		struct fdt_node node;
		struct fdt fdt;

		memcpy(moved + at, blob, size);
		EXPECT(fdt_open(&fdt, moved + at, size) == NULL);
		EXPECT(fdt_find_path(&fdt, "/chosen", &node));
	}
}

TEST(fdt, every_truncation_is_refused)
{
	static unsigned char blob[TREE_ROOM];
	const size_t whole = real_tree(blob);

	for (size_t size = 0; size < whole; size++) {
		EXPECT(open_bytes(blob, size) != NULL);
	}
}

/* The header agrees that the tree is that short: the blocks are not. */
TEST(fdt, every_shorter_total_size_is_refused)
{
	static unsigned char blob[TREE_ROOM];
	const size_t whole = real_tree(blob);

	for (size_t size = 0; size < whole; size++) {
		fdt_set_totalsize(blob, (uint32_t)size);
		EXPECT(open_bytes(blob, size) != NULL);
	}
}

TEST(fdt, every_shorter_block_is_refused_or_agreed_on)
{
	static unsigned char blob[TREE_ROOM];
	const size_t whole = real_tree(blob);
	const uint32_t structure = fdt_size_dt_struct(blob);
	const uint32_t strings = fdt_size_dt_strings(blob);

	for (uint32_t size = 0; size < structure; size++) {
		fdt_set_size_dt_struct(blob, size);
		EXPECT(open_bytes(blob, whole) != NULL);
	}
	fdt_set_size_dt_struct(blob, structure);
	for (uint32_t size = 0; size < strings; size++) {
		fdt_set_size_dt_strings(blob, size);
		open_bytes(blob, whole);
	}
}

TEST(fdt, corrupted_trees_are_refused_or_agreed_on)
{
	static unsigned char blob[TREE_ROOM], good[TREE_ROOM];
	unsigned int refused = 0, agreed = 0;

	random_seed(8);
	for (int i = 0; i < 4000; i++) {
		size_t size = i % 2 ? random_tree(good) : real_tree(good);

		memcpy(blob, good, size);
		corrupt(blob, i % 4 < 2 ? size : FDT_V17_SIZE);
		if (open_bytes(blob, size) != NULL) {
			refused++;
		} else {
			agreed++;
		}
	}
	test_note("%u refused, %u agreed on", refused, agreed);
	EXPECT(refused > 100);
	EXPECT(agreed > 100);
}

TEST(fdt, sixteen_levels_are_the_limit)
{
	static unsigned char blob[TREE_ROOM];

	EXPECT(open_bytes(blob, deep_tree(blob, 16)) == NULL);
	EXPECT(same_text(open_bytes(blob, deep_tree(blob, 17)),
			 "nests more than 16 nodes deep"));
	EXPECT(same_text(open_bytes(blob, deep_tree(blob, 5000)),
			 "nests more than 16 nodes deep"));
}
