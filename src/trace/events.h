/* SPDX-License-Identifier: MIT */
/*
 * events.h - what a trace records beside faults: the one table of the light
 * events. The structs below come from it, and so do the text (events.c), CTF's
 * metadata and JSON (tools/story_*.c): a new event is one list, one line in
 * TRACE_EVENTS, and the call that emits it (trace.h).
 */
#pragma once

#include "trace/fields.h"
#include "uaccess_operations.h"

/* ---- The table: F(T, kind, name), see fields.h ---------------------- */

/* Tracing began: what the numbers of all other records mean. */
#define TRACE_FIELDS_begin(F, T) \
	F(T, U64, hz) /* of time_entry and time_end */ \
	F(T, NAME, method) F(T, U64, page_size) F(T, U64, user_end) \
	F(T, U64, level) /* 1: faults, 2: all */

/* The machine goes off: what was recorded in all, and what of it was lost. */
#define TRACE_FIELDS_end(F, T) \
	F(T, U64, faults) F(T, U64, events) \
	F(T, U64, faults_dropped) F(T, U64, events_dropped)

#define TRACE_FIELDS_call_enter(F, T) \
	F(T, CALL, number) F(T, X64, arg0) F(T, X64, arg1) F(T, X64, arg2) \
	F(T, X64, arg3) F(T, X64, arg4) F(T, X64, arg5)

#define TRACE_FIELDS_call_leave(F, T) \
	F(T, CALL, number) F(T, S64, result)

/* The kernel read or wrote user memory, from time_entry to time_end. */
#define TRACE_FIELDS_window(F, T) \
	F(T, NAME, method) F(T, OPERATION, operation) \
	F(T, DIRECTION, direction) F(T, X64, address) F(T, U64, bytes) \
	F(T, U64, left)

/* Another address space is current: table and ASID, in force or yet to be. */
#define TRACE_FIELDS_table_switch(F, T) \
	F(T, X64, from) F(T, X64, to) F(T, U64, asid)

/* TLBI. The address and ASID mean something where the scope has them. */
#define TRACE_FIELDS_tlb_flush(F, T) \
	F(T, SCOPE, scope) F(T, X64, address) F(T, U64, asid)

/* A program's level-3 table that fork had shared became its own. Its pages are
 * in two tables from here on, unless it was the last to have it: sharers=1. */
#define TRACE_FIELDS_table_split(F, T) \
	F(T, X64, address) F(T, U64, sharers) F(T, U64, pages)

#define TRACE_FIELDS_task_switch(F, T) \
	F(T, NAME, from) F(T, NAME, to) F(T, S64, to_pid)

/* A user access was refused before it was made: by the range check, or because
 * softwalk's look at the tables said no. Emitted whenever faults are. */
#define TRACE_FIELDS_refusal(F, T) \
	F(T, X64, address) F(T, U64, bytes) F(T, CALL, call)

#define TRACE_EVENTS(E) \
	E(begin) E(end) E(call_enter) E(call_leave) E(window) \
	E(table_switch) E(tlb_flush) E(table_split) E(task_switch) E(refusal)

/* ---- Its enumerations ----------------------------------------------- */

#define TRACE_SCOPES(X) \
	X(USER_PAGE, "user-page") X(KERNEL_PAGE, "kernel-page") \
	X(ADDRESS_SPACE, "address-space") X(ALL, "all")

#define TRACE_DIRECTIONS(X) X(IN, "in") X(OUT, "out") X(BOTH, "both")

#define X(name, text) TRACE_SCOPE_##name,
enum trace_scope { TRACE_SCOPES(X) TRACE_SCOPE_COUNT };
#undef X
#define X(name, text) TRACE_DIRECTION_##name,
enum trace_direction { TRACE_DIRECTIONS(X) TRACE_DIRECTION_COUNT };
#undef X
#define X(c, name, ...) TRACE_OPERATION_##name,
enum trace_operation { UACCESS_OPERATIONS(X, ) TRACE_OPERATION_COUNT };
#undef X

/* ---- What is made of the list --------------------------------------- */

/* struct trace_begin, struct trace_end, … : what an event has of its own. */
#define E(event) \
	struct trace_##event { TRACE_FIELDS_##event(FIELD_MEMBER, event) };
TRACE_EVENTS(E)
#undef E

enum trace_event_id {
#define E(event) TRACE_ID_##event,
	TRACE_EVENTS(E)
#undef E
	TRACE_ID_COUNT
};

#define TRACE_EVENT_MAGIC 0x31544e455645u /* "EVENT1" */

/* The record. It begins as struct fault does: the same four words. */
struct trace_event {
	uint64_t magic;      /* TRACE_EVENT_MAGIC */
	uint64_t sequence;   /* one count for faults and events */
	uint64_t time_entry; /* of a moment both are the same */
	uint64_t time_end;
	uint16_t id;         /* enum trace_event_id */
	uint16_t cpu;
	int32_t pid;
	union {
		uint64_t words[11]; /* a whole number of the ring's blocks */
#define E(event) struct trace_##event event;
		TRACE_EVENTS(E)
#undef E
	} u;
};
_Static_assert(sizeof(struct trace_event) == 128,
	       "an event has grown beyond its eleven words");

/* ---- Describing and printing them: events.c, also on the host ------- */

struct trace_field {
	const char *name;
	enum field_kind kind;
	size_t offset; /* in the struct that the list describes */
};

/* For initialising a table of them from a list. */
#define TRACE_FIELD(T, kind_, name_) \
	{ #name_, FIELD_##kind_, offsetof(struct T, name_) },

struct trace_description {
	const char *name;
	const struct trace_field *fields; /* offsets from the union u on */
	size_t count;
};

/* Of an event; NULL for an id that there is not. */
const struct trace_description *trace_describe(unsigned int id);

/* "page" for a value of an enumeration's kind; NULL: none, or no such kind. */
const char *trace_enumerator(enum field_kind kind, uint64_t value);

/* "window method=ldtr operation=copy_from_user …", without a newline. */
struct sink;
void trace_print_event(struct sink *out, const struct trace_event *e);
