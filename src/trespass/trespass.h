/* SPDX-License-Identifier: MIT */
/*
 * trespass.h - deliberate kernel bugs, one small file each.
 *
 * A file here holds one EL1_SNIPPET and needs no other edit: a linker section
 * registers it, `make compare` runs it in every column, `make try FILE=` runs
 * it alone. The body is ordinary kernel code with `t` in scope. It runs at
 * EL1 inside arch_probe(): a fault ends it and becomes its result.
 *
 *	EL1_SNIPPET("reads a user page directly", .invariant = 1,
 *		    .decided_by = "PAN")
 *	{
 *		t->got = *(volatile uint64_t *)t->user_rw;
 *	}
 *
 * The outcome is THROUGH when the body returns with t->got == t->want (it
 * begins as the secret that the user wrote to its page), STOPPED when it
 * faulted or set t->error to a negative errno, "n/a" when it set t->skip.
 * A bug that leaves something to be put back does its access by
 * trespass_touch(), which survives.
 */
#pragma once

#include "arch_lab.h"
#include "dev/dev.h" /* printk() */
#include "lib/string.h"
#include "task/sched.h"
#include "uaccess.h"

struct trespass_run {
	/* What there is to trespass on. User addresses as the bug sees them:
	 * plain numbers that it trusts. All pages are mapped. */
	uint64_t user_rw;    /* readable, writable; 8 bytes of secret first */
	uint64_t user_ro;
	uint64_t user_text;  /* a function `return 42;` of the user's */
	uint64_t user_null;  /* 0, when the user has mapped page 0; else ~0 */
	uint64_t user_fresh; /* may be read, but is not mapped yet; else ~0 */
	uint64_t user_xonly; /* a page that EL0 may execute and not read */
	uint64_t *kernel_secret; /* in kernel data: must never reach EL0 */
	uint64_t secret;     /* at user_rw */

	/* What the body found. */
	uint64_t want, got;  /* THROUGH means: these are equal */
	long error;          /* a negative errno that stopped it, or 0 */
	const char *skip;    /* why it cannot be tried here, or NULL */
	bool stopped;        /* by trespass_touch(); *fault says why */

	struct fault *fault;
	uint64_t touching;   /* trespass_touch()'s own */
};

/* t->got = the 8 bytes at addr. If that faults the outcome is STOPPED, but the
 * body goes on, and can put back what it has changed. */
void trespass_touch(struct trespass_run *t, uint64_t addr);
/* The same of user_rw, in an interrupt that comes now. */
void trespass_in_interrupt(struct trespass_run *t);

/*
 * fn(t) in another task, which runs when this one gives up the CPU, in the same
 * address space: as another process in the kernel would, or another thread.
 * False: t->skip says why not. end waits for it.
 */
struct trespass_other {
	struct trespass_run *run;
	void (*fn)(struct trespass_run *t);
	struct vm *vm;
	struct waitq ended; /* over `over` */
	bool over;
};
bool trespass_other_begin(struct trespass_other *other,
			  struct trespass_run *t,
			  void (*fn)(struct trespass_run *t));
void trespass_other_end(struct trespass_other *other);

struct trespass {
	const char *name; /* the file's name without .c */
	const char *what; /* "reads a user page directly" */
	void (*run)(struct trespass_run *t);
	int invariant;          /* of docs/invariants.md; 0: none given */
	const char *decided_by; /* what makes the difference */
};

/* All of them: link.ld gathers the section. */
extern const struct trespass trespasses_start[], trespasses_end[];

/* The Makefile defines SNIPPET as the file's name; two snippets in one file
 * get a number after it. */
#ifndef SNIPPET
#define SNIPPET snippet
#endif
#define SNIPPET_STR2(x) #x
#define SNIPPET_STR(x) SNIPPET_STR2(x)
#define SNIPPET_CAT2(a, b) a##b
#define SNIPPET_CAT(a, b) SNIPPET_CAT2(a, b)

#define SNIPPET_NTH SNIPPET_CAT(SNIPPET_NTH_, __COUNTER__)
#define EL1_SNIPPET(text, ...) \
	EL1_SNIPPET_N(SNIPPET_CAT(SNIPPET, SNIPPET_NTH), text, ##__VA_ARGS__)
#define SNIPPET_NTH_0
#define SNIPPET_NTH_1 _2
#define SNIPPET_NTH_2 _3
#define SNIPPET_NTH_3 _4
#define SNIPPET_NTH_4 _5
#define SNIPPET_NTH_5 _6
#define SNIPPET_NTH_6 _7
#define SNIPPET_NTH_7 _8
#define EL1_SNIPPET_N(ident, text, ...) \
	EL1_SNIPPET_M(ident, text, ##__VA_ARGS__)
#define EL1_SNIPPET_M(ident, text, ...)                                 \
	static void trespass_##ident(struct trespass_run *t);           \
	static const struct trespass trespass_entry_##ident             \
		__section(".trespasses." #ident)                        \
		__attribute__((aligned(8))) = {                         \
		.name = #ident,                                         \
		.what = text,                                           \
		.run = trespass_##ident,                                \
		##__VA_ARGS__                                           \
	};                                                              \
	static __attribute__((noinline)) void                           \
	trespass_##ident(__attribute__((unused)) struct trespass_run *t)
