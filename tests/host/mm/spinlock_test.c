/* SPDX-License-Identifier: MIT */
/*
 * spinlock_test.c - ticket locks between threads, each a CPU of arch/host;
 * and the chain of locks that a CPU holds.
 */
#include <pthread.h>

#include "test.h"
#include "host.h"
#include "spinlock.h"

#define THREADS 4
#define TURNS   5000

static struct spinlock a = SPINLOCK_INIT, b = SPINLOCK_INIT,
		       c = SPINLOCK_INIT;
static unsigned long counter;

static void *count(void *arg)
{
	for (unsigned int i = 0; i < TURNS; i++) {
		spin_lock(&a);
		/* Not atomic: two CPUs inside at once would lose a count. */
		unsigned long seen = READ_ONCE(counter);

		arch_relax();
		WRITE_ONCE(counter, seen + 1);
		spin_unlock(&a);
	}
	return arg;
}

TEST(spinlock, only_one_cpu_is_inside)
{
	pthread_t thread[THREADS];

	counter = 0;
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_create(&thread[i], NULL, count, NULL);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
	}
	EXPECT_EQ(counter, THREADS * TURNS);
}

TEST(spinlock, the_chain_follows_any_order_of_unlocking)
{
	EXPECT(!in_atomic());
	spin_lock(&a);
	spin_lock(&b);
	spin_lock(&c);
	EXPECT(arch_cpu()->held == &c);
	spin_unlock(&b); /* from the middle */
	EXPECT(arch_cpu()->held == &c && c.below == &a);
	spin_unlock(&a); /* the oldest */
	EXPECT(arch_cpu()->held == &c && c.below == NULL && in_atomic());
	spin_unlock(&c);
	EXPECT(!in_atomic());
}

TEST(spinlock, a_trespass_lets_go_of_what_it_took)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_lock(&c);
	spin_unlock_down_to(&a);
	EXPECT(arch_cpu()->held == &a);
	spin_lock(&b); /* free again */
	spin_unlock_down_to(NULL);
	EXPECT(!in_atomic());
}

TEST(spinlock, irqsave_masks_and_puts_back)
{
	unsigned long outer, inner;

	EXPECT(arch_irqs_enabled());
	outer = spin_lock_irqsave(&a);
	EXPECT(!arch_irqs_enabled());
	inner = spin_lock_irqsave(&b);
	spin_unlock_irqrestore(&b, inner);
	EXPECT(!arch_irqs_enabled());
	spin_unlock_irqrestore(&a, outer);
	EXPECT(arch_irqs_enabled());
}

static void lock_twice(void)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_lock(&a);
}

static void unlock_unheld(void)
{
	spin_unlock(&a);
}

static void unlock_down_to_unheld(void)
{
	spin_lock(&a);
	spin_unlock_down_to(&b);
}

TEST(spinlock, misuse_panics)
{
	EXPECT(host_panics(lock_twice, "holds lock"));
	EXPECT(host_panics(unlock_unheld, "does not hold"));
	EXPECT(host_panics(unlock_down_to_unheld, "is not held"));
}
