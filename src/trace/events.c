/* SPDX-License-Identifier: MIT */
/*
 * events.c - the table of events as data, and an event as text. Pure: the
 * kernel prints /proc/trace with it, and host tools read a trace with it.
 */
#include "trace/events.h"

#include "lib/sink.h"
#include "lib/string.h"

#define FIELD(T, kind, name) TRACE_FIELD(trace_##T, kind, name)
#define E(event)                                             \
	static const struct trace_field event##_fields[] = { \
		TRACE_FIELDS_##event(FIELD, event)           \
	};
TRACE_EVENTS(E)
#undef E

const struct trace_description *trace_describe(unsigned int id)
{
	static const struct trace_description descriptions[] = {
#define E(event) { #event, event##_fields, ARRAY_SIZE(event##_fields) },
		TRACE_EVENTS(E)
#undef E
	};

	return id < ARRAY_SIZE(descriptions) ? &descriptions[id] : NULL;
}

const char *trace_enumerator(enum field_kind kind, uint64_t value)
{
#define X(name, text) text,
	static const char *const scopes[] = { TRACE_SCOPES(X) };
	static const char *const directions[] = { TRACE_DIRECTIONS(X) };
#undef X
#define X(c, name, ...) #name,
	static const char *const operations[] = { UACCESS_OPERATIONS(X, ) };
#undef X

	switch (kind) {
	case FIELD_SCOPE:
		return value < ARRAY_SIZE(scopes) ? scopes[value] : NULL;
	case FIELD_DIRECTION:
		return value < ARRAY_SIZE(directions) ? directions[value] :
							NULL;
	case FIELD_OPERATION:
		return value < ARRAY_SIZE(operations) ? operations[value] :
							NULL;
	default:
		return NULL;
	}
}

/* Every field of an event has 64 bits, or is a name. */
static void trace_print_field(struct sink *out, const struct trace_field *field,
			      const char *at)
{
	const char *text;
	uint64_t value;

	if (field->kind == FIELD_NAME) {
		sink_printf(out, " %s=%.*s", field->name,
			    (int)strnlen(at, FIELD_NAME_SIZE), at);
		return;
	}
	memcpy(&value, at, sizeof(value));
	text = trace_enumerator(field->kind, value);
	if (text != NULL) {
		sink_printf(out, " %s=%s", field->name, text);
	} else if (field->kind == FIELD_X64) {
		sink_printf(out, " %s=0x%lx", field->name, value);
	} else {
		sink_printf(out, " %s=%ld", field->name, (long)value);
	}
}

void trace_print_event(struct sink *out, const struct trace_event *e)
{
	const struct trace_description *d = trace_describe(e->id);

	if (d == NULL) {
		sink_printf(out, "an event of an unknown kind, %u", e->id);
		return;
	}
	sink_printf(out, "%s", d->name);
	for (size_t i = 0; i < d->count; i++) {
		trace_print_field(out, &d->fields[i],
				  (const char *)&e->u + d->fields[i].offset);
	}
}
