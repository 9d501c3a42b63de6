/* SPDX-License-Identifier: MIT */
/*
 * arch_inline.h - the contract's short functions, on the host: a thread is a
 * CPU, and its interrupts are a flag that nothing ever raises.
 * Included by src/arch.h and by nobody else.
 */
#pragma once

extern _Thread_local struct cpu host_cpu;
extern _Thread_local bool host_irqs_on;

static inline struct cpu *arch_cpu(void)
{
	return &host_cpu;
}

static inline uint32_t arch_cpu_affinity(void)
{
	return 0;
}

static inline uint64_t arch_counter(void)
{
	return 0;
}

static inline uint64_t arch_instructions(void)
{
	return 0;
}

static inline bool arch_irqs_enabled(void)
{
	return host_irqs_on;
}

static inline void arch_irq_disable(void)
{
	host_irqs_on = false;
}

static inline void arch_irq_enable(void)
{
	host_irqs_on = true;
}

static inline unsigned long arch_irq_save(void)
{
	unsigned long flags = host_irqs_on;

	host_irqs_on = false;
	return flags;
}

static inline void arch_irq_restore(unsigned long flags)
{
	host_irqs_on = flags != 0;
}

/* A spinning thread must let the one it waits for run: CPUs are few here. */
int sched_yield(void);

static inline void arch_relax(void)
{
	sched_yield();
}

static inline void arch_wait_for_interrupt(void)
{
	sched_yield();
}

static inline bool arch_on_stack(const void *p)
{
	(void)p;
	return false; /* a thread's stack is the host's business */
}
