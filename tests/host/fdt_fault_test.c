/* SPDX-License-Identifier: MIT */
/*
 * fdt_fault_test.c - each way in which a device tree can be malformed has a
 * sentence of its own.
 */
#include <libfdt.h>

#include "fdt_oracle.h"
#include "host.h"

/* One field of the header each: the sentence names what is wrong. */
TEST(fdt, a_bad_header_is_named)
{
	static const struct {
		unsigned int field; /* its offset */
		uint32_t value;
		const char *why;
	} cases[] = {
		{ 0, 0xd00dfeee,
		  "does not begin with its magic number" },
		{ 4, 0x7fffffff,
		  "is cut short: its header promises more" },
		{ 8, 0xfffffffc,
		  "has a structure block outside of it" },
		{ 8, 0, "has a structure block outside of it" },
		{ 36, 0xffffffff,
		  "has a structure block outside of it" },
		{ 36, 41, "has a structure block that is not aligned" },
		{ 12, 0xffffffff,
		  "has a strings block outside of it" },
		{ 12, 0, "has a strings block outside of it" },
		{ 32, 0xffffffff,
		  "has a strings block outside of it" },
		{ 16, 0xfffffff8,
		  "has a reservation block outside of it" },
		{ 16, 8,
		  "has a reservation block outside of it" },
		{ 16, 44,
		  "has a reservation block that is not aligned" },
		{ 20, 16, "is not compatible with version 17" },
		{ 24, 18, "is not compatible with version 17" },
	};
	static unsigned char blob[TREE_ROOM];

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
		{ "n.)E", NULL },
		{ "nn)n))E", NULL },
		{ "npn))E", NULL },
		{ "np.pn))E", NULL },
		{ "", "ends before its end token" },
		{ "n", "ends before its end token" },
		{ "n)", "ends before its end token" },
		{ "E", "does not begin with a root node" },
		{ ")E", "does not begin with a root node" },
		{ "pE", "does not begin with a root node" },
		{ ".n)E", "does not begin with a root node" },
		{ "n)n)E", "goes on after its root node" },
		{ "n).E", "goes on after its root node" },
		{ "n))E", "goes on after its root node" },
		{ "n)pE", "goes on after its root node" },
		{ "nE", "ends inside a node" },
		{ "nn)E", "ends inside a node" },
		{ "nn)p)E", "has a property after a node" },
		{ "nn).p)E", "has a property after a node" },
		{ "n?)E", "has a token of an unknown kind" },
		{ "n0)E", "has a token of an unknown kind" },
		{ "n3", "ends inside a property" },
		{ "nP)E", "has a property longer than itself" },
		{ "nN)E", "has a property without a name" },
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

/* Moved by two bytes and made shorter by two: only its end is aligned. */
TEST(fdt, an_unaligned_structure_is_named)
{
	static unsigned char blob[TREE_ROOM];
	const size_t size = real_tree(blob);

	fdt_set_off_dt_struct(blob, fdt_off_dt_struct(blob) + 2);
	fdt_set_size_dt_struct(blob, fdt_size_dt_struct(blob) - 2);
	EXPECT(same_text(open_bytes(blob, size),
			 "has a structure block that is not aligned"));
}

TEST(fdt, names_and_reservations_without_an_end_are_named)
{
	static unsigned char blob[TREE_ROOM];
	size_t size = real_tree(blob);

	/* The strings block is the last, so this takes its last NUL. */
	blob[size - 1] = 'x';
	EXPECT(same_text(open_bytes(blob, size),
			 "has a property name without an end"));

	size = real_tree(blob);
	fdt_set_off_mem_rsvmap(blob, (uint32_t)(size & ~7u));
	EXPECT(same_text(open_bytes(blob, size),
			 "has a reservation block without an end"));

	size = real_tree(blob);
	blob[fdt_off_mem_rsvmap(blob)] = 1;
	EXPECT(same_text(open_bytes(blob, size),
			 "reserves a range of no size"));
}
