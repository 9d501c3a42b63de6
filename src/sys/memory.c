/* SPDX-License-Identifier: MIT */
/*
 * memory.c - the system calls on the address space, and those that make
 * memory files. What they are given is judged here, in Linux's order; what
 * they do is in src/mm/vm_map.c. Next: vm_map.c.
 *
 * One difference from Linux (invariant 11): PROT_WRITE with PROT_EXEC is
 * -EACCES, always.
 */
#include "sys/sys.h"

#include <linux/fcntl.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <linux/stat.h>

#include "fs/file.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"

#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC)

SYSCALL(brk)
{
	return (long)vm_brk(current->vm, args[0]);
}

/* ---- mmap ----------------------------------------------------------- */

struct mmap {
	uint64_t addr, len, offset;
	unsigned int prot, flags;
	struct file *file; /* NULL: anonymous */
};

/* Anonymous memory: what the region is. 0 or -errno. */
static int mmap_anonymous(const struct mmap *m, struct region *r)
{
	switch (m->flags & MAP_TYPE) {
	case MAP_PRIVATE:
		r->kind = m->flags & MAP_GROWSDOWN ? REGION_STACK :
						     REGION_ANON;
		return 0;
	case MAP_SHARED:
		if (m->flags & MAP_GROWSDOWN) {
			return -EINVAL;
		}
		r->kind = REGION_SHARED;
		r->source = SOURCE_SHMEM;
		r->shared = true;
		r->offset = 0;
		r->shmem = shmem_create("/dev/zero (deleted)", m->len);
		return r->shmem == NULL ? -ENOMEM : 0;
	default:
		return -EINVAL;
	}
}

/* Those that no call refuses; of newer ones MAP_SHARED_VALIDATE makes sure. */
#define MMAP_OLD_FLAGS                                                     \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE |            \
	 MAP_EXECUTABLE | MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE |     \
	 MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB)

/* A file: what the region shows of it, and may do. 0 or -errno. */
static int mmap_file(const struct mmap *m, struct region *r)
{
	int rights = file_rights(m->file->flags);

	/* No file is longer than this, as Linux has it. */
	if (m->offset > INT64_MAX - m->len) {
		return -EOVERFLOW;
	}
	switch (m->flags & MAP_TYPE) {
	case MAP_SHARED_VALIDATE:
		if (m->flags & ~MMAP_OLD_FLAGS) {
			return -EOPNOTSUPP;
		}
		/* fall through */
	case MAP_SHARED:
		r->shared = true;
		if (!(rights & FILE_WRITE)) {
			r->may &= ~PROT_WRITE;
		}
		break;
	case MAP_PRIVATE:
		break;
	default:
		return -EINVAL;
	}
	if (!(rights & FILE_READ) || (m->prot & ~(unsigned int)r->may)) {
		return -EACCES;
	}
	if (m->file->ops->map == NULL) {
		return -ENODEV;
	}
	if (m->flags & MAP_GROWSDOWN) {
		return -EINVAL;
	}
	r->kind = REGION_FILE;
	return m->file->ops->map(m->file, m->offset, r);
}

/* Linux's guess at what can never be had: more than all memory at once. */
static bool mmap_is_too_much(const struct mmap *m)
{
	bool counts = m->file == NULL ? (m->prot & PROT_WRITE) ||
						(m->flags & MAP_SHARED) :
					(m->prot & PROT_WRITE) &&
						!(m->flags & MAP_SHARED);

	return counts && !(m->flags & MAP_NORESERVE) &&
	       m->len >> PAGE_SHIFT > page_count_total();
}

static long mmap_do(const struct mmap *m)
{
	struct region r = {
		.prot = (uint8_t)m->prot, .may = PROT_ALL,
		.source = SOURCE_ZERO,
	};
	unsigned int flags = 0;
	long result;

	if (mmap_is_too_much(m)) {
		return -ENOMEM;
	}
	result = m->file == NULL ? mmap_anonymous(m, &r) : mmap_file(m, &r);
	if (result != 0) {
		return result;
	}
	if (m->flags & MAP_FIXED_NOREPLACE) {
		flags = VM_MAP_NOREPLACE;
	} else if (m->flags & MAP_FIXED) {
		flags = VM_MAP_FIXED;
	}
	result = vm_map(current->vm, m->addr, m->len, flags, &r);
	if (r.kind == REGION_SHARED) {
		shmem_put(r.shmem); /* the region has a reference of its own */
	}
	return result;
}

SYSCALL(mmap)
{
	struct mmap m = {
		.addr = args[0], .offset = args[5],
		.len = ALIGN_UP(args[1], PAGE_SIZE),
		.prot = (unsigned int)args[2] & PROT_ALL,
		.flags = (unsigned int)args[3],
	};

	if (!IS_ALIGNED(m.offset, PAGE_SIZE)) {
		return -EINVAL;
	}
	if (!(m.flags & MAP_ANONYMOUS)) {
		m.file = files_get(current->files, (int)args[4]);
		if (m.file == NULL || (m.file->flags & O_PATH)) {
			return -EBADF;
		}
	}
	if (args[1] == 0 || (m.flags & MAP_HUGETLB)) {
		return -EINVAL;
	}
	if (m.len == 0 || m.len > USER_END) {
		return -ENOMEM;
	}
	return mmap_do(&m);
}

/* ---- munmap, mprotect, madvise -------------------------------------- */

SYSCALL(munmap)
{
	uint64_t start = arch_untag(args[0]);

	if (!IS_ALIGNED(start, PAGE_SIZE) || start > USER_END ||
	    args[1] > USER_END - start || args[1] == 0) {
		return -EINVAL;
	}
	return vm_unmap(current->vm, start,
			ALIGN_UP(start + args[1], PAGE_SIZE));
}

SYSCALL(mprotect)
{
	const unsigned int grows = PROT_GROWSDOWN | PROT_GROWSUP;
	uint64_t start = arch_untag(args[0]);
	uint64_t end = start + ALIGN_UP(args[1], PAGE_SIZE);
	unsigned int prot = (unsigned int)args[2];

	if ((prot & grows) == grows || !IS_ALIGNED(start, PAGE_SIZE)) {
		return -EINVAL;
	}
	if (args[1] == 0) {
		return 0;
	}
	if (end <= start) {
		return -ENOMEM;
	}
	/* PROT_SEM has no meaning here, as in Linux; nor has an extension of
	 * the range to all of a stack, which nobody asks for but ld.so. */
	if (prot & ~(unsigned int)(PROT_ALL | PROT_SEM)) {
		return -EINVAL;
	}
	return end > USER_END ? -ENOMEM :
				vm_protect(current->vm, start, end,
					   prot & PROT_ALL);
}

SYSCALL(madvise)
{
	uint64_t start = arch_untag(args[0]);
	uint64_t len = ALIGN_UP(args[1], PAGE_SIZE);
	int advice = (int)args[2];

	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:
	case MADV_DONTNEED:
		break;
	default:
		return -EINVAL;
	}
	if (!IS_ALIGNED(start, PAGE_SIZE) || (args[1] != 0 && len == 0) ||
	    start + len < start) {
		return -EINVAL;
	}
	if (len == 0) {
		return 0;
	}
	if (start >= USER_END) {
		return -ENOMEM;
	}
	/* Nothing covers what is past the user's half. */
	return vm_advise(current->vm, start, start + len,
			 advice == MADV_DONTNEED);
}

/* ---- Memory files --------------------------------------------------- */

#define MEMFD_PREFIX	"/memfd:"
#define MEMFD_SUFFIX	" (deleted)" /* as on Linux: no path leads there */
#define MEMFD_NAME_MAX	249

/* The name that EL0 gave, with a prefix and a suffix. */
static int memfd_read_name(char *name, const char __user *uname)
{
	char *text = name + sizeof(MEMFD_PREFIX) - 1;
	long len = strncpy_from_user(text, uname, MEMFD_NAME_MAX + 1);

	if (len < 0) {
		return -EFAULT;
	}
	if (len > MEMFD_NAME_MAX) {
		return -EINVAL;
	}
	memcpy(name, MEMFD_PREFIX, sizeof(MEMFD_PREFIX) - 1);
	memcpy(text + len, MEMFD_SUFFIX, sizeof(MEMFD_SUFFIX));
	return 0;
}

SYSCALL(memfd_create)
{
	char name[sizeof(MEMFD_PREFIX) + MEMFD_NAME_MAX + 1 +
		  sizeof(MEMFD_SUFFIX)];
	struct file *file;
	int error;

	if (args[1] & MFD_HUGETLB) {
		return -ENOSYS;
	}
	if (args[1] & ~(uint64_t)(MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
		return -EINVAL;
	}
	error = memfd_read_name(name, (const char __user *)args[0]);
	if (error != 0) {
		return error;
	}
	file = memfd_open(name);
	return file == NULL ? -ENOMEM : files_install(current->files, file);
}

SYSCALL(ftruncate)
{
	struct file *file = files_get(current->files, (int)args[0]);
	long size = (long)args[1];

	if (size < 0) {
		return -EINVAL;
	}
	if (file == NULL || (file->flags & O_PATH)) {
		return -EBADF;
	}
	if (!S_ISREG(file->mode) || !(file_rights(file->flags) & FILE_WRITE) ||
	    file->ops->truncate == NULL) {
		return -EINVAL;
	}
	return file->ops->truncate(file, (uint64_t)size);
}
