/* SPDX-License-Identifier: MIT */
/*
 * story_chrome.c - see story_chrome.h. The format: an array of objects with a
 * phase: B and E are the ends of a span, X is a whole one, i a moment, M a
 * track's name. "pid" and "tid" choose the track; the CPUs are threads of the
 * process 0, which is nobody's. They are written in the order of time.
 */
#include "story_chrome.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/string.h"
#include "story_fields.h"
#include "story_json.h"

#define CPUS_TRACK 0
#define PIDS 32768 /* as many as the kernel has */
#define CPUS 65536 /* more than any event can name */

struct chrome {
	struct sink sink; /* first: a sink that writes to file */
	FILE *file;
	uint64_t hz, start;
	bool comma;
	story_symbol_fn *symbol;
	union record_data data; /* of the record that is written */
	/* Where a span is open: a process's call, and a CPU's task. */
	bool in_call[PIDS], in_task[CPUS];
	bool named[PIDS];
};

static void put(struct sink *sink, const char *text, size_t len)
{
	fwrite(text, 1, len, ((struct chrome *)sink)->file);
}

/* Begins an object: the fields that each has. The caller adds, and closes. */
static void chrome_open(struct chrome *c, const char *phase, const char *name,
			int pid, int tid, uint64_t time)
{
	sink_printf(&c->sink, "%s\n{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,"
		    "\"ts\":", c->comma ? "," : "", phase, pid, tid);
	/* sink_printf() has no %f, as the kernel has no floating point. */
	fprintf(c->file, "%.3f", (double)(time - c->start) * 1e6 /
					 (double)c->hz);
	if (name != NULL) { /* an end needs none */
		sink_printf(&c->sink, ",\"name\":");
		story_json_string(&c->sink, name, strlen(name));
	}
	c->comma = true;
}

static void chrome_event_args(struct chrome *c, const struct trace_event *e)
{
	sink_printf(&c->sink, ",\"args\":");
	story_json_event(&c->sink, e);
	sink_printf(&c->sink, "}");
}

/* ---- Tracks' names -------------------------------------------------- */

static void chrome_name(struct chrome *c, const char *what, int pid, int tid,
			const char *name)
{
	chrome_open(c, "M", what, pid, tid, c->start);
	sink_printf(&c->sink, ",\"args\":{\"name\":");
	story_json_string(&c->sink, name, strlen(name));
	sink_printf(&c->sink, "}}");
}

/* Names a process's track once its name is known. */
static void chrome_name_process(struct chrome *c, int32_t pid,
				const char *task)
{
	char name[48];

	if (pid <= 0 || pid >= PIDS || c->named[pid]) {
		return;
	}
	c->named[pid] = true;
	snprintf(name, sizeof(name), "%.16s, pid %d", task, pid);
	chrome_name(c, "process_name", pid, pid, name);
	chrome_name(c, "thread_name", pid, pid, name);
}

static void chrome_name_cpus(struct chrome *c, unsigned int cpus)
{
	char name[16];

	chrome_name(c, "process_name", CPUS_TRACK, 0, "CPUs");
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		snprintf(name, sizeof(name), "CPU %u", cpu);
		chrome_name(c, "thread_name", CPUS_TRACK, (int)cpu, name);
	}
}

/* ---- Spans ---------------------------------------------------------- */

/* Ends the span that is open on this track; e says how, or is NULL. */
static void chrome_end(struct chrome *c, bool *open, int pid, int tid,
		       uint64_t time, const struct trace_event *e)
{
	if (!*open) {
		return;
	}
	*open = false;
	chrome_open(c, "E", NULL, pid, tid, time);
	if (e != NULL) {
		chrome_event_args(c, e);
	} else {
		sink_printf(&c->sink, "}");
	}
}

static void chrome_begin(struct chrome *c, bool *open, const char *name,
			 int pid, int tid, const struct record *r)
{
	chrome_end(c, open, pid, tid, r->time_entry, NULL);
	chrome_open(c, "B", name, pid, tid, r->time_entry);
	chrome_event_args(c, &c->data.event);
	*open = true;
}

/* An exit() never leaves: its span ends with the trace. */
static void chrome_call(struct chrome *c, const struct record *r)
{
	bool *open = &c->in_call[(uint32_t)r->pid % PIDS];
	const uint64_t number = c->data.event.u.call_enter.number;
	const char *name = call_name(number);
	char text[32];

	if (r->id == TRACE_ID_call_leave) {
		chrome_end(c, open, r->pid, r->pid, r->time_entry,
			   &c->data.event);
		return;
	}
	snprintf(text, sizeof(text), "call %u", (unsigned int)number);
	chrome_begin(c, open, name != NULL ? name : text, r->pid, r->pid, r);
}

static void chrome_window(struct chrome *c, const struct record *r)
{
	const struct trace_event *e = &c->data.event;
	const char *name = field_enumerator(FIELD_OPERATION,
					    e->u.window.operation);

	chrome_open(c, "X", name != NULL ? name : "window", r->pid, r->pid,
		    r->time_entry);
	fprintf(c->file, ",\"dur\":%.3f",
		(double)(e->time_end - e->time_entry) * 1e6 / (double)c->hz);
	chrome_event_args(c, e);
}

/* Who runs on this CPU: from one switch to the next. */
static void chrome_task(struct chrome *c, const struct record *r)
{
	const struct trace_task_switch *s =
		&c->data.event.u.task_switch;

	chrome_name_process(c, (int32_t)s->to_pid, s->to);
	chrome_begin(c, &c->in_task[r->cpu % CPUS], s->to, CPUS_TRACK,
		     (int)r->cpu, r);
}

/* ---- Marks ---------------------------------------------------------- */

static void chrome_event(struct chrome *c, const struct record *r)
{
	const struct trace_description *d = trace_describe(r->id);

	switch (r->id) {
	case TRACE_ID_call_enter:
	case TRACE_ID_call_leave:
		chrome_call(c, r);
		break;
	case TRACE_ID_window:
		chrome_window(c, r);
		break;
	case TRACE_ID_task_switch:
		chrome_task(c, r);
		break;
	default:
		if (d != NULL) {
			chrome_open(c, "i", d->name, CPUS_TRACK, (int)r->cpu,
				    r->time_entry);
			sink_printf(&c->sink, ",\"s\":\"t\"");
			chrome_event_args(c, &c->data.event);
		}
		break;
	}
}

static void chrome_fault(struct chrome *c, const struct record *r)
{
	const struct fault *f = &c->data.fault;
	char name[40];

	chrome_name_process(c, r->pid, f->task);
	snprintf(name, sizeof(name), "fault: %s",
		 verdict_name(f->verdict));
	chrome_open(c, "i", name, r->pid, r->pid, r->time_entry);
	sink_printf(&c->sink, ",\"s\":\"t\",\"args\":");
	story_json(&c->sink, f, r->number, c->symbol);
	sink_printf(&c->sink, "}");
}

static void chrome_records(struct chrome *c, const struct records *r)
{
	chrome_name_cpus(c, r->cpus);
	for (size_t i = 0; i < r->count; i++) {
		const struct record *one = r->by_time[i];

		record_read(r, one, &c->data);
		if (one->id == RECORD_FAULT) {
			chrome_fault(c, one);
		} else {
			chrome_event(c, one);
		}
	}
	for (int pid = 0; pid < PIDS; pid++) {
		chrome_end(c, &c->in_call[pid], pid, pid, r->end, NULL);
	}
	for (int cpu = 0; cpu < CPUS; cpu++) {
		chrome_end(c, &c->in_task[cpu], CPUS_TRACK, cpu, r->end, NULL);
	}
}

bool story_chrome(const struct records *r, const char *path,
		  story_symbol_fn *symbol)
{
	struct chrome *c = calloc(1, sizeof(*c));
	bool ok;

	if (c == NULL) {
		return false;
	}
	c->sink.put = put;
	c->symbol = symbol;
	c->hz = r->hz > 0 ? r->hz : 1000000000;
	c->start = r->count > 0 ? r->by_time[0]->time_entry : 0;
	c->file = fopen(path, "w");
	ok = c->file != NULL;
	if (ok) {
		fprintf(c->file, "{\"displayTimeUnit\":\"ns\","
				 "\"traceEvents\":[");
		chrome_records(c, r);
		fprintf(c->file, "\n]}\n");
		ok = !ferror(c->file);
		ok = fclose(c->file) == 0 && ok;
	}
	free(c);
	return ok;
}
