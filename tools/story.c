/* SPDX-License-Identifier: MIT */
/*
 * story.c - `make trace`: reads the records that the kernel wrote and tells
 * the story of each fault, by the kernel's own code; or prints it as one JSON
 * object a line (--json).
 *
 *	story [--json] [--signals] [--kernel] [--ctf DIR] [--chrome FILE]
 *	      [--symbols FILE]… [--symbols-user FILE]… RECORDS
 *
 * FILE is the output of `nm -n`: of the kernel, or of a user program.
 * An access that was refused before it was made is told among them.
 * --signals and --kernel tell only of faults that ended a program, and only
 * of those at EL1 that nothing resolved, and number them from 1.
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
#include "story_json.h"
#include "story_records.h"
#include "story_refusal.h"

#define RED   "\033[1;31m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

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

/*
 * How much of a line is coloured: the verdict, which stands on the second line
 * in front of the ending; and the level where the walk stopped.
 */
static size_t coloured_length(const char *line, unsigned int number)
{
	const char *ending;

	if (strstr(line, "<== stopped here") != NULL) {
		return strlen(line);
	}
	if (number != 2) {
		return 0;
	}
	ending = strstr(line + 4, "    ");
	return ending != NULL ? (size_t)(ending - line) : strlen(line);
}

static void print_coloured(char *text, bool is_bug)
{
	unsigned int number = 1;

	for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		size_t length;

		*end = '\0';
		length = coloured_length(text, number);
		if (length > 0) {
			printf("%s%.*s" PLAIN "%s\n",
			       number == 2 && !is_bug ? BOLD : RED,
			       (int)length, text, text + length);
		} else {
			printf("%s\n", text);
		}
		number++;
	}
}

static void print_story(const struct fault *f, unsigned long number,
			bool colour)
{
	struct sink out = { put };
	struct sink_buffer b;
	char text[8192];

	printf("#%lu  ", number);
	if (!colour) {
		story_print(&out, f, find_symbol);
	} else {
		sink_buffer_init(&b, text, sizeof(text));
		story_print(&b.sink, f, find_symbol);
		print_coloured(text, f->resolution == RESOLUTION_DELIBERATE ||
				     f->resolution ==
					     RESOLUTION_KERNEL_BUG);
	}
	putchar('\n');
}

static void print_refusal(const struct records *r, const struct trace_event *e)
{
	const struct trace_event *begin = records_last(r, TRACE_ID_begin);
	struct sink out = { put };

	printf("--  ");
	story_refusal(&out, e, begin != NULL ? begin->u.begin.user_end : 0);
	putchar('\n');
}

static struct {
	bool json, signals, kernel;
	const char *ctf, *chrome;
} options;

static bool refusals_are_wanted(void)
{
	return !options.json && (options.kernel || !options.signals);
}

static bool is_wanted(const struct fault *f)
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

/* Tells the faults; returns how many there were. */
static unsigned long print_records(const struct records *r)
{
	const bool colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	struct sink out = { put };
	const bool few = options.signals || options.kernel;
	unsigned long count = 0, told = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct fault *f = r->all[i].fault;
		const struct trace_event *e = r->all[i].event;

		if (f == NULL) {
			if (e->id == TRACE_ID_refusal &&
			    refusals_are_wanted()) {
				print_refusal(r, e);
			}
			continue;
		}
		count = r->all[i].number;
		if (is_wanted(f) && options.json) {
			story_json(&out, f, count, find_symbol);
			putchar('\n');
		} else if (is_wanted(f)) {
			print_story(f, few ? ++told : count, colour);
		}
	}
	return count;
}

/* What the kernel itself counted, and whether something is missing here. */
static void print_end(const struct records *r)
{
	const struct trace_event *end = records_last(r, TRACE_ID_end);

	if (end == NULL) {
		printf("The trace has no end: the kernel did not come to "
		       "write it.\n");
	} else if (end->u.end.faults_dropped + end->u.end.events_dropped > 0) {
		printf("DROPPED, because a ring was full: %lu faults and %lu "
		       "other events of %lu and %lu.\n",
		       end->u.end.faults_dropped, end->u.end.events_dropped,
		       end->u.end.faults, end->u.end.events);
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
		ok = check_written(story_ctf(r, options.ctf), options.ctf);
	}
	if (options.chrome != NULL) {
		ok &= check_written(story_chrome(r, options.chrome,
						 find_symbol),
				    options.chrome);
	}
	return ok;
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
		} else if (argv[i][0] != '-' && path == NULL) {
			path = argv[i];
		} else {
			die("not an argument of story [--json] [--signals] "
			    "[--kernel] [--ctf DIR] [--chrome FILE] "
			    "[--symbols FILE] [--symbols-user FILE] RECORDS",
			    argv[i]);
		}
	}
	if (path == NULL) {
		die("no file of records was named", "arguments");
	}
	symbols_sort(&kernel_symbols);
	symbols_sort(&user_symbols);
	return path;
}

int main(int argc, char **argv)
{
	const struct records r = records_read(read_arguments(argc, argv));

	story_call_name = call_name;
	if (print_records(&r) == 0 && !options.json) {
		printf("no faults were recorded\n");
	}
	if (!options.json) {
		print_end(&r);
	}
	fflush(stdout);
	return write_formats(&r) ? 0 : 1;
}
