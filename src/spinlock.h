/* SPDX-License-Identifier: MIT */
/*
 * spinlock.h - mutual exclusion between CPUs. A CPU that holds one is in
 * atomic context: it must not sleep, and a user copy there fails at once
 * (invariant 9). The locks held are chained from struct cpu, so that a
 * deliberate kernel bug that faults with locks held can be undone.
 */
#pragma once

#include "arch.h"
#include "cpu.h"

struct spinlock {
	uint32_t next, owner;   /* ticket lock: fair, and FIFO */
	struct spinlock *below; /* the lock taken before this one */
};

#define SPINLOCK_INIT { 0, 0, NULL }

void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
/* Takes it if it is free now; false if not, also if this CPU holds it. */
bool spin_trylock(struct spinlock *lock);

/* The same with interrupts masked; for what an interrupt handler also takes. */
unsigned long spin_lock_irqsave(struct spinlock *lock);
void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags);

/* Lets go of locks until `held` is the newest again (undoing a trespass). */
void spin_unlock_down_to(struct spinlock *held);

/* True where nobody may sleep: a spinlock is held, an interrupt handled, or
 * a copy_*_nofault() under way. */
static inline bool in_atomic(void)
{
	const struct cpu *cpu = arch_cpu();

	return cpu->held != NULL || cpu->irq_depth != 0 ||
	       cpu->faults_off != 0;
}
