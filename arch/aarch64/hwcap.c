// SPDX-License-Identifier: MIT
/*
 * hwcap.c - AT_HWCAP: what EL0 may rely on. Only what this kernel enables and
 * saves: no SVE or SME (their registers trap), no CPUID (reading ID registers
 * at EL0 is not emulated).
 */
#include <asm/hwcap.h>

#include "arch.h"
#include "cpu_features.h"
#include "sysreg.h"

uint64_t arch_hwcap(void)
{
	/* The instructions that a field promises which is at least `min`. */
	static const struct {
		unsigned char lsb, min;
		uint64_t hwcap;
	} rules[] = {
		{ FIELD_LSB(ID_AA64ISAR0_EL1_AES), 1, HWCAP_AES },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_AES), 2, HWCAP_PMULL },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_SHA1), 1, HWCAP_SHA1 },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_SHA2), 1, HWCAP_SHA2 },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_SHA2), 2, HWCAP_SHA512 },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_CRC32), 1, HWCAP_CRC32 },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_ATOMIC), 2, HWCAP_ATOMICS },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_RDM), 1, HWCAP_ASIMDRDM },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_SHA3), 1, HWCAP_SHA3 },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_DP), 1, HWCAP_ASIMDDP },
		{ FIELD_LSB(ID_AA64ISAR0_EL1_FHM), 1, HWCAP_ASIMDFHM },
	};
	uint64_t isar0 = sysreg_read(id_aa64isar0_el1);
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1);
	uint64_t caps = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(rules); i++) {
		if ((isar0 >> rules[i].lsb & 15) >= rules[i].min) {
			caps |= rules[i].hwcap;
		}
	}
	/* These two count from 0, and say "no" with 15. */
	if (FIELD_GET(ID_AA64PFR0_EL1_FP, pfr0) != 15) {
		caps |= HWCAP_FP;
	}
	if (FIELD_GET(ID_AA64PFR0_EL1_ADVSIMD, pfr0) != 15) {
		caps |= HWCAP_ASIMD;
	}
	return caps;
}

#ifndef HWCAP2_MOPS /* in Linux's headers since 6.5 */
#define HWCAP2_MOPS BIT(43)
#endif

uint64_t arch_hwcap2(void)
{
	return cpu_features.mops ? HWCAP2_MOPS : 0;
}
