/* SPDX-License-Identifier: MIT */
/*
 * elf.h - checks a static AArch64 program and says what is to be mapped, as
 * Linux's fs/binfmt_elf.c does. Pure: it maps nothing itself, and the file
 * need not be aligned. After elf_check() each segment is in the user's half,
 * shares no byte with another (but perhaps a page), and is never writable and
 * executable at once. Read next: exec.c.
 */
#pragma once

#include "lib/types.h"

/* Where programs may be. */
struct elf_limits {
	uint64_t page_size;
	uint64_t pie_base; /* of what lies at 0 in a static PIE */
	uint64_t user_end; /* the first address that is not the user's */
};

/* A static PIE keeps its addresses' remainder by this (or by page_size). */
#define ELF_PIE_ALIGN UINT64_C(0x200000)

/* Addresses are those that the program runs at. */
struct elf_image {
	const unsigned char *file;
	size_t size; /* of the file */
	uint64_t page_size;
	uint64_t bias;	     /* added to each address in the file */
	uint64_t entry;	     /* lies in an executable page */
	uint64_t phdr;	     /* AT_PHDR: their user address; 0 if not mapped */
	unsigned int phnum;  /* AT_PHNUM */
	unsigned int phsize; /* AT_PHENT, in bytes */
	uint64_t end;	     /* of the highest segment: the heap comes after */
	uint64_t phoff;	     /* where the program headers are in the file */
};

/*
 * Page-aligned user addresses. [start, file_end), which may be empty, shows
 * the file: data from start on, then zeroes to the end of that page, and
 * nothing (SIGBUS) past it. [file_end, end), which may be empty, is zero.
 */
struct elf_segment {
	uint64_t start, file_end, end;
	const void *data;
	uint64_t data_size; /* in bytes, at most file_end - start */
	bool readable, writable, executable; /* perhaps none of them */
};

/*
 * Checks the program in file. Returns NULL and fills *image (which points
 * into file); or a sentence that says why the program cannot be run, and what
 * makes it run.
 */
const char *elf_check(const void *file, size_t size,
		      const struct elf_limits *limits, struct elf_image *image);

/*
 * The segments to load, in the order of the program headers: one that shares
 * a page with an earlier one takes that page. Begin with *index = 0; false
 * after the last. There is at least one.
 */
bool elf_next_segment(const struct elf_image *image, unsigned int *index,
		      struct elf_segment *segment);
