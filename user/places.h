/* SPDX-License-Identifier: MIT */
/*
 * places.h - one page of every kind that a program can have, and every single
 * access that EL0 can make: what try.c and truth.c are about. Both are linked
 * by try.ld, which gives each kind its page.
 */
#pragma once

#include "rt.h"

/* ---- The places ----------------------------------------------------- */

/* A page of its own: DC ZVA clears all around the word. */
static volatile uint64_t rw_page[512] __attribute__((aligned(4096))) = {
	0x7277
};
static const uint64_t ro_word = 0x726f;
static const uint64_t none_word __attribute__((section(".none"))) = 0;

/* Aligned, as CAS and the exclusives want it. */
static __attribute__((noinline, aligned(8))) uint64_t text_function(void)
{
	return 42;
}

static __attribute__((noinline, aligned(8), section(".xonly"))) uint64_t
xonly_function(void)
{
	return 42;
}

static const struct place {
	const char *name;
	uint64_t addr;
} places[] = {
	{ "null", 0 },
	{ "user.text", (uint64_t)text_function },
	{ "user.ro", (uint64_t)&ro_word },
	{ "user.rw", (uint64_t)rw_page },
	{ "user.data", (uint64_t)rw_page },
	{ "user.xonly", (uint64_t)xonly_function },
	{ "user.none", (uint64_t)&none_word },
};

/* So that an access meets the rights of the page, and not its absence. */
static inline void places_touch(void)
{
	uint64_t (*volatile text)(void) = text_function;
	uint64_t (*volatile xonly)(void) = xonly_function;

	rw_page[0] = rw_page[0];
	(void)*(const volatile uint64_t *)&ro_word;
	(void)text();
	(void)xonly();
}

/* The number in the line `key: 0x…` of a view. */
static inline uint64_t view_number(const char *text, const char *key)
{
	char value[32];
	uint64_t number = 0;

	view_get(text, key, value, sizeof(value));
	for (const char *c = value + 2; value[0] != '\0' && *c != '\0'; c++) {
		number = number * 16 +
			 (uint64_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
	}
	return number;
}

/* The address of a place: one of ours, or one that the kernel knows. */
static inline bool place_find(const char *name, uint64_t *addr)
{
	char text[256];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (strcmp(places[i].name, name) == 0) {
			*addr = places[i].addr;
			return true;
		}
	}
	snprintf(text, sizeof(text), "where %s 0", name);
	if (file_write("/proc/probe", text) != 0) {
		return false;
	}
	file_read("/proc/probe", text, sizeof(text));
	*addr = view_number(text, "address");
	return true;
}

/* ---- The accesses --------------------------------------------------- */

static const char *const access_ops[] = {
	"ldr", "str", "ldtr", "sttr", "fetch", "zva", "cas",
	"s1e0r", "s1e0w", "s1e1r", "s1e1w", "s1e1rp", "s1e1wp",
};
#define ACCESS_OPS (sizeof(access_ops) / sizeof(*access_ops))

/*
 * One access of EL0's; returns what was read, or 0. Every AT is undefined
 * here. Not inlined: the fault's story names the function it was in.
 */
static __attribute__((noinline)) uint64_t access_do(const char *op,
						    uint64_t addr)
{
	uint64_t value = 0;

	if (strcmp(op, "ldr") == 0) {
		asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(addr));
	} else if (strcmp(op, "ldtr") == 0) {
		asm volatile("ldtr %0, [%1]" : "=r"(value) : "r"(addr));
	} else if (strcmp(op, "str") == 0) {
		asm volatile("str xzr, [%0]" : : "r"(addr) : "memory");
	} else if (strcmp(op, "sttr") == 0) {
		asm volatile("sttr xzr, [%0]" : : "r"(addr) : "memory");
	} else if (strcmp(op, "zva") == 0) {
		asm volatile("dc zva, %0" : : "r"(addr) : "memory");
	} else if (strcmp(op, "cas") == 0) {
		asm volatile(".arch_extension lse\n\t"
			     "casal %0, xzr, [%1]"
			     : "+r"(value)
			     : "r"(addr)
			     : "memory");
	} else if (strcmp(op, "fetch") == 0) {
		value = ((uint64_t(*)(void))addr)();
	} else {
		asm volatile("at s1e1r, %0" : : "r"(addr));
	}
	return value;
}
