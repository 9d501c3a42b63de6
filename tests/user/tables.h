/* SPDX-License-Identifier: MIT */
/*
 * tables.h - the last test of each test program: whatever the run has done,
 * no translation table breaks an invariant. The kernel looks at its tables
 * and at this process's (/proc/table_check, in the test Image only).
 */
#pragma once

#include "rt.h"

/* Prints a KTAP of one test; true unless it failed. */
static inline bool tables_test(void)
{
	static char text[4096];
	long len = file_read("/proc/table_check", text, sizeof(text));
	bool ok = strcmp(text, "ok\n") == 0;
	char *line = text;

	printf("KTAP version 1\n1..1\n");
	if (len == -ENOENT) {
		printf("ok 1 tables.hold_after_the_run # SKIP "
		       "/proc/table_check is in the test Image only\n");
		return true;
	}
	while (!ok && *line != '\0') {
		char *end = strchr(line, '\n');

		if (end != NULL) {
			*end++ = '\0';
		}
		printf("# %s\n", line);
		line = end != NULL ? end : line + strlen(line);
	}
	printf("%s 1 tables.hold_after_the_run\n", ok ? "ok" : "not ok");
	return ok;
}
