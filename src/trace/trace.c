// SPDX-License-Identifier: MIT
/*
 * trace.c - the rings of the trace, and the way of their records to the host.
 *
 * Recording never recurses and never waits for itself: interrupts are masked,
 * and a fault in here finds its CPU busy and is counted as dropped. Invariant
 * 13: each fault leaves one record, or is counted. Next: proc.c.
 */
#include "trace/trace.h"

#include "cpu.h"
#include "dev/dev.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "spinlock.h"
#include "task/task.h"
#include "trace/ring.h"

#define TRACE_FILE   "portcullis.trace"
#define TRACE_FAULT_SLOTS 256
#define TRACE_EVENT_SLOTS 1024

/* One CPU's. Only that CPU pushes; others may read. */
struct trace_cpu {
	bool busy; /* this CPU is in here: a fault now is one of the trace's */
	struct trace_ring faults, events;
	struct trace_cpu *next;
};

bool trace_faults_enabled;
bool trace_events_enabled;

static struct trace_cpu *trace_cpus; /* all of them; grows at boot only */
uint64_t trace_sequence;
static int trace_file = -1;
static struct spinlock trace_file_lock = SPINLOCK_INIT;

/* ---- To the host ---------------------------------------------------- */

static bool trace_write(const void *records, size_t bytes)
{
	return trace_file >= 0 &&
	       arch_host_write(trace_file, records, bytes) == 0;
}

/* All that the host has not got yet, in one request or two: so that a record
 * costs no request of its own. */
static void trace_flush_ring(struct trace_ring *ring)
{
	/* In a panic nothing waits: another CPU may have stopped in here. */
	bool locked = !arch_cpu()->panicking;
	unsigned long flags = 0;

	if (locked) {
		flags = spin_lock_irqsave(&trace_file_lock);
	}
	if (!ring_take(ring, trace_write)) {
		trace_file = -1; /* what it did not take will be dropped */
	}
	if (locked) {
		spin_unlock_irqrestore(&trace_file_lock, flags);
	}
}

void trace_tick(void)
{
	struct trace_cpu *t = arch_cpu()->trace;

	if (t != NULL && trace_file >= 0) {
		t->busy = true; /* it was not: what records masks interrupts */
		trace_flush_ring(&t->faults);
		trace_flush_ring(&t->events);
		t->busy = false;
	}
}

/* ---- Recording ------------------------------------------------------ */

/* is_fault is known to the compiler at both calls. */
static inline __attribute__((always_inline)) void
trace_push(bool is_fault, const void *record)
{
	const uint64_t slots = is_fault ? TRACE_FAULT_SLOTS :
					  TRACE_EVENT_SLOTS;
	const size_t size = is_fault ? sizeof(struct fault) :
				       sizeof(struct trace_event);
	struct trace_cpu *t = arch_cpu()->trace;
	struct trace_ring *ring;
	unsigned long flags;

	if (unlikely(t == NULL)) {
		return; /* before trace_init() */
	}
	ring = is_fault ? &t->faults : &t->events;
	flags = arch_irq_save();
	if (unlikely(t->busy)) {
		ring_miss(ring);
	} else {
		t->busy = true;
		if (unlikely(ring_push(ring, record, size, slots) >=
			     slots / 2) && trace_file >= 0) {
			trace_flush_ring(ring);
		}
		t->busy = false;
	}
	arch_irq_restore(flags);
}
_Static_assert(sizeof(struct fault) % 64 == 0 &&
	       sizeof(struct trace_event) % 64 == 0, "see ring_push()");

void trace_fault(const struct fault *fault)
{
	trace_push(true, fault);
}

struct fault *trace_fault_begin(void)
{
	struct trace_cpu *t = arch_cpu()->trace;

	if (t == NULL || t->busy || trace_file >= 0 ||
	    t->faults.records == NULL) {
		return NULL;
	}
	t->busy = true;
	return ring_begin(&t->faults, sizeof(struct fault), TRACE_FAULT_SLOTS);
}

void trace_fault_end(void)
{
	struct trace_cpu *t = arch_cpu()->trace;

	ring_end(&t->faults);
	t->busy = false;
}

void trace_abandon(void)
{
	if (arch_cpu()->trace != NULL) {
		arch_cpu()->trace->busy = false;
	}
}

/* Out of line: all events share it. */
static __attribute__((noinline)) void
trace_push_event(const struct trace_event *event)
{
	trace_push(false, event);
}

/* What every event begins with; without a span it is of a moment. */
static void trace_event_begin(struct trace_event *e, enum trace_event_id id,
			      const struct trace_span *span)
{
	const uint64_t now = arch_counter();

	e->magic = TRACE_EVENT_MAGIC;
	e->sequence = span ? span->sequence : trace_next_sequence();
	e->time_entry = span ? span->time : now;
	e->time_end = now;
	e->id = (uint16_t)id;
	e->cpu = (uint16_t)arch_cpu()->id;
	e->pid = current->pid;
	memset(&e->u, 0, sizeof(e->u)); /* no old stack in a record */
}

struct trace_span trace_span_begin(void)
{
	return (struct trace_span){
		.sequence = trace_next_sequence(),
		.time = arch_counter(),
	};
}

static void trace_set_name(void *field, const char *name)
{
	strlcpy(field, name, FIELD_NAME_SIZE);
}

static void trace_set_word(void *field, uint64_t value)
{
	memcpy(field, &value, sizeof(value));
}

/* trace_emit_begin() and all others, from the lists of events.h. */
#define FIELD_SET(T, kind, name)                            \
	_Generic(name, const char *: trace_set_name,        \
		 default: trace_set_word)(&e.u.T.name, name);
#define E(event)                                                          \
	void trace_emit_##event(const struct trace_span *span             \
				TRACE_FIELDS_##event(FIELD_PARAMETER, ))  \
	{                                                                 \
		struct trace_event e;                                     \
									  \
		trace_event_begin(&e, TRACE_ID_##event, span);            \
		TRACE_FIELDS_##event(FIELD_SET, event)                    \
		trace_push_event(&e);                                     \
	}
TRACE_EVENTS(E)
#undef E

/* ---- Beginning and end ---------------------------------------------- */

void trace_set_level(enum trace_level level)
{
	trace_faults_enabled = level != TRACE_OFF;
	trace_events_enabled = level == TRACE_ALL;
	arch_uaccess_trace(trace_events_enabled);
	if (level != TRACE_OFF) {
		arch_instructions_start();
		trace_emit_begin(NULL, arch_counter_hz(), arch_uaccess_method(),
				 PAGE_SIZE, USER_END, trace_get_level());
	}
}

enum trace_level trace_get_level(void)
{
	return trace_events_enabled ? TRACE_ALL :
	       trace_faults_enabled ? TRACE_FAULTS : TRACE_OFF;
}

void trace_init(enum trace_level level)
{
	struct trace_cpu *t = kzalloc(sizeof(*t));

	if (t == NULL ||
	    !ring_init(&t->faults, sizeof(struct fault), TRACE_FAULT_SLOTS) ||
	    !ring_init(&t->events, sizeof(struct trace_event),
		       TRACE_EVENT_SLOTS)) {
		printk_always("trace: no memory; what it does not hold is "
			      "dropped");
	}
	if (t != NULL) {
		t->next = trace_cpus;
		trace_cpus = t;
		arch_cpu()->trace = t;
	}
	if (level == TRACE_OFF) {
		return;
	}
	trace_file = arch_host_open(TRACE_FILE);
	if (trace_file < 0) {
		printk_always("trace: the host does not take the file %s; "
			      "/proc/trace keeps the last %u faults",
			      TRACE_FILE, TRACE_FAULT_SLOTS);
	}
	trace_set_level(level);
}

struct trace_counts trace_count(void)
{
	struct trace_counts n = { 0 };

	for (struct trace_cpu *t = trace_cpus; t != NULL; t = t->next) {
		n.faults += t->faults.head + t->faults.missed;
		n.events += t->events.head + t->events.missed;
		n.faults_dropped += t->faults.dropped + t->faults.missed;
		n.events_dropped += t->events.dropped + t->events.missed;
	}
	return n;
}

void trace_finish(void)
{
	bool had_file = trace_file >= 0;
	struct trace_counts n;

	if (trace_get_level() == TRACE_OFF && !had_file) {
		return;
	}
	n = trace_count();
	trace_emit_end(NULL, n.faults, n.events + 1 /* itself */,
		       n.faults_dropped, n.events_dropped);
	trace_faults_enabled = trace_events_enabled = false;
	for (struct trace_cpu *t = trace_cpus; t != NULL; t = t->next) {
		trace_flush_ring(&t->faults);
		trace_flush_ring(&t->events);
	}
	n = trace_count();
	printk("trace: %lu faults, %lu other events; dropped: %lu, %lu",
	       n.faults, n.events, n.faults_dropped, n.events_dropped);
	if (had_file && trace_file < 0) {
		printk_always("trace: the host did not take all of %s",
			      TRACE_FILE);
	}
}

/* ---- Reading: see ring_read() --------------------------------------- */

/* The second word of either record. */
static uint64_t trace_sequence_of(const void *record)
{
	return ((const uint64_t *)record)[1];
}
_Static_assert(offsetof(struct fault, sequence) == sizeof(uint64_t) &&
	       offsetof(struct trace_event, sequence) == sizeof(uint64_t) &&
	       sizeof(struct fault) >= sizeof(struct trace_event),
	       "see trace_sort()");

/* Records come in when what they tell is over, and that of what happened
 * meanwhile before them: nearly in order, so few are moved, and not far. */
static void trace_sort(char *all, size_t size, size_t count)
{
	char one[sizeof(struct fault)]; /* the larger of the two */

	for (size_t i = 1; i < count; i++) {
		char *to = all + i * size;

		memcpy(one, to, size);
		for (; to > all && trace_sequence_of(to - size) >
					   trace_sequence_of(one); to -= size) {
			memcpy(to, to - size, size);
		}
		memcpy(to, one, size);
	}
}

static const struct trace_ring *trace_ring(const struct trace_cpu *t,
					   bool faults)
{
	return faults ? &t->faults : &t->events;
}

static void *trace_copy(bool faults, size_t size, size_t *count)
{
	size_t slots = 0;
	char *all;

	*count = 0;
	for (struct trace_cpu *t = trace_cpus; t != NULL; t = t->next) {
		slots += trace_ring(t, faults)->slots;
	}
	all = kmalloc(slots * size);
	for (struct trace_cpu *t = trace_cpus; all && t; t = t->next) {
		*count += ring_read(trace_ring(t, faults), all + *count * size);
	}
	trace_sort(all, size, *count);
	return all;
}

size_t trace_copy_faults(struct fault **faults)
{
	size_t count;

	*faults = trace_copy(true, sizeof(**faults), &count);
	for (size_t i = 0; i < count; i++) {
		arch_fault_judge(*faults + i);
	}
	return count;
}

size_t trace_copy_events(struct trace_event **events)
{
	size_t count;

	*events = trace_copy(false, sizeof(**events), &count);
	return count;
}

bool trace_copy_last_fault(struct fault *fault)
{
	bool found = false;

	for (struct trace_cpu *t = trace_cpus; t != NULL; t = t->next) {
		struct fault last;

		if (ring_read_last(&t->faults, &last) &&
		    (!found || last.sequence > fault->sequence)) {
			*fault = last;
			found = true;
		}
	}
	if (found) {
		arch_fault_judge(fault);
	}
	return found;
}
