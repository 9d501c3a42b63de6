// SPDX-License-Identifier: MIT
/*
 * task.c - what AArch64 keeps of a task: first registers, and the change from
 * one task to another (see switch.S). TTBR0_EL1 is never saved: the value
 * would be stale after an ASID rollover or an exec. It is computed again from
 * the address space that is current now (asid.c).
 */
#include "task/task.h"

#include "arch_lab.h"
#include "decode/esr.h"
#include "mm/vm.h"
#include "switch.h"
#include "sysreg.h"
#include "user_frame.h"
#include "uaccess/raw_window.h"

uint64_t arch_task_syscall(const struct task *task)
{
	return task_syscall(task);
}

void arch_task_init_kernel(struct task *task, void (*fn)(void *), void *arg)
{
	task->arch.x19_x28[0] = (uint64_t)fn;
	task->arch.x19_x28[1] = (uint64_t)arg;
	task->arch.fp = 0; /* backtraces end here */
	task->arch.pc = (uint64_t)task_start_kernel;
	task->arch.sp = (uint64_t)task->stack;
}

void arch_task_init_fork(struct task *child, const struct task *parent)
{
	struct frame *frame = task_user_frame(child);

	*frame = *task_user_frame(parent);
	frame->x[0] = 0;
	fpsimd_save(&child->arch.fpsimd);
	child->arch.tpidr_el0 = sysreg_read(tpidr_el0);
	child->arch.fp = 0;
	child->arch.pc = (uint64_t)task_start_user;
	child->arch.sp = (uint64_t)frame;
}

/*
 * No window stays open over a switch (invariant 2). Only a bug could have left
 * one open: copies are interrupted by exceptions, which shut it themselves.
 */
void arch_task_switch(struct task *prev, struct task *next)
{
	bool open = uaccess_window_is_open();

	if (unlikely(open)) {
		arch_window_shut();
	}
	/* A kernel task has no FP state and no EL0 thread pointer to keep. */
	if (prev->vm) {
		fpsimd_save(&prev->arch.fpsimd);
		prev->arch.tpidr_el0 = sysreg_read(tpidr_el0);
	}
	arch_cpu()->task = next;
	arch_vm_activate(next->vm);
	if (next->vm) {
		fpsimd_load(&next->arch.fpsimd);
		sysreg_write(tpidr_el0, next->arch.tpidr_el0);
	}
	task_switch_stacks(prev, next);
	if (unlikely(open)) { /* prev again, when its turn has come */
		arch_window_open();
	}
}

void arch_enter_user(uint64_t entry, uint64_t sp)
{
	static const struct fpsimd zero;
	struct frame *frame = task_user_frame(current);

	arch_irq_disable();
	*frame = (struct frame){ .elr = entry, .sp = sp };
	frame->spsr = SPSR_EL1_M_EL0T;
	fpsimd_load(&zero);
	sysreg_write(tpidr_el0, 0);
	/* All below the frame is done with: start from an empty stack. */
	asm volatile("mov sp, %0\n\t"
		     "b return_to_user"
		     : : "r"(frame) : "memory");
	__builtin_unreachable();
}
