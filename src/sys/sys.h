/* SPDX-License-Identifier: MIT */
/*
 * sys.h - what a system call's function looks like. Its arguments are x0 to
 * x5 as EL0 left them, in the frame: numbers that nobody has judged yet. A
 * function takes those it has, cast to what Linux says they are, and returns
 * the value for x0, or a negative errno. Next: table.c.
 */
#pragma once

#include "task/task.h"
#include "uaccess.h"

typedef long syscall_fn(const uint64_t args[6]);

#define SYSCALL(name) \
	long sys_##name(const uint64_t *args __attribute__((unused)))

/* ---- file.c --------------------------------------------------------- */
SYSCALL(openat);
SYSCALL(close);
SYSCALL(read);
SYSCALL(write);
SYSCALL(writev);
SYSCALL(lseek);
SYSCALL(fstat);

/* ---- process.c ------------------------------------------------------ */
SYSCALL(exit);
SYSCALL(clone);
SYSCALL(wait4);
SYSCALL(getpid);
SYSCALL(getppid);
SYSCALL(set_tid_address);
SYSCALL(sched_yield);
SYSCALL(prctl);

/* ---- memory.c ------------------------------------------------------- */
SYSCALL(brk);
SYSCALL(mmap);
SYSCALL(munmap);
SYSCALL(mprotect);
SYSCALL(madvise);
SYSCALL(memfd_create);
SYSCALL(ftruncate);

/* ---- system.c ------------------------------------------------------- */
SYSCALL(uname);
SYSCALL(clock_gettime);

/* ---- textbook.c ----------------------------------------------------- */
SYSCALL(silly_copy);
SYSCALL(silly_time);
SYSCALL(silly_path);
