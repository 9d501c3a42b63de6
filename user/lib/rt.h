/* SPDX-License-Identifier: MIT */
/*
 * rt.h - the whole runtime of a program at EL0: system calls, printf, and the
 * bits of <string.h> that the compiler itself asks for. There is no libc.
 *
 * Numbers and flags come from Linux's own headers. A call returns what the
 * kernel returned: a value, or a negative errno (there is no `errno`).
 * Next: ../hello.c, the smallest program.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h> /* SEEK_SET */
#include <linux/mman.h>
#include <linux/time.h>
#include <linux/utsname.h>

#include "sys/textbook.h"

/* ---- The crossing itself -------------------------------------------- */

/*
 * Linux's convention: number in x8, arguments in x0 to x5, result in x0. The
 * kernel preserves every other register, so nothing else is clobbered.
 */
static inline long syscall0(long nr)
{
	register long x8 asm("x8") = nr;
	register long x0 asm("x0");

	asm volatile("svc #0" : "=r"(x0) : "r"(x8) : "memory");
	return x0;
}

static inline long syscall3(long nr, long a, long b, long c)
{
	register long x8 asm("x8") = nr;
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;

	asm volatile("svc #0"
		     : "+r"(x0)
		     : "r"(x8), "r"(x1), "r"(x2)
		     : "memory");
	return x0;
}

static inline long syscall6(long nr, long a, long b, long c, long d, long e,
			    long f)
{
	register long x8 asm("x8") = nr;
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;
	register long x3 asm("x3") = d;
	register long x4 asm("x4") = e;
	register long x5 asm("x5") = f;

	asm volatile("svc #0"
		     : "+r"(x0)
		     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
		     : "memory");
	return x0;
}

/* ---- Calls by name -------------------------------------------------- */

static inline long write(int fd, const void *buf, size_t n)
{
	return syscall3(__NR_write, fd, (long)buf, (long)n);
}

static inline long read(int fd, void *buf, size_t n)
{
	return syscall3(__NR_read, fd, (long)buf, (long)n);
}

static inline long open(const char *path, int flags)
{
	return syscall6(__NR_openat, AT_FDCWD, (long)path, flags, 0, 0, 0);
}

static inline long close(int fd)
{
	return syscall3(__NR_close, fd, 0, 0);
}

static inline long lseek(int fd, long offset, int whence)
{
	return syscall3(__NR_lseek, fd, offset, whence);
}

static inline long getpid(void)
{
	return syscall0(__NR_getpid);
}

static inline long getppid(void)
{
	return syscall0(__NR_getppid);
}

static inline long uname(struct new_utsname *name)
{
	return syscall3(__NR_uname, (long)name, 0, 0);
}

static inline long sched_yield(void)
{
	return syscall0(__NR_sched_yield);
}

/* The program break: where the heap ends. brk(0) asks; returns what it is. */
static inline uint64_t brk(uint64_t end)
{
	return (uint64_t)syscall3(__NR_brk, (long)end, 0, 0);
}

/* An address, or a negative errno: see map_failed(). */
static inline void *mmap(void *addr, size_t len, int prot, int flags, int fd,
			 long offset)
{
	return (void *)syscall6(__NR_mmap, (long)addr, (long)len, prot, flags,
				fd, offset);
}

static inline bool map_failed(const void *p)
{
	return (unsigned long)p >= -4095ul;
}

static inline long munmap(void *addr, size_t len)
{
	return syscall3(__NR_munmap, (long)addr, (long)len, 0);
}

static inline long mprotect(void *addr, size_t len, int prot)
{
	return syscall3(__NR_mprotect, (long)addr, (long)len, prot);
}

static inline long madvise(void *addr, size_t len, int advice)
{
	return syscall3(__NR_madvise, (long)addr, (long)len, advice);
}

static inline long memfd_create(const char *name, unsigned int flags)
{
	return syscall3(__NR_memfd_create, (long)name, (long)flags, 0);
}

static inline long ftruncate(int fd, long size)
{
	return syscall3(__NR_ftruncate, fd, size, 0);
}

/* 0 in the child, its pid in the parent. */
static inline long fork(void)
{
	return syscall6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

/* *status: an exit status shifted left by 8, or the number of a signal. */
static inline long waitpid(long pid, int *status, int options)
{
	return syscall6(__NR_wait4, pid, (long)status, options, 0, 0, 0);
}

/* This kernel's own: src/sys/textbook.c. */
static inline long silly_copy(const void *src, void *dst, size_t len)
{
	return syscall3(__NR_silly_copy, (long)src, (long)dst, (long)len);
}

static inline long silly_time(struct silly_time *time)
{
	return syscall3(__NR_silly_time, (long)time, 0, 0);
}

static inline long silly_path(const char *path)
{
	return syscall3(__NR_silly_path, (long)path, 0, 0);
}

static inline void __attribute__((noreturn)) exit(int status)
{
	for (;;) {
		syscall3(__NR_exit_group, status, 0, 0);
	}
}

/* ---- Text ----------------------------------------------------------- */

/*
 * %d %u %x %lx %c %s %p %% and so on, with the flags "-" and "0", a width,
 * and the lengths l and z. One call is one write(1, …), so that lines of two
 * processes do not mix. What exceeds 1 KiB is cut. Returns write()'s result.
 */
int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same into buf, at most size bytes with the NUL; returns the length. */
int snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);

/* "EFAULT" for 14 or -14; "E?" for one that this system does not return. */
const char *errno_name(long err);

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);

/* ---- Files of /proc ------------------------------------------------- */

/* Reads a file into buf, which becomes a string. Its length, or -errno. */
long file_read(const char *path, char *buf, size_t size);
/* Writes text to a file in one write(). Returns 0 or -errno. */
long file_write(const char *path, const char *text);
/*
 * Copies the value of the line `key: value` of text into value, "" if there
 * is no such line. Returns value.
 */
char *view_get(const char *text, const char *key, char *value, size_t size);
