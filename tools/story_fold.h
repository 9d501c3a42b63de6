/* SPDX-License-Identifier: MIT */
/*
 * story_fold.h - sorts records into kinds, so that a long story begins with its
 * kinds, and what repeats is counted instead of shown again. Two records are
 * of one kind if the same words describe them: who did what in which function
 * (or at which PC, where no symbol is known), the verdict's class and how it
 * ended; of a light event what it is. The summary shows these words.
 */
#pragma once

#include "decode/decode.h"
#include "story_filter.h"

struct story_kind {
	char *label;
	size_t count;
	size_t shown; /* at most the limit; 0: one of too many kinds */
	size_t first, last_shown, last; /* in the records' order */
	unsigned int last_number;       /* of a fault, as story_shown's */
	uint64_t lowest, highest; /* of a fault: the addresses, without tag */
	bool has_address, many_processes;
};

/* A record that is shown, its kind, and a fault's number. */
struct story_shown {
	size_t record, kind;
	unsigned int number;
};

struct story_fold {
	struct story_kind *kinds;
	size_t kind_count;
	struct story_shown *shown; /* in the records' order */
	size_t shown_count;
	size_t *by_count; /* the kinds, the most frequent first */
	size_t groups[GROUP_COUNT]; /* of all records, shown or not */
	size_t wanted;
	size_t *buckets, bucket_count; /* by the label's hash */
};

typedef bool story_wants_fn(const struct record *record,
			    const union record_data *data);

struct story_limits {
	size_t kinds;          /* so many are shown, at most */
	size_t faults, events; /* and so many records of each */
	bool renumber;         /* the faults that are wanted, from 1 */
};

struct story_fold story_fold(const struct records *r, story_wants_fn *wants,
			     story_symbol_fn *symbol,
			     const struct story_limits *limits);
/* Counts of all records by group, what is left out, and a line for each kind. */
void story_summary(struct sink *out, const struct records *r,
		   const struct story_fold *fold,
		   const struct story_filter *filter);
/* "… and 7,012 like it, …"; nothing if all of the kind are shown. */
void story_print_rest(struct sink *out, const struct records *r,
		      const struct story_kind *kind);
/* How many kinds are not shown because there are too many; nothing if all are. */
void story_print_not_shown(struct sink *out, const struct story_fold *fold,
			   const struct story_limits *limits);
/* "EL0 write in main: unmapped, demand-zero": what faults that are alike have
 * in common. */
void story_fault_label(struct sink *out, const struct fault *f,
		       story_symbol_fn *symbol);
/* "7,012" */
const char *story_count(size_t count);
