/* SPDX-License-Identifier: MIT */
/* traced.h - each operation once more, looked on at: traced.c. */
#pragma once

#include "arch.h"
#include "methods.h"

#define X(operation) \
	struct arch_got traced_##operation(uint64_t a, uint64_t b, uint64_t c);
UACCESS_COPIES(X)
UACCESS_WORDS(X)
UACCESS_ATOMICS(X)
#undef X
