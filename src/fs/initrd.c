/* SPDX-License-Identifier: MIT */
/*
 * initrd.c - the tree of memory files, made from the initrd at boot and never
 * changed afterwards: so it needs no lock. Contents are not copied; a file
 * points into the archive. Paths are found by hash.
 * Next: memfile.c, what can be done with such a file.
 */
#include "fs/file.h"

#include <linux/stat.h>

#include "dev/dev.h"
#include "fs/cpio.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mm/kmalloc.h"

static struct memfile **buckets; /* chains of files, by hash of the path */
static size_t bucket_count;      /* a power of two */
static uint64_t last_ino;

/* FNV-1a: simple, and good on short names. */
static struct memfile **initrd_bucket(const char *path, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)path[i]) * 16777619u;
	}
	return &buckets[hash & (bucket_count - 1)];
}

static const struct memfile *initrd_find(const char *path, size_t len)
{
	const struct memfile *file = NULL;

	if (buckets != NULL) {
		file = *initrd_bucket(path, len);
	}
	while (file != NULL && (strncmp(file->path, path, len) != 0 ||
				file->path[len] != '\0')) {
		file = file->next;
	}
	return file;
}

const struct memfile *memfile_find(const char *path)
{
	return initrd_find(path, strlen(path));
}

bool memfile_lookup(const char *path, size_t len, struct file_found *found)
{
	const struct memfile *file = initrd_find(path, len);

	if (file == NULL) {
		return false;
	}
	found->ops = S_ISDIR(file->mode) ? &directory_ops : &memfile_ops;
	found->object = file;
	found->mode = file->mode;
	found->ino = file->ino;
	return true;
}

/* Adds path, copied; of two with one path, the later is found. */
static bool initrd_add(const char *path, size_t len, unsigned int mode,
		       const void *data, size_t size)
{
	struct memfile **bucket = initrd_bucket(path, len);
	struct memfile *file = kzalloc(sizeof(*file));
	char *copy = kmalloc(len + 1);

	if (file == NULL || copy == NULL) {
		kfree(file);
		kfree(copy);
		return false;
	}
	memcpy(copy, path, len);
	copy[len] = '\0';
	*file = (struct memfile){ .next = *bucket,
				  .path = copy,
				  .data = data,
				  .size = size,
				  .mode = mode,
				  .ino = ++last_ino };
	*bucket = file;
	return true;
}

/* Adds the directory [path, path + len) if it is not there. */
static bool initrd_add_directory(const char *path, size_t len)
{
	if (initrd_find(path, len) != NULL) {
		return true;
	}
	return initrd_add(path, len, S_IFDIR | 0755, NULL, 0);
}

/* Adds one entry and the directories above it; false: out of memory. */
static bool initrd_add_entry(const struct cpio_entry *entry)
{
	size_t size = strlen(entry->name) + 2;
	char *path = kmalloc(size);
	bool ok = true;

	if (path == NULL) {
		return false;
	}
	snprintf(path, size, "/%s", entry->name);
	path_normalise(path);
	for (size_t i = 1; path[i] != '\0' && ok; i++) {
		if (path[i] == '/') {
			ok = initrd_add_directory(path, i);
		}
	}
	if (ok && S_ISDIR(entry->mode)) {
		ok = initrd_add_directory(path, strlen(path));
	} else if (ok && S_ISREG(entry->mode)) {
		ok = initrd_add(path, strlen(path), entry->mode & 0177777,
				entry->data, entry->size);
	} else if (ok) {
		printk("initrd: %s is left out: neither a file nor a directory",
		       path);
	}
	kfree(path);
	return ok;
}

static size_t initrd_count_entries(const void *start, size_t size)
{
	struct cpio cpio = cpio_open(start, size);
	struct cpio_entry entry;
	size_t count = 0;

	while (cpio_next(&cpio, &entry)) {
		count++;
	}
	return count;
}

void initrd_init(const void *start, size_t size)
{
	struct cpio cpio = cpio_open(start, size);
	size_t entries = initrd_count_entries(start, size);
	struct cpio_entry entry;
	bool ok;

	bucket_count = 16;
	while (bucket_count < entries) {
		bucket_count *= 2;
	}
	buckets = kzalloc(bucket_count * sizeof(struct memfile *));
	ok = buckets != NULL && initrd_add_directory("/", 1) &&
	     initrd_add_directory("/dev", 4) &&
	     initrd_add_directory("/proc", 5);
	while (ok && cpio_next(&cpio, &entry)) {
		ok = initrd_add_entry(&entry);
	}
	if (!ok) {
		printk("initrd: out of memory: some files are missing");
	} else if (cpio.error != NULL) {
		printk("initrd: the archive ends early: %s", cpio.error);
	}
}
