/* SPDX-License-Identifier: MIT */
/*
 * story.c - `make trace`: reads the records that the kernel wrote and prints
 * the story of each fault, by the kernel's own code; or prints it as one JSON
 * object a line (--json).
 *
 *	story [--json] [--signals] [--kernel] [--only WORDS] [--pid N]
 *	      [--va ADDRESS] [--class VERDICT] [--ctf DIR] [--chrome FILE]
 *	      [--symbols FILE]… [--symbols-user FILE]… RECORDS
 *
 * FILE is the output of `nm -n`: of the kernel, or of a user program.
 * An access that was refused before it was made is shown among them.
 * --signals and --kernel show only faults that ended a program, and only
 * of those at EL1 that nothing resolved, and number them from 1.
 * --only, --pid, --va and --class choose what is shown (story_filter.h); a
 * summary comes first, and what repeats is counted (story_fold.h). Of many
 * kinds the most frequent ones are shown. --json shows every fault that is
 * chosen. The width is COLUMNS, or 80.
 * --ctf and --chrome write all records, light events too, for other people's
 * viewers: story_ctf.h, story_chrome.h. The status is 1 if one could not be
 * written, and 2 if the records could not be read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/decode.h"
#include "story_chrome.h"
#include "story_ctf.h"
#include "story_fields.h"
#include "story_filter.h"
#include "story_fold.h"
#include "story_json.h"
#include "story_lines.h"
#include "story_records.h"
#include "story_refusal.h"

#define TOLD_KINDS  200
#define TOLD_FAULTS 1  /* stories of one kind; the rest are counted */
#define TOLD_ENDS   10 /* the same with --signals and --kernel */
#define TOLD_EVENTS 8

static __noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "story: %s: %s\n", name, what);
	exit(2);
}

/* ---- Symbols -------------------------------------------------------- */

struct symbol {
	uint64_t addr;
	char *name;
};

/* One for each half. Sorted once all files are read. */
static struct symbols {
	struct symbol *all;
	size_t count, room;
} user_symbols, kernel_symbols;

static void symbols_add(struct symbols *s, uint64_t addr, const char *name)
{
	if (s->count == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 1024;
		s->all = realloc(s->all, s->room * sizeof(*s->all));
	}
	if (s->all == NULL) {
		die("out of memory", name);
	}
	s->all[s->count].addr = addr;
	s->all[s->count].name = malloc(strlen(name) + 1);
	if (s->all[s->count].name == NULL) {
		die("out of memory", name);
	}
	memcpy(s->all[s->count++].name, name, strlen(name) + 1);
}

/* Keeps the functions ("0000000000400000 T main"); mapping symbols are not. */
static void symbols_read(struct symbols *s, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512], name[256], type;
	unsigned long addr;

	if (file == NULL) {
		die("cannot be read", path);
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%lx %c %255s", &addr, &type, name) == 3 &&
		    strchr("tTwW", type) != NULL && name[0] != '$') {
			symbols_add(s, addr, name);
		}
	}
	fclose(file);
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void symbols_sort(struct symbols *s)
{
	if (s->count > 0) {
		qsort(s->all, s->count, sizeof(*s->all), by_address);
	}
}

/* story_symbol_fn: the last symbol that is not above addr. */
static bool find_symbol(uint64_t addr, char *buf, size_t size)
{
	const struct symbols *s = addr >> 55 & 1 ? &kernel_symbols :
						   &user_symbols;
	size_t low = 0, high = s->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (s->all[middle].addr <= addr) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == 0) {
		return false;
	}
	snprintf(buf, size, "%s+0x%lx", s->all[low - 1].name,
		 addr - s->all[low - 1].addr);
	return true;
}

/* ---- Printing ------------------------------------------------------- */

static void put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
}

static void print_story(const struct fault *f, unsigned int number)
{
	const bool is_bug = f->resolution == RESOLUTION_DELIBERATE ||
			    f->resolution == RESOLUTION_KERNEL_BUG;
	struct sink_buffer b;
	char text[8192];

	sink_buffer_init(&b, text, sizeof(text));
	sink_printf(&b.sink, "#%u  ", number);
	story_print(&b.sink, f, find_symbol);
	story_lines(text, is_bug ? LINES_BUG : LINES_STORY);
}

static void print_event(const struct trace_event *e)
{
	struct sink_buffer b;
	char text[1024];

	sink_buffer_init(&b, text, sizeof(text));
	sink_printf(&b.sink, "@%lu  pid %d, CPU %u: ", e->sequence, e->pid,
		    e->cpu);
	trace_print_event(&b.sink, e);
	sink_printf(&b.sink, "\n");
	story_lines(text, LINES_PLAIN);
}

/* user_end: of the trace's begin. */
static void print_refusal(const struct trace_event *e, uint64_t user_end)
{
	struct sink_buffer b;
	char text[1024];

	sink_buffer_init(&b, text, sizeof(text));
	sink_printf(&b.sink, "--  ");
	story_refusal(&b.sink, e, user_end);
	story_lines(text, LINES_PLAIN);
}

static struct {
	bool json, signals, kernel;
	const char *ctf, *chrome;
	struct story_filter filter;
	uint64_t user_end;
} options;

static bool is_wanted_end(const struct fault *f)
{
	const bool starved = f->resolution == RESOLUTION_OUT_OF_MEMORY;
	const bool unresolved = f->resolution == RESOLUTION_FIXUP || starved ||
				f->resolution == RESOLUTION_DELIBERATE ||
				f->resolution == RESOLUTION_KERNEL_BUG;

	if (!options.signals && !options.kernel) {
		return true;
	}
	return (options.signals && (f->resolution == RESOLUTION_SIGNAL ||
				    (starved && f->from_el == 0))) ||
	       (options.kernel && f->from_el == 1 && unresolved);
}

static bool is_wanted(const struct record *record,
		      const union record_data *data)
{
	if (!story_filter_wants(&options.filter, record, data)) {
		return false;
	}
	return record->id == RECORD_FAULT ? is_wanted_end(&data->fault) :
	       record->id != TRACE_ID_refusal || options.kernel ||
		       !options.signals;
}

/* Every fault that is wanted, one a line. */
static void print_json(const struct records *r)
{
	struct sink out = { put };
	union record_data data;

	for (size_t i = 0; i < r->count; i++) {
		if (r->all[i].id != RECORD_FAULT) {
			continue;
		}
		record_read(r, &r->all[i], &data);
		if (is_wanted(&r->all[i], &data)) {
			story_json(&out, &data.fault, r->all[i].number,
				   find_symbol);
			putchar('\n');
		}
	}
}

/* One record; and after the last of its kind that is shown, what repeats. */
static void print_shown(const struct records *r, const struct story_fold *fold,
		       const struct story_shown *shown)
{
	const struct record *record = &r->all[shown->record];
	const struct story_kind *kind = &fold->kinds[shown->kind];
	union record_data data;
	struct sink_buffer b;
	char text[256];

	record_read(r, record, &data);
	if (record->id == RECORD_FAULT) {
		print_story(&data.fault, shown->number);
	} else if (record->id == TRACE_ID_refusal) {
		print_refusal(&data.event, options.user_end);
	} else {
		print_event(&data.event);
	}
	if (kind->last_shown == shown->record) {
		sink_buffer_init(&b, text, sizeof(text));
		story_print_rest(&b.sink, r, kind);
		story_lines(text, LINES_PLAIN);
	}
	if (record->id == RECORD_FAULT || record->id == TRACE_ID_refusal) {
		putchar('\n');
	}
}

static bool ends_are_chosen(void)
{
	return options.signals || options.kernel;
}

/* The summary, and then the story by sequence. */
static void print_records(const struct records *r)
{
	const bool few = ends_are_chosen();
	const struct story_limits limits = {
		.kinds = TOLD_KINDS,
		.faults = few ? TOLD_ENDS : TOLD_FAULTS,
		.events = TOLD_EVENTS,
		.renumber = few,
	};
	const struct story_fold fold = story_fold(r, is_wanted, find_symbol,
						  &limits);
	static char text[16384];
	struct sink_buffer b;

	if (!few) {
		sink_buffer_init(&b, text, sizeof(text));
		story_summary(&b.sink, r, &fold, &options.filter);
		story_lines(text, LINES_PLAIN);
	}
	for (size_t i = 0; i < fold.shown_count; i++) {
		print_shown(r, &fold, &fold.shown[i]);
	}
	sink_buffer_init(&b, text, sizeof(text));
	story_print_not_shown(&b.sink, &fold, &limits);
	story_lines(text, LINES_PLAIN);
	if (fold.groups[GROUP_FAULT] == 0) {
		printf("no faults were recorded\n");
	}
}

/* What the kernel itself counted, and whether something is missing here. */
static void print_end(const struct records *r)
{
	struct trace_event end;

	if (!records_last(r, TRACE_ID_end, &end)) {
		printf("The trace has no end: the kernel did not come to "
		       "write it.\n");
	} else if (end.u.end.faults_dropped + end.u.end.events_dropped > 0) {
		printf("DROPPED, because a ring was full: %lu faults and %lu "
		       "other events of %lu and %lu.\n",
		       end.u.end.faults_dropped, end.u.end.events_dropped,
		       end.u.end.faults, end.u.end.events);
	}
}

static bool check_written(bool written, const char *path)
{
	if (!written) {
		fprintf(stderr, "story: %s cannot be written: %s\n", path,
			strerror(errno));
	}
	return written;
}

/* Writes the other formats that were asked for. */
static bool write_formats(const struct records *r)
{
	bool ok = true;

	if (options.ctf != NULL) {
		ok = check_written(story_ctf(r, options.ctf, find_symbol),
				   options.ctf);
	}
	if (options.chrome != NULL) {
		ok &= check_written(story_chrome(r, options.chrome,
						 find_symbol),
				    options.chrome);
	}
	return ok;
}

/* Whether it was --only, --pid, --va or --class, and its value. */
static bool read_filter(const char *option, const char *value)
{
	static const char *const names[][2] = {
		{ "--only", "ONLY" }, { "--pid", "PID" },
		{ "--va", "VA" }, { "--class", "CLASS" },
	};

	for (size_t i = 0; value != NULL && i < ARRAY_SIZE(names); i++) {
		if (strcmp(option, names[i][0]) == 0) {
			if (!story_filter_set(&options.filter, names[i][1],
					      value)) {
				exit(2);
			}
			return true;
		}
	}
	return false;
}

/* Reads the command line; returns the path of the records. */
static const char *read_arguments(int argc, char **argv)
{
	const char *path = NULL;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options.json = true;
		} else if (strcmp(argv[i], "--signals") == 0) {
			options.signals = true;
		} else if (strcmp(argv[i], "--kernel") == 0) {
			options.kernel = true;
		} else if (strcmp(argv[i], "--ctf") == 0 && i + 1 < argc) {
			options.ctf = argv[++i];
		} else if (strcmp(argv[i], "--chrome") == 0 && i + 1 < argc) {
			options.chrome = argv[++i];
		} else if (strcmp(argv[i], "--symbols") == 0 && i + 1 < argc) {
			symbols_read(&kernel_symbols, argv[++i]);
		} else if (strcmp(argv[i], "--symbols-user") == 0 &&
			   i + 1 < argc) {
			symbols_read(&user_symbols, argv[++i]);
		} else if (read_filter(argv[i], argv[i + 1])) {
			i++;
		} else if (argv[i][0] != '-' && path == NULL) {
			path = argv[i];
		} else {
			die("not an argument of story [--json] [--signals] "
			    "[--kernel] [--only WORDS] [--pid N] [--va ADDR] "
			    "[--class VERDICT] [--ctf DIR] [--chrome FILE] "
			    "[--symbols FILE] [--symbols-user FILE] RECORDS",
			    argv[i]);
		}
	}
	if (path == NULL) {
		die("no file of records was named", "arguments");
	}
	if (!story_filter_can_fit(&options.filter)) {
		exit(2);
	}
	symbols_sort(&kernel_symbols);
	symbols_sort(&user_symbols);
	return path;
}

int main(int argc, char **argv)
{
	struct trace_event begin;
	struct records r;

	options.filter = story_filter_default();
	r = records_read(read_arguments(argc, argv));
	if (records_last(&r, TRACE_ID_begin, &begin)) {
		options.filter.page_size = begin.u.begin.page_size;
		options.user_end = begin.u.begin.user_end;
	}
	story_call_name = call_name;
	story_lines_begin();
	if (options.json) {
		print_json(&r);
	} else {
		print_records(&r);
		print_end(&r);
	}
	fflush(stdout);
	return write_formats(&r) ? 0 : 1;
}
