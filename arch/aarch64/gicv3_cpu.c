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
#define ICC_SGI1R_EL1   s3_0_c12_c11_5
#define ICC_BPR1_EL1    s3_0_c12_c12_3
#define ICC_CTLR_EL1    s3_0_c12_c12_4
#define ICC_SRE_EL1     s3_0_c12_c12_5
#define ICC_IGRPEN1_EL1 s3_0_c12_c12_7

/* sysreg_read() does not expand the name: expand ours first. */
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

/*
 *	 63  56 55  48 47 44 43  41  40 39  32 31 28 27   24 23  16 15          0
 *	+------+------+-----+------+---+------+-----+-------+------+-------------+
 *	| RES0 | Aff3 | RS  | RES0 |IRM| Aff2 |RES0 | INTID | Aff1 | TargetList  |
 *	+------+------+-----+------+---+------+-----+-------+------+-------------+
 * One bit of the list is one value of Aff0, of 16 that RS chooses.
 */
void arch_gicv3_raise(uint32_t intid)
{
	uint64_t affinity = arch_cpu_affinity(), aff0 = affinity & 0xff;

	icc_write(ICC_SGI1R_EL1,
		  (affinity >> 24) << 48 | (affinity >> 16 & 0xff) << 32 |
			  (affinity >> 8 & 0xff) << 16 | (aff0 / 16) << 44 |
			  (uint64_t)intid << 24 | BIT(aff0 % 16));
	isb();
}
