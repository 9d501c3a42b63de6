// SPDX-License-Identifier: MIT
/*
 * crash.c - /proc/crash, in the test Image only: kernel bugs without a probe,
 * so that the machine stops as it would for a real one. Writing a name commits
 * that bug; each boot survives none. tests/system/crash.py reads what the
 * kernel has to say of it.
 */
#include <linux/errno.h>

#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "linker.h"
#include "mm/kmalloc.h"
#include "spinlock.h"
#include "support.h"
#include "task/task.h"
#include "uaccess.h"

/* Not inlined, so that the backtrace names them. */
#define CRASH static __attribute__((noinline)) void

static volatile int crash_depth;

/* Uses up the kernel stack, and is not a loop to the compiler. */
CRASH crash_overflow(void)
{
	volatile char room[256];

	room[0] = (char)crash_depth;
	if (crash_depth++ >= 0) { /* always: no compiler can know */
		crash_overflow();
	}
	crash_depth -= room[0];
}

CRASH crash_null(void)
{
	(void)*(volatile int *)NULL;
	crash_depth++; /* not a tail call */
}

CRASH crash_wild_fetch(void)
{
	void (*volatile wild)(void) = (void (*)(void))0xffff123456789abc;

	wild();
	crash_depth++;
}

/* ELR is 0, and yet the backtrace must go on. */
CRASH crash_null_call(void)
{
	void (*volatile nobody)(void) = NULL;

	nobody();
	crash_depth++;
}

CRASH crash_panic(void)
{
	panic("a test asked for it, with %d", 42);
}

CRASH crash_lock(void)
{
	static struct spinlock lock = SPINLOCK_INIT;

	spin_lock(&lock);
	spin_lock(&lock);
	crash_depth++;
}

/* Invariant 9, checked where it is broken: others would spin for ever. */
CRASH crash_sleep(void)
{
	static struct spinlock lock = SPINLOCK_INIT;

	spin_lock(&lock);
	sched_yield();
	crash_depth++;
}

/* A load of EL0's memory, which only PAN stops. */
CRASH crash_user_read(void)
{
	const struct frame *frame = (struct frame *)current->stack - 1;

	(void)*(volatile int *)frame->sp;
	crash_depth++;
}

/* An address for which the memory system has no answer: a hole in virt's
 * map, seen through a device mapping. */
CRASH crash_external(void)
{
	(void)*(volatile int *)arch_map_device(0x09f00000, PAGE_SIZE);
	crash_depth++;
}

/* ---- The object check of uaccess.h: no bad buffer, but a wrong length  */

static void crash_copy_out(const void *from, size_t n)
{
	const struct frame *frame = (struct frame *)current->stack - 1;
	size_t left;

	asm("" : "+r"(from), "+r"(n)); /* the compiler must not see through */
	left = copy_to_user((__force void __user *)(frame->sp - 8192), from, n);
	crash_depth += (int)left;
}

CRASH crash_usercopy_text(void)
{
	crash_copy_out(_text_start, 64);
}

/* The same text, where the linear map has it. */
CRASH crash_usercopy_alias(void)
{
	crash_copy_out(phys_to_virt(physical_of((uint64_t)_text_start)), 64);
}

CRASH crash_usercopy_before_text(void)
{
	crash_copy_out((const void *)((uint64_t)_text_start - 8), 9);
}

CRASH crash_usercopy_stack(void)
{
	char room[64] = { 0 };

	crash_copy_out(room, 65536);
}

CRASH crash_usercopy_object(void)
{
	crash_copy_out(kzalloc(64), 65);
}

/* From inside, and by a size that wraps to something small. */
CRASH crash_usercopy_inside(void)
{
	crash_copy_out((char *)kzalloc(64) + 40, 25);
}

CRASH crash_usercopy_wraps(void)
{
	crash_copy_out((char *)kzalloc(64) + 40, SIZE_MAX - 7);
}

/* A large object has exactly what was asked for, and not its whole block. */
CRASH crash_usercopy_large(void)
{
	crash_copy_out((char *)kzalloc(PAGE_SIZE + 100) + PAGE_SIZE, 101);
}

/* ---- Invariant 14: an SPSR that does not return to EL0 as EL0 ------- */

static void crash_spsr(uint64_t bits)
{
	((struct frame *)current->stack - 1)->spsr |= bits;
}

static const struct {
	const char *name;
	void (*run)(void);
	uint64_t spsr;
} crashes[] = {
	{ "overflow", crash_overflow, 0 },
	{ "null", crash_null, 0 },
	{ "wild_fetch", crash_wild_fetch, 0 },
	{ "null_call", crash_null_call, 0 },
	{ "panic", crash_panic, 0 },
	{ "lock", crash_lock, 0 },
	{ "sleep", crash_sleep, 0 },
	{ "user_read", crash_user_read, 0 },
	{ "external", crash_external, 0 },
	{ "usercopy_text", crash_usercopy_text, 0 },
	{ "usercopy_alias", crash_usercopy_alias, 0 },
	{ "usercopy_before", crash_usercopy_before_text, 0 },
	{ "usercopy_stack", crash_usercopy_stack, 0 },
	{ "usercopy_object", crash_usercopy_object, 0 },
	{ "usercopy_inside", crash_usercopy_inside, 0 },
	{ "usercopy_wraps", crash_usercopy_wraps, 0 },
	{ "usercopy_large", crash_usercopy_large, 0 },
	{ "spsr_el1h", NULL, SPSR_EL1_M_EL1H },
	{ "spsr_el1t", NULL, SPSR_EL1_M_EL1T },
	{ "spsr_el2h", NULL, SPSR_EL1_M_EL2H },
	{ "spsr_aarch32", NULL, FIELD_MASK(SPSR_EL1_NRW) },
	{ "spsr_il", NULL, FIELD_MASK(SPSR_EL1_IL) },
	{ "spsr_ss", NULL, FIELD_MASK(SPSR_EL1_SS) },
	{ "spsr_d", NULL, FIELD_MASK(SPSR_EL1_D) },
	{ "spsr_a", NULL, FIELD_MASK(SPSR_EL1_A) },
	{ "spsr_i", NULL, FIELD_MASK(SPSR_EL1_I) },
	{ "spsr_f", NULL, FIELD_MASK(SPSR_EL1_F) },
	/* What EL0 may well have: this one must not crash. */
	{ "spsr_flags", NULL, FIELD_MASK(SPSR_EL1_NZCV) },
};

static void crash_show(struct sink *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++) {
		sink_printf(out, "%s\n", crashes[i].name);
	}
}

static int crash_store(char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++) {
		if (strcmp(text, crashes[i].name) != 0) {
			continue;
		}
		if (crashes[i].run != NULL) {
			crashes[i].run();
		} else {
			crash_spsr(crashes[i].spsr);
		}
		return 0;
	}
	return -ENOENT;
}

PROC_FILE(crash, .path = "crash", .show = crash_show, .store = crash_store);
