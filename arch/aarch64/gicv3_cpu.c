// SPDX-License-Identifier: MIT
/*
 * gicv3_cpu.c - the GICv3 CPU interface: system registers, hence here and not
 * in src/dev/gicv3.c, which drives the distributor.
 */
#include "arch.h"
#include "sysreg.h"

#define ICC_PMR_EL1     s3_0_c4_c6_0
#define ICC_IAR1_EL1    s3_0_c12_c12_0
#define ICC_EOIR1_EL1   s3_0_c12_c12_1
#define ICC_BPR1_EL1    s3_0_c12_c12_3
#define ICC_CTLR_EL1    s3_0_c12_c12_4
#define ICC_SRE_EL1     s3_0_c12_c12_5
#define ICC_IGRPEN1_EL1 s3_0_c12_c12_7

/* sysreg_read() takes a name as it stands: expand ours first. */
#define icc_read(name) sysreg_read(name)
#define icc_write(name, value) sysreg_write(name, value)

void arch_gicv3_cpu_init(void)
{
	icc_write(ICC_SRE_EL1, icc_read(ICC_SRE_EL1) | 1); /* no MMIO */
	isb(); /* before the other registers exist */
	icc_write(ICC_PMR_EL1, 0xff); /* every priority may come */
	icc_write(ICC_BPR1_EL1, 0);
	icc_write(ICC_CTLR_EL1, 0); /* EOIR both drops and deactivates */
	icc_write(ICC_IGRPEN1_EL1, 1);
	isb();
}

uint32_t arch_gicv3_ack(void)
{
	uint32_t intid = (uint32_t)icc_read(ICC_IAR1_EL1);

	dsb(sy); /* the acknowledge is done before the device is touched */
	return intid;
}

void arch_gicv3_end(uint32_t intid)
{
	icc_write(ICC_EOIR1_EL1, intid);
	isb();
}
