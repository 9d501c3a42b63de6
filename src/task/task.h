/* SPDX-License-Identifier: MIT */
/*
 * task.h - a task: one flow of control with a kernel stack, and for a user
 * process an address space and open files. Tasks take turns on a run queue;
 * EL0 is pre-empted by the tick, EL1 gives the CPU up only where it sleeps.
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

struct waitq {
	struct spinlock lock;
	struct list tasks;
};

#define WAITQ_INIT(name) { SPINLOCK_INIT, LIST_INIT((name).tasks) }

struct task {
	void *stack;            /* top of the kernel stack */
	struct vm *vm;          /* NULL: a kernel task */
	struct probe *probe;    /* armed by arch_probe(), else NULL */
	struct tree_node node;  /* in the tree of all tasks; key is the pid */
	pid_t pid;
	enum task_state state;
	int kill_signal;        /* > 0: ends with it before it sees EL0 again */
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

/* ---- task.c: birth and death ---------------------------------------- */

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
/* For sched.c: task has left its stack for good, which is freed here. */
void task_bury(struct task *task);
/*
 * Waits for a child (pid > 0: this one; else: any). Returns its pid and sets
 * *wait_status; 0 with WNOHANG if none has ended; -ECHILD; -EINTR if killed.
 */
pid_t task_wait(pid_t pid, int options, int *wait_status);
/* Ctrl-C: every process but 1; process 1 when it is the only one. Any
 * context. */
void task_interrupt_foreground(void);

/* ---- signal.c ------------------------------------------------------- */

/* "SIGSEGV"; "signal 40" has no name of its own and is "SIGRT". */
const char *signal_name(int signal);

/* ---- sched.c: turns ------------------------------------------------- */

/* Boot: the flow that calls it becomes the idle task of this CPU. */
void sched_init(struct task *idle);
__noreturn void sched_idle(void);
void task_make_ready(struct task *task);
/* Makes task end with signal as soon as it is safe, waking it if it sleeps.
 * Any context; the caller sees to it that task is not freed meanwhile. */
void task_kill(struct task *task, int signal);
/* Lets another ready task run, if there is one. Task context, no spinlock. */
void task_yield(void);
/* The tick, from the interrupt handler. */
void sched_tick(void);
/* The current task's last step: others run, and one of them buries it. */
__noreturn void sched_end(void);
/*
 * Sleeps on queue, which lock protects; the caller holds it, with interrupts
 * masked, and holds it again afterwards. Returns 0 after a wake-up, -EINTR
 * when the task is to be killed: then it may not have slept at all.
 */
int sched_sleep_on(struct list *queue, struct spinlock *lock);
/* Wakes all who sleep on queue; the caller holds its lock, as above. */
void sched_wake_all(struct list *queue);

/*
 * Sleeps until condition() is true; it is evaluated with wq->lock held, and
 * interrupts masked. Returns 0, or -EINTR when the task is to be killed.
 * Whoever makes the condition true calls waitq_wake() afterwards.
 */
int waitq_sleep(struct waitq *wq, bool (*condition)(void *), void *arg);
void waitq_wake(struct waitq *wq); /* any context */

/* Mutual exclusion whose holder may sleep, so may copy to and from EL0. */
enum mutex_state { MUTEX_FREE, MUTEX_TAKEN, MUTEX_WAITED_FOR };

struct mutex {
	uint32_t state; /* enum mutex_state */
	struct waitq waiters;
};

void mutex_init(struct mutex *m);
int __must_check mutex_lock(struct mutex *m); /* 0, or -EINTR: not taken */
void mutex_unlock(struct mutex *m);

/* ---- exec.c --------------------------------------------------------- */

struct memfile;

/*
 * Fills an empty vm with the program in file and lays out its stack as Linux
 * does. argv and envp are kernel strings, ended by NULL. Returns 0 and sets
 * *entry and *sp; -ENOEXEC and sets *refused, the sentence that says what is
 * wrong and what helps; -ENOMEM; -E2BIG. The caller drops vm on error.
 */
int exec_load(struct vm *vm, const struct memfile *file,
	      const char *const argv[], const char *const envp[],
	      uint64_t *entry, uint64_t *sp, const char **refused);
