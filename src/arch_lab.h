/* SPDX-License-Identifier: MIT */
/*
 * arch_lab.h - the second contract between src/ and arch/: what the laboratory
 * asks. A kernel that only runs programs needs none of it. It makes mistakes on
 * purpose and survives them, says what a fault was, walks the tables, counts
 * instructions, and sends what was recorded to the host. See arch.h.
 */
#pragma once

#include "arch.h"
#include "fault.h" /* src/ keeps records, and reads none of their fields */

/* ---- Counting, and the host ----------------------------------------- */

void arch_instructions_start(void);  /* from here on they are counted */
static inline uint64_t arch_instructions(void); /* so far, modulo 2^32 */
/* Host file access through semihosting; -1 where there is none. */
int arch_host_open(const char *path); /* for writing; truncates */
int arch_host_write(int handle, const void *data, size_t len);

/* ---- User access, watched ------------------------------------------- */

/* From here on each user access is traced, or no longer: any time later. */
void arch_uaccess_trace(bool on);
/* From here on every user access is counted: stats=on, /proc/uaccess. */
void arch_uaccess_count(void);
/* Whether PAN stops every copy, by the choice of PAN and method. */
bool arch_uaccess_stopped(void);

/* ---- Mistakes on purpose -------------------------------------------- */

/* For trespasses alone: the window of the method in force, left open. */
void arch_window_open(void);
void arch_window_shut(void);
/* on: an exception leaves PAN as it was, by the mistake of SPAN = 1. */
void arch_window_leak(bool on);

/*
 * Runs fn(arg) as a deliberate kernel bug. If it faults, the fault is recorded;
 * stack, interrupts, PAN, address space and locks are put back as they were
 * here, and true is returned with *fault filled; false if fn returned. It
 * nests: an interrupt handler may do it, too.
 */
bool arch_probe(void (*fn)(void *), void *arg, struct fault *fault);

/*
 * One access of EL1's to addr: op is "ldr", "str", "ldtr", "sttr", "fetch",
 * "zva" or "cas", and pstate says which bits of PSTATE are set meanwhile.
 * Returns 0 if it went through, 1 if it faulted (*fault is filled), -EINVAL
 * for another op, -ENODEV for a bit that this CPU does not have.
 */
#define PROBE_PAN 1u
#define PROBE_UAO 2u
int arch_probe_access(const char *op, uint64_t addr, unsigned int pstate,
		      struct fault *fault);
/*
 * Asks the hardware about an access instead: op is "s1e0r", "s1e1wp" and so
 * on. Returns 0 if it would go through, 1 if not; -EINVAL, -ENODEV as above.
 * *answer is what the hardware said.
 */
int arch_probe_ask(const char *op, uint64_t addr, unsigned int pstate,
		   uint64_t *answer);
/* Until the next call: whether EPAN and E0PD, if this CPU has them, count.
 * Returns whether EPAN does now (it also needs pan=on). */
bool arch_probe_rules(bool epan, bool e0pd);
/* An address of the kernel's by name ("kernel.text", "kernel.rodata",
 * "kernel.data", "kernel.none", "noncanonical"); 0: no such name. */
uint64_t arch_probe_place(const char *name);

/* ---- Faults and walks in words -------------------------------------- */

/* Gives a record its verdict, which follows from the rest of it: records in
 * the trace have none before they are read. */
void arch_fault_judge(struct fault *fault);
/* A fault in words: one sentence; how it ended; all of it, some 15 lines. */
void arch_fault_sentence(struct sink *out, const struct fault *fault);
void arch_fault_resolution(struct sink *out, const struct fault *fault);
void arch_fault_story(struct sink *out, const struct fault *fault);
/* What a fault can be found by. */
struct arch_fault_summary {
	int pid, el;
	int level;         /* of the table where it stopped; -1: none */
	const char *class; /* the verdict's name: "pan" */
};
struct arch_fault_summary arch_fault_summary(const struct fault *fault);
/* Whether there is a class of this name. */
bool arch_fault_has_class(const char *name);
/* The walk of va through the current tables, level by level. */
void arch_walk_show(struct sink *out, uint64_t va);

/* ---- What arch/ calls in src/ --------------------------------------- */

/* A fault has ended: the one record of it (invariant 13). */
void trace_fault(const struct fault *fault);
/* The same for a record that is filled where it stays, all of it, until
 * trace_fault_end(). Only readers in the kernel will see it: NULL if the host
 * is sent the records, or there is no place. Interrupts masked. */
struct fault *trace_fault_begin(void);
void trace_fault_end(void);
/* Prints what, the fault, a backtrace; then powers off, with status 125. */
__noreturn void panic_fault(const char *what, const struct fault *fault);

/*
 * And by the header that declares it:
 *
 *	trace/trace.h	trace_sequence trace_abandon
 *	trace/trace.h	trace_faults_enabled trace_events_enabled
 *	trace/trace.h	trace_span_begin trace_emit_*
 *	spinlock.h	spin_unlock_down_to
 *	ksyms.h	ksyms_lookup
 */
