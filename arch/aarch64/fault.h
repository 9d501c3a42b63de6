/* SPDX-License-Identifier: MIT */
/*
 * fault.h - the record of one fault: everything that was true when it was
 * taken, its verdict, and how it ended. Fixed size and free of pointers: the
 * kernel writes it to the host as it is, and host tools compile this header.
 */
#pragma once

#include "lib/types.h"
#include "trace/fields.h"
#include "trace/resolution.h"
#include "decode/walk.h"

/* What kind of fault it was, V(name, as data): see verdict.c. */
#define VERDICTS(V) \
	V(NONE, "none") \
	V(UNMAPPED, "unmapped") /* translation fault */ \
	V(NONCANONICAL, "noncanonical") /* the address is in neither half */ \
	V(ACCESS_FLAG, "access-flag") \
	V(PERMISSION, "permission") /* AP, UXN, PXN or a Table form of them */ \
	V(SHARED_TABLE, "shared-table") /* APTable[1], which fork() has set */ \
	V(PAN, "pan") /* EL1's plain access to a page of EL0's */ \
	V(EPAN, "epan") /* the same, to an execute-only page */ \
	V(UNPRIVILEGED, "unprivileged") /* LDTR, STTR: EL0's rights */ \
	V(E0PD, "e0pd") /* EL0 (or LDTR) tried the kernel's half */ \
	V(WINDOW_SHUT, "window-shut") /* TTBR0_EL1 was the reserved table */ \
	V(STALE, "stale") /* the walk allows it, and yet it faulted */ \
	V(GUARD_PAGE, "guard-page") /* under a kernel stack */ \
	V(ALIGNMENT, "alignment") \
	V(ADDRESS_SIZE, "address-size") /* bits above TCR_EL1.IPS */ \
	V(EXTERNAL, "external") /* external abort, TLB conflict, parity */ \
	V(UNDEFINED, "undefined") /* not a memory fault: an instruction */ \
	V(PC_ALIGNMENT, "pc-alignment") \
	V(SP_ALIGNMENT, "sp-alignment") \
	V(ILLEGAL_STATE, "illegal-state") \
	V(BREAKPOINT, "breakpoint") /* BRK */ \
	V(OTHER, "other") /* any other exception class */

enum verdict {
#define V(name, data) VERDICT_##name,
	VERDICTS(V)
#undef V
	VERDICT_COUNT
};

/* What AT said, when it was asked; see at.c for when it may be. */
enum at_op {
	AT_S1E0R, AT_S1E0W, AT_S1E1R, AT_S1E1W, AT_S1E1RP, AT_S1E1WP, AT_COUNT
};
#define PAR_NOT_ASKED (~UINT64_C(0))

#define FAULT_MAGIC 0x31544c554146u /* "FAULT1" */

/*
 * The record, as a list of F(T, kind, name): see trace/fields.h. It is written
 * down once, and the struct, CTF's metadata and JSON are made of it.
 */
#define FAULT_FIELDS(F, T)                                                   \
	F(T, X64, magic)      /* FAULT_MAGIC: else the file is not ours */   \
	/* Given at entry, by the CPU that faulted; with the time, CNTVCT_EL0. \
	 * Both are of its end if nobody traced it. */                       \
	F(T, U64, sequence) F(T, U64, time_entry)                            \
	F(T, U64, time_end)                                                  \
	/* Instructions until its end, with those of others while it slept;  \
	 * 0: not counted. */                                                \
	F(T, U64, cost)                                                      \
	F(T, X64, esr) F(T, X64, far) F(T, X64, elr) F(T, X64, spsr)         \
	F(T, X64, ttbr0) F(T, X64, ttbr1) F(T, X64, tcr) F(T, X64, sctlr)    \
	F(T, WALK, walk)      /* of FAR (of ELR for PC alignment), at entry */ \
	F(T, PARS, par)       /* PAR_EL1 by enum at_op, or PAR_NOT_ASKED */  \
	F(T, X64, sp)         /* of the interrupted context */               \
	F(T, CALL, syscall)   /* the call it happened in, or ~0 */           \
	F(T, S64, left)       /* bytes that a copy did not copy; else -1 */  \
	F(T, X64, fixup)      /* where the exception table leads, or 0 */    \
	F(T, X16, extable)    /* low byte of its kind (extable.h); 0: none */ \
	F(T, U16, signal)     /* RESOLUTION_SIGNAL: its number */            \
	/* How many programs have the level-3 table of the walk, where       \
	 * APTable[1] is set above it; else 0. */                            \
	F(T, U16, sharers)                                                   \
	F(T, VERDICT, verdict)                                               \
	F(T, RESOLUTION, resolution)                                         \
	F(T, U16, cpu)                                                       \
	F(T, S32, pid)                                                       \
	F(T, U32, asid)                                                      \
	F(T, U8, from_el)     /* 0 or 1 */                                   \
	F(T, U8, walk_valid)  /* FAR was valid (FnV = 0): walk is filled */  \
	F(T, U8, is_write)    /* WnR and not CM */                           \
	F(T, U8, is_fetch)    /* instruction abort */                        \
	F(T, X32, pan_features) /* FAULT_HAS_*: what this CPU could do */    \
	F(T, X32, insn)       /* the instruction at ELR, if it was read */   \
	F(T, NAME, task)

struct fault {
	FAULT_FIELDS(FIELD_MEMBER, fault)
};
_Static_assert(AT_COUNT == sizeof(field_pars) / sizeof(uint64_t),
	       "par has one place for each question");

#define FAULT_HAS_PAN  1u /* FEAT_PAN */
/* Not a feature: TTBR0_EL1 was the reserved, empty table. */
#define FAULT_TTBR0_RESERVED 16u
/* Not one either: a test mended the tables before they were looked at. */
#define FAULT_STAGED 32u
/* What vm_fault() said of a page that is not there: the mapping forbids the
 * access, or the file under it has ended before. */
#define FAULT_NO_RIGHT 64u
#define FAULT_PAST_FILE 128u
/* insn was read: it may be 0, which is an instruction (UDF #0), too. */
#define FAULT_HAS_INSN 256u
/* Nobody traced it: AT was not asked. */
#define FAULT_NOT_TRACED 512u

/* ---- fault.c -------------------------------------------------------- */

struct frame;
/* Any synchronous exception that is neither a system call nor MOPS's. */
void fault_from_el0(struct frame *frame);
void fault_from_el1(struct frame *frame);
/* What cannot go on: a record, and a panic with everything that is known. */
__noreturn void fault_stop(struct frame *frame, unsigned int from_el,
			   const char *what);
