/* SPDX-License-Identifier: MIT */
/* trap.h - what vectors.S calls in trap.c, and where its own text is. */
#pragma once

#include "arch.h"

void trap_el0_sync(struct frame *frame);
void trap_el1_sync(struct frame *frame);
__noreturn void trap_serror(struct frame *frame);
__noreturn void trap_stack_overflow(struct frame *frame);
__noreturn void trap_bad_spsr(struct frame *frame);
__noreturn void trap_unexpected_vector(struct frame *frame, uint64_t index);

/* vectors.S: a call made between these has a struct frame for its record. */
extern char vectors_entry_start[], vectors_entry_end[];
