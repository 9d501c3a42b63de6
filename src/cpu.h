/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - what belongs to one CPU. A register of that CPU points at it, so it
 * is found in one instruction, and never by an index that another CPU could
 * share.
 */
#pragma once

#include "lib/types.h"

struct page;
struct task;
struct spinlock;
struct trace_cpu;
struct vm;

struct cpu {
	struct task *task;      /* first: vectors.S and `current` read it */
	void *overflow_stack;   /* its top; used by vectors.S, see there */
	struct spinlock *held;  /* the locks this CPU holds, newest first */
	unsigned int id;
	unsigned int irq_depth; /* > 0 while an interrupt is handled */
	uint64_t irqs;          /* handled so far */
	bool panicking;
	unsigned int faults_off; /* > 0: a user copy brings no page in */
	struct vm *vm;           /* current address space, or NULL */
	uint64_t user_ttbr0;     /* arch/: for vm; reserved_ttbr0 for NULL */
	uint64_t reserved_ttbr0;
	struct page *free_pages; /* a few, for this CPU alone: page.c */
	unsigned int free_pages_count;
	struct task *idle;
	struct task *previous;  /* during a switch: whom it leaves (sched.c) */
	struct trace_cpu *trace; /* its rings, or NULL: trace.c */
};
