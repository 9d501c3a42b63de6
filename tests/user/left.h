/* SPDX-License-Identifier: MIT */
/*
 * left.h - what a test has left behind: pages and kernel objects that are
 * missing when all its processes have ended. Exactly: a slab that kmalloc()
 * goes on using is no loss, and an object that is lost inside one is.
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

static inline long left_free_memory(void)
{
	char text[256];

	file_read("/proc/meminfo", text, sizeof(text));
	return left_kib(text, "MemFree");
}

static inline struct left left_now(void)
{
	static char text[4096];
	struct left now = { 0 };
	unsigned int class = 0;

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
