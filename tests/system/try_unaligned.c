/* SPDX-License-Identifier: MIT */
/* try_unaligned.c - an alignment fault at EL0, on a page that may be read.
 * FEAT_LSE2 allows it but across 16 bytes. */
#include "rt.h"

int main(void)
{
	static uint64_t words[4] __attribute__((aligned(16)));
	uint64_t value;

	words[0] = 1; /* the page is there */
	asm volatile("ldaxr %0, [%1]"
		     : "=r"(value) : "r"((char *)words + 12) : "memory");
	return (int)value;
}
