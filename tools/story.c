/* SPDX-License-Identifier: MIT */
/*
 * story.c - `make trace`: reads the fault records that the kernel wrote (raw
 * struct fault, one after another) and tells each one's story, by the
 * kernel's own code; or prints it as one JSON object a line (--json).
 *
 *	story [--json] [--signals] [--kernel]
 *	      [--symbols FILE]… [--symbols-user FILE]… RECORDS
 *
 * FILE is the output of `nm -n`: of the kernel, or of a user program.
 * --signals and --kernel tell only of faults that ended a program, and only
 * of those at EL1 that nothing resolved; numbers stay those of the record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode.h"
#include "story_json.h"

#define RED   "\033[1;31m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

static __noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "story: %s: %s\n", name, what);
	exit(2);
}

/* ---- Symbols ------------------------------------------------------------- */

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

/* ---- Printing ------------------------------------------------------------ */

static void put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
}

/* The verdict stands on the second line, the stopping level says so itself. */
static const char *line_colour(const char *line, unsigned int number)
{
	if (strstr(line, "<== stopped here") != NULL) {
		return RED;
	}
	if (number == 2) {
		return strstr(line, "KERNEL BUG") != NULL ? RED : BOLD;
	}
	return NULL;
}

static void print_coloured(char *text)
{
	unsigned int number = 1;

	for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		const char *colour;

		*end = '\0';
		colour = line_colour(text, number++);
		printf("%s%s%s\n", colour != NULL ? colour : "", text,
		       colour != NULL ? PLAIN : "");
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
		print_coloured(text);
	}
	putchar('\n');
}

static struct {
	bool json, signals, kernel;
} options;

static bool is_wanted(const struct fault *f)
{
	const bool unresolved = f->resolution == RESOLUTION_FIXUP ||
				f->resolution == RESOLUTION_DELIBERATE ||
				f->resolution == RESOLUTION_KERNEL_BUG;

	if (!options.signals && !options.kernel) {
		return true;
	}
	return (options.signals && f->resolution == RESOLUTION_SIGNAL) ||
	       (options.kernel && f->from_el == 1 && unresolved);
}

/* Returns the number of records; stops at the first that is none. */
static unsigned long print_records(FILE *file, const char *path)
{
	const bool colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	struct sink out = { put };
	unsigned long count = 0;
	struct fault f;
	size_t got;

	while ((got = fread(&f, 1, sizeof(f), file)) == sizeof(f)) {
		if (f.magic != FAULT_MAGIC) {
			die("holds no fault records of this version", path);
		}
		count++;
		if (!is_wanted(&f)) {
			continue;
		}
		if (options.json) {
			story_json(&out, &f, count, find_symbol);
		} else {
			print_story(&f, count, colour);
		}
	}
	if (got != 0) {
		fprintf(stderr, "story: %s: the last record is cut short\n",
			path);
	}
	return count;
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
		} else if (strcmp(argv[i], "--symbols") == 0 && i + 1 < argc) {
			symbols_read(&kernel_symbols, argv[++i]);
		} else if (strcmp(argv[i], "--symbols-user") == 0 &&
			   i + 1 < argc) {
			symbols_read(&user_symbols, argv[++i]);
		} else if (argv[i][0] != '-' && path == NULL) {
			path = argv[i];
		} else {
			die("not an argument of story [--json] [--signals] "
			    "[--kernel] [--symbols FILE] [--symbols-user FILE] "
			    "RECORDS", argv[i]);
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
	const char *path = read_arguments(argc, argv);
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		die("cannot be read", path);
	}
	if (print_records(file, path) == 0 && !options.json) {
		printf("no faults were recorded\n");
	}
	fclose(file);
	return 0;
}
