/* SPDX-License-Identifier: MIT */
/*
 * rights.h - what an access meets at the end of a walk: the model that
 * verdicts are drawn from, and that predictions can be checked against.
 */
#pragma once

#include "fault.h"

/*
 * DC ZVA is a write. CAS, SWP and LDADD are updates: a read and a write in
 * one, of which the first that is refused decides.
 */
enum access_kind { ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH, ACCESS_UPDATE };

/* Everything of the CPU's state that decides, beside the walk and SCTLR_EL1. */
struct access {
	enum access_kind kind;
	uint8_t el;        /* 0 or 1 */
	bool unprivileged; /* LDTR, STTR, the T forms of CPY and SET */
	bool uao;          /* PSTATE.UAO: these have EL1's own rights again */
	bool pan;          /* PSTATE.PAN */
	bool epan;         /* SCTLR_EL1.EPAN, on a CPU that has it */
	bool e0pd;         /* TCR_EL1.E0PDn of the address's half, likewise */
};

/* The access that f was, as its record says (verdict.c). */
struct access fault_access(const struct fault *f);
/* What of it was refused: of an update, ACCESS_READ or ACCESS_WRITE. */
enum access_kind fault_refused(const struct fault *f);
/* EL0's rights are what it has to do with. */
static inline bool access_is_as_el0(const struct access *a)
{
	return a->el == 0 || (a->unprivileged && !a->uao);
}
/* The access that AT asks about, under the PAN, EPAN and E0PD of `now`. */
struct access at_access(enum at_op op, const struct access *now);
const char *at_name(enum at_op op); /* "s1e1rp" */

enum model_result {
	MODEL_ALLOWED,
	MODEL_TRANSLATION_FAULT,
	MODEL_ADDRESS_SIZE_FAULT,
	MODEL_ACCESS_FLAG_FAULT,
	MODEL_PERMISSION_FAULT,
	MODEL_EXTERNAL_ABORT, /* a table outside RAM: nothing answers there */
};

struct model {
	enum model_result result;
	int8_t level;         /* as the fault status gives it */
	enum verdict verdict; /* VERDICT_NONE if it is allowed */
	const char *why;      /* "AP[2] = 1: read-only"; "" where none is due */
	bool is_write;        /* what was refused: see model_wnr() */
};

/*
 * ESR_EL1.WnR of the data abort. For an update the Arm ARM has it 0 if a read
 * would have been refused, too; QEMU has it 1 then, where its CPUs run in
 * parallel (docs/what-qemu-hides.md).
 */
static inline bool model_wnr(const struct model *m, const struct access *a,
			     bool parallel)
{
	return m->is_write || (parallel && a->kind == ACCESS_UPDATE);
}

/* Predicts the access. Alignment and memory types are not modelled. */
struct model model_access(const struct walk *w, const struct access *access,
			  uint64_t sctlr);
