/* SPDX-License-Identifier: MIT */
/*
 * fdt_test.c - the device-tree reader, with libfdt as the oracle. Whatever
 * bytes it is given, fdt_open() either refuses them with a sentence, or libfdt
 * accepts them too and both then find the same nodes, names and values.
 */
#include "host.h"

#include <libfdt.h>
#include <stdio.h>

#include "lib/fdt.h"

enum { ROOM = 1 << 16 };

/* ---- Both readers say the same --------------------------------------------- */

static uint32_t offset_in(const struct fdt *fdt, const struct fdt_node *node)
{
	/* libfdt counts from the structure block as the header gives it. */
	return node->path[node->depth] -
	       (uint32_t)fdt_off_dt_struct(fdt->data);
}

static bool properties_agree(const struct fdt *fdt,
			     const struct fdt_node *node, int offset)
{
	const void *blob = fdt->data;
	uint32_t len = 0;
	int property, wanted;

	fdt_for_each_property_offset(property, blob, offset) {
		const char *name;
		const void *first;

		if (fdt_getprop_by_offset(blob, property, &name, NULL) == NULL) {
			return false;
		}
		/* Of two of the same name, both readers take the first. */
		first = fdt_getprop(blob, offset, name, &wanted);
		if (fdt_get(fdt, node, name, &len) != first ||
		    len != (uint32_t)wanted) {
			return false;
		}
	}
	return fdt_get(fdt, node, "no-such-property", &len) == NULL;
}

static bool lookups_agree(const struct fdt *fdt, const struct fdt_node *node,
			  int offset)
{
	const void *blob = fdt->data;
	struct fdt_node found;
	uint32_t phandle;
	char path[1024];
	int wanted;

	if (fdt_get_path(blob, offset, path, sizeof(path)) == 0) {
		/* To libfdt "/" is offset 0 even if a nop stands there. */
		wanted = node->depth == 0 ? offset :
					    fdt_path_offset(blob, path);
		if (fdt_find_path(fdt, path, strlen(path), &found) !=
			    (wanted >= 0) ||
		    (wanted >= 0 && offset_in(fdt, &found) != (uint32_t)wanted)) {
			return false;
		}
	}
	if (fdt_get_u32(fdt, node, "phandle", &phandle) &&
	    phandle + 1 > 1) { /* neither 0 nor ~0, which libfdt excludes */
		wanted = fdt_node_offset_by_phandle(blob, phandle);
		if (!fdt_find_phandle(fdt, phandle, &found) ||
		    offset_in(fdt, &found) != (uint32_t)wanted) {
			return false;
		}
	}
	return fdt_is_compatible(fdt, node, "arm,primecell") ==
	       (fdt_node_check_compatible(blob, offset, "arm,primecell") == 0);
}

static bool reservations_agree(const struct fdt *fdt)
{
	const int count = fdt_num_mem_rsv(fdt->data);
	struct fdt_range range;
	uint64_t start, size;

	for (int i = 0; i < count; i++) {
		if (!fdt_reservation(fdt, (uint32_t)i, &range) ||
		    fdt_get_mem_rsv(fdt->data, i, &start, &size) != 0 ||
		    range.start != start || range.size != size) {
			return false;
		}
	}
	return count >= 0 && !fdt_reservation(fdt, (uint32_t)count, &range);
}

static bool readers_agree(const struct fdt *fdt)
{
	struct fdt_node node = fdt_root(fdt);
	int depth = 0, offset = 0;
	bool more = true;

	if (fdt_check_full(fdt->data, fdt_totalsize(fdt->data)) != 0) {
		return false;
	}
	/* A nop in front of the root is the root to neither. */
	for (offset = fdt_next_node(fdt->data, -1, &depth), depth = 0;
	     offset >= 0 && depth >= 0;
	     offset = fdt_next_node(fdt->data, offset, &depth)) {
		if (!more || (unsigned int)depth != node.depth ||
		    offset_in(fdt, &node) != (uint32_t)offset ||
		    fdt_name(fdt, &node) !=
			    fdt_get_name(fdt->data, offset, NULL) ||
		    !properties_agree(fdt, &node, offset) ||
		    !lookups_agree(fdt, &node, offset)) {
			return false;
		}
		more = fdt_next(fdt, &node);
	}
	return !more && reservations_agree(fdt);
}

/* Opens exactly these bytes; returns fdt_open()'s sentence. */
static const char *open_bytes(const void *data, size_t size)
{
	unsigned char *copy = exact_copy(data, size);
	struct fdt fdt;
	const char *why = fdt_open(&fdt, copy, size);

	if (why == NULL) {
		EXPECT(readers_agree(&fdt));
	}
	exact_free(copy, size);
	return why;
}

/* ---- Trees to try ---------------------------------------------------------- */

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
	char child[32];

	fdt_begin_node(blob, name);
	for (uint64_t n = random_below(5); n > 0; n--) {
		random_property(blob);
	}
	if (random_below(3) == 0) {
		fdt_property(blob, "compatible",
			     "arm,pl011\0arm,primecell", 24);
	}
	for (uint64_t n = random_below(4); n > 0 && depth < 5; n--) {
		snprintf(child, sizeof(child), "%c%s%d",
			 (char)('a' + random_below(2)),
			 random_below(2) ? "@" : "", (int)random_below(3));
		random_node(blob, child, depth + 1);
	}
	fdt_end_node(blob);
}

/* A random tree of libfdt's making; some of it is replaced by nops. */
static size_t random_tree(unsigned char *blob)
{
	fdt_create(blob, ROOM);
	for (uint64_t n = random_below(4); n > 0; n--) {
		fdt_add_reservemap_entry(blob, random_u64(), 1 + random_u64() / 2);
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
	fdt_create(blob, ROOM);
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

/* The first tree of the command line, without its unused room. */
static size_t real_tree(unsigned char *blob)
{
	if (!EXPECT(host_tree_count > 0) ||
	    !EXPECT_EQ(fdt_open_into(host_trees[0].data, blob, ROOM), 0)) {
		return 0;
	}
	fdt_pack(blob);
	return fdt_totalsize(blob);
}

/* ---- Tests ------------------------------------------------------------------- */

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
	static unsigned char blob[ROOM];

	random_seed(7);
	for (int i = 0; i < 300; i++) {
		const size_t size = random_tree(blob);

		EXPECT_EQ(fdt_check_full(blob, size), 0);
		EXPECT(open_bytes(blob, size) == NULL);
	}
}

TEST(fdt, data_may_lie_at_any_address)
{
	static unsigned char blob[ROOM], moved[ROOM + 8];
	const size_t size = real_tree(blob);

	for (size_t at = 1; at < 8; at++) {
		struct fdt_node node;
		struct fdt fdt;

		memcpy(moved + at, blob, size);
		EXPECT(fdt_open(&fdt, moved + at, size) == NULL);
		EXPECT(fdt_find_path(&fdt, "/chosen", 7, &node));
	}
}

TEST(fdt, every_truncation_is_refused)
{
	static unsigned char blob[ROOM];
	const size_t whole = real_tree(blob);

	for (size_t size = 0; size < whole; size++) {
		EXPECT(open_bytes(blob, size) != NULL);
	}
}

/* The header agrees that the tree is that short: the blocks are not. */
TEST(fdt, every_shorter_total_size_is_refused)
{
	static unsigned char blob[ROOM];
	const size_t whole = real_tree(blob);

	for (size_t size = 0; size < whole; size++) {
		fdt_set_totalsize(blob, (uint32_t)size);
		EXPECT(open_bytes(blob, size) != NULL);
	}
}

TEST(fdt, every_shorter_block_is_refused_or_agreed_on)
{
	static unsigned char blob[ROOM];
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
	static unsigned char blob[ROOM], good[ROOM];
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
	static unsigned char blob[ROOM];

	EXPECT(open_bytes(blob, deep_tree(blob, 16)) == NULL);
	EXPECT(same_text(open_bytes(blob, deep_tree(blob, 17)),
			 "the device tree nests more than 16 nodes deep"));
	EXPECT(same_text(open_bytes(blob, deep_tree(blob, 5000)),
			 "the device tree nests more than 16 nodes deep"));
}

/* One field of the header each: the sentence names what is wrong. */
TEST(fdt, a_bad_header_is_named)
{
	static const struct {
		unsigned int field; /* its offset */
		uint32_t value;
		const char *why;
	} cases[] = {
		{ 0, 0xd00dfeee,
		  "the device tree does not begin with its magic number" },
		{ 4, 0x7fffffff,
		  "the device tree is cut short: its header promises more" },
		{ 8, 0xfffffffc,
		  "the device tree's structure block is outside of it" },
		{ 8, 0, "the device tree's structure block is outside of it" },
		{ 36, 0xffffffff,
		  "the device tree's structure block is outside of it" },
		{ 36, 41, "the device tree's structure block is not aligned" },
		{ 12, 0xffffffff,
		  "the device tree's strings block is outside of it" },
		{ 32, 0xffffffff,
		  "the device tree's strings block is outside of it" },
		{ 16, 0xfffffff8,
		  "the device tree's reservation block is outside of it" },
		{ 16, 8,
		  "the device tree's reservation block is outside of it" },
		{ 16, 44,
		  "the device tree's reservation block is not aligned" },
		{ 20, 16, "the device tree is not compatible with version 17" },
		{ 24, 18, "the device tree is not compatible with version 17" },
	};
	static unsigned char blob[ROOM];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const size_t size = real_tree(blob);
		const char *why;

		for (int byte = 0; byte < 4; byte++) {
			blob[cases[i].field + byte] =
				(unsigned char)(cases[i].value >>
						(24 - 8 * byte));
		}
		why = open_bytes(blob, size);
		if (!EXPECT(same_text(why, cases[i].why))) {
			test_note("case %lu: %s", (unsigned long)i, why);
		}
	}
}

/*
 * Writes a structure block, a letter a token: n begins a node, ) ends one, p
 * is a property, E the end, a point a nop. P and N are properties that are too
 * long and without a name; 3, 0 and ? are words that begin nothing. Returns
 * its size in bytes.
 */
static size_t write_structure(unsigned char *at, const char *tokens)
{
	static const struct {
		char letter;
		unsigned int count;
		uint32_t words[3];
	} kinds[] = {
		{ 'n', 2, { FDT_BEGIN_NODE } },
		{ ')', 1, { FDT_END_NODE } },
		{ 'p', 3, { FDT_PROP, 0, 0 } },
		{ 'P', 3, { FDT_PROP, 64, 0 } },
		{ 'N', 3, { FDT_PROP, 0, 2 } },
		{ '3', 1, { FDT_PROP } },
		{ '.', 1, { FDT_NOP } },
		{ 'E', 1, { FDT_END } },
		{ '0', 1, { 0 } },
		{ '?', 1, { 5 } },
	};
	size_t size = 0;

	for (; *tokens != '\0'; tokens++) {
		size_t k = 0;

		while (kinds[k].letter != *tokens) {
			k++;
		}
		for (unsigned int i = 0; i < kinds[k].count; i++, size += 4) {
			const uint32_t word = cpu_to_fdt32(kinds[k].words[i]);

			memcpy(at + size, &word, 4);
		}
	}
	return size;
}

/* A tree of an empty list, this structure, and the string "x". */
static size_t write_tree(unsigned char *blob, const char *tokens)
{
	const uint32_t structure = 56;
	const uint32_t size =
		(uint32_t)write_structure(blob + structure, tokens);

	memset(blob, 0, structure);
	fdt_set_magic(blob, FDT_MAGIC);
	fdt_set_version(blob, 17);
	fdt_set_last_comp_version(blob, 16);
	fdt_set_off_mem_rsvmap(blob, 40);
	fdt_set_off_dt_struct(blob, structure);
	fdt_set_size_dt_struct(blob, size);
	fdt_set_off_dt_strings(blob, structure + size);
	fdt_set_size_dt_strings(blob, 2);
	fdt_set_totalsize(blob, structure + size + 2);
	memcpy(blob + structure + size, "x", 2);
	return structure + size + 2;
}

TEST(fdt, a_bad_structure_is_named)
{
	static const struct {
		const char *tokens, *why;
	} cases[] = {
		{ "n)E", NULL },
		{ ".n.).E", NULL },
		{ "nn)n))E", NULL },
		{ "npn))E", NULL },
		{ "np.pn))E", NULL },
		{ "", "the device tree ends before its end token" },
		{ "n", "the device tree ends before its end token" },
		{ "n)", "the device tree ends before its end token" },
		{ "E", "the device tree does not begin with a root node" },
		{ ")E", "the device tree does not begin with a root node" },
		{ "pE", "the device tree does not begin with a root node" },
		{ "n)n)E", "the device tree goes on behind its root node" },
		{ "n))E", "the device tree goes on behind its root node" },
		{ "n)pE", "the device tree goes on behind its root node" },
		{ "nE", "the device tree ends inside a node" },
		{ "nn)E", "the device tree ends inside a node" },
		{ "nn)p)E", "the device tree has a property behind a node" },
		{ "nn).p)E", "the device tree has a property behind a node" },
		{ "n?)E", "the device tree has a token of an unknown kind" },
		{ "n0)E", "the device tree has a token of an unknown kind" },
		{ "n3", "the device tree ends inside a property" },
		{ "nP)E", "the device tree has a property longer than itself" },
		{ "nN)E", "the device tree has a property without a name" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned char blob[256];
		const size_t size = write_tree(blob, cases[i].tokens);
		const char *why = open_bytes(blob, size);

		if (!EXPECT(same_text(why, cases[i].why))) {
			test_note("%s: %s", cases[i].tokens, why);
		}
	}
}

TEST(fdt, names_and_reservations_without_an_end_are_named)
{
	static unsigned char blob[ROOM];
	size_t size = real_tree(blob);

	/* The strings block is the last, so this takes its last NUL. */
	blob[size - 1] = 'x';
	EXPECT(same_text(open_bytes(blob, size),
			 "the device tree has a property name without an end"));

	size = real_tree(blob);
	fdt_set_off_mem_rsvmap(blob, (uint32_t)(size & ~7u));
	EXPECT(same_text(open_bytes(blob, size),
			 "the device tree's reservation block has no end"));

	size = real_tree(blob);
	blob[fdt_off_mem_rsvmap(blob)] = 1;
	EXPECT(same_text(open_bytes(blob, size),
			 "the device tree reserves a range of no size"));
}
