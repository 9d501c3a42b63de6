/* SPDX-License-Identifier: MIT */
/*
 * file.c - small files read and written whole: the views below /proc, whose
 * lines say `key: value`. And the names of the errors that calls return.
 */
#include "rt.h"

long file_read(const char *path, char *buf, size_t size)
{
	long fd = open(path, O_RDONLY);
	size_t len = 0;
	long n = 0;

	buf[0] = '\0';
	if (fd < 0) {
		return fd;
	}
	while (len < size - 1) {
		n = read((int)fd, buf + len, size - 1 - len);
		if (n <= 0) {
			break;
		}
		len += (size_t)n;
	}
	buf[len] = '\0';
	close((int)fd);
	return n < 0 ? n : (long)len;
}

long file_write(const char *path, const char *text)
{
	long fd = open(path, O_WRONLY);
	long n;

	if (fd < 0) {
		return fd;
	}
	n = write((int)fd, text, strlen(text));
	close((int)fd);
	return n < 0 ? n : 0;
}

/* Copies a line, without its newline. */
static void view_copy_line(const char *line, char *value, size_t size)
{
	size_t i = 0;

	for (; i < size - 1 && line[i] != '\n' && line[i] != '\0'; i++) {
		value[i] = line[i];
	}
	value[i] = '\0';
}

char *view_get(const char *text, const char *key, char *value, size_t size)
{
	size_t len = strlen(key);

	value[0] = '\0';
	while (text != NULL && *text != '\0') {
		if (strncmp(text, key, len) == 0 &&
		    strncmp(text + len, ": ", 2) == 0) {
			view_copy_line(text + len + 2, value, size);
			break;
		}
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return value;
}

const char *errno_name(long err)
{
	switch (err < 0 ? -err : err) {
	case EPERM:
		return "EPERM";
	case ENOENT:
		return "ENOENT";
	case EINTR:
		return "EINTR";
	case EIO:
		return "EIO";
	case E2BIG:
		return "E2BIG";
	case ENOEXEC:
		return "ENOEXEC";
	case EBADF:
		return "EBADF";
	case ECHILD:
		return "ECHILD";
	case EAGAIN:
		return "EAGAIN";
	case ENOMEM:
		return "ENOMEM";
	case EACCES:
		return "EACCES";
	case EFAULT:
		return "EFAULT";
	case EBUSY:
		return "EBUSY";
	case ENODEV:
		return "ENODEV";
	case EINVAL:
		return "EINVAL";
	case ESPIPE:
		return "ESPIPE";
	case ENOSYS:
		return "ENOSYS";
	default:
		return "E?";
	}
}
