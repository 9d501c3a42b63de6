/* SPDX-License-Identifier: MIT */
/*
 * arch_inline.h - the contract's functions that are one or two instructions.
 * Included by src/arch.h and by nobody else.
 */
#pragma once

static inline struct cpu *arch_cpu(void)
{
	struct cpu *cpu;

	/*
	 * Volatile, so that the compiler reads it each time: after a call, in
	 * which the task may sleep and wake up on another CPU, it is new.
	 */
	asm volatile("mrs %0, tpidr_el1" : "=r"(cpu));
	return cpu;
}

static inline uint32_t arch_cpu_affinity(void)
{
	uint64_t mpidr;

	/* Aff3 is apart from the others, in 39:32: 31:24 are flags. */
	asm("mrs %0, mpidr_el1" : "=r"(mpidr));
	return (uint32_t)(mpidr & 0xffffff) | (uint32_t)(mpidr >> 32) << 24;
}

static inline uint64_t arch_counter(void)
{
	uint64_t count;

	/* No ISB: a few instructions early or late make no difference. */
	asm volatile("mrs %0, cntvct_el0" : "=r"(count));
	return count;
}

/* pmu.c: event counter 0 counts them. Every traced fault asks twice. */
extern bool pmu_counts;

static inline uint64_t arch_instructions(void)
{
	uint64_t count;

	if (!pmu_counts) {
		return arch_counter();
	}
	asm volatile("mrs %0, pmevcntr0_el0" : "=r"(count));
	return count;
}

#define DAIF_I (1ul << 7)

static inline unsigned long arch_irq_flags(void)
{
	unsigned long daif;

	asm volatile("mrs %0, daif" : "=r"(daif) : : "memory");
	return daif;
}

static inline bool arch_irqs_enabled(void)
{
	return !(arch_irq_flags() & DAIF_I);
}

static inline void arch_irq_disable(void)
{
	asm volatile("msr daifset, #2" : : : "memory");
}

static inline void arch_irq_enable(void)
{
	asm volatile("msr daifclr, #2" : : : "memory");
}

static inline unsigned long arch_irq_save(void)
{
	unsigned long flags = arch_irq_flags();

	arch_irq_disable();
	return flags;
}

static inline void arch_irq_restore(unsigned long flags)
{
	asm volatile("msr daif, %0" : : "r"(flags) : "memory");
}

static inline void arch_wait_for_interrupt(void)
{
	asm volatile("dsb sy\n\twfi" : : : "memory");
}

static inline void arch_relax(void)
{
	asm volatile("yield" : : : "memory");
}

static inline bool arch_on_stack(const void *p)
{
	uint64_t sp = (uint64_t)__builtin_frame_address(0);

	/* The upper half of a slot of twice the size: layout.h. */
	return (((uint64_t)p ^ sp) >> STACK_SHIFT) == 0;
}
