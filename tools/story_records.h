/* SPDX-License-Identifier: MIT */
/*
 * story_records.h - the file that the kernel wrote: struct fault and struct
 * trace_event, known by the word that each begins with, in the order in
 * which the rings were emptied. A file may hold millions of them, so only an
 * index is kept; what a record says is read when it is needed.
 */
#pragma once

#include "fault.h"
#include "trace/events.h"

#define RECORD_FAULT 0xffff /* a record's id, if it is no event's */

struct record {
	uint64_t offset; /* in the file */
	uint64_t sequence, time_entry, time_end;
	int32_t pid;
	unsigned int number; /* of a fault: the first is 1; of an event 0 */
	uint16_t cpu;
	uint16_t id; /* enum trace_event_id, or RECORD_FAULT */
};

/* What a record says: the one or the other, as its id has it. */
union record_data {
	struct {
		uint64_t magic, sequence, time_entry, time_end;
	} head; /* of both */
	struct fault fault;
	struct trace_event event;
};

struct records {
	struct record *all; /* by sequence number */
	const struct record **by_time; /* when each began; then by number */
	size_t count;
	unsigned int cpus;
	uint64_t end; /* the last moment that a record knows of */
	uint64_t hz; /* of the counter; 0: no record says */
	const char *path;
	int fd;
};

/* Reads a file. On an unlike or unreadable one ends the program with a line
 * that says so; what is before a cut is kept, and the cut is reported. */
struct records records_read(const char *path);
void record_read(const struct records *r, const struct record *record,
		 union record_data *data);
/* The event of this kind that came last; false: there is none. */
bool records_last(const struct records *r, enum trace_event_id id,
		  struct trace_event *event);
