/* SPDX-License-Identifier: MIT */
/*
 * story_records.h - the file that the kernel wrote: struct fault and struct
 * trace_event, told apart by the word that each begins with, in the order in
 * which the rings were emptied.
 */
#pragma once

#include "fault.h"
#include "trace/events.h"

/* One record: one of the two is not NULL. */
struct record {
	const struct fault *fault;
	const struct trace_event *event;
	uint64_t sequence, time_entry, time_end;
	unsigned int cpu;
	int32_t pid;
	unsigned long number; /* of a fault: the first is 1 */
};

struct records {
	struct record *all; /* by sequence number */
	const struct record **by_time; /* when each began; then by number */
	size_t count;
	unsigned int cpus;
	uint64_t end; /* the last moment that a record knows of */
	uint64_t hz; /* of the counter; 0: no record says */
};

/* Reads a file. On an unlike or unreadable one ends the program with a line
 * that says so; what stands before a cut is kept, and the cut is told. */
struct records records_read(const char *path);
/* The event of this kind that came last, or NULL. */
const struct trace_event *records_last(const struct records *r,
				       enum trace_event_id id);
