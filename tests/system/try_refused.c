/* SPDX-License-Identifier: MIT */
/* try_refused.c - pointers that the range check refuses: no access is made. */
#include "rt.h"

int main(void)
{
	write(1, (const char *)0xffff800000000000, 6);
	write(1, (const char *)((uint64_t)"hello" | UINT64_C(0x0b) << 56), 1);
	return 0;
}
