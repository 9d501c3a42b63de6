// SPDX-License-Identifier: MIT
/*
 * ksyms.c - from an address to the function it lies in, by the table that
 * tools/mksyms.py makes out of the linked kernel. The table lies in rodata,
 * takes no lock and no memory: a panic reads it.
 */
#include "ksyms.h"

#include "lib/sink.h"
#include "linker.h"

bool ksyms_lookup(uint64_t addr, char *buf, size_t size)
{
	uint64_t offset = addr - (uint64_t)_text_start;
	uint32_t low = 0, high = ksyms_count[0]; /* low <= answer < high */

	if (addr < (uint64_t)_text_start || addr >= (uint64_t)_text_end ||
	    high == 0 || offset < ksyms_offsets[0]) {
		snprintf(buf, size, "%s", "");
		return false;
	}
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (ksyms_offsets[middle] <= offset) {
			low = middle;
		} else {
			high = middle;
		}
	}
	snprintf(buf, size, "%s+%#lx", &ksyms_strings[ksyms_names[low]],
		 offset - ksyms_offsets[low]);
	return true;
}
