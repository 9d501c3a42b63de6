// SPDX-License-Identifier: MIT
/*
 * trap.c - what an exception is, by its class (ESR_EL1.EC): a system call
 * goes to src/sys, everything else to fault.c, and what must never happen
 * stops the machine with the whole story.
 */
#include "trap.h"

#include "decode/esr.h"
#include "fault.h"
#include "lib/sink.h"
#include "mops.h"
#include "sysreg_fields.h"

/* A copy by MOPS just begins anew: no fault. */
static bool trap_is_mops(struct frame *frame)
{
	if (likely(esr_class(frame->esr) != EC_MOPS)) {
		return false;
	}
	mops_restart(frame->x, &frame->elr, frame->esr, frame->spsr);
	return true;
}

void trap_el0_sync(struct frame *frame)
{
	if (likely(esr_class(frame->esr) == EC_SVC)) {
		/* Interrupts on: a call may be long, and may sleep. */
		arch_irq_enable();
		frame->x[0] = (uint64_t)syscall_dispatch(frame->x, frame->x[8]);
	} else if (!trap_is_mops(frame)) {
		fault_from_el0(frame);
	}
}

void trap_el1_sync(struct frame *frame)
{
	if (!trap_is_mops(frame)) {
		fault_from_el1(frame);
	}
}

/* An SError is asynchronous: neither the frame's ELR nor FAR says why. */
void trap_serror(struct frame *frame)
{
	fault_stop(frame, FIELD_GET(SPSR_EL1_M, frame->spsr) != 0,
		   "SError: the machine reports an error that it noticed late");
}

void trap_stack_overflow(struct frame *frame)
{
	fault_stop(frame, 1, "kernel stack overflow");
}

/* Invariant 14: the frame has an SPSR that would not return to EL0. */
void trap_bad_spsr(struct frame *frame)
{
	panic("SPSR 0x%lx is not EL0's: it must say EL0t, nothing masked",
	      (unsigned long)frame->spsr);
}

void trap_unexpected_vector(struct frame *frame, uint64_t index)
{
	char what[64];

	snprintf(what, sizeof(what), "exception at unused vector %u (+0x%x)",
		 (unsigned int)index, (unsigned int)index * 128);
	fault_stop(frame, 1, what);
}
