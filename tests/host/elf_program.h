/* SPDX-License-Identifier: MIT */
/*
 * elf_program.h - a good program, built by hand, and how one is checked: for
 * elf_test.c and elf_damage_test.c.
 */
#pragma once

#include <linux/elf.h>

#include "host.h"
#include "task/elf.h"

#define PAGE	 UINT64_C(0x1000)
#define USER_END (UINT64_C(1) << 48)
#define TEXT	 UINT64_C(0x400000)
#define PIE_BASE UINT64_C(0x200000000000)

/* Text with the headers in it, read-only data, data and zeroes. */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr phdr[4];
	unsigned char bytes[3 * 0x1000];
};

static inline struct program good(void)
{
	struct program p = {
		.header = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64,
				     ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_AARCH64,
			.e_version = EV_CURRENT,
			.e_entry = TEXT + 0x200,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 4,
		},
		.phdr = {
			{ PT_LOAD, PF_R | PF_X, 0, TEXT, TEXT, 0x300, 0x300,
			  PAGE },
			{ PT_LOAD, PF_R, PAGE + 0x10, TEXT + PAGE + 0x10, 0,
			  0x20, 0x20, PAGE },
			{ PT_GNU_STACK, PF_R | PF_W | PF_X, 0, 0, 0, 0, 0, 16 },
			{ PT_LOAD, PF_R | PF_W, 2 * PAGE, TEXT + 0x10000, 0,
			  0x100, 0x5000, PAGE },
		},
	};

	return p;
}

/* Checks exactly size bytes, at an address that is not aligned. */
static inline const char *check_bytes(const void *data, size_t size,
				      uint64_t page_size,
				      struct elf_image *image)
{
	static unsigned char *file; /* kept for the image, until the next */
	const struct elf_limits limits = { page_size, PIE_BASE, USER_END };

	free(file);
	file = malloc(size + 1);
	memcpy(file + 1, data, size);
	return elf_check(file + 1, size, &limits, image);
}
