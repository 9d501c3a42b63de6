/* SPDX-License-Identifier: MIT */
/*
 * sys.h - what a system call's function looks like. Its arguments are x0 to
 * x5 as EL0 left them, in the frame: numbers that nobody has judged yet. A
 * function takes those it has, cast to what Linux says they are, and returns
 * the value for x0, or a negative errno. Next: table.c.
 */
#pragma once

#include "sys/calls.h"
#include "task/task.h"
#include "uaccess.h"

typedef long syscall_fn(const uint64_t args[6]);

#define SYSCALL(name) \
	long sys_##name(const uint64_t *args __attribute__((unused)))

#define C(name, function) SYSCALL(function);
SYSCALLS(C)
TEXTBOOK_CALLS(C)
#undef C
