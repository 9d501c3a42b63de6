/* SPDX-License-Identifier: MIT */
/*
 * rights.h - what an access meets at the end of a walk: the model that
 * verdicts are drawn from, and that predictions can be checked against.
 */
#pragma once

#include "fault.h"

/*
 * DC ZVA is a write. CAS is an update: a read and a write in one, which
 * reports the first of the two that is refused.
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

/* The access that f was, as its record tells (verdict.c). */
struct access fault_access(const struct fault *f);
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
	bool is_write;        /* what ESR_EL1.WnR says of a data abort */
};

/* Predicts the access. Alignment and memory types are not modelled. */
struct model model_access(const struct walk *w, const struct access *access,
			  uint64_t sctlr);
