// SPDX-License-Identifier: MIT
/* operations.c - the list of uaccess_operations.h, for C. */
#include "operations.h"

#define NONE 3 /* no argument is the size */

#define X(group_, name, direction_, address_, bytes_, size_, result_) \
	[TRACE_OPERATION_##name] = {                                  \
		.group = group_,                                      \
		.direction = TRACE_DIRECTION_##direction_,            \
		.address = address_,                                  \
		.bytes = bytes_,                                      \
		.size = size_,                                        \
		.result = RESULT_##result_,                           \
	},
const struct uaccess_operation uaccess_operations[] = {
	UACCESS_COPIES(X, GROUP_COPIES)
	UACCESS_WORDS(X, GROUP_WORDS)
	UACCESS_ATOMICS(X, GROUP_ATOMICS)
};

uint64_t uaccess_bytes_asked(const struct uaccess_operation *op,
			     const uint64_t args[3])
{
	return op->bytes == NONE ? op->size : args[op->bytes];
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
