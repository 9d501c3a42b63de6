/* SPDX-License-Identifier: MIT */
/*
 * cpio.c - see cpio.h. An entry is a header of text, a name, and data; name
 * and data are each filled up to a multiple of four bytes from the archive's
 * start. An entry is handed out only if all of it is inside the archive.
 */
#include "fs/cpio.h"

#include "lib/string.h"

/* The magic and 13 fields of 8 hexadecimal digits; these are read. */
#define HEADER_SIZE 110
#define MAGIC_SIZE  6
#define FIELD_SIZE  8
enum field {
	FIELD_INO = 0,
	FIELD_MODE = 1,
	FIELD_FILESIZE = 6,
	FIELD_NAMESIZE = 11, /* the NUL included */
};

/* Reads a field of the header; false if it is not a number. */
static bool field_read(const unsigned char *header, enum field field,
		       unsigned int *value)
{
	char text[2 + FIELD_SIZE + 1] = "0x";
	uint64_t number;

	memcpy(text + 2, header + MAGIC_SIZE + (size_t)field * FIELD_SIZE,
	       FIELD_SIZE);
	/* parse_u64 ends at a NUL: eight characters must have been there. */
	if (strlen(text) != sizeof(text) - 1 || parse_u64(text, &number) != 0) {
		return false;
	}
	*value = (unsigned int)number;
	return true;
}

/* Moves pos past n bytes and their padding; the place, or NULL if outside. */
static const void *cpio_take(struct cpio *cpio, size_t n)
{
	const unsigned char *at = cpio->data + cpio->pos;

	if (n > cpio->size - cpio->pos) {
		return NULL;
	}
	/* The padding after the last byte of a file may be missing. */
	cpio->pos = MIN(ALIGN_UP(cpio->pos + n, (size_t)4), cpio->size);
	return at;
}

/* Reads an entry; *end if it is the trailer. Returns NULL or a sentence. */
static const char *cpio_read(struct cpio *cpio, struct cpio_entry *entry,
			     bool *end)
{
	const unsigned char *header = cpio->data + cpio->pos;
	unsigned int name_size, file_size;

	if (cpio->pos == cpio->size) {
		return "the archive ends without its trailer";
	}
	if (cpio->size - cpio->pos < HEADER_SIZE) {
		return "the archive is cut short in a header";
	}
	if (memcmp(header, "070701", MAGIC_SIZE) != 0) {
		return "the archive is not cpio of the kind \"newc\"";
	}
	if (!field_read(header, FIELD_INO, &entry->ino) ||
	    !field_read(header, FIELD_MODE, &entry->mode) ||
	    !field_read(header, FIELD_FILESIZE, &file_size) ||
	    !field_read(header, FIELD_NAMESIZE, &name_size)) {
		return "the archive has a header with a bad number";
	}
	/* The name follows at once; the two are padded together. */
	if (cpio_take(cpio, HEADER_SIZE + (size_t)name_size) == NULL) {
		return "the archive is cut short in a name";
	}
	entry->name = (const char *)header + HEADER_SIZE;
	if (name_size < 2 ||
	    strnlen(entry->name, name_size) != name_size - 1) {
		return "the archive has a name that is not one string";
	}
	*end = strcmp(entry->name, "TRAILER!!!") == 0;
	entry->size = file_size;
	entry->data = cpio_take(cpio, file_size);
	if (entry->data == NULL) {
		return "the archive is cut short in a file";
	}
	return NULL;
}

bool cpio_next(struct cpio *cpio, struct cpio_entry *entry)
{
	bool end = false;

	if (cpio->error != NULL) {
		return false;
	}
	cpio->error = cpio_read(cpio, entry, &end);
	return cpio->error == NULL && !end;
}
