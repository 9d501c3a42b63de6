/* SPDX-License-Identifier: MIT */
/*
 * file.h - open files. A file is what its three functions do: a memory file
 * of the initrd, the console, or a view below /proc.
 */
#pragma once

#include "arch.h"
#include "task/sched.h"

struct file;
struct region;
struct sink;

struct file_ops {
	/* At file->pos, which they move. Bytes done, 0 at the end, -errno. */
	long (*read)(struct file *file, void __user *buf, size_t n);
	long (*write)(struct file *file, const void __user *buf, size_t n);
	/* NULL: 0. -ESPIPE where there is no position either. */
	long (*size)(struct file *file);
	/* As ftruncate(2); NULL: -EINVAL. */
	int (*truncate)(struct file *file, uint64_t size);
	/* Fills in what a mapping shows that begins at offset: the source, and
	 * what belongs to it (mm/vm.h). 0 or -errno. NULL: -ENODEV. */
	int (*map)(struct file *file, uint64_t offset, struct region *r);
	unsigned int mode;               /* S_IFREG | 0444 and so on */
	void (*release)(struct file *file); /* may be NULL */
};

struct file {
	const struct file_ops *ops;
	uint32_t refs;         /* shared after fork(): changed atomically */
	int flags;             /* as openat() got them */
	unsigned int mode;     /* begins as ops->mode */
	struct mutex pos_lock; /* over pos, and what the ops keep by it */
	uint64_t pos;
	uint64_t ino;
	const void *object;    /* what it is a file of; the ops' own */
	void *state;           /* of this opening; the ops' own, else NULL */
};

/* Whether it was opened for reading, for writing: O_RDONLY is 0. */
#define FILE_READ  1
#define FILE_WRITE 2
static inline int file_rights(int flags)
{
	return (flags + 1) & 3;
}

/*
 * ---- One process's table of descriptors (files.c) ------------------------
 * It belongs to one flow of control, so it has no lock, and what files_get()
 * returns stays open until that flow itself closes it.
 */

struct files *files_create(void);                    /* empty, or NULL */
struct files *files_fork(const struct files *files); /* the same open files */
void files_put(struct files *files);                 /* closes all */
/* The lowest free descriptor now means file, whose reference it takes over:
 * if it fails, file is closed. Returns it, or -EMFILE, -ENOMEM. */
int files_install(struct files *files, struct file *file);
struct file *files_get(struct files *files, int fd);       /* NULL: not open */
int files_close(struct files *files, int fd);              /* 0 or -EBADF */

/* ---- open.c --------------------------------------------------------- */

/* A file with one reference, at position 0; NULL when out of memory. */
struct file *file_create(const struct file_ops *ops, int flags,
			 const void *object);
void file_get(struct file *file);
void file_put(struct file *file); /* the last reference calls release */

/*
 * Opens a path that is absolute and normal: see path_normalise(). Returns 0
 * and sets *file, or -errno as openat() has it on a read-only file system.
 */
int file_open(const char *path, int flags, struct file **file);

/*
 * Makes an absolute path normal in place: no empty parts, "." or "..", no
 * slash at the end. Returns true if a directory is asked for ("/bin/").
 */
bool path_normalise(char *path);

/* What a path leads to, for file_open(). A lookup returns false: nothing. */
struct file_found {
	const struct file_ops *ops;
	const void *object;
	unsigned int mode;
	uint64_t ino;
};
bool memfile_lookup(const char *path, size_t len, struct file_found *found);
bool device_lookup(const char *name, struct file_found *found); /* /dev/ */
bool proc_lookup(const char *name, struct file_found *found);   /* /proc/ */

/* ---- Memory files: the initrd's (initrd.c) -------------------------- */

struct memfile {
	struct memfile *next;
	const char *path;  /* "/init": always begins with a slash */
	const void *data;
	size_t size;
	unsigned int mode; /* S_IFREG or S_IFDIR, and the rights */
	uint64_t ino;
};

/* Boot: [start, end) is a cpio newc archive, in the linear map. Errors are
 * logged; what is before the fault in the archive is kept. */
void initrd_init(const void *start, size_t size);
/* NULL if there is none. The directories above each file exist too. */
const struct memfile *memfile_find(const char *path);

/* The object of a memfile_ops or directory_ops file is its struct memfile. */
extern const struct file_ops memfile_ops, directory_ops; /* memfile.c */
extern const struct file_ops console_ops;                /* dev/console.c */

/* Reads at file->pos what is `size` bytes at data: for the read of a file that
 * is all in memory. Caller holds pos_lock. */
long file_read_bytes(struct file *file, void __user *buf, size_t n,
		     const char *data, size_t size); /* memfile.c */

/* A new, empty memory file for memfd_create(2); NULL: out of memory. */
struct file *memfd_open(const char *name); /* memfd.c */

/* ---- Views: /proc (proc.c) ------------------------------------------ */

/*
 * One file of /proc: show prints its text, store takes a whole write (NUL
 * terminated, the last newline removed) and returns 0 or -errno. Either may
 * be NULL. PROC_FILE registers it by a linker section, from any directory.
 */
struct proc_file {
	const char *path; /* below /proc/ */
	void (*show)(struct sink *out);
	int (*store)(char *text);
};

#define PROC_FILE(ident, ...)                                             \
	static const struct proc_file proc_file_##ident                   \
		__section(".proc_files") __attribute__((aligned(8))) = {  \
			__VA_ARGS__                                       \
		}

/* All that PROC_FILE registered: link.ld defines these. */
extern const struct proc_file proc_files_start[], proc_files_end[];
