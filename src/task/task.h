/* SPDX-License-Identifier: MIT */
/*
 * task.h - a task: one flow of control with a kernel stack, and for a user
 * process an address space and open files. Its birth and death; its turns are
 * sched.h.
 */
#pragma once

#include "arch.h"
#include "cpu.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "spinlock.h"

struct files;
struct vm;

enum task_state {
	TASK_READY,    /* on the run queue, or running */
	TASK_SLEEPING, /* on a wait queue */
	TASK_DEAD,     /* ended, but this CPU may still be on its stack */
	TASK_ZOMBIE,   /* a pid and a status; its parent has not asked yet */
};

struct task {
	void *stack;            /* top of the kernel stack */
	struct vm *vm;          /* NULL: a kernel task */
	struct probe *probe;    /* armed by arch_probe(), else NULL */
	struct tree_node node;  /* in the tree of all tasks; key is the pid */
	pid_t pid;
	enum task_state state;
	/* What keeps it from EL0: vectors.S looks at both at once. */
	int kill_signal;        /* > 0: ends with it before it sees EL0 again */
	uint32_t turn_over;     /* 1: others are to run first */
	int wait_status;        /* TASK_ZOMBIE: as wait4() reports it */
	struct task *parent;
	pid_t ppid;             /* parent's: read without any lock */
	struct list children;   /* those that have ended come first */
	struct list sibling;    /* in the parent's children */
	struct list ended;      /* it sleeps here until a child has ended */
	struct list run;        /* in the run queue or in a wait queue */
	struct files *files;
	char name[16];
	struct arch_task arch;  /* saved registers: see arch_task_switch() */
};

#define current (arch_cpu()->task)

/* A task of zeroes becomes one that is alone, and ready. */
void task_init(struct task *task, const char *name);

/* A kernel task, ready to run fn(arg); NULL when out of memory or of pids. */
struct task *task_create_kernel(const char *name, void (*fn)(void *),
				void *arg);
/* A copy of the current process; returns the pid, or -ENOMEM, -EAGAIN. */
pid_t task_fork(void);
/*
 * The current task ends; wait_status as in wait4(). With process 1 the
 * machine goes off. Task context, no spinlock.
 */
__noreturn void task_exit(int wait_status);
/* For sched.c: task never uses its stack again, which is freed here. */
void task_bury(struct task *task);
/*
 * Waits for a child (pid > 0: this one; else: any). Returns its pid and sets
 * *wait_status; 0 with WNOHANG if none has ended; -ECHILD; -EINTR if killed.
 */
pid_t task_wait(pid_t pid, int options, int *wait_status);
/* Ctrl-C: every process but 1; process 1 when it is the only one. Any
 * context. */
void task_interrupt_foreground(void);
