/* SPDX-License-Identifier: MIT */
/*
 * cpu_model.h - on the host, what arch/aarch64/sysreg.h has instructions for:
 * each goes to the model of a CPU in ledger.c, which panics where the
 * architecture would allow a stale translation to be used.
 * Included by sysreg.h and by nobody else.
 */
#pragma once

#include "lib/types.h"

enum model_tlbi {
	TLBI_vae1is,    /* one page of one ASID, and the walks to it */
	TLBI_vaae1is,   /* one page of the kernel's */
	TLBI_aside1is,  /* all of one ASID */
	TLBI_vmalle1is, /* all */
};

enum model_barrier {
	BARRIER_dmb, /* orders stores: enough for none of the below */
	BARRIER_dsb_ishst, /* the walks see what was stored */
	BARRIER_dsb_ish,   /* and each TLBI has had its effect, everywhere */
	BARRIER_isb, /* what follows runs under the new state */
};

void model_tlbi(enum model_tlbi op, uint64_t operand);
void model_barrier(enum model_barrier barrier);
void model_write_ttbr0_el1(uint64_t value);

#define sysreg_write(name, value) model_write_##name(value)
#define tlbi(op, operand)         model_tlbi(TLBI_##op, operand)
#define tlbi_all(op)              model_tlbi(TLBI_##op, 0)
#define isb()                     model_barrier(BARRIER_isb)
#define dsb(domain)               model_barrier(BARRIER_dsb_##domain)
#define dmb(domain)               model_barrier(BARRIER_dmb)
