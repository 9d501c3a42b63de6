/* SPDX-License-Identifier: MIT */
/* exec.h - a program in an empty address space, with its stack: see exec.c. */
#pragma once

#include "lib/types.h"

struct vm;
struct memfile;

/*
 * Fills an empty vm with the program in file and lays out its stack as Linux
 * does. argv and envp are kernel strings, ended by NULL. Returns 0 and sets
 * *entry and *sp; -ENOEXEC and sets *refused, the sentence that says what is
 * wrong and what helps; -ENOMEM; -E2BIG. The caller drops vm on error.
 */
int exec_load(struct vm *vm, const struct memfile *file,
	      const char *const argv[], const char *const envp[],
	      uint64_t *entry, uint64_t *sp, const char **refused);
