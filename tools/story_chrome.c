/* SPDX-License-Identifier: MIT */
/*
 * story_chrome.c - see story_chrome.h. The format: an array of objects with a
 * phase: X is a span, i a moment, M a track's name. "pid" and "tid" choose the
 * track; the CPUs are threads of the process 0, which is nobody's.
 */
#include "story_chrome.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/string.h"
#include "story_fields.h"
#include "story_json.h"

#define CPUS_TRACK 0
#define PIDS 32768 /* as many as the kernel has */

struct chrome {
	struct sink sink; /* first: a sink that writes to file */
	FILE *file;
	uint64_t hz, start;
	bool comma;
	story_symbol_fn *symbol;
	/* What is open: a process's call, a CPU's task. */
	const struct record *calls[PIDS];
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
	sink_printf(&c->sink, ",\"name\":");
	story_json_string(&c->sink, name, strlen(name));
	c->comma = true;
}

static void chrome_duration(struct chrome *c, uint64_t from, uint64_t to)
{
	fprintf(c->file, ",\"dur\":%.3f",
		(double)(to - from) * 1e6 / (double)c->hz);
}

static void chrome_event_args(struct chrome *c, const struct trace_event *e)
{
	sink_printf(&c->sink, ",\"args\":");
	story_json_event(&c->sink, e);
	sink_printf(&c->sink, "}");
}

/* ---- Tracks' names ----------------------------------------------------- */

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

static void chrome_name_cpus(struct chrome *c, const struct records *r)
{
	unsigned int cpus = 0;
	char name[16];

	for (size_t i = 0; i < r->count; i++) {
		cpus = MAX(cpus, r->all[i].cpu + 1);
	}
	chrome_name(c, "process_name", CPUS_TRACK, 0, "CPUs");
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		snprintf(name, sizeof(name), "CPU %u", cpu);
		chrome_name(c, "thread_name", CPUS_TRACK, (int)cpu, name);
	}
}

/* ---- Events ------------------------------------------------------------ */

static void chrome_call(struct chrome *c, const struct record *enter,
			const struct record *leave, uint64_t end)
{
	const uint64_t number = enter->event->u.call_enter.number;
	const char *name = call_name(number);
	char text[32];

	snprintf(text, sizeof(text), "call %u", (unsigned int)number);
	chrome_open(c, "X", name != NULL ? name : text, enter->pid, enter->pid,
		    enter->time_entry);
	chrome_duration(c, enter->time_entry, end);
	sink_printf(&c->sink, ",\"args\":{\"enter\":");
	story_json_event(&c->sink, enter->event);
	if (leave != NULL) {
		sink_printf(&c->sink, ",\"leave\":");
		story_json_event(&c->sink, leave->event);
	}
	sink_printf(&c->sink, "}}");
}

static void chrome_call_edge(struct chrome *c, const struct record *r)
{
	const struct record **open = &c->calls[(uint32_t)r->pid % PIDS];

	if (r->event->id == TRACE_ID_call_enter) {
		*open = r;
	} else if (*open != NULL) {
		chrome_call(c, *open, r, r->time_entry);
		*open = NULL;
	}
}

static void chrome_window(struct chrome *c, const struct record *r)
{
	const struct trace_window *w = &r->event->u.window;
	const char *name = field_enumerator(FIELD_OPERATION, w->operation);

	chrome_open(c, "X", name != NULL ? name : "window", r->pid, r->pid,
		    r->time_entry);
	chrome_duration(c, r->time_entry, r->time_end);
	chrome_event_args(c, r->event);
}

static void chrome_event(struct chrome *c, const struct record *r)
{
	const struct trace_description *d = trace_describe(r->event->id);

	switch (r->event->id) {
	case TRACE_ID_call_enter:
	case TRACE_ID_call_leave:
		chrome_call_edge(c, r);
		break;
	case TRACE_ID_window:
		chrome_window(c, r);
		break;
	case TRACE_ID_task_switch:
		break; /* chrome_cpus() */
	default:
		if (d != NULL) {
			chrome_open(c, "i", d->name, CPUS_TRACK, (int)r->cpu,
				    r->time_entry);
			sink_printf(&c->sink, ",\"s\":\"t\"");
			chrome_event_args(c, r->event);
		}
		break;
	}
}

static void chrome_fault(struct chrome *c, const struct record *r,
			 unsigned long number)
{
	char name[40];

	chrome_name_process(c, r->pid, r->fault->task);
	snprintf(name, sizeof(name), "fault: %s",
		 verdict_name(r->fault->verdict));
	chrome_open(c, "i", name, r->pid, r->pid, r->time_entry);
	sink_printf(&c->sink, ",\"s\":\"t\",\"args\":");
	story_json(&c->sink, r->fault, number, c->symbol);
	sink_printf(&c->sink, "}");
}

/* Who runs on this CPU: from one switch to the next. */
static void chrome_cpu(struct chrome *c, const struct records *r,
		       unsigned int cpu, uint64_t end)
{
	const struct record *last = NULL;

	for (size_t i = 0; i <= r->count; i++) {
		const struct record *now = i < r->count ? &r->all[i] : NULL;

		if (now != NULL && (now->cpu != cpu || now->event == NULL ||
				    now->event->id != TRACE_ID_task_switch)) {
			continue;
		}
		if (last != NULL) {
			const struct trace_task_switch *s =
				&last->event->u.task_switch;

			chrome_name_process(c, (int32_t)s->to_pid, s->to);
			chrome_open(c, "X", s->to, CPUS_TRACK, (int)cpu,
				    last->time_entry);
			chrome_duration(c, last->time_entry,
					now != NULL ? now->time_entry : end);
			sink_printf(&c->sink, ",\"args\":{\"pid\":%lld}}",
				    (long long)s->to_pid);
		}
		last = now;
	}
}

static void chrome_records(struct chrome *c, const struct records *r)
{
	unsigned int cpus = 0;
	unsigned long faults = 0;
	uint64_t end = c->start;

	for (size_t i = 0; i < r->count; i++) {
		end = MAX(end, r->all[i].time_end);
		cpus = MAX(cpus, r->all[i].cpu + 1);
	}
	chrome_name_cpus(c, r);
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		chrome_cpu(c, r, cpu, end);
	}
	for (size_t i = 0; i < r->count; i++) {
		if (r->all[i].fault != NULL) {
			chrome_fault(c, &r->all[i], ++faults);
		} else {
			chrome_event(c, &r->all[i]);
		}
	}
	for (size_t pid = 0; pid < PIDS; pid++) {
		if (c->calls[pid] != NULL) { /* exit() never leaves */
			chrome_call(c, c->calls[pid], NULL, end);
		}
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
	c->start = r->count > 0 ? r->all[0].time_entry : 0;
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
