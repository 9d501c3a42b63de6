/* SPDX-License-Identifier: MIT */
/*
 * tables.h - the last test of a test program: whatever the run has done,
 * no translation table breaks an invariant. The kernel looks at its tables
 * and at this process's (/proc/table_check, in the test Image only).
 */
#pragma once

#include "rt.h"

/* Prints a KTAP comment for each violation; true if there is none. */
static inline bool tables_hold(void)
{
	static char text[4096];
	const bool known = file_read("/proc/table_check", text,
				     sizeof(text)) != -ENOENT;

	if (strcmp(text, "ok\n") != 0) {
		printf("%s", known ? text : "# not the test Image");
		printf("\n"); /* the text may be cut off in a line */
	}
	return !known || strcmp(text, "ok\n") == 0;
}
