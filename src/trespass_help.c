/* SPDX-License-Identifier: MIT */
/*
 * trespass_help.c - what some trespasses need around them: an access that is
 * stopped without ending the bug, an interrupt, another task. All of it is
 * ordinary kernel code; the bugs are in trespass/.
 */
#include "dev/dev.h"
#include "mm/vm.h"
#include "task/task.h"
#include "trespass/trespass.h"

/* ---- One access ----------------------------------------------------- */

static void trespass_read(void *arg)
{
	struct trespass_run *t = arg;

	t->got = *(volatile uint64_t *)t->touching;
}

void trespass_touch(struct trespass_run *t, uint64_t addr)
{
	t->touching = addr;
	t->stopped = arch_probe(trespass_read, t, t->fault);
}

/* ---- In an interrupt ------------------------------------------------ */

#define TRESPASS_INTID 15

/* One bug runs at a time: trespass_run.c holds a mutex. */
static struct trespass_run *interrupted;
static volatile bool interrupt_over;

static void trespass_handler(void)
{
	trespass_touch(interrupted, interrupted->user_rw);
	interrupt_over = true;
}

void trespass_in_interrupt(struct trespass_run *t)
{
	static bool registered;

	interrupted = t;
	interrupt_over = false;
	if (!registered) {
		irq_register(TRESPASS_INTID, trespass_handler);
		registered = true;
	}
	irq_raise(TRESPASS_INTID);
	while (!interrupt_over) {
		arch_relax();
	}
}

/* ---- In another task ------------------------------------------------ */

static bool trespass_is_over(void *arg)
{
	const struct trespass_other *other = arg;

	return other->over;
}

/* It borrows the address space: a kernel task has none of its own. */
static void trespass_other_main(void *arg)
{
	struct trespass_other *other = arg;
	unsigned long flags;

	arch_vm_activate(other->vm);
	other->fn(other->run);
	arch_vm_activate(NULL);
	/* Under the lock: once it is free, *other may be gone. */
	flags = spin_lock_irqsave(&other->ended.lock);
	other->over = true;
	sched_wake_all(&other->ended.tasks);
	spin_unlock_irqrestore(&other->ended.lock, flags);
}

bool trespass_other_begin(struct trespass_other *other,
			  struct trespass_run *t,
			  void (*fn)(struct trespass_run *t))
{
	*other = (struct trespass_other){ .run = t, .fn = fn,
					  .vm = current->vm };
	other->ended = (struct waitq)WAITQ_INIT(other->ended);
	if (!task_create_kernel("trespass", trespass_other_main, other)) {
		t->skip = "out of memory";
		return false;
	}
	return true;
}

void trespass_other_end(struct trespass_other *other)
{
	while (waitq_sleep(&other->ended, trespass_is_over, other) != 0) {
		sched_yield(); /* killed, but the other still uses *other */
	}
}
