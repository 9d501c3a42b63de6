// SPDX-License-Identifier: MIT
/* operations.c - the table of operations.h. */
#include "operations.h"

#define IN          TRACE_DIRECTION_IN
#define OUT         TRACE_DIRECTION_OUT
#define NO_ARGUMENT 3
#define GET(size)   { IN, 0, NO_ARGUMENT, size, RESULT_ERROR }
#define PUT(size)   { OUT, 1, NO_ARGUMENT, size, RESULT_ERROR }
#define SWAP(size)  { TRACE_DIRECTION_BOTH, 0, NO_ARGUMENT, size, RESULT_ERROR }

const struct uaccess_operation uaccess_operations[] = {
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

uint64_t uaccess_bytes_asked(const struct uaccess_operation *op,
			     const uint64_t args[3])
{
	return op->bytes == NO_ARGUMENT ? op->size : args[op->bytes];
}

uint64_t uaccess_bytes_left(const struct uaccess_operation *op,
			    const uint64_t args[3], int64_t result)
{
	uint64_t asked = uaccess_bytes_asked(op, args);

	switch (op->result) {
	case RESULT_LEFT:
		return (uint64_t)result;
	case RESULT_STRING: /* one that ended in time has nothing left */
		return result < 0 ? asked : 0;
	case RESULT_LENGTH:
		return result == 0 ? asked : 0;
	default: /* an int: only w0 counts */
		return (int32_t)result != 0 ? asked : 0;
	}
}
