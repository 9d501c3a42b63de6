/* SPDX-License-Identifier: MIT */
/*
 * fault.h - the record of one fault: everything that was true when it was
 * taken, its verdict, and how it ended. Fixed size and free of pointers: the
 * kernel writes it to the host as it is, and host tools compile this header.
 */
#pragma once

#include "lib/types.h"
#include "trace/resolution.h"
#include "walk.h"

/* What kind of fault it was: one word for the class, see verdict.c. */
enum verdict {
	VERDICT_NONE,
	VERDICT_UNMAPPED,      /* translation fault */
	VERDICT_NONCANONICAL,  /* the address is in neither half */
	VERDICT_ACCESS_FLAG,
	VERDICT_PERMISSION,    /* AP, UXN, PXN or a Table form of them */
	VERDICT_PAN,           /* EL1's plain access to a page of EL0's */
	VERDICT_EPAN,          /* the same, to an execute-only page */
	VERDICT_UNPRIVILEGED,  /* LDTR/STTR tried a page that is not EL0's */
	VERDICT_E0PD,          /* EL0 (or LDTR) tried the kernel's half */
	VERDICT_WINDOW_SHUT,   /* TTBR0_EL1 was the reserved table */
	VERDICT_STALE,         /* the walk allows it, and yet it faulted */
	VERDICT_GUARD_PAGE,    /* under a kernel stack */
	VERDICT_ALIGNMENT,
	VERDICT_ADDRESS_SIZE,  /* a descriptor with bits above TCR_EL1.IPS */
	VERDICT_EXTERNAL,      /* external abort, TLB conflict, parity */
	VERDICT_UNDEFINED,     /* not a memory fault: an instruction */
	VERDICT_PC_ALIGNMENT,
	VERDICT_SP_ALIGNMENT,
	VERDICT_ILLEGAL_STATE,
	VERDICT_BREAKPOINT,    /* BRK */
	VERDICT_OTHER,         /* any other exception class */
	VERDICT_COUNT
};

/* What AT said, when it was asked; see at.c for when it may be. */
enum at_op {
	AT_S1E0R, AT_S1E0W, AT_S1E1R, AT_S1E1W, AT_S1E1RP, AT_S1E1WP, AT_COUNT
};
#define PAR_NOT_ASKED (~UINT64_C(0))

#define FAULT_MAGIC 0x31544c554146u /* "FAULT1" */

struct fault {
	uint64_t magic;       /* FAULT_MAGIC: ends reading of an unlike file */
	uint64_t sequence;    /* given at entry, by the CPU that faulted */
	uint64_t time_entry;  /* CNTVCT_EL0 */
	uint64_t time_end;
	uint64_t esr, far, elr, spsr;
	uint64_t ttbr0, ttbr1, tcr, sctlr;
	struct walk walk;     /* of FAR (of ELR for PC alignment), at entry */
	uint64_t par[AT_COUNT]; /* PAR_EL1, or PAR_NOT_ASKED */
	uint64_t sp;          /* of the interrupted context */
	uint64_t syscall;     /* the call it happened in, or ~0 */
	int64_t left;         /* a copy cut short: bytes not copied; else -1 */
	uint64_t fixup;       /* where the exception table leads, or 0 */
	uint16_t extable;     /* low byte of its kind (extable.h); 0: none */
	uint16_t verdict;     /* enum verdict */
	uint16_t resolution;  /* enum resolution */
	uint16_t signal;      /* RESOLUTION_SIGNAL: its number */
	uint32_t cpu;
	int32_t pid;
	uint32_t asid;
	uint8_t from_el;      /* 0 or 1 */
	uint8_t walk_valid;   /* FAR was valid (FnV = 0), and *walk is filled */
	uint8_t is_write;     /* WnR and not CM */
	uint8_t is_fetch;     /* instruction abort */
	uint32_t pan_features; /* FAULT_HAS_*: what this CPU could do */
	uint32_t insn;        /* the instruction at ELR, if it could be read */
	char task[16];
};

#define FAULT_HAS_PAN  1u /* FEAT_PAN */
#define FAULT_HAS_PAN2 2u
#define FAULT_HAS_EPAN 4u /* FEAT_PAN3, and SCTLR_EL1.EPAN is set */
#define FAULT_HAS_E0PD 8u /* FEAT_E0PD, and TCR_EL1.E0PD1 is set */
/* Not a feature: TTBR0_EL1 was the reserved, empty table. */
#define FAULT_TTBR0_RESERVED 16u
