/* SPDX-License-Identifier: MIT */
/*
 * probe.h - an armed probe: where EL1 was when it began a deliberate kernel
 * bug (arch_probe() in src/arch.h), so that fault.c can put it back there.
 * Not an exception-table entry: the bug's instructions have no way out of
 * their own, and invariants 3 and 4 stay true.
 */
#pragma once

#include "fault.h"

struct spinlock;

struct probe {
	uint64_t x19_x28[10];
	uint64_t fp, sp;
	uint64_t daif;
	unsigned int irq_depth; /* a bug in a handler that came later is real */
	unsigned int faults_off;
	bool pan;
	struct spinlock *held;
	struct fault *fault; /* filled when it fires */
};

/* probe_enter.S: run fn(arg) with *p armed; false if it returned by itself. */
bool probe_enter(struct probe *p, void (*fn)(void *), void *arg);
/* Where fault.c sends a caught bug: unwinds to probe_enter()'s caller. */
void probe_unwind(void);

struct frame;
/* Makes the frame return into probe_unwind(), with everything put back. */
void probe_catch(struct probe *p, struct frame *frame);

/* probe_enter.S: single accesses of 8 bytes, each alone in a function. */
void probe_ldr(uint64_t addr);
void probe_str(uint64_t addr);
void probe_ldtr(uint64_t addr);
void probe_sttr(uint64_t addr);
void probe_zva(uint64_t addr); /* a block of DCZID_EL0.BS around it */
void probe_cas(uint64_t addr); /* undefined without FEAT_LSE */
/* A function that only returns: what a fetch of kernel.text runs. */
void probe_ret(uint64_t addr);
