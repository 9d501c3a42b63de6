/* SPDX-License-Identifier: MIT */
/* story_lines.c - see story_lines.h. */
#include "story_lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/decode.h"

#define NARROWEST 80 /* columns of a terminal */

#define RED   "\033[1;31m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

static struct {
	size_t width;
	bool colour;
} terminal;

void story_lines_begin(void)
{
	const char *columns = getenv("COLUMNS"), *name = getenv("TERM");
	const char *no = getenv("NO_COLOR");
	const unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;

	terminal.width = width > NARROWEST ? width : NARROWEST;
	story_width = terminal.width < 100 ? (unsigned int)terminal.width : 100;
	terminal.colour = isatty(STDOUT_FILENO) && (!no || no[0] == '\0') &&
			  (name == NULL || strcmp(name, "dumb") != 0);
}

/* How many bytes of a text fit: up to a space, in so many columns. */
static size_t fitting(const char *text, size_t columns)
{
	size_t best = 0, used = 0, at = 0;

	while (text[at] != '\0' && used <= columns) {
		if (text[at] == ' ' && (at == 0 || text[at - 1] != ' ')) {
			best = at;
		}
		do { /* a character of UTF-8 is one column */
			at++;
		} while ((text[at] & 0xc0) == 0x80);
		used++;
	}
	return used <= columns ? at : best > 0 ? best : strcspn(text, " ");
}

/* Prints a line, the first `strong` bytes in that colour, in as many lines of
 * the terminal as it needs: it breaks at a space. */
static void print_line(const char *line, size_t strong, const char *colour)
{
	const size_t indent = strspn(line, " ");
	size_t from = 0, length = indent + fitting(line + indent,
						   terminal.width - indent);

	while (true) {
		const size_t in_colour = strong < from ? 0 :
					 MIN(strong - from, length);

		if (in_colour > 0) {
			printf("%s%.*s" PLAIN, colour, (int)in_colour,
			       line + from);
		}
		printf("%.*s\n", (int)(length - in_colour),
		       line + from + in_colour);
		from += length;
		from += strspn(line + from, " ");
		if (line[from] == '\0') {
			return;
		}
		printf("%*s", (int)indent + 4, "");
		length = fitting(line + from, terminal.width - indent - 4);
	}
}

/*
 * How much of a line is coloured: the verdict, which stands on the second line
 * in front of the ending; and the level where the walk stopped.
 */
static size_t coloured_length(const char *line, unsigned int number)
{
	const char *ending;

	if (strncmp(line, "stop> ", 6) == 0) {
		return strlen(line);
	}
	if (number != 2) {
		return 0;
	}
	ending = strstr(line + 4, "    ");
	return ending != NULL ? (size_t)(ending - line) : strlen(line);
}

void story_lines(char *text, enum lines_kind kind)
{
	const bool colour = terminal.colour && kind != LINES_PLAIN;
	unsigned int number = 1;

	for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		*end = '\0';
		print_line(text, colour ? coloured_length(text, number) : 0,
			   number == 2 && kind == LINES_STORY ? BOLD : RED);
		number++;
	}
}
