/* SPDX-License-Identifier: MIT */
/*
 * sched.c - who runs: a run queue in turns, wait queues, and the switch.
 *
 * One lock, run_lock, covers the run queue, every task's state, and the links
 * of those who wait. It stays held across arch_task_switch(), and the task
 * that is switched to lets it go: so no other CPU can take up a task whose
 * registers are not saved yet. No wake-up is lost, because a sleeper joins
 * its queue before it lets go of the lock under which it looked.
 * Next: task.c, birth and death.
 */
#include "task/sched.h"

#include "trace/trace.h"

static struct spinlock run_lock = SPINLOCK_INIT;
static struct list run_queue = LIST_INIT(run_queue);

/* Caller holds run_lock. */
static void sched_enqueue(struct task *task)
{
	task->state = TASK_READY;
	list_append(&run_queue, &task->run);
}

/*
 * Not inlined: after a switch the task may be on another CPU, and the address
 * of the old one's struct cpu must not stay in a register.
 */
__attribute__((noinline)) void sched_finish_switch(void)
{
	struct cpu *cpu = arch_cpu();
	struct task *prev = cpu->previous;
	/* Once run_lock is free, prev may run elsewhere, even end. */
	bool dead = prev->state == TASK_DEAD;

	cpu->previous = NULL;
	cpu->task->turn_over = 0;
	spin_unlock(&run_lock);
	if (dead) {
		task_bury(prev);
	}
}

/*
 * Runs the next task of the queue, or the idle task. Caller holds run_lock
 * alone, has interrupts masked, and has put the current task where it
 * belongs. Returns without the lock, when the current task has a turn again.
 */
static void sched_switch(void)
{
	struct cpu *cpu = arch_cpu();
	struct task *prev = cpu->task;
	struct task *next = cpu->idle;

	if (run_lock.below != NULL || cpu->irq_depth != 0) {
		panic("sched: %s sleeps in atomic context", prev->name);
	}
	if (!list_empty(&run_queue)) {
		next = list_entry(run_queue.next, struct task, run);
		list_remove(&next->run);
	}
	if (next == prev) {
		prev->turn_over = 0;
		spin_unlock(&run_lock);
		return;
	}
	cpu->previous = prev;
	trace_event(task_switch, prev->name, next->name, next->pid);
	arch_task_switch(prev, next); /* a new task goes on elsewhere, */
	sched_finish_switch();        /* but comes through here first */
}

void sched_init(struct task *idle)
{
	struct cpu *cpu = arch_cpu();

	task_init(idle, "idle");
	cpu->idle = idle;
	cpu->task = idle;
}

void sched_idle(void)
{
	for (;;) {
		arch_irq_disable();
		if (list_empty(&run_queue)) {
			/* A masked interrupt ends it too: none is missed. */
			arch_wait_for_interrupt();
		}
		arch_irq_enable();
		sched_yield();
	}
}

void sched_make_ready(struct task *task)
{
	unsigned long flags = spin_lock_irqsave(&run_lock);

	sched_enqueue(task);
	spin_unlock_irqrestore(&run_lock, flags);
}

void sched_kill(struct task *task, int signal)
{
	unsigned long flags = spin_lock_irqsave(&run_lock);

	if (task->kill_signal == 0) {
		task->kill_signal = signal;
	}
	if (task->state == TASK_SLEEPING) {
		list_remove(&task->run);
		sched_enqueue(task);
	}
	spin_unlock_irqrestore(&run_lock, flags);
}

void sched_yield(void)
{
	unsigned long flags = spin_lock_irqsave(&run_lock);
	struct cpu *cpu = arch_cpu();

	if (cpu->task != cpu->idle) {
		sched_enqueue(cpu->task);
	}
	sched_switch();
	arch_irq_restore(flags);
}

void sched_tick(void)
{
	current->turn_over = 1;
}

void sched_end(void)
{
	arch_irq_disable();
	spin_lock(&run_lock);
	current->state = TASK_DEAD;
	sched_switch();
	panic("sched: a dead task was given a turn");
}

/* Interrupts are masked: a tick cannot slip in between the last look and
 * the return to EL0. */
void sched_before_user(void)
{
	struct task *task = current;

	for (;;) {
		if (READ_ONCE(task->kill_signal) != 0) {
			arch_irq_enable();
			task_exit(task->kill_signal);
		}
		if (!READ_ONCE(task->turn_over)) {
			return;
		}
		sched_yield();
	}
}

/* ---- Waiting -------------------------------------------------------- */

int sched_sleep_on(struct list *queue, struct spinlock *lock)
{
	struct task *task = current;

	spin_lock(&run_lock);
	if (task->kill_signal != 0) {
		spin_unlock(&run_lock);
		return -EINTR;
	}
	task->state = TASK_SLEEPING;
	list_append(queue, &task->run);
	spin_unlock(lock);
	sched_switch();
	spin_lock(lock);
	return READ_ONCE(task->kill_signal) != 0 ? -EINTR : 0;
}

void sched_wake_all(struct list *queue)
{
	spin_lock(&run_lock);
	list_for_each_safe(node, queue) {
		list_remove(node);
		sched_enqueue(list_entry(node, struct task, run));
	}
	spin_unlock(&run_lock);
}

int waitq_sleep(struct waitq *wq, bool (*condition)(void *), void *arg)
{
	unsigned long flags = spin_lock_irqsave(&wq->lock);
	int error = 0;

	while (error == 0 && !condition(arg)) {
		error = sched_sleep_on(&wq->tasks, &wq->lock);
	}
	spin_unlock_irqrestore(&wq->lock, flags);
	return error;
}

void waitq_wake(struct waitq *wq)
{
	unsigned long flags = spin_lock_irqsave(&wq->lock);

	sched_wake_all(&wq->tasks);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void mutex_init(struct mutex *m)
{
	*m = (struct mutex){ .waiters = WAITQ_INIT(m->waiters) };
}

/* A waiter's attempt: the one that holds it, or gets it, wakes at the end. */
static bool mutex_try_as_waiter(void *arg)
{
	struct mutex *m = arg;

	return __atomic_exchange_n(&m->state, MUTEX_WAITED_FOR,
				   __ATOMIC_ACQUIRE) == MUTEX_FREE;
}

int mutex_lock(struct mutex *m)
{
	uint32_t expected = MUTEX_FREE;

	if (likely(__atomic_compare_exchange_n(&m->state, &expected,
					       MUTEX_TAKEN, false,
					       __ATOMIC_ACQUIRE,
					       __ATOMIC_RELAXED))) {
		return 0;
	}
	return waitq_sleep(&m->waiters, mutex_try_as_waiter, m);
}

void mutex_unlock(struct mutex *m)
{
	if (__atomic_exchange_n(&m->state, MUTEX_FREE, __ATOMIC_RELEASE) ==
	    MUTEX_WAITED_FOR) {
		waitq_wake(&m->waiters);
	}
}
