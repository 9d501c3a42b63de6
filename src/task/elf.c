/* SPDX-License-Identifier: MIT */
/*
 * elf.c - see elf.h. The file is what a user gave us: every offset, size and
 * address in it is checked, with subtractions that cannot wrap, before it is
 * used. What Linux would run and we do not is refused in words: programs that
 * need a dynamic linker or a load address, and writable code.
 */
#include "task/elf.h"

#include <linux/elf.h>

#include "lib/string.h"

/* What the checks of the segments need to know. */
struct elf_limits {
	size_t size; /* of the file */
	uint64_t page_size, user_end;
};

static const char *elf_check_ident(const unsigned char *ident)
{
	if (memcmp(ident, ELFMAG, SELFMAG) != 0) {
		return "it is not an ELF file";
	}
	if (ident[EI_CLASS] != ELFCLASS64) {
		return "it is not a 64-bit program";
	}
	if (ident[EI_DATA] != ELFDATA2LSB) {
		return "it is not little-endian";
	}
	if (ident[EI_VERSION] != EV_CURRENT) {
		return "it is of an unknown version of ELF";
	}
	return NULL;
}

static const char *elf_check_header(const Elf64_Ehdr *header, size_t size)
{
	const char *why = elf_check_ident(header->e_ident);

	if (why != NULL) {
		return why;
	}
	if (header->e_machine != EM_AARCH64) {
		return "it is not for AArch64";
	}
	if (header->e_type == ET_DYN) {
		return "it is position-independent: link it with -static and "
		       "-no-pie";
	}
	if (header->e_type != ET_EXEC) {
		return "it is not an executable file, but an object or a core";
	}
	if (header->e_phentsize != sizeof(Elf64_Phdr)) {
		return "its program headers have a wrong size";
	}
	if (header->e_phnum == 0) {
		return "it has no program headers";
	}
	if (header->e_phnum == PN_XNUM) {
		return "it has too many program headers";
	}
	if (header->e_phoff > size ||
	    header->e_phnum * sizeof(Elf64_Phdr) > size - header->e_phoff) {
		return "its program headers are not in the file";
	}
	return NULL;
}

static Elf64_Phdr elf_read_phdr(const struct elf_image *image,
				unsigned int index)
{
	Elf64_Phdr phdr;

	memcpy(&phdr, image->file + image->phoff + index * sizeof(phdr),
	       sizeof(phdr));
	return phdr;
}

/* One segment by itself. Without data, its place in the file means nothing:
 * GNU ld puts it past the end. */
static const char *elf_check_load(const Elf64_Phdr *p,
				  const struct elf_limits *limits)
{
	if (p->p_filesz > 0 && (p->p_offset > limits->size ||
				p->p_filesz > limits->size - p->p_offset)) {
		return "a segment's data is not in the file";
	}
	if (p->p_filesz > p->p_memsz) {
		return "a segment has more data than memory";
	}
	if (p->p_vaddr > limits->user_end ||
	    p->p_memsz > limits->user_end - p->p_vaddr) {
		return "a segment is not in the user's half";
	}
	if (p->p_filesz > 0 &&
	    ((p->p_vaddr ^ p->p_offset) & (limits->page_size - 1))) {
		return "a segment's address and file offset differ within "
		       "the page";
	}
	if ((p->p_flags & PF_W) && (p->p_flags & PF_X)) {
		return "a segment is writable and executable";
	}
	return NULL;
}

/* A segment and the one before it, which ends at image->end. */
static const char *elf_check_order(const struct elf_image *image,
				   const Elf64_Phdr *previous,
				   const Elf64_Phdr *p,
				   const struct elf_limits *limits)
{
	if (p->p_vaddr + p->p_memsz <= previous->p_vaddr) {
		return "its segments are not in ascending order";
	}
	if (p->p_vaddr < image->end) {
		return "two segments overlap";
	}
	if (ALIGN_DOWN(p->p_vaddr, limits->page_size) <
	    ALIGN_UP(image->end, limits->page_size)) {
		return "two segments share a page";
	}
	return NULL;
}

/* Notes what the rest of the kernel asks about, once a segment is good. */
static void elf_note_load(struct elf_image *image, const Elf64_Phdr *p,
			  bool *entry_found)
{
	/* Within the segment's data; if it is before it, a large number. */
	const uint64_t table = image->phoff - p->p_offset;

	image->end = p->p_vaddr + p->p_memsz;
	if ((p->p_flags & PF_X) && image->entry >= p->p_vaddr &&
	    image->entry < image->end) {
		*entry_found = true;
	}
	if (image->phdr == 0 && table <= p->p_filesz &&
	    (uint64_t)image->phnum * image->phsize <= p->p_filesz - table) {
		image->phdr = p->p_vaddr + table;
	}
}

static const char *elf_check_segments(struct elf_image *image,
				      const struct elf_limits *limits)
{
	Elf64_Phdr previous = { .p_memsz = 0 };
	bool entry_found = false;

	for (unsigned int i = 0; i < image->phnum; i++) {
		const Elf64_Phdr p = elf_read_phdr(image, i);
		const char *why;

		if (p.p_type == PT_INTERP) {
			return "it needs a dynamic linker: link it with "
			       "-static";
		}
		/*
		 * PT_GNU_STACK may ask for an executable stack; nobody gets
		 * one, and a program that does not use it need not care.
		 */
		if (p.p_type != PT_LOAD || (p.p_memsz | p.p_filesz) == 0) {
			continue;
		}
		why = elf_check_load(&p, limits);
		if (why == NULL && previous.p_memsz > 0) {
			why = elf_check_order(image, &previous, &p, limits);
		}
		if (why != NULL) {
			return why;
		}
		elf_note_load(image, &p, &entry_found);
		previous = p;
	}
	if (previous.p_memsz == 0) {
		return "it has no segment to load";
	}
	return entry_found ? NULL
			   : "its entry point is not in an executable segment";
}

const char *elf_check(const void *file, size_t size, uint64_t page_size,
		      uint64_t user_end, struct elf_image *image)
{
	const struct elf_limits limits = { size, page_size, user_end };
	Elf64_Ehdr header;
	const char *why;

	if (size < sizeof(header)) {
		return "it is too short for an ELF header";
	}
	memcpy(&header, file, sizeof(header));
	why = elf_check_header(&header, size);
	if (why != NULL) {
		return why;
	}
	*image = (struct elf_image){
		.file = file,
		.entry = header.e_entry,
		.phnum = header.e_phnum,
		.phsize = header.e_phentsize,
		.phoff = header.e_phoff,
	};
	return elf_check_segments(image, &limits);
}

bool elf_next_segment(const struct elf_image *image, unsigned int *index,
		      struct elf_segment *segment)
{
	while (*index < image->phnum) {
		const Elf64_Phdr p = elf_read_phdr(image, (*index)++);

		if (p.p_type == PT_LOAD && p.p_memsz > 0) {
			*segment = (struct elf_segment){
				.start = p.p_vaddr,
				.end = p.p_vaddr + p.p_memsz,
				.data = image->file +
					(p.p_filesz > 0 ? p.p_offset : 0),
				.data_size = p.p_filesz,
				.readable = p.p_flags & PF_R,
				.writable = p.p_flags & PF_W,
				.executable = p.p_flags & PF_X,
			};
			return true;
		}
	}
	return false;
}
