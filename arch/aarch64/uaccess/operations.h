/* SPDX-License-Identifier: MIT */
/*
 * operations.h - the operations for those that stand between an entry point
 * and the method, and observe: traced.c and stats.c. What is an operation's
 * address, what its size, and what does its result say?
 */
#pragma once

#include "arch.h"
#include "trace/trace.h"

enum uaccess_group { GROUP_COPIES, GROUP_WORDS, GROUP_ATOMICS, GROUP_COUNT };

/* A row of uaccess_operations.h. */
struct uaccess_operation {
	enum uaccess_group group;
	enum trace_direction direction;
	uint8_t address;  /* which argument is the user's address */
	uint8_t bytes;    /* which one is the size; or that many bytes: */
	uint8_t size;
	enum uaccess_result {
		RESULT_LEFT,   /* the bytes that are left */
		RESULT_ERROR,  /* 0, or an error: nothing was done */
		RESULT_STRING, /* a length, or an error */
		RESULT_LENGTH, /* a length, or 0: an error */
	} result;
};

extern const struct uaccess_operation
	uaccess_operations[TRACE_OPERATION_COUNT];

/* What was asked for, and what of it was not done, by arguments and x0. */
uint64_t uaccess_bytes_asked(const struct uaccess_operation *op,
			     const uint64_t args[3]);
uint64_t uaccess_bytes_left(const struct uaccess_operation *op,
			    const uint64_t args[3], int64_t result);

/*
 * All operations take at most three arguments in registers, and return one or
 * two words in x0 and x1, as struct arch_got does: so one function type will
 * do for them, and what a method leaves there is passed on as it is.
 */
typedef struct arch_got uaccess_fn(uint64_t a, uint64_t b, uint64_t c);
