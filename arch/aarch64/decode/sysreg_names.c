/* SPDX-License-Identifier: MIT */
/*
 * sysreg_names.c - the names of system registers and instructions, an entry
 * each: op0, op1, CRn, CRm, op2 (Arm ARM C5.3 to C5.6, D19). The one list; what
 * is not in it is shown by its numbers. tests/system/names.py lets an
 * assembler check every row.
 */
#include "sysreg_names.h"

#include "lib/string.h"

static const struct {
	uint8_t op0, op1, crn, crm, op2;
	const char *name;
} names[] = {
	/* What EL0 may be let in to, or kept out of. */
	{ 3, 3, 0, 0, 1, "CTR_EL0" }, { 3, 3, 0, 0, 7, "DCZID_EL0" },
	{ 3, 3, 2, 4, 0, "RNDR" }, { 3, 3, 2, 4, 1, "RNDRRS" },
	{ 3, 3, 2, 5, 1, "GCSPR_EL0" }, { 3, 3, 4, 2, 0, "NZCV" },
	{ 3, 3, 4, 2, 1, "DAIF" }, { 3, 3, 4, 2, 2, "SVCR" },
	{ 3, 3, 4, 2, 5, "DIT" }, { 3, 3, 4, 2, 6, "SSBS" },
	{ 3, 3, 4, 2, 7, "TCO" }, { 3, 3, 4, 4, 0, "FPCR" },
	{ 3, 3, 4, 4, 1, "FPSR" }, { 3, 3, 4, 5, 0, "DSPSR_EL0" },
	{ 3, 3, 4, 5, 1, "DLR_EL0" }, { 3, 3, 9, 12, 0, "PMCR_EL0" },
	{ 3, 3, 9, 12, 1, "PMCNTENSET_EL0" },
	{ 3, 3, 9, 12, 2, "PMCNTENCLR_EL0" },
	{ 3, 3, 9, 12, 3, "PMOVSCLR_EL0" }, { 3, 3, 9, 12, 4, "PMSWINC_EL0" },
	{ 3, 3, 9, 12, 5, "PMSELR_EL0" }, { 3, 3, 9, 12, 6, "PMCEID0_EL0" },
	{ 3, 3, 9, 12, 7, "PMCEID1_EL0" }, { 3, 3, 9, 13, 0, "PMCCNTR_EL0" },
	{ 3, 3, 9, 13, 1, "PMXEVTYPER_EL0" },
	{ 3, 3, 9, 13, 2, "PMXEVCNTR_EL0" },
	{ 3, 3, 9, 14, 0, "PMUSERENR_EL0" }, { 3, 3, 9, 14, 3, "PMOVSSET_EL0" },
	{ 3, 3, 13, 0, 2, "TPIDR_EL0" }, { 3, 3, 13, 0, 3, "TPIDRRO_EL0" },
	{ 3, 3, 13, 0, 5, "TPIDR2_EL0" }, { 3, 3, 13, 0, 7, "SCXTNUM_EL0" },
	{ 3, 3, 13, 2, 0, "AMCR_EL0" }, { 3, 3, 13, 2, 1, "AMCFGR_EL0" },
	{ 3, 3, 13, 2, 2, "AMCGCR_EL0" }, { 3, 3, 13, 2, 3, "AMUSERENR_EL0" },
	{ 3, 3, 14, 0, 0, "CNTFRQ_EL0" }, { 3, 3, 14, 0, 1, "CNTPCT_EL0" },
	{ 3, 3, 14, 0, 2, "CNTVCT_EL0" }, { 3, 3, 14, 0, 5, "CNTPCTSS_EL0" },
	{ 3, 3, 14, 0, 6, "CNTVCTSS_EL0" }, { 3, 3, 14, 2, 0, "CNTP_TVAL_EL0" },
	{ 3, 3, 14, 2, 1, "CNTP_CTL_EL0" }, { 3, 3, 14, 2, 2, "CNTP_CVAL_EL0" },
	{ 3, 3, 14, 3, 0, "CNTV_TVAL_EL0" }, { 3, 3, 14, 3, 1, "CNTV_CTL_EL0" },
	{ 3, 3, 14, 3, 2, "CNTV_CVAL_EL0" },
	{ 3, 3, 14, 15, 7, "PMCCFILTR_EL0" }, { 2, 3, 0, 1, 0, "MDCCSR_EL0" },
	{ 2, 3, 0, 4, 0, "DBGDTR_EL0" },
	/* Identification. */
	{ 3, 0, 0, 0, 0, "MIDR_EL1" }, { 3, 0, 0, 0, 5, "MPIDR_EL1" },
	{ 3, 0, 0, 0, 6, "REVIDR_EL1" }, { 3, 0, 0, 1, 0, "ID_PFR0_EL1" },
	{ 3, 0, 0, 1, 1, "ID_PFR1_EL1" }, { 3, 0, 0, 1, 2, "ID_DFR0_EL1" },
	{ 3, 0, 0, 1, 3, "ID_AFR0_EL1" }, { 3, 0, 0, 1, 4, "ID_MMFR0_EL1" },
	{ 3, 0, 0, 1, 5, "ID_MMFR1_EL1" }, { 3, 0, 0, 1, 6, "ID_MMFR2_EL1" },
	{ 3, 0, 0, 1, 7, "ID_MMFR3_EL1" }, { 3, 0, 0, 2, 0, "ID_ISAR0_EL1" },
	{ 3, 0, 0, 2, 1, "ID_ISAR1_EL1" }, { 3, 0, 0, 2, 2, "ID_ISAR2_EL1" },
	{ 3, 0, 0, 2, 3, "ID_ISAR3_EL1" }, { 3, 0, 0, 2, 4, "ID_ISAR4_EL1" },
	{ 3, 0, 0, 2, 5, "ID_ISAR5_EL1" }, { 3, 0, 0, 2, 6, "ID_MMFR4_EL1" },
	{ 3, 0, 0, 2, 7, "ID_ISAR6_EL1" }, { 3, 0, 0, 3, 0, "MVFR0_EL1" },
	{ 3, 0, 0, 3, 1, "MVFR1_EL1" }, { 3, 0, 0, 3, 2, "MVFR2_EL1" },
	{ 3, 0, 0, 3, 4, "ID_PFR2_EL1" }, { 3, 0, 0, 4, 0, "ID_AA64PFR0_EL1" },
	{ 3, 0, 0, 4, 1, "ID_AA64PFR1_EL1" },
	{ 3, 0, 0, 4, 4, "ID_AA64ZFR0_EL1" },
	{ 3, 0, 0, 4, 5, "ID_AA64SMFR0_EL1" },
	{ 3, 0, 0, 5, 0, "ID_AA64DFR0_EL1" },
	{ 3, 0, 0, 5, 1, "ID_AA64DFR1_EL1" },
	{ 3, 0, 0, 5, 4, "ID_AA64AFR0_EL1" },
	{ 3, 0, 0, 5, 5, "ID_AA64AFR1_EL1" },
	{ 3, 0, 0, 6, 0, "ID_AA64ISAR0_EL1" },
	{ 3, 0, 0, 6, 1, "ID_AA64ISAR1_EL1" },
	{ 3, 0, 0, 6, 2, "ID_AA64ISAR2_EL1" },
	{ 3, 0, 0, 7, 0, "ID_AA64MMFR0_EL1" },
	{ 3, 0, 0, 7, 1, "ID_AA64MMFR1_EL1" },
	{ 3, 0, 0, 7, 2, "ID_AA64MMFR2_EL1" },
	{ 3, 0, 0, 7, 3, "ID_AA64MMFR3_EL1" },
	{ 3, 0, 0, 7, 4, "ID_AA64MMFR4_EL1" }, { 3, 1, 0, 0, 0, "CCSIDR_EL1" },
	{ 3, 1, 0, 0, 1, "CLIDR_EL1" }, { 3, 1, 0, 0, 2, "CCSIDR2_EL1" },
	{ 3, 1, 0, 0, 4, "GMID_EL1" }, { 3, 1, 0, 0, 6, "SMIDR_EL1" },
	{ 3, 1, 0, 0, 7, "AIDR_EL1" }, { 3, 2, 0, 0, 0, "CSSELR_EL1" },
	/* EL1's. */
	{ 3, 0, 1, 0, 0, "SCTLR_EL1" }, { 3, 0, 1, 0, 1, "ACTLR_EL1" },
	{ 3, 0, 1, 0, 2, "CPACR_EL1" }, { 3, 0, 1, 0, 5, "RGSR_EL1" },
	{ 3, 0, 1, 0, 6, "GCR_EL1" }, { 3, 0, 1, 2, 0, "ZCR_EL1" },
	{ 3, 0, 1, 2, 6, "SMCR_EL1" }, { 3, 0, 2, 0, 0, "TTBR0_EL1" },
	{ 3, 0, 2, 0, 1, "TTBR1_EL1" }, { 3, 0, 2, 0, 2, "TCR_EL1" },
	{ 3, 0, 2, 0, 3, "TCR2_EL1" }, { 3, 0, 2, 1, 0, "APIAKeyLo_EL1" },
	{ 3, 0, 2, 1, 1, "APIAKeyHi_EL1" }, { 3, 0, 2, 1, 2, "APIBKeyLo_EL1" },
	{ 3, 0, 2, 1, 3, "APIBKeyHi_EL1" }, { 3, 0, 2, 2, 0, "APDAKeyLo_EL1" },
	{ 3, 0, 2, 2, 1, "APDAKeyHi_EL1" }, { 3, 0, 2, 2, 2, "APDBKeyLo_EL1" },
	{ 3, 0, 2, 2, 3, "APDBKeyHi_EL1" }, { 3, 0, 2, 3, 0, "APGAKeyLo_EL1" },
	{ 3, 0, 2, 3, 1, "APGAKeyHi_EL1" }, { 3, 0, 4, 0, 0, "SPSR_EL1" },
	{ 3, 0, 4, 0, 1, "ELR_EL1" }, { 3, 0, 4, 1, 0, "SP_EL0" },
	{ 3, 0, 4, 2, 0, "SPSel" }, { 3, 0, 4, 2, 2, "CurrentEL" },
	{ 3, 0, 4, 2, 3, "PAN" }, { 3, 0, 4, 2, 4, "UAO" },
	{ 3, 0, 4, 3, 0, "ALLINT" }, { 3, 0, 4, 6, 0, "ICC_PMR_EL1" },
	{ 3, 0, 5, 1, 0, "AFSR0_EL1" }, { 3, 0, 5, 1, 1, "AFSR1_EL1" },
	{ 3, 0, 5, 2, 0, "ESR_EL1" }, { 3, 0, 5, 3, 0, "ERRIDR_EL1" },
	{ 3, 0, 5, 3, 1, "ERRSELR_EL1" }, { 3, 0, 5, 6, 0, "TFSR_EL1" },
	{ 3, 0, 5, 6, 1, "TFSRE0_EL1" }, { 3, 0, 6, 0, 0, "FAR_EL1" },
	{ 3, 0, 7, 4, 0, "PAR_EL1" }, { 3, 0, 9, 14, 1, "PMINTENSET_EL1" },
	{ 3, 0, 9, 14, 2, "PMINTENCLR_EL1" }, { 3, 0, 10, 2, 0, "MAIR_EL1" },
	{ 3, 0, 10, 2, 2, "PIRE0_EL1" }, { 3, 0, 10, 2, 3, "PIR_EL1" },
	{ 3, 0, 10, 3, 0, "AMAIR_EL1" }, { 3, 0, 12, 0, 0, "VBAR_EL1" },
	{ 3, 0, 12, 1, 0, "ISR_EL1" }, { 3, 0, 12, 1, 1, "DISR_EL1" },
	{ 3, 0, 12, 8, 0, "ICC_IAR0_EL1" }, { 3, 0, 12, 8, 1, "ICC_EOIR0_EL1" },
	{ 3, 0, 12, 11, 1, "ICC_DIR_EL1" }, { 3, 0, 12, 11, 3, "ICC_RPR_EL1" },
	{ 3, 0, 12, 11, 5, "ICC_SGI1R_EL1" },
	{ 3, 0, 12, 12, 0, "ICC_IAR1_EL1" },
	{ 3, 0, 12, 12, 1, "ICC_EOIR1_EL1" },
	{ 3, 0, 12, 12, 2, "ICC_HPPIR1_EL1" },
	{ 3, 0, 12, 12, 3, "ICC_BPR1_EL1" },
	{ 3, 0, 12, 12, 4, "ICC_CTLR_EL1" }, { 3, 0, 12, 12, 5, "ICC_SRE_EL1" },
	{ 3, 0, 12, 12, 6, "ICC_IGRPEN0_EL1" },
	{ 3, 0, 12, 12, 7, "ICC_IGRPEN1_EL1" },
	{ 3, 0, 13, 0, 1, "CONTEXTIDR_EL1" }, { 3, 0, 13, 0, 4, "TPIDR_EL1" },
	{ 3, 0, 13, 0, 7, "SCXTNUM_EL1" }, { 3, 0, 14, 1, 0, "CNTKCTL_EL1" },
	{ 2, 0, 0, 2, 0, "MDCCINT_EL1" }, { 2, 0, 0, 2, 2, "MDSCR_EL1" },
	{ 2, 0, 1, 0, 0, "MDRAR_EL1" }, { 2, 0, 1, 0, 4, "OSLAR_EL1" },
	{ 2, 0, 1, 1, 4, "OSLSR_EL1" }, { 2, 0, 1, 3, 4, "OSDLR_EL1" },
	/* EL2's and EL3's. */
	{ 3, 4, 0, 0, 0, "VPIDR_EL2" }, { 3, 4, 0, 0, 5, "VMPIDR_EL2" },
	{ 3, 4, 1, 0, 0, "SCTLR_EL2" }, { 3, 4, 1, 1, 0, "HCR_EL2" },
	{ 3, 4, 1, 1, 1, "MDCR_EL2" }, { 3, 4, 1, 1, 2, "CPTR_EL2" },
	{ 3, 4, 1, 2, 2, "HCRX_EL2" }, { 3, 4, 2, 0, 0, "TTBR0_EL2" },
	{ 3, 4, 2, 0, 2, "TCR_EL2" }, { 3, 4, 2, 1, 0, "VTTBR_EL2" },
	{ 3, 4, 2, 1, 2, "VTCR_EL2" }, { 3, 4, 4, 0, 0, "SPSR_EL2" },
	{ 3, 4, 4, 0, 1, "ELR_EL2" }, { 3, 4, 4, 1, 0, "SP_EL1" },
	{ 3, 4, 5, 2, 0, "ESR_EL2" }, { 3, 4, 6, 0, 0, "FAR_EL2" },
	{ 3, 4, 6, 0, 4, "HPFAR_EL2" }, { 3, 4, 10, 2, 0, "MAIR_EL2" },
	{ 3, 4, 12, 0, 0, "VBAR_EL2" }, { 3, 4, 13, 0, 2, "TPIDR_EL2" },
	{ 3, 4, 14, 0, 3, "CNTVOFF_EL2" }, { 3, 4, 14, 1, 0, "CNTHCTL_EL2" },
	{ 3, 6, 1, 0, 0, "SCTLR_EL3" }, { 3, 6, 1, 1, 0, "SCR_EL3" },
	/* Cache maintenance, address translation, TLB maintenance. */
	{ 1, 0, 7, 1, 0, "ic IALLUIS" }, { 1, 0, 7, 5, 0, "ic IALLU" },
	{ 1, 3, 7, 5, 1, "ic IVAU" }, { 1, 0, 7, 6, 1, "dc IVAC" },
	{ 1, 0, 7, 6, 2, "dc ISW" }, { 1, 0, 7, 10, 2, "dc CSW" },
	{ 1, 0, 7, 14, 2, "dc CISW" }, { 1, 3, 7, 4, 1, "dc ZVA" },
	{ 1, 3, 7, 4, 3, "dc GVA" }, { 1, 3, 7, 4, 4, "dc GZVA" },
	{ 1, 3, 7, 10, 1, "dc CVAC" }, { 1, 3, 7, 11, 1, "dc CVAU" },
	{ 1, 3, 7, 12, 1, "dc CVAP" }, { 1, 3, 7, 13, 1, "dc CVADP" },
	{ 1, 3, 7, 14, 1, "dc CIVAC" }, { 1, 0, 7, 8, 0, "at S1E1R" },
	{ 1, 0, 7, 8, 1, "at S1E1W" }, { 1, 0, 7, 8, 2, "at S1E0R" },
	{ 1, 0, 7, 8, 3, "at S1E0W" }, { 1, 0, 7, 9, 0, "at S1E1RP" },
	{ 1, 0, 7, 9, 1, "at S1E1WP" }, { 1, 0, 8, 3, 0, "tlbi VMALLE1IS" },
	{ 1, 0, 8, 3, 1, "tlbi VAE1IS" }, { 1, 0, 8, 3, 2, "tlbi ASIDE1IS" },
	{ 1, 0, 8, 3, 3, "tlbi VAAE1IS" }, { 1, 0, 8, 3, 5, "tlbi VALE1IS" },
	{ 1, 0, 8, 3, 7, "tlbi VAALE1IS" }, { 1, 0, 8, 7, 0, "tlbi VMALLE1" },
	{ 1, 0, 8, 7, 1, "tlbi VAE1" }, { 1, 0, 8, 7, 2, "tlbi ASIDE1" },
	{ 1, 0, 8, 7, 3, "tlbi VAAE1" }, { 1, 0, 8, 7, 5, "tlbi VALE1" },
	{ 1, 0, 8, 7, 7, "tlbi VAALE1" },
};

/* MSR (immediate): op1 and op2 choose a field of PSTATE, CRm is the value. */
static const struct {
	uint8_t op1, op2;
	const char *name;
} pstate_fields[] = {
	{ 0, 3, "UAO" }, { 0, 4, "PAN" }, { 0, 5, "SPSel" },
	{ 1, 0, "ALLINT" }, { 3, 1, "SSBS" }, { 3, 2, "DIT" },
	{ 3, 3, "SVCR" }, { 3, 4, "TCO" }, { 3, 6, "DAIFSet" },
	{ 3, 7, "DAIFClr" },
};

static const char *find_name(const struct sysreg_access *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].op0 == a->op0 && names[i].op1 == a->op1 &&
		    names[i].crn == a->crn && names[i].crm == a->crm &&
		    names[i].op2 == a->op2) {
			return names[i].name;
		}
	}
	return NULL;
}

static const char *find_pstate_field(unsigned int op1, unsigned int op2)
{
	for (size_t i = 0; i < ARRAY_SIZE(pstate_fields); i++) {
		if (pstate_fields[i].op1 == op1 &&
		    pstate_fields[i].op2 == op2) {
			return pstate_fields[i].name;
		}
	}
	return NULL;
}

static bool is_immediate(const struct sysreg_access *a)
{
	return a->op0 == 0 && a->crn == 4;
}

bool sysreg_swap_back(struct sysreg_access *a)
{
	const uint8_t op1 = a->op1;

	if (!is_immediate(a) || find_pstate_field(a->op1, a->op2) ||
	    !find_pstate_field(a->op2, a->op1)) {
		return false;
	}
	a->op1 = a->op2;
	a->op2 = op1;
	return true;
}

void sysreg_print(struct sink *out, const struct sysreg_access *a)
{
	const char *field = find_pstate_field(a->op1, a->op2);
	const char *name = find_name(a);
	char x[8], sys[24];

	snprintf(x, sizeof(x), a->rt == 31 ? "xzr" : "x%u", a->rt);
	snprintf(sys, sizeof(sys), "s%u_%u_c%u_c%u_%u", a->op0, a->op1, a->crn,
		 a->crm, a->op2);
	if (is_immediate(a) && field) {
		sink_printf(out, "msr %s, #%u", field, a->crm);
	} else if (a->op0 == 1 && name) {
		sink_printf(out, "%s%s%s", name, a->rt == 31 ? "" : ", ",
			    a->rt == 31 ? "" : x);
	} else if (a->read) {
		sink_printf(out, "mrs %s, %s", x, name ? name : sys);
	} else {
		sink_printf(out, "msr %s, %s", name ? name : sys, x);
	}
}

bool sysreg_of_insn(struct sysreg_access *a, uint32_t insn)
{
	*a = (struct sysreg_access){
		.op0 = insn >> 19 & 3, .op1 = insn >> 16 & 7,
		.crn = insn >> 12 & 15, .crm = insn >> 8 & 15,
		.op2 = insn >> 5 & 7, .rt = insn & 31,
		.read = insn >> 21 & 1,
	};
	/* op0 = 0 has hints and barriers, too: only MSR (immediate) is one. */
	return insn >> 22 == 0xd5000000 >> 22 &&
	       (a->op0 != 0 || (a->crn == 4 && a->rt == 31 && !a->read));
}
