/* SPDX-License-Identifier: MIT */
/* story_fold.c - see story_fold.h. */
#include "story_fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/esr.h"
#include "extable.h"
#include "story_fields.h"
#include "sysreg_fields.h"

#define MOST_ROWS 20 /* of the summary */

static void *checked(void *memory)
{
	if (memory == NULL) {
		fprintf(stderr, "story: the trace has more kinds of records "
				"than this machine's memory holds\n");
		exit(2);
	}
	return memory;
}

/* Room for one element more: doubled at each power of two. */
static void *more(void *array, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0) {
		return array;
	}
	return checked(realloc(array, (count > 0 ? 2 * count : 1) * size));
}

/* ---- What a record is called ---------------------------------------- */

static const char *fault_access_word(const struct fault *f)
{
	if (f->is_fetch) {
		return "fetch";
	}
	if (!esr_is_data_abort(f->esr)) {
		return "exception";
	}
	if (FIELD_GET(ESR_EL1_DABT_CM, f->esr)) {
		return "cache maintenance";
	}
	return f->is_write ? "write" : "read";
}

void story_fault_label(struct sink *out, const struct fault *f,
		       story_symbol_fn *symbol)
{
	char place[64];

	if (!symbol(f->elr, place, sizeof(place))) {
		snprintf(place, sizeof(place), "0x%lx", f->elr);
	}
	place[strcspn(place, "+")] = '\0';
	sink_printf(out, "EL%u %s in %s%s: %s, %s", f->from_el,
		    fault_access_word(f), place,
		    f->extable & EXTABLE_SIDE_MASK ? ", inside uaccess" : "",
		    verdict_name((enum verdict)f->verdict),
		    resolution_name(f->resolution));
	if (f->resolution == RESOLUTION_SIGNAL) {
		sink_printf(out, " %u", f->signal);
	}
}

static void label_event(struct sink *out, const struct trace_event *e)
{
	const struct trace_description *d = trace_describe(e->id);
	const char *name;

	sink_printf(out, "%s", d != NULL ? d->name : "unknown event");
	switch (e->id) {
	case TRACE_ID_window:
		name = field_enumerator(FIELD_OPERATION, e->u.window.operation);
		sink_printf(out, ": %s%s", name != NULL ? name : "unknown",
			    e->u.window.left > 0 ? ", bytes left" : "");
		break;
	case TRACE_ID_tlb_flush:
		name = field_enumerator(FIELD_SCOPE, e->u.tlb_flush.scope);
		sink_printf(out, ": %s", name != NULL ? name : "unknown");
		break;
	case TRACE_ID_refusal:
		name = call_name(e->u.refusal.call);
		sink_printf(out, ": an access in %s, before it was made",
			    name != NULL ? name : "the kernel");
		break;
	case TRACE_ID_task_switch:
		sink_printf(out, ": from %.16s to %.16s",
			    e->u.task_switch.from, e->u.task_switch.to);
		break;
	default:
		break;
	}
}

/* ---- Kinds ---------------------------------------------------------- */

static size_t hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *text != '\0'; text++) {
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	}
	return (size_t)h;
}

static size_t *find_bucket(const struct story_fold *fold, const char *label)
{
	size_t at = hash(label) % fold->bucket_count;

	while (fold->buckets[at] != 0 &&
	       strcmp(fold->kinds[fold->buckets[at] - 1].label, label) != 0) {
		at = (at + 1) % fold->bucket_count;
	}
	return &fold->buckets[at];
}

/* Keeps three quarters of the buckets empty, at least. */
static void grow_buckets(struct story_fold *fold)
{
	if (4 * fold->kind_count < fold->bucket_count) {
		return;
	}
	fold->bucket_count = 8 * (fold->kind_count + 128);
	free(fold->buckets);
	fold->buckets = checked(calloc(fold->bucket_count,
				       sizeof(*fold->buckets)));
	for (size_t i = 0; i < fold->kind_count; i++) {
		*find_bucket(fold, fold->kinds[i].label) = i + 1;
	}
}

/* The number of the kind that is called so. */
static size_t kind_of(struct story_fold *fold, const char *label, size_t record)
{
	size_t *bucket;

	grow_buckets(fold);
	bucket = find_bucket(fold, label);
	if (*bucket == 0) {
		fold->kinds = more(fold->kinds, fold->kind_count,
				   sizeof(*fold->kinds));
		fold->kinds[fold->kind_count] = (struct story_kind){
			.label = checked(strdup(label)),
			.first = record,
			.lowest = UINT64_MAX,
		};
		*bucket = ++fold->kind_count;
	}
	return *bucket - 1;
}

static void kind_add(struct story_kind *kind, const struct records *r,
		     size_t record, const union record_data *data)
{
	const struct fault *f = &data->fault;

	kind->count++;
	kind->last = record;
	kind->many_processes |= r->all[record].pid != r->all[kind->first].pid;
	if (r->all[record].id == RECORD_FAULT && f->walk_valid) {
		kind->has_address = true;
		kind->lowest = MIN(kind->lowest, f->walk.va);
		kind->highest = MAX(kind->highest, f->walk.va);
	}
}

/* The record is one of those that are shown. */
static void fold_show(struct story_fold *fold, size_t record, size_t kind,
		      unsigned int number)
{
	fold->kinds[kind].shown++;
	fold->kinds[kind].last_shown = record;
	fold->shown = more(fold->shown, fold->shown_count,
			   sizeof(*fold->shown));
	fold->shown[fold->shown_count++] =
		(struct story_shown){ record, kind, number };
}

static const struct story_kind *sorted_kinds;

/* The largest first; of equals the earlier one. */
static int by_count(const void *a, const void *b)
{
	const struct story_kind *x = &sorted_kinds[*(const size_t *)a];
	const struct story_kind *y = &sorted_kinds[*(const size_t *)b];

	if (x->count != y->count) {
		return x->count > y->count ? -1 : 1;
	}
	return x->first < y->first ? -1 : 1;
}

static void sort_kinds(struct story_fold *fold)
{
	for (size_t i = 0; i < fold->kind_count; i++) {
		fold->by_count = more(fold->by_count, i,
				      sizeof(*fold->by_count));
		fold->by_count[i] = i;
	}
	sorted_kinds = fold->kinds;
	if (fold->kind_count > 0) {
		qsort(fold->by_count, fold->kind_count,
		      sizeof(*fold->by_count), by_count);
	}
}

/* Of too many kinds the most frequent ones stay; their order stays, too. */
static void drop_rare_kinds(struct story_fold *fold, size_t most)
{
	size_t kept = 0;

	for (size_t i = most; i < fold->kind_count; i++) {
		fold->kinds[fold->by_count[i]].shown = 0;
	}
	for (size_t i = 0; i < fold->shown_count; i++) {
		if (fold->kinds[fold->shown[i].kind].shown > 0) {
			fold->shown[kept++] = fold->shown[i];
		}
	}
	fold->shown_count = kept;
}

struct story_fold story_fold(const struct records *r, story_wants_fn *wants,
			     story_symbol_fn *symbol,
			     const struct story_limits *limits)
{
	struct story_fold fold = { 0 };
	unsigned int faults = 0, number;
	union record_data data;
	struct sink_buffer b;
	char label[160];

	for (size_t i = 0; i < r->count; i++) {
		const bool is_fault = r->all[i].id == RECORD_FAULT;
		size_t kind;

		fold.groups[story_group(&r->all[i])]++;
		record_read(r, &r->all[i], &data);
		if (!wants(&r->all[i], &data)) {
			continue;
		}
		sink_buffer_init(&b, label, sizeof(label));
		if (is_fault) {
			story_fault_label(&b.sink, &data.fault, symbol);
		} else {
			label_event(&b.sink, &data.event);
		}
		kind = kind_of(&fold, label, i);
		kind_add(&fold.kinds[kind], r, i, &data);
		fold.wanted++;
		faults += is_fault;
		number = limits->renumber ? faults : r->all[i].number;
		fold.kinds[kind].last_number = is_fault ? number : 0;
		if (fold.kinds[kind].shown <
		    (is_fault ? limits->faults : limits->events)) {
			fold_show(&fold, i, kind, number);
		}
	}
	sort_kinds(&fold);
	drop_rare_kinds(&fold, limits->kinds);
	return fold;
}

/* ---- Printing ------------------------------------------------------- */

const char *story_count(size_t count)
{
	static char texts[4][32]; /* so that a line may have several */
	static unsigned int next;
	char *end = texts[next++ % 4] + sizeof(texts[0]) - 1;

	*end = '\0';
	for (unsigned int digits = 0; digits == 0 || count > 0; digits++) {
		if (digits > 0 && digits % 3 == 0) {
			*--end = ',';
		}
		*--end = (char)('0' + count % 10);
		count /= 10;
	}
	return end;
}

static void print_groups(struct sink *out, const struct records *r,
			 const struct story_fold *fold)
{
	static const char *const names[GROUP_COUNT][2] = {
		[GROUP_FAULT] = { "fault", "faults" },
		[GROUP_REFUSAL] = { "refused access", "refused accesses" },
		[GROUP_WINDOW] = { "window", "windows" },
		[GROUP_CALL] = { "call in or out", "calls in or out" },
		[GROUP_SWITCH] = { "switch", "switches" },
		[GROUP_TLB] = { "TLBI", "TLBIs" },
		[GROUP_MARK] = { "mark of begin or end",
				 "marks of begin and end" },
	};
	struct trace_event end;

	sink_printf(out, "%s records:", story_count(r->count));
	for (unsigned int group = 0; group < GROUP_COUNT; group++) {
		const size_t count = fold->groups[group];

		sink_printf(out, "%s %s %s", group > 0 ? "," : "",
			    story_count(count), names[group][count != 1]);
	}
	if (!records_last(r, TRACE_ID_end, &end)) {
		sink_printf(out, "; how many were dropped is not known.\n");
		return;
	}
	sink_printf(out, "; dropped: %s.\n",
		    story_count(end.u.end.faults_dropped +
				end.u.end.events_dropped));
}

static void print_kinds(struct sink *out, const struct story_fold *fold)
{
	size_t shown = 0;

	for (size_t i = 0; i < fold->kind_count && i < MOST_ROWS; i++) {
		const struct story_kind *kind = &fold->kinds[fold->by_count[i]];

		sink_printf(out, "%11s  %s\n", story_count(kind->count),
			    kind->label);
		shown += kind->count;
	}
	if (fold->kind_count > MOST_ROWS) {
		sink_printf(out, "%11s  of %s more kinds\n",
			    story_count(fold->wanted - shown),
			    story_count(fold->kind_count - MOST_ROWS));
	}
}

void story_summary(struct sink *out, const struct records *r,
		   const struct story_fold *fold,
		   const struct story_filter *filter)
{
	print_groups(out, r, fold);
	sink_printf(out, "Shown here: %s (", story_count(fold->wanted));
	story_filter_print(out, filter);
	sink_printf(out, "); left out: %s (ONLY=, PID=, VA=, CLASS= choose).\n",
		    story_count(r->count - fold->wanted));
	print_kinds(out, fold);
	sink_printf(out, "%s\n", fold->wanted == 0 && r->count > 0 ?
					 "No record matches.\n" : "");
}

void story_print_rest(struct sink *out, const struct records *r,
		      const struct story_kind *kind)
{
	if (kind->count == kind->shown) {
		return;
	}
	sink_printf(out, "… and %s like it", story_count(kind->count -
							 kind->shown));
	if (kind->last_number > 0) {
		sink_printf(out, ", up to #%u", kind->last_number);
	} else {
		sink_printf(out, ", up to @%lu", r->all[kind->last].sequence);
	}
	if (kind->has_address && kind->lowest != kind->highest) {
		sink_printf(out, ": all from 0x%lx to 0x%lx", kind->lowest,
			    kind->highest);
	}
	sink_printf(out, "%s\n", kind->many_processes ?
					 ", of several processes" : "");
}

void story_print_not_shown(struct sink *out, const struct story_fold *fold,
			   const struct story_limits *limits)
{
	size_t records = 0;

	if (fold->kind_count <= limits->kinds) {
		return;
	}
	for (size_t i = limits->kinds; i < fold->kind_count; i++) {
		records += fold->kinds[fold->by_count[i]].count;
	}
	sink_printf(out, "NOT SHOWN: %s more kinds, of %s records; the %s most "
		    "frequent ones are. ONLY=, PID=, VA= and CLASS= choose.\n",
		    story_count(fold->kind_count - limits->kinds),
		    story_count(records), story_count(limits->kinds));
}
