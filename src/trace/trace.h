/* SPDX-License-Identifier: MIT */
/*
 * trace.h - what the kernel keeps of faults and of the crossings around them.
 *
 * Each CPU has two rings, one of faults and one of light events, so that a
 * flood of calls never pushes out a fault. A record is complete when it comes
 * here: it is published once, by the CPU on which the fault or event ends. With
 * trace=faults or trace=all the rings are emptied into the host's file
 * portcullis.trace; whether they are or not, /proc/trace shows what is in
 * them. The records: struct fault (arch/), struct trace_event (events.h).
 */
#pragma once

#include "arch_lab.h"
#include "trace/events.h"

struct task;
struct trace_cpu;

enum trace_level {
	TRACE_OFF,    /* a fault is recorded only if it ended badly */
	TRACE_FAULTS, /* every fault is, and looked at in full */
	TRACE_ALL,    /* light events too */
};

/* Whether every fault is looked at in full, resolved ones too. */
extern bool trace_faults_enabled;
/* Whether light events are emitted: tested at each site, three instructions
 * when they are not. User-access windows cost none then: uaccess/traced.c. */
extern bool trace_events_enabled;

/* Boot: makes this CPU's rings, and opens the host's file if asked for. */
void trace_init(enum trace_level level);
void trace_set_level(enum trace_level level);
enum trace_level trace_get_level(void);
/* Each tick of this CPU's timer: the host gets what waits for it. So there is
 * a trace of a program that hangs, too. */
void trace_tick(void);
/* Before the machine stops: the host gets the rest, and the log the counts. */
void trace_finish(void);

/* ---- Emitting: any context ------------------------------------------ */

/* trace_fault() is in arch_lab.h. The number of a new fault or event: */
extern uint64_t trace_sequence; /* the last one that was given */
static inline uint64_t trace_next_sequence(void)
{
	return __atomic_add_fetch(&trace_sequence, 1, __ATOMIC_RELAXED);
}

/* A probe has caught a fault: if it was in here, its record is given up. */
void trace_abandon(void);

/* An event that lasts: begun here, emitted when it is over. */
struct trace_span {
	uint64_t sequence, time;
};
struct trace_span trace_span_begin(void);

/* trace_emit_begin(span, hz, …) and one such function for each event: after
 * the span (NULL: of a moment), its fields in the order of its list. */
#define E(event)                                              \
	void trace_emit_##event(const struct trace_span *span \
				TRACE_FIELDS_##event(FIELD_PARAMETER, ));
TRACE_EVENTS(E)
#undef E

/* trace_event(tlb_flush, TRACE_SCOPE_ALL, 0, 0): only where it is wanted. */
#define trace_event(event, ...)                                 \
	do {                                                    \
		if (unlikely(trace_events_enabled)) {           \
			trace_emit_##event(NULL, __VA_ARGS__);  \
		}                                               \
	} while (0)

/* With trace=faults, too: such an access stops as a fault does. */
#define trace_refusal(address, bytes)                                     \
	do {                                                              \
		if (unlikely(trace_faults_enabled)) {                     \
			trace_emit_refusal(                               \
				NULL, address, bytes,                     \
				arch_task_syscall(arch_cpu()->task));     \
		}                                                         \
	} while (0)

/* ---- Reading -------------------------------------------------------- */

/* Copies the newest fault on any CPU; false: there was none. */
bool trace_copy_last_fault(struct fault *fault);

struct trace_counts {
	uint64_t faults, events, faults_dropped, events_dropped;
};
struct trace_counts trace_count(void);

/*
 * Copies of all that is in the rings, in the order of sequence numbers; to be
 * freed by kfree(). Return how many; 0 with NULL: out of memory.
 */
size_t trace_copy_faults(struct fault **faults);
size_t trace_copy_events(struct trace_event **events);
