/* SPDX-License-Identifier: MIT */
/* story_filter.c - see story_filter.h. */
#include "story_filter.h"

#include <stdio.h>

#include "decode/decode.h"
#include "lib/string.h"

/* ---- Groups --------------------------------------------------------- */

static const char *const group_words[GROUP_COUNT] = {
	[GROUP_FAULT] = "fault",
	[GROUP_WINDOW] = "window",
	[GROUP_SWITCH] = "switch",
	[GROUP_TLB] = "tlb",
};

enum story_group story_group(const struct record *record)
{
	switch (record->id) {
	case RECORD_FAULT:
		return GROUP_FAULT;
	case TRACE_ID_refusal:
		return GROUP_REFUSAL;
	case TRACE_ID_window:
		return GROUP_WINDOW;
	case TRACE_ID_table_switch:
	case TRACE_ID_task_switch:
		return GROUP_SWITCH;
	case TRACE_ID_tlb_flush:
		return GROUP_TLB;
	case TRACE_ID_call_enter:
	case TRACE_ID_call_leave:
		return GROUP_CALL;
	default:
		return GROUP_MARK;
	}
}

/* ---- What is chosen ------------------------------------------------- */

struct story_filter story_filter_default(void)
{
	return (struct story_filter){
		.groups = { [GROUP_FAULT] = true, [GROUP_REFUSAL] = true },
		.verdict = VERDICT_NONE,
		.page_size = 4096,
	};
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (strchr(",|", text[length]) == NULL) { /* or the end's NUL */
		length++;
	}
	return length;
}

/* "fault,window": commas or | between the words. */
static bool set_groups(struct story_filter *f, const char *value)
{
	f->groups[GROUP_FAULT] = false;
	f->groups[GROUP_REFUSAL] = false;
	while (true) {
		const size_t length = word_length(value);
		unsigned int group = 0;

		while (group < GROUP_COUNT &&
		       (group_words[group] == NULL ||
			strlen(group_words[group]) != length ||
			strncmp(group_words[group], value, length) != 0)) {
			group++;
		}
		if (group == GROUP_COUNT) {
			fprintf(stderr, "ONLY=\"%.*s\" is none of: fault "
					"window switch tlb (several: "
					"ONLY=fault,window)\n",
				(int)length, value);
			return false;
		}
		f->groups[group] = true;
		f->groups[GROUP_REFUSAL] = f->groups[GROUP_FAULT];
		if (value[length] == '\0') {
			return true;
		}
		value += length + 1;
	}
}

static bool set_class(struct story_filter *f, const char *value)
{
	for (unsigned int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++) {
		if (strcmp(verdict_name((enum verdict)v), value) == 0) {
			f->verdict = v;
			return true;
		}
	}
	fprintf(stderr, "CLASS=\"%s\" is no verdict:", value);
	for (unsigned int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++) {
		fprintf(stderr, " %s", verdict_name((enum verdict)v));
	}
	fprintf(stderr, "\n");
	return false;
}

bool story_filter_set(struct story_filter *f, const char *name,
		      const char *value)
{
	if (strcmp(name, "ONLY") == 0) {
		return set_groups(f, value);
	}
	if (strcmp(name, "CLASS") == 0) {
		return set_class(f, value);
	}
	if (strcmp(name, "PID") == 0) {
		f->has_pid = parse_u64(value, &f->pid) == 0;
		if (!f->has_pid) {
			fprintf(stderr, "PID=\"%s\" is no process: a number, "
					"as in PID=1\n", value);
		}
		return f->has_pid;
	}
	f->has_va = parse_hex(value, &f->va) == 0;
	if (!f->has_va) {
		fprintf(stderr, "VA=\"%s\" is no address: up to 16 hexadecimal "
				"digits, as in VA=404000\n", value);
	}
	return f->has_va;
}

bool story_filter_can_fit(const struct story_filter *f)
{
	if (f->verdict != VERDICT_NONE && !f->groups[GROUP_FAULT]) {
		fprintf(stderr, "CLASS= is a fault's, and ONLY= leaves the "
				"faults out: add ONLY=fault\n");
		return false;
	}
	if (f->has_va && !f->groups[GROUP_FAULT] && !f->groups[GROUP_WINDOW] &&
	    !f->groups[GROUP_TLB]) {
		fprintf(stderr, "VA= is of a fault, window or tlb: a switch "
				"has no address\n");
		return false;
	}
	return true;
}

/* As it was asked for: "fault, PID=1". */
void story_filter_print(struct sink *out, const struct story_filter *f)
{
	const char *comma = "";

	for (unsigned int group = 0; group < GROUP_COUNT; group++) {
		if (f->groups[group] && group_words[group] != NULL) {
			sink_printf(out, "%s%s", comma, group_words[group]);
			comma = ", ";
		}
	}
	if (f->has_pid) {
		sink_printf(out, ", PID=%lu", f->pid);
	}
	if (f->has_va) {
		sink_printf(out, ", VA=%lx", f->va);
	}
	if (f->verdict != VERDICT_NONE) {
		sink_printf(out, ", CLASS=%s",
			    verdict_name((enum verdict)f->verdict));
	}
}

/* ---- Whether a record fits ------------------------------------------ */

/* Bits 63:56 may be a tag: the half is that of bit 55. */
static uint64_t without_tag(uint64_t va)
{
	const uint64_t tag = UINT64_C(0xff) << 56;

	return va >> 55 & 1 ? va | tag : va & ~tag;
}

/* Whether [start, start + bytes) has a byte in the page of VA=. */
static bool touches_page(const struct story_filter *f, uint64_t start,
			 uint64_t bytes)
{
	const uint64_t page = without_tag(f->va) & ~(f->page_size - 1);

	start = without_tag(start);
	return start < page ? page - start < bytes :
			      start - page < f->page_size;
}

static bool fits_va(const struct story_filter *f, const struct record *record,
		    const union record_data *data)
{
	const struct trace_event *e = &data->event;

	switch (record->id) {
	case RECORD_FAULT:
		return data->fault.walk_valid &&
		       touches_page(f, data->fault.walk.va, 1);
	case TRACE_ID_refusal:
		return touches_page(f, e->u.refusal.address,
				    e->u.refusal.bytes);
	case TRACE_ID_window:
		return touches_page(f, e->u.window.address, e->u.window.bytes);
	case TRACE_ID_tlb_flush:
		return (e->u.tlb_flush.scope == TRACE_SCOPE_USER_PAGE ||
			e->u.tlb_flush.scope == TRACE_SCOPE_KERNEL_PAGE) &&
		       touches_page(f, e->u.tlb_flush.address, 1);
	default:
		return false; /* a switch has no address */
	}
}

bool story_filter_wants(const struct story_filter *f,
			const struct record *record,
			const union record_data *data)
{
	const bool is_fault = record->id == RECORD_FAULT;

	return f->groups[story_group(record)] &&
	       (!f->has_pid || (record->pid >= 0 &&
				(uint64_t)record->pid == f->pid)) &&
	       (f->verdict == VERDICT_NONE ||
		(is_fault && data->fault.verdict == f->verdict)) &&
	       (!f->has_va || fits_va(f, record, data));
}
