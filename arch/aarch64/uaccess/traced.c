// SPDX-License-Identifier: MIT
/*
 * traced.c - the same fifteen operations, told to the trace. While light
 * events are wanted, the doors of entry.S lead here, and from here to the
 * method in force; otherwise they lead there at once, so that a user-access
 * window that nobody traces costs nothing. The span is a little longer than
 * the window itself: it ends with the method's return.
 */
#include "traced.h"

#include "lib/string.h"
#include "methods.h"
#include "select.h"
#include "trace/trace.h"

/* How an operation's arguments and result say what it did. */
struct traced_operation {
	enum trace_direction direction;
	uint8_t address;  /* which argument is the user's address */
	uint8_t bytes;    /* which one is the size; or NO_ARGUMENT: */
	uint8_t size;     /* this many bytes */
	enum traced_result {
		RESULT_LEFT,   /* the bytes that are left */
		RESULT_ERROR,  /* 0, or an error: nothing was done */
		RESULT_STRING, /* a length, or an error */
		RESULT_LENGTH, /* a length, or 0: an error */
	} result;
};

#define IN          TRACE_DIRECTION_IN
#define OUT         TRACE_DIRECTION_OUT
#define NO_ARGUMENT 3
#define GET(size)   { IN, 0, NO_ARGUMENT, size, RESULT_ERROR }
#define PUT(size)   { OUT, 1, NO_ARGUMENT, size, RESULT_ERROR }
#define SWAP(size)  { TRACE_DIRECTION_BOTH, 0, NO_ARGUMENT, size, RESULT_ERROR }

static const struct traced_operation traced_operations[] = {
	[TRACE_OPERATION_copy_from_user] = { IN, 1, 2, 0, RESULT_LEFT },
	[TRACE_OPERATION_copy_to_user] = { OUT, 0, 2, 0, RESULT_LEFT },
	[TRACE_OPERATION_clear_user] = { OUT, 0, 1, 0, RESULT_LEFT },
	[TRACE_OPERATION_strncpy_from_user] = { IN, 1, 2, 0, RESULT_STRING },
	[TRACE_OPERATION_strnlen_user] = { IN, 0, 1, 0, RESULT_LENGTH },
	[TRACE_OPERATION_get_user_1] = GET(1),
	[TRACE_OPERATION_get_user_2] = GET(2),
	[TRACE_OPERATION_get_user_4] = GET(4),
	[TRACE_OPERATION_get_user_8] = GET(8),
	[TRACE_OPERATION_put_user_1] = PUT(1),
	[TRACE_OPERATION_put_user_2] = PUT(2),
	[TRACE_OPERATION_put_user_4] = PUT(4),
	[TRACE_OPERATION_put_user_8] = PUT(8),
	[TRACE_OPERATION_cmpxchg_user_4] = SWAP(4),
	[TRACE_OPERATION_cmpxchg_user_8] = SWAP(8),
};

/* What was not moved. A string that ended in time has nothing left. */
static uint64_t traced_left(const struct traced_operation *op, int64_t result,
			    uint64_t bytes)
{
	switch (op->result) {
	case RESULT_LEFT:
		return (uint64_t)result;
	case RESULT_STRING:
		return result < 0 ? bytes : 0;
	case RESULT_LENGTH:
		return result == 0 ? bytes : 0;
	default: /* an int: only w0 counts */
		return (int32_t)result != 0 ? bytes : 0;
	}
}

/*
 * All operations take at most three arguments in registers, and return one or
 * two words in x0 and x1, as struct arch_got does: so one function type will
 * do for them, and what a method leaves there is passed on as it is.
 */
typedef struct arch_got traced_fn(uint64_t a, uint64_t b, uint64_t c);

static struct arch_got traced_run(enum trace_operation which,
				  uint64_t method, uint64_t a, uint64_t b,
				  uint64_t c)
{
	const struct traced_operation *op = &traced_operations[which];
	const uint64_t args[] = { a, b, c, op->size };
	const struct trace_span span = trace_span_begin();
	const struct arch_got got = ((traced_fn *)method)(a, b, c);
	struct trace_window w = {
		.operation = which,
		.direction = op->direction,
		.address = args[op->address],
		.bytes = args[op->bytes],
		.left = traced_left(op, got.error, args[op->bytes]),
	};

	strlcpy(w.method, uaccess_method, sizeof(w.method));
	trace_emit_window(&span, &w);
	return got;
}

/* `first` is the first of its group in methods.h, and in the trace's list. */
#define TRACED(operation, group, first)                                      \
	struct arch_got traced_##operation(uint64_t a, uint64_t b,           \
					   uint64_t c)                       \
	{                                                                    \
		return traced_run(TRACE_OPERATION_##operation,               \
				  uaccess_in_force                           \
					  .group[TRACE_OPERATION_##operation - \
						 TRACE_OPERATION_##first],   \
				  a, b, c);                                  \
	}
#define X(operation) TRACED(operation, copies, copy_from_user)
UACCESS_COPIES(X)
#undef X
#define X(operation) TRACED(operation, words, strncpy_from_user)
UACCESS_WORDS(X)
#undef X
#define X(operation) TRACED(operation, atomics, cmpxchg_user_4)
UACCESS_ATOMICS(X)
#undef X
