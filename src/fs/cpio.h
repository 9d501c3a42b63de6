/* SPDX-License-Identifier: MIT */
/*
 * cpio.h - reads a cpio archive of the kind "newc", as the initrd is one
 * (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). Pure:
 * nothing is copied or allocated, an entry points into the archive.
 *
 *	struct cpio cpio = cpio_open(start, size);
 *	while (cpio_next(&cpio, &entry)) { … }
 *	if (cpio.error != NULL) { … it says why the archive ended early }
 */
#pragma once

#include "lib/types.h"

struct cpio {
	const unsigned char *data;
	size_t size;
	size_t pos;        /* of the next header, in bytes from data */
	const char *error; /* a sentence, or NULL */
};

struct cpio_entry {
	const char *name;  /* as in the archive: "init", "./init", … */
	const void *data;
	size_t size;       /* of data, in bytes */
	unsigned int mode; /* S_IFREG | 0755 and so on */
	unsigned int ino;
};

/* data need not be aligned. */
static inline struct cpio cpio_open(const void *data, size_t size)
{
	return (struct cpio){ .data = data, .size = size };
}

/*
 * Reads the next entry. False at the trailer, and at the first fault in the
 * archive: then error says what it is, and every later call is false too.
 */
bool cpio_next(struct cpio *cpio, struct cpio_entry *entry);
