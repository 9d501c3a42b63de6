/* SPDX-License-Identifier: MIT */
/*
 * table.c - from a number in x8 to a function: the table that every system
 * call goes through. The numbers are Linux's for arm64, and a few of our own
 * far above. A number without a function is always -ENOSYS.
 */
#include "sys/sys.h"

#include <asm/unistd.h>

#include "sys/textbook.h"

#include "trace/trace.h"

static syscall_fn *const syscall_table[] = {
	[__NR_openat] = sys_openat,
	[__NR_close] = sys_close,
	[__NR_lseek] = sys_lseek,
	[__NR_read] = sys_read,
	[__NR_write] = sys_write,
	[__NR_writev] = sys_writev,
	[__NR_fstat] = sys_fstat,
	[__NR_exit] = sys_exit,
	[__NR_exit_group] = sys_exit, /* a process is one thread */
	[__NR_set_tid_address] = sys_set_tid_address,
	[__NR_clock_gettime] = sys_clock_gettime,
	[__NR_sched_yield] = sys_sched_yield,
	[__NR_uname] = sys_uname,
	[__NR_getpid] = sys_getpid,
	[__NR_getppid] = sys_getppid,
	[__NR_gettid] = sys_getpid, /* so its thread has its number */
	[__NR_brk] = sys_brk,
	[__NR_mmap] = sys_mmap,
	[__NR_munmap] = sys_munmap,
	[__NR_mprotect] = sys_mprotect,
	[__NR_madvise] = sys_madvise,
	[__NR_memfd_create] = sys_memfd_create,
	[__NR_ftruncate] = sys_ftruncate,
	[__NR_prctl] = sys_prctl,
	[__NR_clone] = sys_clone,
	[__NR_wait4] = sys_wait4,
};

static syscall_fn *const textbook_table[] = {
	[__NR_silly_copy - TEXTBOOK_FIRST] = sys_silly_copy,
	[__NR_silly_time - TEXTBOOK_FIRST] = sys_silly_time,
	[__NR_silly_path - TEXTBOOK_FIRST] = sys_silly_path,
};

/* Out of the way, so that a call that is not traced ends in a jump. */
static __attribute__((noinline)) long
syscall_traced(syscall_fn *call, uint64_t nr, const uint64_t args[6])
{
	long result;

	trace_event(call_enter, nr, args[0], args[1], args[2], args[3],
		    args[4], args[5]);
	result = call(args);
	trace_event(call_leave, nr, result);
	return result;
}

long syscall_dispatch(uint64_t nr, const uint64_t args[6])
{
	syscall_fn *call = NULL;

	/* As in Linux, only the lower half of x8 counts. */
	if (likely((uint32_t)nr < ARRAY_SIZE(syscall_table))) {
		call = syscall_table[(uint32_t)nr];
	} else if ((uint32_t)nr - TEXTBOOK_FIRST < ARRAY_SIZE(textbook_table)) {
		call = textbook_table[(uint32_t)nr - TEXTBOOK_FIRST];
	}
	if (unlikely(call == NULL)) {
		return -ENOSYS;
	}
	if (unlikely(trace_events_enabled)) {
		return syscall_traced(call, nr, args);
	}
	return call(args);
}
