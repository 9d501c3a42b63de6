/* SPDX-License-Identifier: MIT */
/*
 * open.c - from a path to an open file. There are three places to look: the
 * memory files, /dev and /proc. Each only says what is there; whether it may
 * be opened so is decided here, in the order in which Linux decides it.
 */
#include "fs/file.h"

#include <linux/fcntl.h>
#include <linux/stat.h>

#include "lib/string.h"
#include "mm/kmalloc.h"

struct file *file_create(const struct file_ops *ops, int flags,
			 const void *object)
{
	struct file *file = kzalloc(sizeof(*file));

	if (file != NULL) {
		file->ops = ops;
		file->refs = 1;
		file->flags = flags;
		file->mode = ops->mode;
		file->object = object;
		mutex_init(&file->pos_lock);
	}
	return file;
}

void file_get(struct file *file)
{
	__atomic_fetch_add(&file->refs, 1, __ATOMIC_RELAXED);
}

void file_put(struct file *file)
{
	/* The last user frees it, and must see what the others did to it. */
	if (__atomic_sub_fetch(&file->refs, 1, __ATOMIC_ACQ_REL) > 0) {
		return;
	}
	if (file->ops->release != NULL) {
		file->ops->release(file);
	}
	kfree(file);
}

/* The text after prefix, if path begins with it; else NULL. */
static const char *path_below(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 ? path + len : NULL;
}

static bool file_lookup(const char *path, struct file_found *found)
{
	const char *name;

	if ((name = path_below(path, "/dev/")) != NULL) {
		return device_lookup(name, found);
	}
	if ((name = path_below(path, "/proc/")) != NULL) {
		return proc_lookup(name, found);
	}
	return memfile_lookup(path, strlen(path), found);
}

/*
 * Why nothing is at path: a part of it is missing (-ENOENT), or is no
 * directory (-ENOTDIR), or only the last is missing and cannot be created.
 */
static int file_missing(const char *path, int flags)
{
	size_t len = strlen(path);
	struct file_found above;
	bool only_last = true;

	for (;;) {
		while (path[len - 1] != '/') {
			len--;
		}
		/* "/bin/" without its slash, but "/" as it is. */
		if (memfile_lookup(path, len > 1 ? len - 1 : 1, &above)) {
			break;
		}
		only_last = false;
		len--;
	}
	if (!S_ISDIR(above.mode)) {
		return -ENOTDIR;
	}
	return (flags & O_CREAT) && only_last ? -EROFS : -ENOENT;
}

/* Whether what was found may be opened with these flags: 0 or -errno. */
static int file_may_open(const struct file_found *found, int flags)
{
	int rights = file_rights(flags);

	if ((flags & O_CREAT) && (flags & O_EXCL)) {
		return -EEXIST;
	}
	if (flags & O_TRUNC) {
		rights |= FILE_WRITE;
	}
	if (S_ISDIR(found->mode)) {
		return (flags & O_CREAT) || (rights & FILE_WRITE) ? -EISDIR :
								    0;
	}
	if (flags & O_DIRECTORY) {
		return -ENOTDIR;
	}
	if ((rights & FILE_WRITE) && found->ops == &memfile_ops) {
		return -EROFS;
	}
	if (((rights & FILE_READ) && !(found->mode & 0444)) ||
	    ((rights & FILE_WRITE) && !(found->mode & 0222))) {
		return -EACCES;
	}
	return 0;
}

int file_open(const char *path, int flags, struct file **file)
{
	struct file_found found;
	int error;

	if ((flags & O_TMPFILE) == O_TMPFILE) {
		return -EOPNOTSUPP;
	}
	if (flags & O_PATH) {
		/* It says where, and grants nothing: as access mode 3. */
		flags = (flags & (O_PATH | O_DIRECTORY)) | O_ACCMODE;
	}
	if (!file_lookup(path, &found)) {
		return file_missing(path, flags);
	}
	error = file_may_open(&found, flags);
	if (error != 0) {
		return error;
	}
	*file = file_create(found.ops, flags, found.object);
	if (*file == NULL) {
		return -ENOMEM;
	}
	(*file)->mode = found.mode;
	(*file)->ino = found.ino;
	return 0;
}

bool path_normalise(char *path)
{
	const char *in = path;
	char *out = path; /* never overtakes in: each part has a slash */
	bool directory = true;

	while (*in != '\0') {
		size_t len;

		while (*in == '/') {
			in++;
		}
		len = strcspn(in, "/");
		directory = true;
		if (len == 2 && in[0] == '.' && in[1] == '.') {
			while (out > path && *--out != '/') {
				/* back over one part */
			}
		} else if (len > 1 || (len == 1 && in[0] != '.')) {
			directory = false;
			*out++ = '/';
			memmove(out, in, len);
			out += len;
		}
		in += len;
	}
	if (out == path) {
		*out++ = '/';
	}
	*out = '\0';
	return directory;
}
