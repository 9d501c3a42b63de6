/* SPDX-License-Identifier: MIT */
/*
 * host.h - what the host tests share: random numbers that are the same in
 * every run, buffers of exactly one size (so that AddressSanitizer sees the
 * first byte read too far), and the files named on the command line.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

/* Begins a sequence of random numbers, and notes its seed in the output. */
void random_seed(uint64_t seed);
uint64_t random_u64(void);
/* Below limit, which is not 0. */
static inline uint64_t random_below(uint64_t limit)
{
	return random_u64() % limit;
}

/* A copy of size bytes on the heap; the caller frees it. */
static inline unsigned char *exact_copy(const void *data, size_t size)
{
	unsigned char *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL) {
		abort();
	}
	/* malloc(1) stands for size 0, and must not hide a read. */
	return size > 0 ? memcpy(copy, data, size) : copy + 1;
}

static inline void exact_free(unsigned char *copy, size_t size)
{
	free(size > 0 ? copy : copy - 1);
}

/* Changes up to four random bytes to random values, or flips one bit. */
void corrupt(unsigned char *data, size_t size);

static inline bool same_text(const char *a, const char *b)
{
	return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

/* The kernel's snprintf, by the name that rename.h gives it. */
int kernel_snprintf(char *buf, size_t size, const char *fmt, ...);

/* A tree from a .dtb file, read by main. */
struct host_tree {
	const char *path;
	unsigned char *data;
	size_t size;
};
extern struct host_tree *host_trees;
extern size_t host_tree_count;

/* The tree whose file has this name, or NULL. */
static inline const struct host_tree *host_tree_find(const char *name)
{
	for (size_t i = 0; i < host_tree_count; i++) {
		if (strstr(host_trees[i].path, name) != NULL) {
			return &host_trees[i];
		}
	}
	return NULL;
}

/* A program, read by main; what the words are that refuse it, "" if none. */
struct host_program {
	const char *path, *refusal;
	unsigned char *data;
	size_t size;
};
extern struct host_program *host_programs;
extern size_t host_program_count;
/* elf_damage_test.c: registered by main if there are any. */
extern const struct test elf_linked;
