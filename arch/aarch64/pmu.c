// SPDX-License-Identifier: MIT
/*
 * pmu.c - counting instructions: the performance monitors' event 8,
 * INST_RETIRED (Arm ARM D13.12). Under QEMU with -icount it counts exactly;
 * without a PMU the counter of time must do, which -icount ties to it.
 */
#include "arch_lab.h"
#include "sysreg.h"

#define PMCR_E              BIT(0)
#define PMEVTYPER_INSTRUCTIONS 8
#define ID_AA64DFR0_EL1_PMUVER 8, 4

static bool pmu_exists(void)
{
	uint64_t version = FIELD_GET(ID_AA64DFR0_EL1_PMUVER,
				     sysreg_read(id_aa64dfr0_el1));

	return version != 0 && version != 15;
}

bool pmu_counts;

void arch_instructions_start(void)
{
	pmu_counts = pmu_exists();
	if (!pmu_counts) {
		return;
	}
	sysreg_write(pmevtyper0_el0, PMEVTYPER_INSTRUCTIONS);
	sysreg_write(pmcntenset_el0, BIT(0));
	sysreg_write(pmcr_el0, sysreg_read(pmcr_el0) | PMCR_E);
	isb();
}
