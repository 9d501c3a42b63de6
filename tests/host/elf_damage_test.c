/* SPDX-License-Identifier: MIT */
/*
 * elf_damage_test.c - whatever bytes of a program are damaged, it is refused
 * or keeps every promise of elf.h: one that is built by hand, and those from
 * real linkers that tests/system/elf.py names on the command line.
 */
#include "elf_program.h"

/* Whether the pages, bytes and rights of a segment are as promised. */
static bool segment_is_sound(const struct elf_image *image, size_t size,
			     const struct elf_segment *s)
{
	const uint64_t offset =
		(uint64_t)((const unsigned char *)s->data - image->file);

	return offset <= size && s->data_size <= size - offset &&
	       s->data_size <= s->file_end - s->start &&
	       (s->start | s->file_end | s->end) % PAGE == 0 &&
	       s->start <= s->file_end && s->file_end <= s->end &&
	       s->start < s->end && s->end <= USER_END &&
	       (s->data_size == 0 || offset % PAGE == 0) &&
	       !(s->writable && s->executable);
}

/* Whether all that elf.h promises holds. */
static bool promises_hold(const struct elf_image *image, size_t size)
{
	struct elf_segment s;
	unsigned int i = 0, n = 0;
	uint64_t end = 0;
	bool entry = false;

	for (; elf_next_segment(image, &i, &s); n++) {
		if (!segment_is_sound(image, size, &s)) {
			return false;
		}
		end = MAX(end, s.end);
		if (image->entry >= s.start && image->entry < s.end) {
			entry = s.executable;
		}
	}
	return n > 0 && entry && image->bias % PAGE == 0 && image->end <= end &&
	       image->end + PAGE > end;
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
}

/* ---- Programs from linkers ------------------------------------------ */

/* Damages the headers, where the checker looks. */
static bool linked_is_safe(const struct host_program *program)
{
	Elf64_Ehdr header;
	bool safe = true;

	memcpy(&header, program->data, sizeof(header));
	for (int i = 0; i < 50 && safe; i++) {
		unsigned char *copy = exact_copy(program->data, program->size);
		struct elf_image image;

		corrupt(copy, sizeof(header));
		corrupt(copy + header.e_phoff,
			header.e_phnum * sizeof(Elf64_Phdr));
		safe = check_bytes(copy, program->size, PAGE, &image) ||
		       promises_hold(&image, program->size);
		free(copy);
	}
	return safe;
}

static void check_linked(void)
{
	random_seed(12);
	for (size_t i = 0; i < host_program_count; i++) {
		const struct host_program *program = &host_programs[i];
		struct elf_image image;
		const char *why = check_bytes(program->data, program->size,
					      PAGE, &image);
		const bool runs = *program->refusal == '\0';

		if (!EXPECT(runs ? why == NULL && linked_is_safe(program) :
				   why != NULL &&
				   strstr(why, program->refusal) != NULL)) {
			test_note("%s: %s", program->path, why);
		}
	}
}

/* main() runs it where there are such programs. */
const struct test elf_linked = {
	"elf", "what_linkers_make_is_taken_or_refused", check_linked
};

