/* SPDX-License-Identifier: MIT */
/*
 * calls.h - the system calls that there are, once: the table (table.c), the
 * functions' declarations (sys.h) and the names in a trace come from it.
 */
#pragma once

/* C(NAME, FUNCTION): what __NR_NAME calls. */
#define SYSCALLS(C) \
	/* file.c */ \
	C(openat, openat) \
	C(close, close) \
	C(read, read) \
	C(write, write) \
	C(writev, writev) \
	C(lseek, lseek) \
	C(fstat, fstat) \
	/* process.c */ \
	C(exit, exit) \
	C(exit_group, exit) /* a process is one thread */ \
	C(clone, clone) \
	C(wait4, wait4) \
	C(getpid, getpid) \
	C(gettid, getpid) /* so its thread has its number */ \
	C(getppid, getppid) \
	C(set_tid_address, set_tid_address) \
	C(sched_yield, sched_yield) \
	C(prctl, prctl) \
	/* memory.c */ \
	C(brk, brk) \
	C(mmap, mmap) \
	C(munmap, munmap) \
	C(mprotect, mprotect) \
	C(madvise, madvise) \
	C(memfd_create, memfd_create) \
	C(ftruncate, ftruncate) \
	/* system.c */ \
	C(uname, uname) \
	C(clock_gettime, clock_gettime)

/* Of no Linux: textbook.c. */
#define TEXTBOOK_CALLS(C) \
	C(silly_copy, silly_copy) \
	C(silly_time, silly_time) \
	C(silly_path, silly_path)
