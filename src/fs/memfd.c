/* SPDX-License-Identifier: MIT */
/*
 * memfd.c - files of memory that programs make (memfd_create(2)): reading,
 * writing, and their size. What they hold is a memory object (mm/shmem.h),
 * which mappings may show at the same time.
 *
 * There is one open file for each, so its pos_lock also keeps two processes
 * from changing the size at once. No spinlock is held while bytes move.
 */
#include "fs/file.h"

#include <linux/fcntl.h>
#include <linux/stat.h>

#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"
#include "uaccess.h"

static struct shmem *memfd_shmem(const struct file *file)
{
	return file->state;
}

/* Copies what the page at pos holds out; returns the bytes left, or -errno. */
static long memfd_read_page(struct shmem *shmem, uint64_t pos,
			    void __user *to, size_t n)
{
	paddr_t pa;
	size_t left;
	int err = shmem_get_page(shmem, pos, SHMEM_LOOK, &pa);

	if (err != 0) {
		return err;
	}
	if (pa == PADDR_NONE) {
		return (long)clear_user(to, n);
	}
	left = copy_to_user(to, (char *)phys_to_virt(pa) + pos % PAGE_SIZE, n);
	page_put(pa);
	return (long)left;
}

/* Likewise, in. The object grows to hold what came. */
static long memfd_write_page(struct shmem *shmem, uint64_t pos,
			     void __user *from, size_t n)
{
	paddr_t pa;
	size_t left;
	int err = shmem_get_page(shmem, pos, SHMEM_EXTEND, &pa);

	if (err != 0) {
		return err;
	}
	left = copy_from_user_keep((char *)phys_to_virt(pa) + pos % PAGE_SIZE,
				   from, n);
	page_put(pa);
	if (left < n) {
		shmem_extend(shmem, pos + n - left);
	} else {
		shmem_drop_past_end(shmem); /* the page may have been new */
	}
	return (long)left;
}

typedef long memfd_step(struct shmem *shmem, uint64_t pos, void __user *buf,
			size_t n);

/* Page by page, as far as it goes. Caller holds pos_lock. */
static long memfd_each_page(struct file *file, char __user *buf, size_t n,
			    memfd_step *step)
{
	size_t done = 0;
	long left = 0;

	while (done < n && left == 0 && current->kill_signal == 0) {
		size_t part = MIN(n - done, (size_t)(PAGE_SIZE - file->pos %
							 PAGE_SIZE));

		left = step(memfd_shmem(file), file->pos, buf + done, part);
		if (left < 0) {
			break;
		}
		done += part - (size_t)left;
		file->pos += part - (size_t)left;
	}
	if (done > 0 || n == 0) {
		return (long)done;
	}
	return left < 0 ? left : left > 0 ? -EFAULT : -EINTR;
}

static long memfd_read(struct file *file, void __user *buf, size_t n)
{
	long result = mutex_lock(&file->pos_lock);
	uint64_t size;

	if (result != 0) {
		return result;
	}
	size = READ_ONCE(memfd_shmem(file)->size);
	n = file->pos < size ? MIN(n, size - file->pos) : 0;
	result = memfd_each_page(file, buf, n, memfd_read_page);
	mutex_unlock(&file->pos_lock);
	return result;
}

static long memfd_write(struct file *file, const void __user *buf, size_t n)
{
	long result = mutex_lock(&file->pos_lock);

	if (result != 0) {
		return result;
	}
	if (file->flags & O_APPEND) {
		file->pos = READ_ONCE(memfd_shmem(file)->size);
	}
	if (n > 0 && file->pos >= SHMEM_SIZE_MAX) {
		result = -EFBIG;
	} else {
		n = MIN(n, SHMEM_SIZE_MAX - file->pos);
		result = memfd_each_page(file, (__force void __user *)(__force
					 uintptr_t)buf, n, memfd_write_page);
	}
	mutex_unlock(&file->pos_lock);
	return result;
}

static long memfd_size(struct file *file)
{
	return (long)READ_ONCE(memfd_shmem(file)->size);
}

static int memfd_truncate(struct file *file, uint64_t size)
{
	int err = mutex_lock(&file->pos_lock);

	if (err == 0) {
		vm_truncate(memfd_shmem(file), size);
		mutex_unlock(&file->pos_lock);
	}
	return err;
}

static int memfd_map(struct file *file, uint64_t offset, struct region *r)
{
	r->source = SOURCE_SHMEM;
	r->shmem = memfd_shmem(file);
	r->offset = offset;
	r->cuts = READ_ONCE(r->shmem->cuts);
	return 0;
}

static void memfd_release(struct file *file)
{
	shmem_put(memfd_shmem(file));
}

static const struct file_ops memfd_ops = {
	.read = memfd_read,
	.write = memfd_write,
	.size = memfd_size,
	.truncate = memfd_truncate,
	.map = memfd_map,
	.release = memfd_release,
	.mode = S_IFREG | 0777,
};

struct file *memfd_open(const char *name)
{
	struct shmem *shmem = shmem_create(name, 0);
	struct file *file;

	if (shmem == NULL) {
		return NULL;
	}
	file = file_create(&memfd_ops, O_RDWR, NULL);
	if (file == NULL) {
		shmem_put(shmem);
		return NULL;
	}
	file->state = shmem;
	file->ino = shmem->ino;
	return file;
}
