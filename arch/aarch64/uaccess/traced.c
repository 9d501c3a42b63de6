// SPDX-License-Identifier: MIT
/*
 * traced.c - the same operations, observed: recorded in the trace, and counted
 * (stats.c). While either is wanted, the entry points of entry.S lead here,
 * and from here to the method in force. Otherwise they lead there at once, so
 * that a user access that nobody observes costs nothing more. The span is a
 * little longer than the window itself: it ends with the method's return.
 */
#include "install.h"
#include "lib/string.h"
#include "operations.h"
#include "select.h"
#include "stats.h"
#include "trace/trace.h"

static struct arch_got traced_run(enum trace_operation which,
				  const uint64_t args[3])
{
	const struct uaccess_operation *op = &uaccess_operations[which];
	uaccess_fn *method = (uaccess_fn *)uaccess_code[which];
	const struct trace_span span = trace_span_begin();
	const struct arch_got got =
		uaccess_counted ? stats_run(which, method, args) :
				  method(args[0], args[1], args[2]);

	if (uaccess_traced) {
		trace_emit_window(&span, uaccess_method->name, which,
				  op->direction, args[op->address],
				  uaccess_bytes_asked(op, args),
				  uaccess_bytes_left(op, args, got.error));
	}
	return got;
}

/* Only tables.S knows them by name. */
#define X(_, operation, ...)                                       \
	uaccess_fn traced_##operation;                             \
	struct arch_got traced_##operation(uint64_t a, uint64_t b, \
					   uint64_t c)             \
	{                                                          \
		return traced_run(TRACE_OPERATION_##operation,     \
				  (const uint64_t[]){ a, b, c });  \
	}
UACCESS_OPERATIONS(X, )
