// SPDX-License-Identifier: MIT
/*
 * extable.c - finds the exception-table entry of an instruction. The linker
 * leaves the entries in the order of the text they are about, so a binary
 * search does; extable_check() makes sure of it at boot. A copy faults at one
 * instruction again and again, page by page: the entry found last is tried
 * first.
 */
#include "extable.h"

#include "arch.h"
#include "linker.h"

const struct extable_entry *extable_last = extable_start;

const struct extable_entry *extable_search(uint64_t pc)
{
	const struct extable_entry *low = extable_start, *high = extable_end;

	while (low < high) {
		const struct extable_entry *mid = low + (high - low) / 2;

		if (extable_insn(mid) == pc) {
			WRITE_ONCE(extable_last, mid);
			return mid;
		}
		if (extable_insn(mid) < pc) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return NULL;
}

void extable_check(void)
{
	for (const struct extable_entry *e = extable_start + 1;
	     e < extable_end; e++) {
		if (extable_insn(e - 1) >= extable_insn(e)) {
			panic("the exception table is not sorted at 0x%lx",
			      (unsigned long)extable_insn(e));
		}
	}
}
