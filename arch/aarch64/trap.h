/* SPDX-License-Identifier: MIT */
/* trap.h - what vectors.S calls, and the exception classes it meets. */
#pragma once

#include "arch.h"

void trap_el0_sync(struct frame *frame);
void trap_el1_sync(struct frame *frame);
__noreturn void trap_serror(struct frame *frame);
__noreturn void trap_stack_overflow(struct frame *frame);
__noreturn void trap_bad_spsr(struct frame *frame);
__noreturn void trap_unexpected_vector(struct frame *frame, uint64_t index);

/* fault.c: any synchronous exception that is not a system call. */
void fault_handle(struct frame *frame, unsigned int from_el);
/* A record of it, for a panic: everything that can be read now. */
struct fault;
void fault_describe(struct fault *f, const struct frame *frame,
		    unsigned int from_el);

/*
 * For tests: called before a fault is looked at, and the record says so. It may
 * mend the tables, so that a stale translation can be shown on a machine that
 * has none (QEMU walks again on every miss).
 */
extern void (*fault_stage)(void);

/* vectors.S: a call made between these has a struct frame for its record. */
extern char vectors_entry_start[], vectors_entry_end[];
