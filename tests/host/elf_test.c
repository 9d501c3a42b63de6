/* SPDX-License-Identifier: MIT */
/*
 * elf_test.c - the checker of programs, on one that is built by hand. Each
 * change of its shape says what is mapped, and each fault made in it gives its
 * own sentence. Next: elf_damage_test.c; and programs from real linkers, in
 * tests/system/elf.py.
 */
#include "host.h"

#include <stdio.h>

#include "elf_program.h"

/* ---- Shapes --------------------------------------------------------- */

#define HEADER_AT(field) offsetof(struct program, header.field)
#define PHDR_AT(i, field) \
	(offsetof(struct program, phdr) + (i)*56 + offsetof(Elf64_Phdr, field))

struct patch {
	size_t at;
	unsigned int size; /* of the field; 0: no patch */
	uint64_t value;
};

static void apply(struct program *p, const struct patch *patches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		memcpy((char *)p + patches[i].at, &patches[i].value,
		       patches[i].size);
	}
}

/* "entry phdr end" and for each segment "; rights start file_end end
 * @offset+size" of what comes from the file. */
static void describe(const struct elf_image *image, char *text, size_t size)
{
	struct elf_segment s;
	unsigned int i = 0;
	int n = snprintf(text, size, "%lx %lx %lx", (long)image->entry,
			 (long)image->phdr, (long)image->end);

	while (elf_next_segment(image, &i, &s)) {
		n += snprintf(text + n, size - (size_t)n,
			      "; %s%s%s %lx %lx %lx @%lx+%lx",
			      s.readable ? "r" : "", s.writable ? "w" : "",
			      s.executable ? "x" : "", (long)s.start,
			      (long)s.file_end, (long)s.end,
			      (long)((const unsigned char *)s.data -
				     image->file),
			      (long)s.data_size);
	}
}

#define TEXT_AS_IS    "; rx 400000 401000 401000 @0+1000"
#define CONST_AS_IS   "; r 401000 402000 402000 @1000+1000"
#define DATA_AS_IS    "; rw 410000 411000 415000 @2000+100"
#define NUMBERS_AS_IS "400200 400040 415000"
#define GOOD	      NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS DATA_AS_IS

/* The wanted texts are written by hand from what Linux does. */
static const struct {
	const char *name;
	struct patch patches[5];
	const char *wanted;
} shapes[] = {
	{ "as it is", { { 0 } }, GOOD },
	{ "nobody reads these fields",
	  { { EI_VERSION, 1, 0 },
	    { EI_OSABI, 1, ELFOSABI_LINUX },
	    { HEADER_AT(e_version), 4, 99 },
	    { HEADER_AT(e_ehsize), 2, 0 },
	    { HEADER_AT(e_flags), 4, UINT32_MAX } }, GOOD },
	{ "no section headers",
	  { { HEADER_AT(e_shoff), 8, UINT64_MAX },
	    { HEADER_AT(e_shnum), 2, 0xffff } }, GOOD },
	{ "p_align of 0, 1, an odd number and too much",
	  { { PHDR_AT(0, p_align), 8, 0 },
	    { PHDR_AT(1, p_align), 8, 1 },
	    { PHDR_AT(2, p_align), 8, 3 },
	    { PHDR_AT(3, p_align), 8, UINT64_MAX } }, GOOD },
	{ "thread-local data, a property",
	  { { PHDR_AT(2, p_type), 4, PT_TLS },
	    { PHDR_AT(2, p_vaddr), 8, UINT64_MAX } }, GOOD },
	{ "all executable rights there are, and none",
	  { { PHDR_AT(0, p_flags), 4, PF_X }, { PHDR_AT(1, p_flags), 4, 0 } },
	  NUMBERS_AS_IS "; x 400000 401000 401000 @0+1000"
			";  401000 402000 402000 @1000+1000" DATA_AS_IS },
	{ "an empty segment is none, wherever it is",
	  { { PHDR_AT(1, p_filesz), 8, 0 },
	    { PHDR_AT(1, p_memsz), 8, 0 },
	    { PHDR_AT(1, p_vaddr), 8, UINT64_MAX } },
	  NUMBERS_AS_IS TEXT_AS_IS DATA_AS_IS },
	{ "data below text",
	  { { PHDR_AT(3, p_vaddr), 8, TEXT - 0x10000 } },
	  "400200 400040 401030" TEXT_AS_IS CONST_AS_IS
	  "; rw 3f0000 3f1000 3f5000 @2000+100" },
	{ "in descending order",
	  { { PHDR_AT(1, p_vaddr), 8, TEXT - 0x10000 + 0x10 },
	    { PHDR_AT(3, p_vaddr), 8, TEXT - 0x20000 } },
	  "400200 400040 400300" TEXT_AS_IS
	  "; r 3f0000 3f1000 3f1000 @1000+1000"
	  "; rw 3e0000 3e1000 3e5000 @2000+100" },
	{ "no data, and a place past the file's end",
	  { { PHDR_AT(3, p_filesz), 8, 0 },
	    { PHDR_AT(3, p_offset), 8, 0xffe8 },
	    { PHDR_AT(3, p_vaddr), 8, 0x41ffe8 } },
	  "400200 400040 424fe8" TEXT_AS_IS CONST_AS_IS
	  "; rw 41f000 41f000 425000 @0+0" },
	{ "no data, and a place that is no place",
	  { { PHDR_AT(3, p_filesz), 8, 0 },
	    { PHDR_AT(3, p_offset), 8, UINT64_MAX } },
	  NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS
	  "; rw 410000 410000 415000 @0+0" },
	{ "data up to the last byte of the file, and zeroes",
	  { { PHDR_AT(3, p_filesz), 8, 0x1120 } },
	  NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS
	  "; rw 410000 412000 415000 @2000+1120" },
	{ "data past the end of the file",
	  { { PHDR_AT(3, p_filesz), 8, 0x5000 } },
	  NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS
	  "; rw 410000 415000 415000 @2000+1120" },
	{ "data past the end of the file, and zeroes",
	  { { PHDR_AT(3, p_filesz), 8, 0x2008 } },
	  NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS
	  "; rw 410000 413000 415000 @2000+1120" },
	{ "all its data past the end of the file",
	  { { PHDR_AT(3, p_offset), 8, UINT64_C(1) << 40 } },
	  NUMBERS_AS_IS TEXT_AS_IS CONST_AS_IS
	  "; rw 410000 411000 415000 @0+0" },
	{ "zeroes in what nobody may write",
	  { { PHDR_AT(1, p_memsz), 8, 0x2000 } },
	  NUMBERS_AS_IS TEXT_AS_IS
	  "; r 401000 402000 404000 @1000+30" DATA_AS_IS },
	{ "three in two pages",
	  { { PHDR_AT(0, p_memsz), 8, PAGE + 0x10 },
	    { PHDR_AT(0, p_filesz), 8, PAGE + 0x10 },
	    { PHDR_AT(3, p_vaddr), 8, TEXT + PAGE + 0x30 },
	    { PHDR_AT(3, p_offset), 8, PAGE + 0x30 } },
	  "400200 400040 406030; rx 400000 402000 402000 @0+2000" CONST_AS_IS
	  "; rw 401000 402000 407000 @1000+130" },
	{ "the entry in a page that a later one has taken",
	  { { PHDR_AT(0, p_flags), 4, PF_R },
	    { PHDR_AT(1, p_flags), 4, PF_R | PF_X },
	    { PHDR_AT(1, p_vaddr), 8, TEXT + 0x300 },
	    { PHDR_AT(1, p_offset), 8, 0x300 } },
	  NUMBERS_AS_IS "; r 400000 401000 401000 @0+1000"
			"; rx 400000 401000 401000 @0+1000" DATA_AS_IS },
	{ "the entry past the data, in the same page",
	  { { HEADER_AT(e_entry), 8, TEXT + 0xffc } },
	  "400ffc 400040 415000" TEXT_AS_IS CONST_AS_IS DATA_AS_IS },
	{ "at address 0, and at the end of the user's half",
	  { { PHDR_AT(0, p_vaddr), 8, 0 },
	    { HEADER_AT(e_entry), 8, 0 },
	    { PHDR_AT(3, p_vaddr), 8, USER_END - 0x5000 } },
	  "0 40 1000000000000; rx 0 1000 1000 @0+1000" CONST_AS_IS
	  "; rw ffffffffb000 ffffffffc000 1000000000000 @2000+100" },
	{ "the headers begin in the data of one, and of a later one",
	  { { PHDR_AT(0, p_filesz), 8, 65 }, { PHDR_AT(3, p_offset), 8, 0 } },
	  "400200 410040 415000; rx 400000 401000 401000 @0+41" CONST_AS_IS
	  "; rw 410000 411000 415000 @0+100" },
	{ "the headers in the data of none",
	  { { PHDR_AT(0, p_filesz), 8, 64 } },
	  "400200 0 415000"
	  "; rx 400000 401000 401000 @0+40" CONST_AS_IS DATA_AS_IS },
	{ "a static PIE",
	  { { HEADER_AT(e_type), 2, ET_DYN } },
	  "200000000200 200000000040 200000015000"
	  "; rx 200000000000 200000001000 200000001000 @0+1000"
	  "; r 200000001000 200000002000 200000002000 @1000+1000"
	  "; rw 200000010000 200000011000 200000015000 @2000+100" },
	{ "a static PIE whose lowest segment is not the first, nor at 0",
	  { { HEADER_AT(e_type), 2, ET_DYN },
	    { PHDR_AT(3, p_vaddr), 8, TEXT - 0x10000 } },
	  "200000200200 200000200040 200000201030"
	  "; rx 200000200000 200000201000 200000201000 @0+1000"
	  "; r 200000201000 200000202000 200000202000 @1000+1000"
	  "; rw 2000001f0000 2000001f1000 2000001f5000 @2000+100" },
};

TEST(elf, every_shape_is_mapped_as_linux_maps_it)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct program p = good();
		struct elf_image image;
		const char *why;
		char got[500];

		apply(&p, shapes[i].patches, ARRAY_SIZE(shapes[i].patches));
		why = check_bytes(&p, sizeof(p), PAGE, &image);
		if (why == NULL) {
			describe(&image, got, sizeof(got));
			why = got;
		}
		if (!EXPECT(same_text(why, shapes[i].wanted))) {
			test_note("%s", shapes[i].name);
			test_note("wanted: %s", shapes[i].wanted);
			test_note("   got: %s", why);
		}
	}
}

/* ---- Faults --------------------------------------------------------- */

#define OBJECT \
	"it is not an executable file, but an object or a core: link it"
#define NOT_IN_FILE "its program headers are not in the file: it was cut off"
#define TOO_MANY    "it has too many program headers: they must fit in a page"
#define NOT_IN_USER_HALF \
	"a segment is not in the user's half: link it for a lower address"
#define NO_ENTRY                                                 \
	"its entry point is not in an executable page: link it " \
	"without -n, and with an entry (-e)"
#define CONGRUENCE                                                     \
	"a segment's address and file offset differ within the page: " \
	"link it without -n, for this page size (-z max-page-size)"
#define RWX "a segment is writable and executable: link it without -N and -n"
#define OVERLAP                                                     \
	"two segments overlap: give each its own addresses in the " \
	"linker script"
#define TOO_LARGE "it is too large for a static PIE: link it with -no-pie"

static const struct {
	struct patch patches[2];
	const char *why;
} faults[] = {
	{ { { 0, 1, 0x7e } }, "it is not an ELF file" },
	{ { { EI_CLASS, 1, ELFCLASS32 } },
	  "it is not a 64-bit program: compile it for AArch64" },
	{ { { EI_DATA, 1, ELFDATA2MSB } },
	  "it is not little-endian: compile it without -mbig-endian" },
	{ { { HEADER_AT(e_machine), 2, EM_X86_64 } },
	  "it is not for AArch64: compile it with aarch64-linux-gnu-gcc" },
	{ { { HEADER_AT(e_type), 2, ET_REL } }, OBJECT },
	{ { { HEADER_AT(e_phentsize), 2, 55 } },
	  "its program headers have a wrong size" },
	{ { { HEADER_AT(e_phnum), 2, 0 } },
	  "it has no program headers: link it" },
	{ { { HEADER_AT(e_phnum), 2, PN_XNUM } }, TOO_MANY },
	{ { { HEADER_AT(e_phnum), 2, 74 } }, TOO_MANY },
	{ { { HEADER_AT(e_phnum), 2, 73 },
	    { HEADER_AT(e_phoff), 8, sizeof(struct program) - 4087 } },
	  NOT_IN_FILE },
	{ { { HEADER_AT(e_phoff), 8, sizeof(struct program) - 223 } },
	  NOT_IN_FILE },
	{ { { HEADER_AT(e_phoff), 8, UINT64_MAX - 8 } }, NOT_IN_FILE },
	{ { { PHDR_AT(3, p_offset), 8, UINT64_MAX & ~0xfffull } },
	  "a segment's data is not in the file" },
	{ { { PHDR_AT(3, p_offset), 8, INT64_MAX & ~0xffful },
	    { PHDR_AT(3, p_filesz), 8, PAGE } },
	  "a segment's data is not in the file" },
	{ { { PHDR_AT(1, p_filesz), 8, 0x21 } },
	  "a segment has more data than memory" },
	{ { { PHDR_AT(3, p_filesz), 8, UINT64_MAX } },
	  "a segment has more data than memory" },
	/* Their sum is 0, but the segment is not empty. */
	{ { { PHDR_AT(3, p_memsz), 8, 1 },
	    { PHDR_AT(3, p_filesz), 8, UINT64_MAX } },
	  "a segment has more data than memory" },
	{ { { PHDR_AT(3, p_vaddr), 8, USER_END - 0x4000 } }, NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_vaddr), 8, USER_END } }, NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_vaddr), 8, 0xffff800000000000 } },
	  NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_vaddr), 8, UINT64_MAX & ~0xfffull } },
	  NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_memsz), 8, USER_END - TEXT } }, NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_memsz), 8, UINT64_MAX } }, NOT_IN_USER_HALF },
	{ { { PHDR_AT(3, p_memsz), 8, UINT64_MAX - 0xff } }, NOT_IN_USER_HALF },
	{ { { HEADER_AT(e_type), 2, ET_DYN },
	    { PHDR_AT(3, p_vaddr), 8, UINT64_MAX & ~0xfffull } },
	  NOT_IN_USER_HALF },
	{ { { HEADER_AT(e_type), 2, ET_DYN },
	    { PHDR_AT(3, p_vaddr), 8, USER_END - PIE_BASE + TEXT - 0x4000 } },
	  TOO_LARGE },
	{ { { HEADER_AT(e_type), 2, ET_DYN },
	    { PHDR_AT(3, p_memsz), 8, USER_END - 0x10000 - TEXT } },
	  TOO_LARGE },
	{ { { PHDR_AT(1, p_vaddr), 8, TEXT + PAGE } }, CONGRUENCE },
	{ { { PHDR_AT(3, p_offset), 8, 2 * PAGE + 1 } }, CONGRUENCE },
	{ { { PHDR_AT(0, p_flags), 4, PF_R | PF_W | PF_X } }, RWX },
	{ { { PHDR_AT(3, p_flags), 4, PF_W | PF_X } }, RWX },
	{ { { PHDR_AT(3, p_vaddr), 8, TEXT - 0x3000 } }, OVERLAP },
	{ { { PHDR_AT(3, p_vaddr), 8, TEXT } }, OVERLAP },
	{ { { PHDR_AT(0, p_memsz), 8, PAGE + 0x11 } }, OVERLAP },
	{ { { PHDR_AT(1, p_vaddr), 8, TEXT + 0x10 } }, OVERLAP },
	{ { { PHDR_AT(0, p_vaddr), 8, TEXT + 0x14000 } }, OVERLAP },
	{ { { PHDR_AT(2, p_type), 4, PT_INTERP } },
	  "it needs a dynamic linker: link it with -static or -static-pie" },
	{ { { PHDR_AT(2, p_type), 4, PT_INTERP },
	    { HEADER_AT(e_type), 2, ET_DYN } },
	  "it needs a dynamic linker: link it with -static or -static-pie" },
	{ { { HEADER_AT(e_entry), 8, TEXT + PAGE } }, NO_ENTRY },
	{ { { HEADER_AT(e_entry), 8, TEXT - 4 } }, NO_ENTRY },
	{ { { HEADER_AT(e_entry), 8, 0 } }, NO_ENTRY },
	{ { { HEADER_AT(e_entry), 8, UINT64_MAX } }, NO_ENTRY },
	{ { { PHDR_AT(0, p_flags), 4, PF_R } }, NO_ENTRY },
	/* The page of the entry is a later segment's. */
	{ { { PHDR_AT(1, p_vaddr), 8, TEXT + 0x310 },
	    { PHDR_AT(1, p_offset), 8, 0x310 } },
	  NO_ENTRY },
};

TEST(elf, every_fault_has_its_sentence)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct program p = good();
		struct elf_image image;
		const char *why;

		apply(&p, faults[i].patches, ARRAY_SIZE(faults[i].patches));
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
			 "it has no segment to load: link it"));
}

TEST(elf, the_page_size_decides_what_is_shared)
{
	struct program p = good();
	struct elf_image image;
	char got[500];

	p.phdr[3].p_offset = 0;
	/* Text and constants lie in one page now, and the constants win. */
	EXPECT(same_text(check_bytes(&p, sizeof(p), 4 * PAGE, &image),
			 NO_ENTRY));
	p.phdr[1].p_vaddr += 4 * PAGE;
	EXPECT(check_bytes(&p, sizeof(p), 4 * PAGE, &image) == NULL);
	describe(&image, got, sizeof(got));
	EXPECT(same_text(got, "400200 410040 415000"
			      "; rx 400000 404000 404000 @0+3120"
			      "; r 404000 408000 408000 @0+3120"
			      "; rw 410000 414000 418000 @0+100"));
	p.phdr[3].p_offset = PAGE;
	EXPECT(same_text(check_bytes(&p, sizeof(p), 4 * PAGE, &image),
			 CONGRUENCE));
}

TEST(elf, a_program_may_be_cut_off_in_its_data_but_not_in_its_headers)
{
	const size_t headers = offsetof(struct program, bytes);
	struct program p = good();
	struct elf_image image;

	for (size_t size = 0; size < sizeof(p); size++) {
		const char *why = check_bytes(&p, size, PAGE, &image);
		const char *wanted = size >= headers ? "" : size >= 64 ?
			NOT_IN_FILE : "it is too short for an ELF header";

		if (!EXPECT(same_text(why == NULL ? "" : why, wanted))) {
			test_note("%lu bytes", (unsigned long)size);
		}
	}
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
