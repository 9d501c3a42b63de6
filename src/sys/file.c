/* SPDX-License-Identifier: MIT */
/*
 * file.c - the system calls on files. The order of the checks is Linux's:
 * descriptor, rights, range, and only then the file itself. A call that moved
 * some bytes before it met a bad page returns how many.
 */
#include "sys/sys.h"

#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "fs/file.h"
#include "lib/string.h"
#include "mm/kmalloc.h"

/* The most that one call moves: what is more is left to the next. */
#define RW_MAX ((size_t)INT32_MAX & ~((size_t)PAGE_SIZE - 1))

/* ---- Opening -------------------------------------------------------- */

/*
 * Writes what comes before a relative path: the path of the directory dirfd,
 * or the working directory, which is always "/". 0 or -errno.
 */
static int file_base(int dirfd, char *buf, size_t size)
{
	const struct file *dir;
	const struct memfile *mem;

	if (dirfd == AT_FDCWD) {
		strlcpy(buf, "/", size);
		return 0;
	}
	dir = files_get(current->files, dirfd);
	if (dir == NULL) {
		return -EBADF;
	}
	if (!S_ISDIR(dir->mode)) {
		return -ENOTDIR;
	}
	mem = dir->object;
	return strlcpy(buf, mem->path, size) < size ? 0 : -ENAMETOOLONG;
}

/*
 * Reads a path of EL0's into buf (2 * PATH_MAX bytes), absolute and normal;
 * adds O_DIRECTORY to *flags if it ends as a directory's does. 0 or -errno.
 */
static int file_read_path(char *buf, int dirfd, const char __user *upath,
			  int *flags)
{
	char *path = buf + PATH_MAX;
	long len = strncpy_from_user(path, upath, PATH_MAX);
	int error;

	if (len < 0) {
		return (int)len;
	}
	if (len == PATH_MAX) {
		return -ENAMETOOLONG;
	}
	if (len == 0) {
		return -ENOENT;
	}
	if (path[0] == '/') {
		memmove(buf, path, (size_t)len + 1);
	} else {
		size_t used;

		error = file_base(dirfd, buf, PATH_MAX);
		if (error != 0) {
			return error;
		}
		used = strlen(buf);
		buf[used] = '/'; /* base + '/' + path fit in two PATH_MAX, */
		memmove(buf + used + 1, path, (size_t)len + 1); /* moved down */
	}
	if (path_normalise(buf)) {
		*flags |= O_DIRECTORY;
	}
	return 0;
}

SYSCALL(openat)
{
	int flags = (int)args[2];
	char *path = kmalloc(2 * PATH_MAX);
	struct file *file;
	long result;

	if (path == NULL) {
		return -ENOMEM;
	}
	result = file_read_path(path, (int)args[0],
				(const char __user *)args[1], &flags) ?:
		 file_open(path, flags, &file);
	kfree(path);
	return result ?: files_install(current->files, file);
}

SYSCALL(close)
{
	return files_close(current->files, (int)args[0]);
}

/* ---- Moving bytes --------------------------------------------------- */

/* The file that fd means if it was opened with right; NULL: -EBADF. */
static struct file *file_with_right(uint64_t fd, int right)
{
	struct file *file = files_get(current->files, (int)fd);

	if (file == NULL || !(file_rights(file->flags) & right)) {
		return NULL;
	}
	return file;
}

SYSCALL(read)
{
	struct file *file = file_with_right(args[0], FILE_READ);
	void __user *buf = (void __user *)args[1];
	size_t n = args[2];

	if (file == NULL) {
		return -EBADF;
	}
	if (!access_ok(buf, n)) {
		return -EFAULT;
	}
	return file->ops->read(file, buf, MIN(n, RW_MAX));
}

SYSCALL(write)
{
	struct file *file = file_with_right(args[0], FILE_WRITE);
	const void __user *buf = (const void __user *)args[1];
	size_t n = args[2];

	if (file == NULL) {
		return -EBADF;
	}
	if (!access_ok(buf, n)) {
		return -EFAULT;
	}
	return file->ops->write(file, buf, MIN(n, RW_MAX));
}

/* Judges all parts before the first is written: 0 or -errno. */
static int file_check_parts(struct iovec *parts, size_t count)
{
	size_t room = RW_MAX;

	for (size_t i = 0; i < count; i++) {
		if ((long)parts[i].iov_len < 0) {
			return -EINVAL;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (!access_ok((void __user *)parts[i].iov_base,
			       parts[i].iov_len)) {
			return -EFAULT;
		}
		parts[i].iov_len = MIN(parts[i].iov_len, room);
		room -= parts[i].iov_len;
	}
	return 0;
}

/* Stops at the first part that is not written in full. */
static long file_write_parts(struct file *file, const struct iovec *parts,
			     size_t count)
{
	long done = 0;

	for (size_t i = 0; i < count; i++) {
		long n = file->ops->write(file,
					  (void __user *)parts[i].iov_base,
					  parts[i].iov_len);

		if (n < 0) {
			return done > 0 ? done : n;
		}
		done += n;
		if ((size_t)n < parts[i].iov_len) {
			break;
		}
	}
	return done;
}

SYSCALL(writev)
{
	struct file *file = file_with_right(args[0], FILE_WRITE);
	size_t count = args[2];
	struct iovec *parts;
	long result;

	if (file == NULL) {
		return -EBADF;
	}
	if (count > UIO_MAXIOV) {
		return -EINVAL;
	}
	if (count == 0) {
		return 0;
	}
	/* Copied once: what is judged is what is used. */
	parts = kmalloc(count * sizeof(parts[0]));
	if (parts == NULL) {
		return -ENOMEM;
	}
	if (copy_from_user(parts, (const void __user *)args[1],
			   count * sizeof(parts[0])) != 0) {
		result = -EFAULT;
	} else {
		result = file_check_parts(parts, count) ?:
			 file_write_parts(file, parts, count);
	}
	kfree(parts);
	return result;
}

/* ---- Asking about a file -------------------------------------------- */

static long file_size(struct file *file)
{
	return file->ops->size != NULL ? file->ops->size(file) : 0;
}

/* Caller holds pos_lock. */
static long file_seek(struct file *file, long offset, unsigned int whence)
{
	long size = file_size(file);
	long base = 0;

	if (size < 0) {
		return size;
	}
	if (S_ISCHR(file->mode)) {
		return 0; /* it has no position, but Linux does not say so */
	}
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = (long)file->pos;
		break;
	case SEEK_END:
		base = size;
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, offset, &offset) || offset < 0) {
		return -EINVAL;
	}
	file->pos = (uint64_t)offset;
	return offset;
}

SYSCALL(lseek)
{
	struct file *file = files_get(current->files, (int)args[0]);
	long result;

	if (file == NULL) {
		return -EBADF;
	}
	result = mutex_lock(&file->pos_lock);
	if (result != 0) {
		return result;
	}
	result = file_seek(file, (long)args[1], (unsigned int)args[2]);
	mutex_unlock(&file->pos_lock);
	return result;
}

SYSCALL(fstat)
{
	struct file *file = files_get(current->files, (int)args[0]);
	struct stat stat = { 0 }; /* has no padding: it is all named */

	if (file == NULL) {
		return -EBADF;
	}
	stat.st_ino = file->ino;
	stat.st_mode = file->mode;
	stat.st_nlink = 1;
	stat.st_size = MAX(file_size(file), 0);
	stat.st_blksize = PAGE_SIZE;
	stat.st_blocks = (stat.st_size + 511) / 512;
	return copy_to_user((void __user *)args[1], &stat, sizeof(stat)) != 0 ?
		       -EFAULT : 0;
}
