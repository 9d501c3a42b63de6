/* SPDX-License-Identifier: MIT */
/*
 * story_chrome.c - see story_chrome.h. The format: an array of objects with a
 * phase: X is a span, i a moment, M a track's name. "pid" and "tid" choose the
 * track. They are written in the order in which they began.
 *
 * A viewer that adds up spans takes those for alike that have the same name
 * and the same arguments (speedscope's Left Heavy). So a span's name says what
 * kind it is, and its arguments only how it failed; what each fault has of its
 * own is in a mark beside it. What each call has is in CTF alone (story_ctf.h):
 * there it costs a quarter of the space.
 *
 * Importers take 0 for Linux's idle task, and a thread's number for unique:
 * so no track is called 0, and no two of them the same. And they add a span's
 * duration to its begin as fractions, so that two sums which should be equal
 * are not: what ends where the next one begins ends a nanosecond earlier, and
 * a call that does not return a nanosecond after the last thing in it.
 */
#include "story_chrome.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/string.h"
#include "story_fields.h"
#include "story_fold.h"
#include "story_json.h"

#define PIDS 32768 /* as many as the kernel has */
#define CPUS 65536 /* more than any event can name */
#define MARKS_TRACK 100000 /* and the pid: a process's second thread */
#define CPUS_TRACK 1000000 /* nobody's process; and the CPU: its threads */

/* Where a span is open: a process's call, and a CPU's task. */
struct open {
	size_t index; /* the record's and 1; 0: none is */
	uint64_t seen; /* the last moment that is known of the process */
};

struct span {
	uint64_t end;
	const struct record *leave; /* of a call that came back */
};

struct chrome {
	struct sink sink; /* first: a sink that writes to file */
	FILE *file;
	uint64_t hz, start, end;
	bool comma;
	story_symbol_fn *symbol;
	union record_data data, leave; /* of the record that is written */
	struct span *spans; /* of each record, by time */
	struct open calls[PIDS], tasks[CPUS];
	bool named[PIDS];
};

static void put(struct sink *sink, const char *text, size_t len)
{
	fwrite_unlocked(text, 1, len, ((struct chrome *)sink)->file);
}

static void put_text(struct chrome *c, const char *text)
{
	put(&c->sink, text, strlen(text));
}

/* With so many digits, at least. */
static void put_number(struct chrome *c, uint64_t value, unsigned int digits)
{
	char text[24], *first = text + sizeof(text);

	for (; value > 0 || digits > 0; value /= 10) {
		*--first = (char)('0' + value % 10);
		digits -= digits > 0;
	}
	put(&c->sink, first, (size_t)(text + sizeof(text) - first));
}

/* In microseconds, to the nanosecond. */
static void put_time(struct chrome *c, uint64_t nanoseconds)
{
	put_number(c, nanoseconds / 1000, 1);
	if (nanoseconds % 1000 > 0) {
		put_text(c, ".");
		put_number(c, nanoseconds % 1000, 3);
	}
}

/* Since the first record. Rounded down, so that what ends in a span is not
 * after its end. */
static uint64_t nanoseconds(const struct chrome *c, uint64_t time)
{
	const uint64_t ticks = time - c->start, second = 1000000000;

	return ticks / c->hz * second + ticks % c->hz * second / c->hz;
}

/* ---- Objects -------------------------------------------------------- */

struct track {
	int pid, tid;
};

static struct track track_of_cpu(unsigned int cpu)
{
	return (struct track){ CPUS_TRACK, CPUS_TRACK + (int)cpu };
}

static bool is_process(int32_t pid)
{
	return pid > 0 && pid < PIDS;
}

/* A process's; what happens in none is the CPU's. */
static struct track track_of(const struct record *r)
{
	return is_process(r->pid) ? (struct track){ r->pid, r->pid } :
				    track_of_cpu(r->cpu);
}

/* Begins an object: the fields that each has. The caller adds, and closes. */
static void chrome_open(struct chrome *c, const char *phase, struct track track,
			const char *name)
{
	put_text(c, c->comma ? ",\n{\"ph\":\"" : "\n{\"ph\":\"");
	put_text(c, phase);
	put_text(c, "\",\"pid\":");
	put_number(c, (uint64_t)track.pid, 1);
	put_text(c, ",\"tid\":");
	put_number(c, (uint64_t)track.tid, 1);
	put_text(c, ",\"name\":");
	story_json_string(&c->sink, name, strlen(name));
	c->comma = true;
}

/* begin and end in ticks; more or fewer nanoseconds. */
static void chrome_span(struct chrome *c, struct track track, const char *name,
			uint64_t begin, uint64_t end, int more)
{
	const uint64_t from = nanoseconds(c, begin);
	const uint64_t to = nanoseconds(c, end) + (uint64_t)(int64_t)more;

	chrome_open(c, "X", track, name);
	put_text(c, ",\"ts\":");
	put_time(c, from);
	put_text(c, ",\"dur\":");
	put_time(c, to > from ? to - from : 0);
}

static void chrome_mark(struct chrome *c, struct track track, const char *name,
			uint64_t time)
{
	chrome_open(c, "i", track, name);
	put_text(c, ",\"ts\":"); /* its scope is the thread, if it names none */
	put_time(c, nanoseconds(c, time));
	put_text(c, ",\"args\":");
}

static void chrome_close(struct chrome *c)
{
	put_text(c, "}");
}

/* ---- Tracks' names -------------------------------------------------- */

static void chrome_name(struct chrome *c, const char *what, struct track track,
			const char *name)
{
	chrome_open(c, "M", track, what);
	put_text(c, ",\"args\":{\"name\":");
	story_json_string(&c->sink, name, strlen(name));
	put_text(c, "}}");
}

/* Names a process's tracks once its name is known. */
static void chrome_name_process(struct chrome *c, int32_t pid,
				const char *task)
{
	char name[17];

	if (!is_process(pid) || c->named[pid]) {
		return;
	}
	c->named[pid] = true;
	snprintf(name, sizeof(name), "%.16s", task);
	chrome_name(c, "process_name", (struct track){ pid, pid }, name);
	chrome_name(c, "thread_name", (struct track){ pid, pid },
		    "calls, windows, faults");
	chrome_name(c, "thread_name", (struct track){ pid, MARKS_TRACK + pid },
		    "each fault in words");
}

static void chrome_name_cpus(struct chrome *c, unsigned int cpus)
{
	char name[16];

	chrome_name(c, "process_name", track_of_cpu(0), "CPUs");
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		snprintf(name, sizeof(name), "CPU %u", cpu);
		chrome_name(c, "thread_name", track_of_cpu(cpu), name);
	}
}

/* ---- Where spans end ------------------------------------------------ */

/* The span that is open ends: with this record, or where it was last seen. */
static void end_open(struct chrome *c, struct open *open, uint64_t end,
		     const struct record *leave)
{
	if (open->index > 0) {
		c->spans[open->index - 1] = (struct span){ end, leave };
	}
	open->index = 0;
}

static void find_end(struct chrome *c, const struct record *r, size_t index)
{
	struct open *task = &c->tasks[r->cpu], *call;

	if (r->id == TRACE_ID_task_switch) {
		end_open(c, task, r->time_entry, NULL);
		task->index = index + 1;
	}
	if (!is_process(r->pid)) {
		return;
	}
	call = &c->calls[r->pid];
	if (r->id == TRACE_ID_call_leave) {
		end_open(c, call, r->time_entry, r);
	} else if (r->id == TRACE_ID_call_enter) {
		end_open(c, call, call->seen, NULL);
		call->index = index + 1;
	}
	call->seen = MAX(call->seen, r->time_end);
}

/* An exit() never leaves, and who is killed in a call neither: such a span ends
 * where its process was last seen. A task runs to the end of the trace. */
static void find_ends(struct chrome *c, const struct records *r)
{
	for (size_t i = 0; i < r->count; i++) {
		find_end(c, r->by_time[i], i);
	}
	for (int pid = 0; pid < PIDS; pid++) {
		end_open(c, &c->calls[pid], c->calls[pid].seen, NULL);
	}
	for (int cpu = 0; cpu < CPUS; cpu++) {
		end_open(c, &c->tasks[cpu], r->end, NULL);
	}
}

/* ---- Records -------------------------------------------------------- */

static void chrome_call(struct chrome *c, const struct records *r,
			const struct record *one, const struct span *span)
{
	const uint64_t number = c->data.event.u.call_enter.number;
	const char *name = call_name(number), *error = NULL;
	char text[32];

	if (span->leave != NULL) {
		record_read(r, span->leave, &c->leave);
		error = error_name(c->leave.event.u.call_leave.result);
	}
	snprintf(text, sizeof(text), "call %u", (unsigned int)number);
	chrome_span(c, track_of(one), name != NULL ? name : text,
		    one->time_entry, span->end, span->leave != NULL ? 0 : 1);
	if (error != NULL) {
		put_text(c, ",\"args\":{\"error\":\"");
		put_text(c, error);
		put_text(c, "\"}");
	}
	chrome_close(c);
}

static void chrome_window(struct chrome *c, const struct record *r)
{
	const struct trace_window *w = &c->data.event.u.window;
	const char *name = field_enumerator(FIELD_OPERATION, w->operation);

	chrome_span(c, track_of(r), name != NULL ? name : "window",
		    r->time_entry, r->time_end, 0);
	if (w->left > 0) {
		put_text(c, ",\"args\":{\"left\":");
		put_number(c, w->left, 1);
		put_text(c, "}");
	}
	chrome_close(c);
}

/* Who runs on this CPU: from one switch to the next. */
static void chrome_task(struct chrome *c, const struct record *r, uint64_t end)
{
	const struct trace_task_switch *s = &c->data.event.u.task_switch;
	char name[40];

	chrome_name_process(c, (int32_t)s->to_pid, s->to);
	snprintf(name, sizeof(name), "%.16s, pid %d", s->to, (int)s->to_pid);
	chrome_span(c, track_of_cpu(r->cpu), name, r->time_entry, end,
		    end < c->end ? -1 : 0);
	chrome_close(c);
}

static void chrome_event(struct chrome *c, const struct records *all,
			 const struct record *r, const struct span *span)
{
	const struct trace_description *d = trace_describe(r->id);

	switch (r->id) {
	case TRACE_ID_call_enter:
		chrome_call(c, all, r, span);
		break;
	case TRACE_ID_call_leave: /* its enter's end */
		break;
	case TRACE_ID_window:
		chrome_window(c, r);
		break;
	case TRACE_ID_task_switch:
		chrome_task(c, r, span->end);
		break;
	default:
		if (d != NULL) {
			chrome_mark(c, r->id == TRACE_ID_refusal ?
				    track_of(r) : track_of_cpu(r->cpu),
				    d->name, r->time_entry);
			story_json_event(&c->sink, &c->data.event);
			chrome_close(c);
		}
		break;
	}
}

/* A span of its kind; and in the process's other thread all that it is. */
static void chrome_fault(struct chrome *c, const struct record *r)
{
	const struct fault *f = &c->data.fault;
	struct track track = track_of(r);
	char name[256] = "fault: ";
	struct sink_buffer b;

	chrome_name_process(c, r->pid, f->task);
	sink_buffer_init(&b, name + strlen(name), sizeof(name) - strlen(name));
	story_fault_label(&b.sink, f, c->symbol);
	chrome_span(c, track, name, r->time_entry, r->time_end, 0);
	chrome_close(c);
	track.tid += track.pid == CPUS_TRACK ? 0 : MARKS_TRACK;
	snprintf(name, sizeof(name), "#%u", r->number);
	chrome_mark(c, track, name, r->time_entry);
	story_json_brief(&c->sink, f, c->symbol);
	chrome_close(c);
}

static void chrome_records(struct chrome *c, const struct records *r)
{
	chrome_name_cpus(c, r->cpus);
	find_ends(c, r);
	for (size_t i = 0; i < r->count; i++) {
		const struct record *one = r->by_time[i];

		record_read(r, one, &c->data);
		if (one->id == RECORD_FAULT) {
			chrome_fault(c, one);
		} else {
			chrome_event(c, r, one, &c->spans[i]);
		}
	}
}

bool story_chrome(const struct records *r, const char *path,
		  story_symbol_fn *symbol)
{
	struct chrome *c = calloc(1, sizeof(*c));
	struct span *spans = calloc(r->count + 1, sizeof(*spans));
	FILE *file = NULL;
	bool ok = false;

	if (c != NULL && spans != NULL) {
		c->sink.put = put;
		c->symbol = symbol;
		c->spans = spans;
		c->hz = r->hz > 0 ? r->hz : 1000000000;
		c->end = r->end;
		c->start = r->count > 0 ? r->by_time[0]->time_entry : 0;
		file = c->file = fopen(path, "w");
	}
	if (file != NULL) {
		put_text(c, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
		chrome_records(c, r);
		put_text(c, "\n]}\n");
		ok = !ferror(file);
		ok = fclose(file) == 0 && ok;
	}
	free(spans);
	free(c);
	return ok;
}
