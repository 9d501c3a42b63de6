/* SPDX-License-Identifier: MIT */
/* story_records.c - see story_records.h. */
#include "story_records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

static __noreturn void die(const char *path, const char *what)
{
	fprintf(stderr, "story: %s: %s\n", path, what);
	exit(2);
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	size_t room = 1 << 16, got;
	char *data = malloc(room);

	if (file == NULL) {
		die(path, "cannot be read");
	}
	*size = 0;
	while (data != NULL &&
	       (got = fread(data + *size, 1, room - *size, file)) > 0) {
		*size += got;
		if (*size == room) {
			room *= 2;
			data = realloc(data, room);
		}
	}
	if (data == NULL) {
		die(path, "is larger than this machine's memory");
	}
	fclose(file);
	return data;
}

static void append(struct records *r, const struct record *record)
{
	/* Doubled at each power of two. */
	if ((r->count & (r->count - 1)) == 0) {
		r->all = realloc(r->all, (r->count > 0 ? 2 * r->count : 1) *
						 sizeof(*r->all));
	}
	if (r->all == NULL) {
		die("the records", "are too many for this machine's memory");
	}
	r->all[r->count++] = *record;
}

/* The record at data, or 0 bytes: it is cut short. */
static size_t parse(const char *path, char *data, size_t left,
		    struct record *record)
{
	uint64_t magic = 0;

	memcpy(&magic, data, left < sizeof(magic) ? left : sizeof(magic));
	memset(record, 0, sizeof(*record));
	if (magic == FAULT_MAGIC) {
		struct fault *f = (void *)data;

		if (left < sizeof(*f)) {
			return 0;
		}
		if (f->verdict == VERDICT_NONE) {
			f->verdict = verdict_of(f); /* the kernel left it */
		}
		*record = (struct record){ f, NULL, f->sequence, f->time_entry,
					   f->time_end, f->cpu, f->pid, 0 };
		return sizeof(*f);
	}
	if (magic == TRACE_EVENT_MAGIC) {
		const struct trace_event *e = (const void *)data;

		if (left < sizeof(*e)) {
			return 0;
		}
		*record = (struct record){ NULL, e, e->sequence, e->time_entry,
					   e->time_end, e->cpu, e->pid, 0 };
		return sizeof(*e);
	}
	if (left >= sizeof(magic)) {
		die(path, "holds no records of this version");
	}
	return 0;
}

static int by_sequence(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* A span began before what happened in it, and is published after it. */
static int by_time(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	if ((*x)->time_entry != (*y)->time_entry) {
		return (*x)->time_entry < (*y)->time_entry ? -1 : 1;
	}
	return by_sequence(*x, *y);
}

/* Puts them in order, and looks at each once. */
static void records_sort(struct records *r)
{
	unsigned long faults = 0;

	if (r->count == 0) {
		return;
	}
	qsort(r->all, r->count, sizeof(*r->all), by_sequence);
	r->by_time = malloc(r->count * sizeof(const struct record *));
	if (r->by_time == NULL) {
		die("the records", "are too many for this machine's memory");
	}
	for (size_t i = 0; i < r->count; i++) {
		struct record *record = &r->all[i];

		record->number = record->fault != NULL ? ++faults : 0;
		r->by_time[i] = record;
		r->cpus = MAX(r->cpus, record->cpu + 1);
		r->end = MAX(r->end, record->time_end);
	}
	qsort(r->by_time, r->count, sizeof(const struct record *), by_time);
}

struct records records_read(const char *path)
{
	struct records r = { 0 };
	size_t size, used;
	char *data = read_file(path, &size); /* the records point in */
	const struct trace_event *begin;
	struct record record;

	for (; size > 0; data += used, size -= used) {
		used = parse(path, data, size, &record);
		if (used == 0) {
			fprintf(stderr, "story: %s: the last record is cut "
					"short\n", path);
			break;
		}
		append(&r, &record);
	}
	records_sort(&r);
	begin = records_last(&r, TRACE_ID_begin);
	r.hz = begin != NULL ? begin->u.begin.hz : 0;
	return r;
}

const struct trace_event *records_last(const struct records *r,
				       enum trace_event_id id)
{
	for (size_t i = r->count; i > 0; i--) {
		const struct trace_event *e = r->all[i - 1].event;

		if (e != NULL && e->id == id) {
			return e;
		}
	}
	return NULL;
}
