/* SPDX-License-Identifier: MIT */
/*
 * memfile.c - reading memory files. They are never written, so that the
 * position is all there is to keep: pos_lock makes each read a whole, also
 * where two processes share one open file.
 */
#include "fs/file.h"

#include <linux/stat.h>

#include "mm/vm.h"
#include "uaccess.h"

long file_read_bytes(struct file *file, void __user *buf, size_t n,
		     const char *data, size_t size)
{
	size_t left;

	n = file->pos < size ? MIN(n, size - file->pos) : 0;
	if (n == 0) {
		return 0;
	}
	left = copy_to_user(buf, data + file->pos, n);
	file->pos += n - left;
	/* What arrived counts; only if nothing did, it is an error. */
	return left < n ? (long)(n - left) : -EFAULT;
}

static long memfile_read(struct file *file, void __user *buf, size_t n)
{
	const struct memfile *mem = file->object;
	long result = mutex_lock(&file->pos_lock);

	if (result == 0) {
		result = file_read_bytes(file, buf, n, mem->data, mem->size);
		mutex_unlock(&file->pos_lock);
	}
	return result;
}

static long memfile_size(struct file *file)
{
	return (long)((const struct memfile *)file->object)->size;
}

/* It never changes, so each mapping may have pages of its own. */
static int memfile_map(struct file *file, uint64_t offset, struct region *r)
{
	const struct memfile *mem = file->object;

	offset = MIN(offset, (uint64_t)mem->size);
	r->source = SOURCE_DATA;
	r->file = mem;
	r->data = (const char *)mem->data + offset;
	r->data_start = 0;
	r->data_len = mem->size - offset;
	return 0;
}

const struct file_ops memfile_ops = {
	.read = memfile_read,
	.size = memfile_size,
	.map = memfile_map,
	.mode = S_IFREG | 0444,
};

static long directory_read(struct file *file, void __user *buf, size_t n)
{
	(void)file;
	(void)buf;
	(void)n;
	return -EISDIR;
}

const struct file_ops directory_ops = {
	.read = directory_read,
	.size = memfile_size,
	.mode = S_IFDIR | 0755,
};
