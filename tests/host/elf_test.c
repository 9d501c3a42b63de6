/* SPDX-License-Identifier: MIT */
/*
 * elf_test.c - the checker of programs. One good program is built here; each
 * fault made in it gives its own sentence; and whatever bytes are damaged,
 * what is accepted keeps every promise of elf.h.
 */
#include "host.h"

#include <linux/elf.h>
#include <stdio.h>

#include "task/elf.h"

#define PAGE     UINT64_C(0x1000)
#define USER_END (UINT64_C(1) << 48)
#define TEXT     UINT64_C(0x400000)

/* Text with the headers in it, read-only data, data with zeroes behind. */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr phdr[4];
	unsigned char bytes[3 * 0x1000];
};

static struct program good(void)
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
static const char *check_bytes(const void *data, size_t size,
			       uint64_t page_size, struct elf_image *image)
{
	static unsigned char *file; /* kept for the image, until the next */

	free(file);
	file = malloc(size + 1);
	memcpy(file + 1, data, size);
	return elf_check(file + 1, size, page_size, USER_END, image);
}

static bool segment_is(const struct elf_image *image, unsigned int *index,
		       uint64_t start, uint64_t size, uint64_t offset,
		       uint64_t data_size, const char *rights)
{
	struct elf_segment s;

	return elf_next_segment(image, index, &s) &&
	       EXPECT_EQ(s.start, start) && EXPECT_EQ(s.end, start + size) &&
	       EXPECT(s.data == image->file + offset) &&
	       EXPECT_EQ(s.data_size, data_size) &&
	       EXPECT_EQ(s.readable, strchr(rights, 'r') != NULL) &&
	       EXPECT_EQ(s.writable, strchr(rights, 'w') != NULL) &&
	       EXPECT_EQ(s.executable, strchr(rights, 'x') != NULL);
}

TEST(elf, a_good_program_is_described)
{
	const struct program p = good();
	struct elf_image image;
	struct elf_segment s;
	unsigned int i = 0;

	if (!EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL)) {
		return;
	}
	EXPECT_EQ(image.entry, TEXT + 0x200);
	EXPECT_EQ(image.phdr, TEXT + 64);
	EXPECT_EQ(image.phnum, 4);
	EXPECT_EQ(image.phsize, 56);
	EXPECT_EQ(image.end, TEXT + 0x15000);
	EXPECT(segment_is(&image, &i, TEXT, 0x300, 0, 0x300, "rx"));
	EXPECT(segment_is(&image, &i, TEXT + PAGE + 0x10, 0x20, PAGE + 0x10,
			  0x20, "r"));
	EXPECT(segment_is(&image, &i, TEXT + 0x10000, 0x5000, 2 * PAGE, 0x100,
			  "rw"));
	EXPECT(!elf_next_segment(&image, &i, &s));
}

TEST(elf, segments_may_have_no_rights_or_only_execution)
{
	struct program p = good();
	struct elf_image image;
	unsigned int i = 0;

	p.phdr[0].p_flags = PF_X;
	p.phdr[1].p_flags = 0;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT(segment_is(&image, &i, TEXT, 0x300, 0, 0x300, "x"));
	EXPECT(segment_is(&image, &i, TEXT + PAGE + 0x10, 0x20, PAGE + 0x10,
			  0x20, ""));
}

TEST(elf, limits_are_inclusive)
{
	struct program p = good();
	struct elf_image image;

	/* The last page of the user's half, and the first. */
	p.phdr[3].p_vaddr = USER_END - 0x5000;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT_EQ(image.end, USER_END);
	p.phdr[0].p_vaddr = 0;
	p.header.e_entry = 0x2fc;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	/* Data up to the last byte of the file. */
	p.phdr[3].p_filesz = sizeof(p) - p.phdr[3].p_offset;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	/* An empty segment is no segment, wherever it is. */
	p.phdr[1].p_filesz = p.phdr[1].p_memsz = 0;
	p.phdr[1].p_vaddr = UINT64_MAX;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
}

TEST(elf, phdr_is_zero_where_the_headers_are_not_loaded)
{
	struct program p = good();
	struct elf_image image;

	p.phdr[0].p_filesz = 64 + 4 * 56 - 1;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT_EQ(image.phdr, 0);
	p.phdr[0].p_filesz = 32; /* and they begin behind it */
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT_EQ(image.phdr, 0);
	p.phdr[0].p_filesz = 64 + 4 * 56;
	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT_EQ(image.phdr, TEXT + 64);
}

TEST(elf, a_segment_without_data_may_be_said_to_lie_anywhere_in_the_file)
{
	static const uint64_t offsets[] = { 0, 2 * PAGE + 8, 0xffe8, 1 << 20,
					    UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct program p = good();
		struct elf_image image;
		unsigned int at = 2;

		p.phdr[3].p_offset = offsets[i];
		p.phdr[3].p_filesz = 0;
		EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
		EXPECT(segment_is(&image, &at, TEXT + 0x10000, 0x5000, 0, 0,
				  "rw"));
	}
}

/* ---- Faults --------------------------------------------------------- */

#define HEADER_AT(field) offsetof(struct program, header.field)
#define PHDR_AT(i, field)                        \
	(offsetof(struct program, phdr) + (i) * 56 + \
	 offsetof(Elf64_Phdr, field))
#define NOT_IN_FILE "its program headers are not in the file"
#define DATA_NOT_IN_FILE "a segment's data is not in the file"
#define NOT_IN_USER_HALF "a segment is not in the user's half"
#define NO_ENTRY "its entry point is not in an executable segment"
#define CONGRUENCE \
	"a segment's address and file offset differ within the page"

static const struct {
	size_t at;
	unsigned int size; /* of the field */
	uint64_t value;
	const char *why;
} faults[] = {
	{ 0, 1, 0x7e, "it is not an ELF file" },
	{ 3, 1, 'f', "it is not an ELF file" },
	{ EI_CLASS, 1, ELFCLASS32, "it is not a 64-bit program" },
	{ EI_DATA, 1, ELFDATA2MSB, "it is not little-endian" },
	{ EI_VERSION, 1, 0, "it is of an unknown version of ELF" },
	{ HEADER_AT(e_machine), 2, EM_X86_64, "it is not for AArch64" },
	{ HEADER_AT(e_machine), 2, EM_ARM, "it is not for AArch64" },
	{ HEADER_AT(e_type), 2, ET_DYN,
	  "it is position-independent: link it with -static and -no-pie" },
	{ HEADER_AT(e_type), 2, ET_REL,
	  "it is not an executable file, but an object or a core" },
	{ HEADER_AT(e_type), 2, ET_CORE,
	  "it is not an executable file, but an object or a core" },
	{ HEADER_AT(e_phentsize), 2, 55,
	  "its program headers have a wrong size" },
	{ HEADER_AT(e_phentsize), 2, 0,
	  "its program headers have a wrong size" },
	{ HEADER_AT(e_phnum), 2, 0, "it has no program headers" },
	{ HEADER_AT(e_phnum), 2, PN_XNUM, "it has too many program headers" },
	{ HEADER_AT(e_phnum), 2, 1000, NOT_IN_FILE },
	{ HEADER_AT(e_phoff), 8, sizeof(struct program) - 223, NOT_IN_FILE },
	{ HEADER_AT(e_phoff), 8, UINT64_MAX - 8, NOT_IN_FILE },
	{ PHDR_AT(3, p_offset), 8, 4 * PAGE, DATA_NOT_IN_FILE },
	{ PHDR_AT(3, p_offset), 8, UINT64_MAX & ~0xfffull, DATA_NOT_IN_FILE },
	{ PHDR_AT(3, p_filesz), 8, 0x4fff, DATA_NOT_IN_FILE },
	{ PHDR_AT(3, p_filesz), 8, UINT64_MAX, DATA_NOT_IN_FILE },
	{ PHDR_AT(1, p_filesz), 8, 0x21,
	  "a segment has more data than memory" },
	{ PHDR_AT(0, p_memsz), 8, 0, "a segment has more data than memory" },
	{ PHDR_AT(3, p_vaddr), 8, USER_END - 0x4000, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_vaddr), 8, USER_END, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_vaddr), 8, 0xffff800000000000, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_vaddr), 8, UINT64_MAX & ~0xfffull, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_memsz), 8, USER_END - TEXT, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_memsz), 8, UINT64_MAX, NOT_IN_USER_HALF },
	{ PHDR_AT(3, p_memsz), 8, UINT64_MAX - 0xff, NOT_IN_USER_HALF },
	{ PHDR_AT(1, p_vaddr), 8, TEXT + PAGE, CONGRUENCE },
	{ PHDR_AT(3, p_offset), 8, 2 * PAGE + 1, CONGRUENCE },
	{ PHDR_AT(0, p_flags), 4, PF_R | PF_W | PF_X,
	  "a segment is writable and executable" },
	{ PHDR_AT(3, p_flags), 4, PF_W | PF_X,
	  "a segment is writable and executable" },
	{ PHDR_AT(3, p_vaddr), 8, TEXT - 0x5000,
	  "its segments are not in ascending order" },
	{ PHDR_AT(1, p_vaddr), 8, TEXT - PAGE + 0x10,
	  "its segments are not in ascending order" },
	{ PHDR_AT(3, p_vaddr), 8, TEXT - 0x3000, "two segments overlap" },
	{ PHDR_AT(0, p_memsz), 8, PAGE + 0x11, "two segments overlap" },
	{ PHDR_AT(1, p_vaddr), 8, TEXT + 0x10, "two segments overlap" },
	{ PHDR_AT(0, p_memsz), 8, PAGE + 0x10, "two segments share a page" },
	{ PHDR_AT(0, p_memsz), 8, PAGE + 1, "two segments share a page" },
	{ PHDR_AT(2, p_type), 4, PT_INTERP,
	  "it needs a dynamic linker: link it with -static" },
	{ HEADER_AT(e_entry), 8, TEXT + 0x300, NO_ENTRY },
	{ HEADER_AT(e_entry), 8, TEXT - 4, NO_ENTRY },
	{ HEADER_AT(e_entry), 8, TEXT + PAGE + 0x10, NO_ENTRY },
	{ HEADER_AT(e_entry), 8, 0, NO_ENTRY },
	{ PHDR_AT(0, p_flags), 4, PF_R, NO_ENTRY },
};

TEST(elf, every_fault_has_its_sentence)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct program p = good();
		struct elf_image image;
		const char *why;

		memcpy((char *)&p + faults[i].at, &faults[i].value,
		       faults[i].size);
		why = check_bytes(&p, sizeof(p), PAGE, &image);
		if (!EXPECT(same_text(why, faults[i].why))) {
			test_note("wanted: %s", faults[i].why);
			test_note("   got: %s", why);
		}
	}
}

TEST(elf, a_program_of_no_segments_is_refused)
{
	struct program p = good();
	struct elf_image image;

	for (int i = 0; i < 4; i++) {
		p.phdr[i].p_type = PT_NOTE;
	}
	EXPECT(same_text(check_bytes(&p, sizeof(p), PAGE, &image),
			 "it has no segment to load"));
}

/* memsz + filesz is 0 here, but the segment is not empty. */
TEST(elf, a_size_that_wraps_is_not_empty)
{
	struct program p = good();
	struct elf_image image;

	p.phdr[3].p_memsz = 1;
	p.phdr[3].p_filesz = UINT64_MAX;
	EXPECT(same_text(check_bytes(&p, sizeof(p), PAGE, &image),
			 DATA_NOT_IN_FILE));
}

TEST(elf, the_page_size_decides_what_is_shared)
{
	struct program p = good();
	struct elf_image image;

	EXPECT(check_bytes(&p, sizeof(p), PAGE, &image) == NULL);
	EXPECT(same_text(check_bytes(&p, sizeof(p), 4 * PAGE, &image),
			 "two segments share a page"));
	p.phdr[1].p_vaddr += 4 * PAGE;
	p.phdr[3].p_offset = 0;
	EXPECT(check_bytes(&p, sizeof(p), 4 * PAGE, &image) == NULL);
	p.phdr[3].p_offset = PAGE;
	EXPECT(same_text(check_bytes(&p, sizeof(p), 4 * PAGE, &image),
			 CONGRUENCE));
}

TEST(elf, every_truncation_is_refused)
{
	struct program p = good();
	struct elf_image image;

	for (size_t size = 0; size < 2 * PAGE + 0x100; size++) {
		const char *why = check_bytes(&p, size, PAGE, &image);

		if (!EXPECT(why != NULL)) {
			test_note("%lu bytes", (unsigned long)size);
		}
		EXPECT(size >= 64 ||
		       same_text(why, "it is too short for an ELF header"));
	}
	EXPECT(check_bytes(&p, 2 * PAGE + 0x100, PAGE, &image) == NULL);
}

TEST(elf, a_program_of_the_host_is_refused)
{
	static unsigned char file[1 << 12];
	FILE *self = fopen("/proc/self/exe", "rb");
	struct elf_image image;
	size_t size;

	if (self == NULL) {
		SKIP("no /proc/self/exe");
	}
	size = fread(file, 1, sizeof(file), self);
	fclose(self);
	EXPECT(check_bytes(file, size, PAGE, &image) != NULL);
}

/* Whether all that elf.h promises holds. */
static bool promises_hold(const struct elf_image *image, size_t size)
{
	struct elf_segment s;
	unsigned int i = 0, n = 0;
	uint64_t end = 0;
	bool entry = false;

	for (; elf_next_segment(image, &i, &s); n++) {
		const size_t offset =
			(size_t)((const unsigned char *)s.data - image->file);

		if (offset > size || s.data_size > size - offset ||
		    s.end <= s.start || s.end > USER_END ||
		    s.data_size > s.end - s.start ||
		    (s.writable && s.executable) ||
		    (n > 0 && s.start / PAGE < (end + PAGE - 1) / PAGE) ||
		    (s.data_size > 0 && s.start % PAGE != offset % PAGE)) {
			return false;
		}
		end = s.end;
		entry |= s.executable && image->entry >= s.start &&
			 image->entry < s.end;
	}
	return n > 0 && entry && image->end == end;
}

TEST(elf, damaged_programs_are_refused_or_keep_the_promises)
{
	unsigned int refused = 0, kept = 0;

	random_seed(11);
	for (int i = 0; i < 50000; i++) {
		const size_t headers = offsetof(struct program, bytes);
		struct program p = good();
		struct elf_image image;

		corrupt((unsigned char *)&p, headers);
		if (check_bytes(&p, sizeof(p), PAGE, &image) != NULL) {
			refused++;
		} else {
			kept++;
			EXPECT(promises_hold(&image, sizeof(p)));
		}
	}
	test_note("%u refused, %u kept", refused, kept);
	EXPECT(refused > 1000);
	EXPECT(kept > 1000);
	check_bytes("", 0, PAGE, &(struct elf_image){ 0 }); /* frees */
}
