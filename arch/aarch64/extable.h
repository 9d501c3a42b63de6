/* SPDX-License-Identifier: MIT */
/*
 * extable.h - the exception table: for every instruction that may fault on
 * purpose, where to go on. Shared by C, assembly and the host tools.
 *
 * An entry's kind says which side of the access is the user's, so that a
 * fault on the kernel's side is never taken for the user's (invariant 4), and
 * whether the access needs an open window (see step 6 of fault.c).
 */
#pragma once

#define EXTABLE_USER_LOAD  1 /* reads EL0 memory: a fault must say read */
#define EXTABLE_USER_STORE 2 /* writes EL0 memory: a fault must say write */
#define EXTABLE_USER_BOTH  3 /* atomics: CAS may report either */
#define EXTABLE_SIDE_MASK  3
#define EXTABLE_WINDOW     4 /* EL1's own rights: needs the window open */
#define EXTABLE_AT         8 /* AT, which may abort on a table outside RAM */
#define EXTABLE_HLT        16 /* semihosting: Undefined where there is none */
#define EXTABLE_KERNEL     32 /* a careful read of kernel memory */

/*
 * For a copy, where its account is: at the fault, x<end> - x<at> bytes are
 * left (in main and epilogue of MOPS with option A, x<at> lacks x<rest>). The
 * fixup computes the same; the record of the fault wants it too.
 */
#define EXTABLE_COUNTED            64
#define EXTABLE_MOPS               128
#define EXTABLE_COUNT(end, at)     (EXTABLE_COUNTED | (end) << 8 | (at) << 16)
#define EXTABLE_COUNT_MOPS(end, at, rest) \
	(EXTABLE_COUNT(end, at) | EXTABLE_MOPS | (rest) << 24)
#define EXTABLE_COUNT_END(kind)    ((kind) >> 8 & 31)
#define EXTABLE_COUNT_AT(kind)     ((kind) >> 16 & 31)
#define EXTABLE_COUNT_REST(kind)   ((kind) >> 24 & 31)

#ifndef __ASSEMBLER__
#include "lib/types.h"

struct extable_entry {
	int32_t insn;  /* both relative to the field itself */
	int32_t fixup;
	uint32_t kind; /* EXTABLE_* */
};

/* The whole table: link.ld defines these. */
extern const struct extable_entry extable_start[], extable_end[];

/* The instruction that it is about, and where to go on after its fault. */
static inline uint64_t extable_insn(const struct extable_entry *entry)
{
	return (uint64_t)&entry->insn + (uint64_t)(int64_t)entry->insn;
}
static inline uint64_t extable_fixup(const struct extable_entry *entry)
{
	return (uint64_t)&entry->fixup + (uint64_t)(int64_t)entry->fixup;
}
/* Found last, by any CPU. A wrong one does no harm: it says itself what it is
 * about. */
extern const struct extable_entry *extable_last;
const struct extable_entry *extable_search(uint64_t pc);
/* The entry for the instruction at pc, or NULL. Any context. */
static inline const struct extable_entry *extable_find(uint64_t pc)
{
	const struct extable_entry *last = READ_ONCE(extable_last);

	return likely(extable_insn(last) == pc) ? last : extable_search(pc);
}
/* Boot: panics unless the entries are sorted, as extable_find() needs. */
void extable_check(void);
#endif
