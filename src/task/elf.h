/* SPDX-License-Identifier: MIT */
/*
 * elf.h - checks a static AArch64 program and says what is to be mapped.
 * Pure: it maps nothing itself, and the file need not be aligned. After
 * elf_check() each segment is inside the file and the user's half, disjoint
 * from the others by whole pages, and never writable and executable at once.
 * Read next: exec.c.
 */
#pragma once

#include "lib/types.h"

struct elf_image {
	const unsigned char *file;
	uint64_t entry;      /* lies in an executable segment */
	uint64_t phdr;       /* AT_PHDR: their user address; 0 if not mapped */
	unsigned int phnum;  /* AT_PHNUM */
	unsigned int phsize; /* AT_PHENT, in bytes */
	uint64_t end;        /* of the highest segment: the heap comes after */
	uint64_t phoff;      /* where the program headers are in the file */
};

struct elf_segment {
	uint64_t start, end; /* user addresses, [start, end), not rounded */
	const void *data;    /* fills it from start on; zeroes follow */
	uint64_t data_size;  /* in bytes, at most end - start */
	bool readable, writable, executable; /* perhaps none of them */
};

/*
 * Checks the program in file. user_end is the first address that is not the
 * user's. Returns NULL and fills *image (which points into file); or a
 * sentence that says why the program cannot be run.
 */
const char *elf_check(const void *file, size_t size, uint64_t page_size,
		      uint64_t user_end, struct elf_image *image);

/*
 * The segments to load, by ascending address. Begin with *index = 0; false
 * after the last. There is at least one.
 */
bool elf_next_segment(const struct elf_image *image, unsigned int *index,
		      struct elf_segment *segment);
