/* SPDX-License-Identifier: MIT */
/*
 * story_filter.h - which records a story shows: ONLY= by kind, PID= by
 * process, VA= by page, CLASS= by verdict. All that are given must fit. Without
 * ONLY= it shows the faults.
 */
#pragma once

#include "lib/sink.h"
#include "story_records.h"

/* Every record is of one of these groups. */
enum story_group {
	GROUP_FAULT,
	GROUP_REFUSAL, /* before a fault could be: shown with the faults */
	GROUP_WINDOW,
	GROUP_SWITCH, /* of tasks, and of tables */
	GROUP_TLB,
	GROUP_CALL, /* in or out: ONLY= has no word for it */
	GROUP_MARK, /* begin, end */
	GROUP_COUNT,
};

struct story_filter {
	bool groups[GROUP_COUNT];
	bool has_pid, has_va;
	uint64_t pid, va;
	unsigned int verdict; /* VERDICT_NONE: any */
	uint64_t page_size;
};

struct story_filter story_filter_default(void);
/* name is ONLY, PID, VA or CLASS. A wrong value is one line on stderr. */
bool story_filter_set(struct story_filter *f, const char *name,
		      const char *value);
/* False, with a line on stderr: no record can be all of that. */
bool story_filter_can_fit(const struct story_filter *f);
void story_filter_print(struct sink *out, const struct story_filter *f);

enum story_group story_group(const struct record *record);
bool story_filter_wants(const struct story_filter *f,
			const struct record *record,
			const union record_data *data);
