/* SPDX-License-Identifier: MIT */
/*
 * badptr.h - pointers that each call must refuse, for tests in tables, and a
 * page edge: memory whose next page is not mapped.
 */
#pragma once

#include "ktest.h"

#include <linux/resource.h>

#define PAGE 4096ul /* tests do not need the kernel's: a multiple is fine */

struct bad_pointer {
	const char *what;
	uint64_t addr;
	bool in_user_half; /* so that length 0 is nothing to complain about */
};

/* The first address past the user's half, in this build. */
#define USER_HALF_END (1ul << VA_BITS)

static const struct bad_pointer bad_pointers[] = {
	{ "null", 0, true },
	{ "near null", 8, true },
	{ "unmapped", USER_HALF_END / 2 + 0xdeadb000, true },
	{ "tagged", 0x5aul << 56 | (USER_HALF_END / 2 + 0xdeadb000), false },
	{ "last byte of the user half", USER_HALF_END - 1, true },
	{ "first byte past the user half", USER_HALF_END + 1, false },
	{ "in neither half", 0x0080000000000000, false },
	{ "kernel, linear map", 0xffff000040000000, false },
	{ "kernel, image", 0xffff800000000000, false },
	{ "kernel, vmap", 0xffffc00000000000, false },
	{ "kernel, tagged as a user address", 0x00ff800000000000, false },
	{ "wraps around the end", 0xfffffffffffffff8, false },
	{ "the last address", 0xffffffffffffffff, false },
};

#define FOR_EACH_BAD_POINTER(p)                                       \
	for (const struct bad_pointer *p = bad_pointers;              \
	     p < bad_pointers + sizeof(bad_pointers) / sizeof(*p); p++)

/* As EXPECT_EQ, but says which pointer it was. */
#define EXPECT_FOR(p, a, b)                                          \
	do {                                                         \
		if (!EXPECT_EQ(a, b)) {                              \
			printf("# the pointer: %s\n", (p)->what);    \
		}                                                    \
	} while (0)

/*
 * The end of the heap, which is made one page (of whatever size) long:
 * edge - n to edge - 1 can be written, and nothing is mapped at edge.
 */
static inline char *page_edge(void)
{
	uint64_t start = brk(0);
	uint64_t end = (start + 65536) & ~65535ul;

	if (brk(end) != end) {
		printf("# no heap\n");
		exit(1);
	}
	return (char *)end;
}
