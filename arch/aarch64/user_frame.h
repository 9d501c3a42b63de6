/* SPDX-License-Identifier: MIT */
/* user_frame.h - what EL0 was when it entered the kernel last: always at the
 * top of its task's stack. */
#pragma once

#include "decode/esr.h"
#include "task/task.h"

static inline struct frame *task_user_frame(const struct task *task)
{
	return (struct frame *)task->stack - 1;
}

/* arch_task_syscall() in place, for the record of a fault. */
static inline uint64_t task_syscall(const struct task *task)
{
	const struct frame *frame = task_user_frame(task);

	/* The frame of what brought it to EL1 last: was it an SVC? */
	if (!task->vm || esr_class(frame->esr) != EC_SVC) {
		return NO_SYSCALL;
	}
	return frame->x[8];
}
