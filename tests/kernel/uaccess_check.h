/* SPDX-License-Identifier: MIT */
/*
 * uaccess_check.h - one user access on prepared memory, and everything that
 * must be true of it afterwards, to the byte (invariants 5 and 6).
 */
#pragma once

#include "arch.h"

enum uaccess_kind {
	UACCESS_COPY_FROM,
	UACCESS_COPY_TO,
	UACCESS_CLEAR,
	UACCESS_STRNCPY,
	UACCESS_STRNLEN,
	UACCESS_KINDS
};

/* A way to do them. An operation that is NULL is not tested. */
struct tested_method {
	const char *name;
	size_t (*copy_from)(void *to, const void __user *from, size_t n);
	size_t (*copy_to)(void __user *to, const void *from, size_t n);
	size_t (*clear)(void __user *to, size_t n);
	long (*strncpy)(char *to, const char __user *from, long n);
	long (*strnlen)(const char __user *s, long n);
	bool zeroes_tail; /* as copy_from_user() promises; its parts do not */
	/* Its row; NULL: uaccess.h, with the method in force. */
	const struct uaccess_method *row;
};

/* Whether it can be called with PAN as it is now. */
bool tested_method_runs(const struct tested_method *m);
/* It does the same with PAN and without. */
bool tested_method_ignores_pan(const struct tested_method *m);

/* Every method of the kernel, and src/uaccess.c with the one in force. */
extern const struct tested_method tested_methods[];
extern const size_t tested_method_count;

/* Whether the method in force copies anything: not where PAN stops it. */
bool uaccess_works(void);

/* What lies on both sides of a page. */
enum neighbour {
	NEIGHBOUR_UNMAPPED,  /* no region */
	NEIGHBOUR_NO_ACCESS, /* a region without rights */
	NEIGHBOUR_READ_ONLY,
	NEIGHBOUR_WRITABLE,
	NEIGHBOURS
};

/* Three pages of the user's: a writable one between two neighbours. */
struct uaccess_arena {
	enum neighbour neighbour;
	uint64_t start;    /* user address of the first of the three */
	char *page[3];     /* the kernel's view; NULL: there is nothing */
};

struct uaccess_case {
	enum uaccess_kind kind;
	uint64_t user;     /* where the user's side begins */
	size_t size;       /* at most UACCESS_MAX */
	unsigned int align; /* of the kernel's buffer, 0 to 15 */
	size_t nul;        /* of a string: its place; >= size: none */
};

#define UACCESS_MAX 4224

/* Why a case failed. */
struct uaccess_failure {
	const char *what;
	long expected, got;
};

/* Lays out an arena in the current process; false: no memory. */
bool uaccess_arena_init(struct uaccess_arena *arena, enum neighbour neighbour);

/* Runs a case; true if all was right, else *failure says what was not. */
bool uaccess_check(const struct uaccess_arena *arena,
		   const struct tested_method *method,
		   const struct uaccess_case *c,
		   struct uaccess_failure *failure);

/* Prints a failure as a comment, with all that it takes to repeat it. */
void uaccess_note(const struct uaccess_arena *arena,
		  const struct tested_method *method,
		  const struct uaccess_case *c,
		  const struct uaccess_failure *failure);
