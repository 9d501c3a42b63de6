/* SPDX-License-Identifier: MIT */
/* task_frame.h - what a task's kernel stack says of it. */
#pragma once

#include "esr.h"
#include "task/task.h"

/* The frame of EL0's last exception: always at the top of the stack. */
static inline struct frame *task_user_frame(const struct task *task)
{
	return (struct frame *)task->stack - 1;
}

/* The system call that task is in: what brought it to EL1 last was an SVC. */
static inline uint64_t task_syscall(const struct task *task)
{
	const struct frame *frame = task_user_frame(task);

	if (!task->vm || esr_class(frame->esr) != EC_SVC) {
		return NO_SYSCALL;
	}
	return frame->x[8];
}
