/* SPDX-License-Identifier: MIT */
/*
 * textbook.c - three private system calls, each short enough to print in a
 * book: one word in and out, a structure out, a string in. No program needs
 * them; they show the whole of what a call must do with its pointers, which is
 * to pass them to uaccess.h and to use its answer. Next: table.c.
 */
#include "sys/textbook.h"

#include <linux/limits.h>

#include "mm/kmalloc.h"
#include "sys/sys.h"

/*
 * silly_copy(src, dst, len): the kernel carries one word from the program's
 * src to the program's dst. Returns len; -EINVAL unless len is the word's
 * size; -EFAULT if it cannot read all of src or write all of dst.
 */
SYSCALL(silly_copy)
{
	const void __user *src = (const void __user *)args[0];
	void __user *dst = (void __user *)args[1];
	size_t len = args[2];
	unsigned long word;

	if (len != sizeof(word)) {
		return -EINVAL;
	}
	if (copy_from_user(&word, src, sizeof(word)) != 0) {
		return -EFAULT;
	}
	if (copy_to_user(dst, &word, sizeof(word)) != 0) {
		return -EFAULT;
	}
	return (long)len;
}

/* silly_time(time): fills struct silly_time. Returns 0 or -EFAULT. */
SYSCALL(silly_time)
{
	struct silly_time __user *time = (struct silly_time __user *)args[0];
	uint64_t ns = arch_time_ns();
	struct silly_time now = {
		.seconds = ns / 1000000000,
		.nanoseconds = (__u32)(ns % 1000000000),
	};

	return copy_to_user(time, &now, sizeof(now)) != 0 ? -EFAULT : 0;
}

/*
 * silly_path(path): the length of a path, as the kernel has copied it.
 * -ENAMETOOLONG if there is no NUL within PATH_MAX bytes; -EFAULT; -ENOMEM.
 */
SYSCALL(silly_path)
{
	const char __user *upath = (const char __user *)args[0];
	char *path = kmalloc(PATH_MAX);
	long len;

	if (path == NULL) {
		return -ENOMEM;
	}
	len = strncpy_from_user(path, upath, PATH_MAX);
	kfree(path);
	return len == PATH_MAX ? -ENAMETOOLONG : len;
}
