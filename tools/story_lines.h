/* SPDX-License-Identifier: MIT */
/*
 * story_lines.h - text on the terminal: no line is longer than COLUMNS (or 80),
 * and colour is used only where the terminal has it. It never says anything by
 * itself.
 */
#pragma once

enum lines_kind {
	LINES_PLAIN,
	LINES_STORY, /* the verdict on the second line stands out */
	LINES_BUG,   /* the same, in red */
};

/* Looks at the environment; before all others. */
void story_lines_begin(void);
/* Prints a text whose lines all end with a newline; changes it. */
void story_lines(char *text, enum lines_kind kind);
