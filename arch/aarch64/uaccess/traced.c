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
#include "operations.h"
#include "select.h"
#include "trace/trace.h"

static struct arch_got traced_run(enum trace_operation which,
				  uint64_t method, uint64_t a, uint64_t b,
				  uint64_t c)
{
	const struct uaccess_operation *op = &uaccess_operations[which];
	const uint64_t args[] = { a, b, c };
	const struct trace_span span = trace_span_begin();
	const struct arch_got got = ((uaccess_fn *)method)(a, b, c);
	struct trace_window w = {
		.operation = which,
		.direction = op->direction,
		.address = args[op->address],
		.bytes = uaccess_bytes_asked(op, args),
		.left = uaccess_bytes_left(op, args, got.error),
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
