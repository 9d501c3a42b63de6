/* SPDX-License-Identifier: MIT */
/*
 * device.c - /dev: the console, and two that need no device at all.
 */
#include "fs/file.h"

#include <linux/stat.h>

#include "lib/string.h"
#include "uaccess.h"

static long null_read(struct file *file, void __user *buf, size_t n)
{
	(void)file;
	(void)buf;
	(void)n;
	return 0;
}

static long null_write(struct file *file, const void __user *buf, size_t n)
{
	(void)file;
	(void)buf;
	return (long)n;
}

/* Any length may be asked for; a process that is to end does so between. */
#define ZERO_STEP (64 * 1024ul)

static long zero_read(struct file *file, void __user *buf, size_t n)
{
	size_t done = 0;

	(void)file;
	while (done < n && current->kill_signal == 0) {
		size_t step = MIN(n - done, ZERO_STEP);
		size_t left = clear_user((char __user *)buf + done, step);

		done += step - left;
		if (left != 0) {
			return done > 0 ? (long)done : -EFAULT;
		}
	}
	return done > 0 || n == 0 ? (long)done : -EINTR;
}

static const struct file_ops null_ops = {
	.read = null_read,
	.write = null_write,
	.mode = S_IFCHR | 0666,
};

static const struct file_ops zero_ops = {
	.read = zero_read,
	.write = null_write,
	.mode = S_IFCHR | 0666,
};

static const struct {
	const char *name;
	const struct file_ops *ops;
} devices[] = {
	{ "console", &console_ops },
	{ "null", &null_ops },
	{ "zero", &zero_ops },
};

#define DEVICE_FIRST_INO (UINT64_C(1) << 32) /* above all memory files */

bool device_lookup(const char *name, struct file_found *found)
{
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		if (strcmp(devices[i].name, name) == 0) {
			found->ops = devices[i].ops;
			found->object = NULL;
			found->mode = devices[i].ops->mode;
			found->ino = DEVICE_FIRST_INO + i;
			return true;
		}
	}
	return false;
}
