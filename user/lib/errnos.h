/* SPDX-License-Identifier: MIT */
/*
 * errnos.h - the errors that the kernel's calls return, by name: for programs
 * (errno_name) and for the tools that show a call's result. A test looks in
 * the kernel's source for one that is not listed (tests/system/names.py).
 */
#pragma once

#include <linux/errno.h>

#define ERRNOS(E) \
	E(EPERM) E(ENOENT) E(ESRCH) E(EINTR) E(EIO) E(ENXIO) E(E2BIG) \
	E(ENOEXEC) E(EBADF) E(ECHILD) E(EAGAIN) E(ENOMEM) E(EACCES) \
	E(EFAULT) E(EBUSY) E(EEXIST) E(ENODEV) E(ENOTDIR) E(EISDIR) \
	E(EINVAL) E(EMFILE) E(EFBIG) E(ESPIPE) E(EROFS) E(ENAMETOOLONG) \
	E(ENOSYS) E(EOVERFLOW) E(EOPNOTSUPP)
