/* SPDX-License-Identifier: MIT */
/*
 * places.c - faults at 300 different instructions, each the first write to a
 * page; then, with fresh pages, again at the last 100 of them. Without its
 * symbols each place is a kind of its own: tests/system/story.py.
 */
#include "rt.h"

#define PLACES	  300
#define AGAIN	  100
#define PAGE_SIZE 65536 /* of any granule, at least one page */
#define PLACE	  8	/* bytes of code */
#define STRING(x) #x
#define TEXT(x)	  STRING(x)

/* places(page, size): a place writes to a page and goes on to the next one. */
void places(volatile char *page, size_t size);
asm(".globl places\n"
    "places:\n"
    ".rept " TEXT(PLACES) "\n"
    "	strb	wzr, [x0]\n"
    "	add	x0, x0, x1\n"
    ".endr\n"
    "	ret\n");

int main(void)
{
	volatile char *pages = mmap(NULL, PLACES * PAGE_SIZE,
				    PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void (*const last_places)(volatile char *, size_t) =
		(void *)((char *)places + (PLACES - AGAIN) * PLACE);

	places(pages, PAGE_SIZE);
	if (madvise((void *)pages, AGAIN * PAGE_SIZE, MADV_DONTNEED) != 0) {
		return 1;
	}
	last_places(pages, PAGE_SIZE);
	return 0;
}
