/* SPDX-License-Identifier: MIT */
/* bitmap.h - sets of small numbers; the callers lock. */
#pragma once

#include "lib/types.h"

#define BITMAP_WORDS(bits) (((bits) + 63) / 64)
#define BITMAP_FULL        (~(size_t)0)

static inline bool bitmap_test(const uint64_t *map, size_t n)
{
	return map[n / 64] & BIT(n % 64);
}

static inline void bitmap_set(uint64_t *map, size_t n)
{
	map[n / 64] |= BIT(n % 64);
}

static inline void bitmap_clear(uint64_t *map, size_t n)
{
	map[n / 64] &= ~BIT(n % 64);
}

/* The first clear bit from `from` on, going round once; or BITMAP_FULL. */
static inline size_t bitmap_find_clear(const uint64_t *map, size_t bits,
				       size_t from)
{
	for (size_t looked = 0, n = from; looked < bits; n++, looked++) {
		if (n >= bits) {
			n = 0;
		}
		if (n % 64 == 0 && n + 64 <= bits &&
		    map[n / 64] == ~UINT64_C(0)) {
			n += 63; /* a full word: 64 steps at once */
			looked += 63;
		} else if (!bitmap_test(map, n)) {
			return n;
		}
	}
	return BITMAP_FULL;
}
