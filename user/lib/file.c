/* SPDX-License-Identifier: MIT */
/*
 * file.c - small files read and written whole: the views below /proc, whose
 * lines say `key: value`. And the names of the errors that calls return.
 */
#include "rt.h"

#include "errnos.h"

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
#define E(name) [name] = #name,
	static const char *const names[] = { ERRNOS(E) };
#undef E
	const unsigned long code = err < 0 ? -(unsigned long)err :
					     (unsigned long)err;
	const char *name = code < sizeof(names) / sizeof(names[0]) ?
				   names[code] : NULL;

	return name != NULL ? name : "E?";
}
