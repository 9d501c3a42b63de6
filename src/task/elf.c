/* SPDX-License-Identifier: MIT */
/*
 * elf.c - see elf.h. The file is what a user gave us: every offset, size and
 * address in it is checked, with subtractions that cannot wrap, before it is
 * used. What Linux would run and we do not is refused in words, with what
 * helps: writable code, and programs that need a dynamic linker.
 */
#include "task/elf.h"

#include <linux/elf.h>

#include "lib/string.h"

/* ---- The header ----------------------------------------------------- */

static const char *elf_check_kind(const Elf64_Ehdr *header)
{
	const unsigned char *ident = header->e_ident;

	if (memcmp(ident, ELFMAG, SELFMAG) != 0) {
		return "it is not an ELF file";
	}
	if (ident[EI_CLASS] != ELFCLASS64) {
		return "it is not a 64-bit program: compile it for AArch64";
	}
	if (ident[EI_DATA] != ELFDATA2LSB) {
		return "it is not little-endian: compile it without "
		       "-mbig-endian";
	}
	if (header->e_machine != EM_AARCH64) {
		return "it is not for AArch64: compile it with "
		       "aarch64-linux-gnu-gcc";
	}
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN) {
		return "it is not an executable file, but an object or a "
		       "core: link it";
	}
	return NULL;
}

static const char *elf_check_table(const Elf64_Ehdr *header, size_t size,
				   uint64_t page_size)
{
	const size_t table_size = header->e_phnum * sizeof(Elf64_Phdr);

	if (header->e_phentsize != sizeof(Elf64_Phdr)) {
		return "its program headers have a wrong size";
	}
	if (header->e_phnum == 0) {
		return "it has no program headers: link it";
	}
	if (table_size > page_size) {
		return "it has too many program headers: they must fit in a "
		       "page";
	}
	if (header->e_phoff > size || table_size > size - header->e_phoff) {
		return "its program headers are not in the file: it was cut "
		       "off";
	}
	return NULL;
}

/* ---- The segments, as the file has them ----------------------------- */

static Elf64_Phdr elf_read_phdr(const struct elf_image *image,
				unsigned int index)
{
	Elf64_Phdr phdr;

	memcpy(&phdr, image->file + image->phoff + index * sizeof(phdr),
	       sizeof(phdr));
	return phdr;
}

/* The next one that is to be loaded; an empty one is none, wherever it is. */
static bool elf_next_load(const struct elf_image *image, unsigned int *index,
			  Elf64_Phdr *p)
{
	while (*index < image->phnum) {
		*p = elf_read_phdr(image, (*index)++);
		if (p->p_type == PT_LOAD && (p->p_memsz | p->p_filesz) != 0) {
			return true;
		}
	}
	return false;
}

/* Whether p, less `low`, which is not above it, fits below `room`. */
static bool elf_fits(const Elf64_Phdr *p, uint64_t low, uint64_t room)
{
	return p->p_memsz <= room && p->p_vaddr - low <= room - p->p_memsz;
}

/* One segment by itself. Without data, its place in the file means nothing:
 * GNU ld puts it past the end. */
static const char *elf_check_load(const Elf64_Phdr *p,
				  const struct elf_limits *limits)
{
	if (p->p_filesz > p->p_memsz) {
		return "a segment has more data than memory";
	}
	if (!elf_fits(p, 0, limits->user_end)) {
		return "a segment is not in the user's half: link it for a "
		       "lower address";
	}
	if ((p->p_flags & PF_W) && (p->p_flags & PF_X)) {
		return "a segment is writable and executable: link it "
		       "without -N and -n";
	}
	if (p->p_filesz == 0) {
		return NULL;
	}
	if (p->p_offset > INT64_MAX - p->p_filesz) {
		return "a segment's data is not in the file";
	}
	if ((p->p_vaddr ^ p->p_offset) & (limits->page_size - 1)) {
		return "a segment's address and file offset differ within "
		       "the page: link it without -n, for this page size "
		       "(-z max-page-size)";
	}
	return NULL;
}

/* Whether p shares a byte with a segment before it in the table. */
static bool elf_overlaps(const struct elf_image *image, const Elf64_Phdr *p,
			 unsigned int index)
{
	Elf64_Phdr other;

	for (unsigned int i = 0;
	     elf_next_load(image, &i, &other) && i < index;) {
		if (p->p_vaddr < other.p_vaddr + other.p_memsz &&
		    other.p_vaddr < p->p_vaddr + p->p_memsz) {
			return true;
		}
	}
	return false;
}

static const char *elf_check_loads(const struct elf_image *image,
				   const struct elf_limits *limits)
{
	unsigned int i = 0;
	Elf64_Phdr p;

	while (elf_next_load(image, &i, &p)) {
		const char *why = elf_check_load(&p, limits);

		if (why != NULL) {
			return why;
		}
		if (elf_overlaps(image, &p, i)) {
			return "two segments overlap: give each its own "
			       "addresses in the linker script";
		}
	}
	return NULL;
}

/* PT_GNU_STACK may ask for an executable stack; no program gets one, and a
 * program that does not use it need not care. */
static bool elf_needs_linker(const struct elf_image *image)
{
	for (unsigned int i = 0; i < image->phnum; i++) {
		if (elf_read_phdr(image, i).p_type == PT_INTERP) {
			return true;
		}
	}
	return false;
}

/* ---- Where the program runs ----------------------------------------- */

/*
 * A static PIE is moved so that its lowest segment lies at the base, or after
 * it by what its address leaves when it is divided by the alignment.
 */
static const char *elf_place(struct elf_image *image,
			     const struct elf_limits *limits)
{
	uint64_t low = UINT64_MAX;
	unsigned int i = 0;
	Elf64_Phdr p;

	while (elf_next_load(image, &i, &p)) {
		low = MIN(low, p.p_vaddr);
	}
	low = ALIGN_DOWN(low, MAX(ELF_PIE_ALIGN, limits->page_size));
	image->bias = limits->pie_base - low;
	for (i = 0; elf_next_load(image, &i, &p);) {
		if (!elf_fits(&p, low, limits->user_end - limits->pie_base)) {
			return "it is too large for a static PIE: link it "
			       "with -no-pie";
		}
	}
	return NULL;
}

/* The pages of a segment, as far as they show the file, and as far as they
 * are zero: see elf.h. */
static struct elf_segment elf_describe(const struct elf_image *image,
				       const Elf64_Phdr *p)
{
	const uint64_t vaddr = p->p_vaddr + image->bias;
	const uint64_t start = ALIGN_DOWN(vaddr, image->page_size);
	struct elf_segment s = {
		.start = start,
		.file_end = start,
		.end = ALIGN_UP(vaddr + p->p_memsz, image->page_size),
		.data = image->file,
		.readable = p->p_flags & PF_R,
		.writable = p->p_flags & PF_W,
		.executable = p->p_flags & PF_X,
	};
	const uint64_t offset = p->p_offset - (vaddr - start);

	if (p->p_filesz == 0) {
		return s;
	}
	s.file_end = ALIGN_UP(vaddr + p->p_filesz, image->page_size);
	if (offset < image->size) {
		const uint64_t end = p->p_filesz < p->p_memsz
					     ? vaddr + p->p_filesz
					     : s.file_end;

		s.data = image->file + offset;
		s.data_size = MIN(end - start, image->size - offset);
	}
	return s;
}

/* Notes what the rest of the kernel asks about the segments. */
static const char *elf_note_loads(struct elf_image *image)
{
	bool entry_found = false;
	unsigned int i = 0;
	Elf64_Phdr p;

	while (elf_next_load(image, &i, &p)) {
		const struct elf_segment s = elf_describe(image, &p);
		/* Within the segment's data; before it, a large number. */
		const uint64_t table = image->phoff - p.p_offset;

		image->end =
			MAX(image->end, p.p_vaddr + p.p_memsz + image->bias);
		if (table < p.p_filesz) {
			image->phdr = p.p_vaddr + table + image->bias;
		}
		/* The last one whose page it is decides about its rights. */
		if (image->entry >= s.start && image->entry < s.end) {
			entry_found = s.executable;
		}
	}
	if (image->end == 0) {
		return "it has no segment to load: link it";
	}
	return entry_found ? NULL
			   : "its entry point is not in an executable page: "
			     "link it without -n, and with an entry (-e)";
}

const char *elf_check(const void *file, size_t size,
		      const struct elf_limits *limits, struct elf_image *image)
{
	Elf64_Ehdr header;
	const char *why;

	if (size < sizeof(header)) {
		return "it is too short for an ELF header";
	}
	memcpy(&header, file, sizeof(header));
	why = elf_check_kind(&header) ?:
	      elf_check_table(&header, size, limits->page_size);
	if (why != NULL) {
		return why;
	}
	*image = (struct elf_image){
		.file = file,
		.size = size,
		.page_size = limits->page_size,
		.phnum = header.e_phnum,
		.phsize = header.e_phentsize,
		.phoff = header.e_phoff,
	};
	if (elf_needs_linker(image)) {
		return "it needs a dynamic linker: link it with -static or "
		       "-static-pie";
	}
	why = elf_check_loads(image, limits);
	if (why == NULL && header.e_type == ET_DYN) {
		why = elf_place(image, limits);
	}
	if (why != NULL) {
		return why;
	}
	image->entry = header.e_entry + image->bias;
	return elf_note_loads(image);
}

bool elf_next_segment(const struct elf_image *image, unsigned int *index,
		      struct elf_segment *segment)
{
	Elf64_Phdr p;

	if (!elf_next_load(image, index, &p)) {
		return false;
	}
	*segment = elf_describe(image, &p);
	return true;
}
