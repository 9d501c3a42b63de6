/* SPDX-License-Identifier: MIT */
/*
 * proc.c - /proc: files whose text is made when it is read. A read from the
 * beginning runs the file's show() and keeps the whole text; the reads that
 * follow take from it, so that a reader never sees half of an old state and
 * half of a new one. The files register themselves: PROC_FILE in file.h.
 */
#include "fs/file.h"

#include <linux/stat.h>

#include "lib/sink.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "uaccess.h"

#define PROC_STORE_MAX 4096 /* bytes in one write */

/* The text of one opening: a sink that grows. */
struct proc_text {
	struct sink sink;
	char *buf;
	size_t len, size;
	bool failed; /* out of memory: the text is cut */
};

/* Makes room for len more bytes; false: out of memory. */
static bool proc_text_grow(struct proc_text *text, size_t len)
{
	size_t size = MAX(text->size, (size_t)256);
	char *buf;

	while (size < text->len + len) {
		size *= 2;
	}
	if (size == text->size) {
		return true;
	}
	buf = kmalloc(size);
	if (buf == NULL) {
		return false;
	}
	if (text->len > 0) {
		memcpy(buf, text->buf, text->len);
	}
	kfree(text->buf);
	text->buf = buf;
	text->size = size;
	return true;
}

static void proc_text_put(struct sink *sink, const char *data, size_t len)
{
	struct proc_text *text = container_of(sink, struct proc_text, sink);

	if (text->failed || !proc_text_grow(text, len)) {
		text->failed = true;
		return;
	}
	memcpy(text->buf + text->len, data, len);
	text->len += len;
}

/* The text of this opening, made anew at position 0; NULL: out of memory. */
static const struct proc_text *proc_text_get(struct file *file)
{
	const struct proc_file *proc = file->object;
	struct proc_text *text = file->state;

	if (text == NULL) {
		text = kzalloc(sizeof(*text));
		if (text == NULL) {
			return NULL;
		}
		text->sink.put = proc_text_put;
		file->state = text;
	} else if (file->pos > 0) {
		return text->failed ? NULL : text;
	}
	text->len = 0;
	text->failed = false;
	proc->show(&text->sink);
	return text->failed ? NULL : text;
}

static long proc_read(struct file *file, void __user *buf, size_t n)
{
	const struct proc_text *text;
	long result = mutex_lock(&file->pos_lock);

	if (result != 0) {
		return result;
	}
	text = proc_text_get(file);
	result = text == NULL ? -ENOMEM :
				file_read_bytes(file, buf, n, text->buf,
						text->len);
	mutex_unlock(&file->pos_lock);
	return result;
}

static long proc_write(struct file *file, const void __user *buf, size_t n)
{
	const struct proc_file *proc = file->object;
	long result = -EFAULT;
	char *text;

	if (n > PROC_STORE_MAX) {
		return -EINVAL;
	}
	text = kmalloc(n + 1);
	if (text == NULL) {
		return -ENOMEM;
	}
	if (copy_from_user(text, buf, n) == 0) {
		text[n] = '\0';
		if (n > 0 && text[n - 1] == '\n') {
			text[n - 1] = '\0';
		}
		result = proc->store(text);
	}
	kfree(text);
	return result == 0 ? (long)n : result;
}

static void proc_release(struct file *file)
{
	struct proc_text *text = file->state;

	if (text != NULL) {
		kfree(text->buf);
		kfree(text);
	}
}

/* As in Linux, a view has no size before it is read. */
static const struct file_ops proc_ops = {
	.read = proc_read,
	.write = proc_write,
	.mode = S_IFREG,
	.release = proc_release,
};

#define PROC_FIRST_INO (UINT64_C(2) << 32) /* above the devices' */

bool proc_lookup(const char *name, struct file_found *found)
{
	const struct proc_file *proc = proc_files_start;

	for (; proc < proc_files_end; proc++) {
		if (strcmp(proc->path, name) == 0) {
			found->ops = &proc_ops;
			found->object = proc;
			found->mode = S_IFREG | (proc->show ? 0444 : 0) |
				      (proc->store ? 0200 : 0);
			found->ino = PROC_FIRST_INO +
				     (uint64_t)(proc - proc_files_start);
			return true;
		}
	}
	return false;
}
