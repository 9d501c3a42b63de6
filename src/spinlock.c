/* SPDX-License-Identifier: MIT */
/*
 * spinlock.c - ticket locks. Each CPU chains the locks that it holds, newest
 * first, from struct cpu: that chain is how in_atomic() knows, how a CPU that
 * would wait for itself is caught, and how a trespass is undone.
 * An interrupt handler leaves the chain as it found it, so the chain needs no
 * protection from interrupts.
 */
#include "spinlock.h"

static bool spin_is_held(const struct spinlock *lock)
{
	const struct spinlock *l = arch_cpu()->held;

	while (l != NULL && l != lock) {
		l = l->below;
	}
	return l != NULL;
}

/* The two halves are inline because each is called from two places below. */
static inline void spin_take(struct spinlock *lock)
{
	struct cpu *cpu = arch_cpu();
	struct spinlock *const held = cpu->held;
	uint32_t ticket;

	if (unlikely(held != NULL) && spin_is_held(lock)) {
		panic("spin_lock: this CPU holds lock %p already",
		      (void *)lock);
	}
	ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);
	/* Acquire: nothing of the critical section is read before its turn. */
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket) {
		arch_relax();
	}
	lock->below = held;
	cpu->held = lock;
}

static inline void spin_give(struct spinlock *lock)
{
	struct spinlock **link = &arch_cpu()->held;

	/* Locks are mostly let go newest first, but need not be. */
	while (*link != lock) {
		if (unlikely(*link == NULL)) {
			panic("spin_unlock: this CPU does not hold lock %p",
			      (void *)lock);
		}
		link = &(*link)->below;
	}
	*link = lock->below;
	lock->below = NULL;
	/* Release: the next holder sees what the critical section wrote. */
	__atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}

void spin_lock(struct spinlock *lock)
{
	spin_take(lock);
}

bool spin_trylock(struct spinlock *lock)
{
	struct cpu *cpu = arch_cpu();
	uint32_t owner = __atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE);

	if (!__atomic_compare_exchange_n(&lock->next, &owner, owner + 1, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		return false;
	}
	lock->below = cpu->held;
	cpu->held = lock;
	return true;
}

void spin_unlock(struct spinlock *lock)
{
	spin_give(lock);
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
	unsigned long flags = arch_irq_save();

	spin_take(lock);
	return flags;
}

void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
	spin_give(lock);
	arch_irq_restore(flags);
}

void spin_unlock_down_to(struct spinlock *held)
{
	struct cpu *cpu = arch_cpu();

	while (cpu->held != held) {
		if (unlikely(cpu->held == NULL)) {
			panic("spin_unlock_down_to: lock %p is not held",
			      (void *)held);
		}
		spin_unlock(cpu->held);
	}
}
