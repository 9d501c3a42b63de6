// SPDX-License-Identifier: MIT
/*
 * cpu_features.c - reads the ID registers, and sets what they allow: PAN and
 * EPAN. A 4-bit ID field is a number that grows with the feature, so it is
 * compared with >=, never with ==.
 */
#include "cpu_features.h"

#include "boot.h"
#include "sysreg.h"

struct cpu_features cpu_features;
bool pan_enabled;

const struct cpu_feature_entry cpu_feature_list[] = {
	[CPU_NOTHING] = { "nothing", NULL, &(const bool){ true } },
#define X(name, NAME, ...) \
	[CPU_##NAME] = { #name, "this CPU has no " #NAME, &cpu_features.name },
	CPU_FEATURES(X)
#undef X
};

void cpu_features_read(void)
{
	static const unsigned char pa_bits[] = { 32, 36, 40, 42, 44, 48 };
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1);
	uint64_t mmfr1 = sysreg_read(id_aa64mmfr1_el1);
	uint64_t mmfr2 = sysreg_read(id_aa64mmfr2_el1);
	uint64_t isar0 = sysreg_read(id_aa64isar0_el1);
	uint64_t isar2 = sysreg_read(s3_0_c0_c6_2); /* ID_AA64ISAR2_EL1 */
	uint64_t ctr = sysreg_read(ctr_el0);
	uint64_t dczid = sysreg_read(dczid_el0);
	uint64_t tcr = sysreg_read(tcr_el1);

	cpu_features = (struct cpu_features){
#define X(name, NAME, id, field, least) \
		.name = FIELD_GET(ID_AA64##field, id) >= (least),
		CPU_FEATURES(X)
		.hw_af = FIELD_GET(TCR_EL1_HA, tcr),
		.hw_dbm = FIELD_GET(TCR_EL1_HD, tcr),
		.asid_bits = FIELD_GET(ID_AA64MMFR0_EL1_ASIDBITS, mmfr0) == 2 ?
				     16 : 8,
		.phys_bits = pa_bits[FIELD_GET(TCR_EL1_IPS, tcr)],
		.zva_size = FIELD_GET(DCZID_EL0_DZP, dczid) ?
				    0 : 4u << FIELD_GET(DCZID_EL0_BS, dczid),
		.dcache_line = 4u << FIELD_GET(CTR_EL0_DMINLINE, ctr),
		.icache_line = 4u << FIELD_GET(CTR_EL0_IMINLINE, ctr),
		.idc = FIELD_GET(CTR_EL0_IDC, ctr),
		.dic = FIELD_GET(CTR_EL0_DIC, ctr),
	};
#ifdef ASID_BITS /* a test build, where few numbers roll over often */
	cpu_features.asid_bits = ASID_BITS;
#endif
}

void cpu_set_pan(bool on)
{
	uint64_t sctlr = sysreg_read(sctlr_el1);

	/*
	 * SPAN = 0 sets PSTATE.PAN at each exception to EL1; with pan=off it
	 * must be 1, or the kernel would run with PAN after the first one.
	 */
	sctlr &= ~(FIELD_MASK(SCTLR_EL1_SPAN) | FIELD_MASK(SCTLR_EL1_EPAN));
	if (!on) {
		sctlr |= FIELD_MASK(SCTLR_EL1_SPAN);
	} else if (cpu_features.epan) {
		sctlr |= FIELD_MASK(SCTLR_EL1_EPAN);
	}
	sysreg_write(sctlr_el1, sctlr);
	boot.sctlr = sctlr; /* a dump of the memory has no registers of EL1's */
	isb();
	if (on) {
		asm volatile(PSTATE_PAN_SET : : : "memory");
	} else if (cpu_features.pan) {
		asm volatile(PSTATE_PAN_CLEAR : : : "memory");
	}
	pan_enabled = on;
}
