/* SPDX-License-Identifier: MIT */
/* story_records.c - see story_records.h. */
#include "story_records.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/decode.h"

static __noreturn void die(const char *path, const char *what)
{
	fprintf(stderr, "story: %s: %s\n", path, what);
	exit(2);
}

/* ---- Reading records ------------------------------------------------ */

static size_t record_size(uint64_t magic)
{
	return magic == FAULT_MAGIC       ? sizeof(struct fault) :
	       magic == TRACE_EVENT_MAGIC ? sizeof(struct trace_event) : 0;
}

/* The next record's bytes: all, or fewer where the file is cut short. */
static size_t read_next(const char *path, FILE *file, union record_data *data)
{
	size_t got, size;

	memset(data, 0, sizeof(*data));
	got = fread(data, 1, sizeof(data->head.magic), file);
	if (got < sizeof(data->head.magic)) {
		return got;
	}
	size = record_size(data->head.magic);
	if (size == 0) {
		die(path, "holds no records of this version");
	}
	return got + fread((char *)data + got, 1, size - got, file);
}

void record_read(const struct records *r, const struct record *record,
		 union record_data *data)
{
	const bool is_fault = record->id == RECORD_FAULT;
	const size_t size = is_fault ? sizeof(struct fault) :
				       sizeof(struct trace_event);

	if (pread(r->fd, data, size, (off_t)record->offset) != (ssize_t)size) {
		die(r->path, "changes while it is read");
	}
	if (is_fault && data->fault.verdict == VERDICT_NONE) {
		/* The kernel left it. */
		data->fault.verdict = verdict_of(&data->fault);
	}
}

/* ---- The index ------------------------------------------------------ */

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

static struct record index_entry(const union record_data *data,
				 uint64_t offset)
{
	const bool is_fault = data->head.magic == FAULT_MAGIC;

	return (struct record){
		.offset = offset,
		.sequence = data->head.sequence,
		.time_entry = data->head.time_entry,
		.time_end = data->head.time_end,
		.pid = is_fault ? data->fault.pid : data->event.pid,
		.cpu = is_fault ? (uint16_t)data->fault.cpu : data->event.cpu,
		.id = is_fault ? RECORD_FAULT : data->event.id,
	};
}

static void index_file(struct records *r, FILE *file)
{
	union record_data data;
	struct record record;
	uint64_t offset = 0;
	size_t got;

	while ((got = read_next(r->path, file, &data)) > 0) {
		if (got != record_size(data.head.magic)) {
			fprintf(stderr, "story: %s: the last record is cut "
					"short\n", r->path);
			return;
		}
		record = index_entry(&data, offset);
		append(r, &record);
		r->cpus = MAX(r->cpus, record.cpu + 1u);
		r->end = MAX(r->end, data.head.time_end);
		offset += got;
	}
}

/* ---- Order ---------------------------------------------------------- */

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

/* Puts them in order, and gives the faults their numbers. */
static void records_sort(struct records *r)
{
	unsigned int faults = 0;

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

		record->number = record->id == RECORD_FAULT ? ++faults : 0;
		r->by_time[i] = record;
	}
	qsort(r->by_time, r->count, sizeof(const struct record *), by_time);
}

struct records records_read(const char *path)
{
	struct records r = { .path = path, .fd = open(path, O_RDONLY) };
	FILE *file = r.fd < 0 ? NULL : fdopen(dup(r.fd), "rb");
	struct trace_event begin;

	if (file == NULL) {
		die(path, "cannot be read");
	}
	index_file(&r, file);
	if (ferror(file)) {
		die(path, "cannot be read");
	}
	fclose(file);
	records_sort(&r);
	if (records_last(&r, TRACE_ID_begin, &begin)) {
		r.hz = begin.u.begin.hz;
	}
	return r;
}

bool records_last(const struct records *r, enum trace_event_id id,
		  struct trace_event *event)
{
	union record_data data;

	for (size_t i = r->count; i > 0; i--) {
		if (r->all[i - 1].id == id) {
			record_read(r, &r->all[i - 1], &data);
			*event = data.event;
			return true;
		}
	}
	return false;
}
