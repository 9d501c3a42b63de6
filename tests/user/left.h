/* SPDX-License-Identifier: MIT */
/*
 * left.h - what a test has not freed: pages and kernel objects that are
 * missing when all its processes have ended. Exactly: a slab that kmalloc()
 * goes on using is no loss, and an object that is lost inside one is. Nor is
 * a page of the program itself that was not there yet: each measure begins by
 * bringing in all of them.
 */
#pragma once

#include "rt.h"

#define LEFT_CLASSES 16 /* of kmalloc() at most */

struct left {
	long kib; /* free, or free again as soon as somebody asks */
	long objects[LEFT_CLASSES]; /* handed out: /proc/slabinfo */
};

static inline long left_number(const char *p)
{
	long n = 0;

	while (*p == ' ') {
		p++;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
	}
	return n;
}

/* A line of /proc/meminfo, in KiB. */
static inline long left_kib(const char *text, const char *key)
{
	char value[32];

	return left_number(view_get(text, key, value, sizeof(value)));
}

/* The digits of an address, as /proc/self/maps has them; *p is moved past. */
static inline uint64_t left_hex(const char **p)
{
	uint64_t n = 0;

	for (;; (*p)++) {
		if (**p >= '0' && **p <= '9') {
			n = n << 4 | (uint64_t)(**p - '0');
		} else if (**p >= 'a' && **p <= 'f') {
			n = n << 4 | (uint64_t)(**p - 'a' + 10);
		} else {
			return n;
		}
	}
}

extern char _end[]; /* of the program: ld's symbol */

#define LEFT_STACK  (16 * 1024) /* more than a measure uses */
#define LEFT_STRIDE 4096	/* the smallest page */

/* Brings in each page of the program, and of the stack below the caller: a
 * writable one as this process's own, so that no later write copies it.
 * Which pages a measure needs is the compiler's and the linker's choice. */
static inline void left_bring_in(void)
{
	static char text[4096];
	const char *p = text;
	volatile char stack[LEFT_STACK];

	for (size_t i = 0; i < sizeof(stack); i += LEFT_STRIDE) {
		stack[i] = 0;
	}
	file_read("/proc/self/maps", text, sizeof(text));
	while (p != NULL && *p != '\0') {
		uint64_t from = left_hex(&p), to;
		bool readable, writable;

		p++; /* "-" */
		to = left_hex(&p);
		readable = p[1] == 'r';
		writable = p[2] == 'w';
		if (from >= (uint64_t)_end) {
			return;
		}
		for (; readable && from < to; from += LEFT_STRIDE) {
			volatile char *byte = (volatile char *)from;
			const char value = *byte;

			if (writable) {
				*byte = value;
			}
		}
		p = strchr(p, '\n');
		p += p != NULL;
	}
}

static inline long left_free_memory(void)
{
	char text[256];

	left_bring_in();
	file_read("/proc/meminfo", text, sizeof(text));
	return left_kib(text, "MemFree");
}

static inline struct left left_now(void)
{
	static char text[4096];
	struct left now = { 0 };
	unsigned int class = 0;

	left_bring_in();
	file_read("/proc/meminfo", text, sizeof(text));
	now.kib = left_kib(text, "MemFree") + left_kib(text, "Slab") +
		  left_kib(text, "KernelTables");
	file_read("/proc/slabinfo", text, sizeof(text));
	for (char *p = text; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, "kmalloc-", 8) == 0 && class < LEFT_CLASSES) {
			now.objects[class++] = left_number(strchr(p, ' '));
		}
	}
	return now;
}

/* Says what is missing, or more, since `before`; true if anything is. */
static inline bool left_differs(const struct left *before)
{
	const struct left now = left_now();
	bool differs = now.kib != before->kib;

	if (differs) {
		printf("# %ld KiB of memory are lost\n", before->kib - now.kib);
	}
	for (unsigned int i = 0; i < LEFT_CLASSES; i++) {
		long lost = now.objects[i] - before->objects[i];

		if (lost != 0) {
			printf("# %ld objects of %u bytes are lost\n", lost,
			       16u << i);
			differs = true;
		}
	}
	return differs;
}
