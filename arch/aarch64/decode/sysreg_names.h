/* SPDX-License-Identifier: MIT */
/*
 * sysreg_names.h - system registers and instructions by the names that the
 * Arm ARM gives them: for a trapped MSR or MRS, and for an undefined one.
 */
#pragma once

#include "lib/sink.h"

/* An MSR, MRS or SYS, as the instruction and ESR_EL1 both spell it. */
struct sysreg_access {
	uint8_t op0, op1, crn, crm, op2;
	uint8_t rt;
	bool read; /* MRS, SYSL */
	bool pair; /* 128 bits wide: MRRS, MSRR, SYSP */
};

/* "mrs x5, CTR_EL0", "msr DAIFSet, #2", "dc CVAU, x0"; what has no name as an
 * assembler takes it: "mrs x0, s3_7_c11_c0_0", "sys #0, c7, c1, #5, x0". */
void sysreg_print(struct sink *out, const struct sysreg_access *a);

/*
 * For MSR (immediate) the syndrome must have the instruction's own op1 and
 * op2 (Arm ARM, ESR_EL1). QEMU swaps them (docs/what-qemu-hides.md); no
 * other access has the numbers that come of it. Puts them back, and says so.
 */
bool sysreg_swap_back(struct sysreg_access *a);

/* Whether the word is an MSR, MRS or SYS; fills *a if so. */
bool sysreg_of_insn(struct sysreg_access *a, uint32_t insn);
