/* SPDX-License-Identifier: MIT */
/* traced.h - each operation once more, observed: traced.c. */
#pragma once

#include "arch.h"
#include "uaccess_operations.h"

#define X(_, operation, ...) \
	struct arch_got traced_##operation(uint64_t a, uint64_t b, uint64_t c);
UACCESS_OPERATIONS(X, )
#undef X
