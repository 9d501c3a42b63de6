/* SPDX-License-Identifier: MIT */
/*
 * sched.h - turns: who runs, who waits, and for what. Tasks take turns on a run
 * queue; EL0 is pre-empted by the tick, EL1 gives the CPU up only where it
 * sleeps.
 */
#pragma once

#include "task/task.h"

/* Boot: the flow that calls it becomes the idle task of this CPU. */
void sched_init(struct task *idle);
__noreturn void sched_idle(void);
void sched_make_ready(struct task *task);
/* Makes task end with signal as soon as it is safe, waking it if it sleeps.
 * Any context; the caller sees to it that task is not freed meanwhile. */
void sched_kill(struct task *task, int signal);
/* Lets another ready task run, if there is one. Task context, no spinlock. */
void sched_yield(void);
/* Where the kernel may sleep: if the task's turn is over, others go first. */
static inline void sched_give_way(void)
{
	if (unlikely(READ_ONCE(current->turn_over))) {
		sched_yield();
	}
}
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

struct waitq {
	struct spinlock lock;
	struct list tasks;
};

#define WAITQ_INIT(name) { SPINLOCK_INIT, LIST_INIT((name).tasks) }

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
