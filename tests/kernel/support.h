/* SPDX-License-Identifier: MIT */
/*
 * support.h - what the kernel's tests share: PSTATE.PAN as it is now, memory
 * of the process that runs them, and the last fault's record.
 */
#pragma once

#include "arch_lab.h"
#include "cpu_features.h"
#include "sysreg.h"

/* Large tables of cases run every selftest_thin-th of them; 0: every one, and
 * what is else chosen by chance is gone through (selftest.c). */
extern unsigned int selftest_thin;

/* Lets handler() run in an interrupt that comes after so many ticks of the
 * counter: the physical timer's, which nobody uses. */
void interrupt_after(uint32_t ticks, void (*handler)(void));

/* PSTATE.PAN; false on a CPU without it, as a window that is always open. */
static inline bool pan_now(void)
{
	/* The register PAN is s3_0_c4_c2_3 (C5.2); Undefined without PAN. */
	return cpu_features.pan &&
	       (sysreg_read(s3_0_c4_c2_3) & FIELD_MASK(SPSR_EL1_PAN));
}

/* Sets PSTATE.PAN; only on a CPU that has it. */
static inline void pan_set(bool on)
{
	if (on) {
		asm volatile(PSTATE_PAN_SET : : : "memory");
	} else {
		asm volatile(PSTATE_PAN_CLEAR : : : "memory");
	}
}

/*
 * A new anonymous region of the current process, with nothing mapped in it
 * yet and at least 16 free pages on both sides; its address, or 0 when there
 * is no memory. It goes when the process does.
 */
uint64_t user_region(unsigned int pages, unsigned int prot);

/* Adds a region right at addr: for neighbours. False: it could not be. */
bool user_region_at(uint64_t addr, unsigned int pages, unsigned int prot);

/*
 * The kernel's own view of the user page that holds addr, brought in if need
 * be: memory that is checked without any user access. NULL: none.
 */
void *user_page(uint64_t addr);

/* One access of EL1's, with the user's table in TTBR0_EL1 whatever the method
 * in force does: struct try's op(addr), as arch_probe() calls it. */
struct try {
	void (*op)(uint64_t addr);
	uint64_t addr;
	bool pan;
};
void try_run(void *try);

/* The slot of addr's descriptor at a level above 3; NULL: no table there. */
uint64_t *table_slot_of(uint64_t addr, int level);
/* A descriptor becomes another, and no TLB holds what it was. */
void bend(uint64_t *slot, uint64_t desc);

/* The physical address of va as the current tables have it; 0: not mapped. */
paddr_t physical_of(uint64_t va);

/* Whether a page is mapped at addr in the current tables, by lookup only. */
bool user_is_mapped(uint64_t addr);

/* The sequence number of the last recorded fault; 0: none yet. */
uint64_t last_fault_sequence(void);

