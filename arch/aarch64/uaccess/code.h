/* SPDX-License-Identifier: MIT */
/*
 * code.h - where the code of each operation begins: tables.S. An array is in
 * the order of UACCESS_OPERATIONS, so enum trace_operation is its index; only
 * atomics have arrays of their own, because they depend on the window. And
 * where the hooks of vectors.S are.
 */
#pragma once

#include "methods.h"

typedef const uint64_t uaccess_code_table[];

/* Copies and words of each method. */
#define M(name, ...) extern uaccess_code_table uaccess_code_##name;
UACCESS_METHODS(M)
#undef M
/* All of them. */
extern uaccess_code_table uaccess_code_entries, uaccess_code_traced;
/* Atomics, by enum uaccess_window; without LSE, and with; 4 bytes, and 8. */
extern const uint64_t uaccess_code_atomics[][2][2];

/* A hook of vectors.S and its stub, each relative to its own field. */
struct uaccess_hook {
	int32_t site, stub;
};
extern const struct uaccess_hook hooks_start[], hooks_end[];
