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

#define C(name, function) [__NR_##name] = sys_##function,
static syscall_fn *const syscall_table[] = { SYSCALLS(C) };
#undef C
#define C(name, function) [__NR_##name - TEXTBOOK_FIRST] = sys_##function,
static syscall_fn *const textbook_table[] = { TEXTBOOK_CALLS(C) };
#undef C

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

long syscall_dispatch(const uint64_t args[6], uint64_t nr)
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
