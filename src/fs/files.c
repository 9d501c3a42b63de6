/* SPDX-License-Identifier: MIT */
/*
 * files.c - a process's table of descriptors: numbers to open files. The
 * table grows by doubling; no descriptor below first_free is free, so that
 * the lowest is found without looking at all of them again and again.
 * Next: open.c, where open files come from.
 */
#include "fs/file.h"

#include "lib/string.h"
#include "mm/kmalloc.h"

#define FILES_FIRST_SIZE 16
#define FILES_MAX	 1024 /* Linux's limit, unless a process raises it */

struct files {
	unsigned int size;       /* of slots */
	unsigned int first_free; /* none below it is free */
	struct file **slots;     /* NULL: not open */
};

static struct files *files_alloc(unsigned int size)
{
	struct files *files = kzalloc(sizeof(*files));

	if (files == NULL) {
		return NULL;
	}
	files->slots = kzalloc(size * sizeof(files->slots[0]));
	if (files->slots == NULL) {
		kfree(files);
		return NULL;
	}
	files->size = size;
	return files;
}

struct files *files_create(void)
{
	return files_alloc(FILES_FIRST_SIZE);
}

struct files *files_fork(const struct files *files)
{
	const unsigned int size = files->size;
	struct files *copy = files_alloc(size);

	if (copy == NULL) {
		return NULL;
	}
	copy->first_free = files->first_free;
	for (unsigned int fd = 0; fd < size; fd++) {
		struct file *file = files->slots[fd];

		if (file != NULL) {
			file_get(file);
			copy->slots[fd] = file;
		}
	}
	return copy;
}

void files_put(struct files *files)
{
	for (unsigned int fd = 0; fd < files->size; fd++) {
		if (files->slots[fd] != NULL) {
			file_put(files->slots[fd]);
		}
	}
	kfree(files->slots);
	kfree(files);
}

/* Doubles the table; 0, -EMFILE or -ENOMEM. */
static int files_grow(struct files *files)
{
	size_t bytes = files->size * sizeof(files->slots[0]);
	struct file **slots;

	if (files->size == FILES_MAX) {
		return -EMFILE;
	}
	slots = kzalloc(2 * bytes);
	if (slots == NULL) {
		return -ENOMEM;
	}
	memcpy(slots, files->slots, bytes);
	kfree(files->slots);
	files->slots = slots;
	files->size *= 2;
	return 0;
}

int files_install(struct files *files, struct file *file)
{
	unsigned int fd = files->first_free;

	while (fd < files->size && files->slots[fd] != NULL) {
		fd++;
	}
	files->first_free = fd;
	if (fd == files->size) {
		int error = files_grow(files);

		if (error != 0) {
			file_put(file);
			return error;
		}
	}
	files->slots[fd] = file;
	files->first_free = fd + 1;
	return (int)fd;
}

struct file *files_get(struct files *files, int fd)
{
	/* A negative descriptor is a huge one. */
	if ((unsigned int)fd >= files->size) {
		return NULL;
	}
	return files->slots[fd];
}

int files_close(struct files *files, int fd)
{
	struct file *file = files_get(files, fd);

	if (file == NULL) {
		return -EBADF;
	}
	files->slots[fd] = NULL;
	files->first_free = MIN(files->first_free, (unsigned int)fd);
	file_put(file);
	return 0;
}
