/* SPDX-License-Identifier: MIT */
/*
 * process.c - the system calls about processes: birth, death, names, turns.
 */
#include "sys/sys.h"

#include <asm/signal.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/wait.h>

#include "mm/vm.h"
#include "task/sched.h"

SYSCALL(exit)
{
	task_exit((int)(args[0] & 0xff) << 8);
}

/*
 * fork() only: the flags say nothing but the signal at the child's end, and
 * the child keeps its stack. There are no threads: to ask for one is an error.
 */
SYSCALL(clone)
{
	uint64_t flags = args[0], stack = args[1];

	if (flags != SIGCHLD || stack != 0) {
		return -ENOSYS;
	}
	return task_fork();
}

#define WAIT_OPTIONS \
	(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE)

/* Nobody is stopped or continued here, so only an end is ever reported. */
SYSCALL(wait4)
{
	pid_t pid = (pid_t)args[0];
	int __user *wait_status = (int __user *)args[1];
	unsigned int options = (unsigned int)args[2];
	struct rusage __user *usage = (struct rusage __user *)args[3];
	int status = 0;

	if (options & ~WAIT_OPTIONS) {
		return -EINVAL;
	}
	if (pid < -1) {
		/* A process group; all processes are in one, which is 0. */
		return pid == INT32_MIN ? -ESRCH : -ECHILD;
	}
	pid = task_wait(pid, (int)options, &status);
	if (pid <= 0) {
		return pid;
	}
	/* As in Linux, the child is gone, its status copied or not. */
	if (wait_status != NULL && put_user(status, wait_status) != 0) {
		return -EFAULT;
	}
	if (usage != NULL && clear_user(usage, sizeof(*usage)) != 0) {
		return -EFAULT; /* nothing is measured: all is 0 */
	}
	return pid;
}

SYSCALL(getpid)
{
	return current->pid;
}

SYSCALL(getppid)
{
	return READ_ONCE(current->ppid);
}

/*
 * Linux writes a zero to the address given when a thread ends that shares its
 * memory with others. None does here.
 */
SYSCALL(set_tid_address)
{
	return current->pid;
}

SYSCALL(sched_yield)
{
	sched_yield();
	return 0;
}

/*
 * The tagged-address ABI (Linux: Documentation/arch/arm64): until a process
 * asks, a tag makes a pointer unusable in system calls, as it was before tags.
 */
SYSCALL(prctl)
{
	struct vm *vm = current->vm;
	bool rest_is_zero = (args[2] | args[3] | args[4]) == 0;

	switch (args[0]) {
	case PR_SET_TAGGED_ADDR_CTRL:
		if (!rest_is_zero ||
		    (args[1] & ~(uint64_t)PR_TAGGED_ADDR_ENABLE)) {
			return -EINVAL;
		}
		vm->tagged_addresses = args[1] & PR_TAGGED_ADDR_ENABLE;
		return 0;
	case PR_GET_TAGGED_ADDR_CTRL:
		if (!rest_is_zero || args[1] != 0) {
			return -EINVAL;
		}
		return vm->tagged_addresses ? PR_TAGGED_ADDR_ENABLE : 0;
	default:
		return -EINVAL;
	}
}
