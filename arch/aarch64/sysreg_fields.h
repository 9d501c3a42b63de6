/* SPDX-License-Identifier: MIT */
/*
 * sysreg_fields.h - the fields of the system registers and of the translation
 * descriptors, each as a pair `lsb, width`. One line serves C, where
 * FIELD_GET() and FIELD_PREP() take the pair apart, and assembly, where
 * `ubfx x0, x1, ESR_EL1_EC` and `bfi` take it as it is.
 *
 * Names and positions are the Arm ARM's (DDI 0487, chapter D24 "AArch64 System
 * Register Descriptions"; descriptors: D8.3). Only fields that this project
 * reads or writes are here. Values of ESR_EL1.EC: see esr.h; every field of
 * its ISS, for a reader: decode/esr_iss.c.
 */
#pragma once

#ifdef __ASSEMBLER__
#define FIELD_ONE 1
#else
#include <stdint.h>
#define FIELD_ONE UINT64_C(1)
#endif

/* The helpers with a trailing _ see the pair already split in two. */
#define FIELD_LSB_(lsb, width) (lsb)
#define FIELD_ONES_(lsb, width) ((FIELD_ONE << (width)) - 1)
#define FIELD_MASK_(lsb, width) (FIELD_ONES_(lsb, width) << (lsb))
#define FIELD_GET_(value, lsb, width) \
	(((value) >> (lsb)) & FIELD_ONES_(lsb, width))
#define FIELD_PREP_(value, lsb, width) \
	(((value) & FIELD_ONES_(lsb, width)) << (lsb))

#define FIELD_LSB(field) FIELD_LSB_(field)
/* The bits of the field, in place: FIELD_MASK(SPSR_EL1_PAN) is 1 << 22. */
#define FIELD_MASK(field) FIELD_MASK_(field)
/* The field's value, shifted down to bit 0. */
#define FIELD_GET(field, value) FIELD_GET_(value, field)
/* value shifted up to where the field is; bits that do not fit are dropped. */
#ifdef __ASSEMBLER__
#define FIELD_PREP(field, value) FIELD_PREP_(value, field)
#else
#define FIELD_PREP(field, value) FIELD_PREP_((uint64_t)(value), field)
#endif

/*
 * ESR_EL1, Exception Syndrome Register: why the exception was taken.
 *
 *	 63      56 55        32 31    26  25 24                       0
 *	+----------+------------+--------+----+-------------------------+
 *	|   RES0   |    ISS2    |   EC   | IL |           ISS           |
 *	+----------+------------+--------+----+-------------------------+
 */
#define ESR_EL1_ISS  0, 25
#define ESR_EL1_IL   25, 1 /* 1: a 32-bit instruction, or not applicable */
#define ESR_EL1_EC   26, 6

/*
 * ISS for a data abort (EC 0x24, 0x25). ISV = 1 makes 23:14 valid. For an
 * instruction abort (EC 0x20, 0x21) the same, without ISV and what it makes
 * valid, CM, WnR; and DFSC is called IFSC.
 *
 *	  24  23 22  21  20 16 15 14   13  12 11  10 9   8    7   6   5   0
 *	+---+------+---+-----+--+--+----+-----+---+--+--+-----+---+------+
 *	|ISV| SAS  |SSE| SRT |SF|AR|VNCR| SET |FnV|EA|CM|S1PTW|WnR| DFSC |
 *	+---+------+---+-----+--+--+----+-----+---+--+--+-----+---+------+
 */
#define ESR_EL1_DABT_DFSC 0, 6
#define ESR_EL1_DABT_WNR  6, 1
#define ESR_EL1_DABT_CM   8, 1  /* cache maintenance or AT: not a store */
#define ESR_EL1_DABT_FNV  10, 1 /* 1: FAR_EL1 is not valid */

/* ISS for SVC, HVC, SMC, BRK: the instruction's immediate. */
#define ESR_EL1_IMM16 0, 16

/*
 * ISS for a trapped MSR, MRS or system instruction (EC 0x18).
 *
 *	 24  22 21 20 19 17 16 14 13 10 9   5 4   1     0
 *	+------+-----+-----+-----+-----+-----+-----+---------+
 *	| RES0 | Op0 | Op2 | Op1 | CRn | Rt  | CRm |Direction|
 *	+------+-----+-----+-----+-----+-----+-----+---------+
 */
#define ESR_EL1_SYS_DIRECTION 0, 1 /* 1: read (MRS) */
#define ESR_EL1_SYS_CRM       1, 4
#define ESR_EL1_SYS_RT        5, 5
#define ESR_EL1_SYS_CRN       10, 4
#define ESR_EL1_SYS_OP1       14, 3
#define ESR_EL1_SYS_OP2       17, 3
#define ESR_EL1_SYS_OP0       20, 2

/*
 * ISS for a memory copy or set (EC 0x27). 17:16 together are FormatOption: of
 * which option the registers' values are.
 */
#define ESR_EL1_MOPS_MEMINST  24, 1
#define ESR_EL1_MOPS_EPILOGUE 18, 1
#define ESR_EL1_MOPS_WRONG    17, 1 /* not this CPU's option */
#define ESR_EL1_MOPS_OPTION_A 16, 1 /* this CPU's option */
#define ESR_EL1_MOPS_DEST     10, 5
#define ESR_EL1_MOPS_SRC      5, 5
#define ESR_EL1_MOPS_SIZE     0, 5

/*
 * SPSR_EL1, Saved Program Status Register: PSTATE of what was interrupted.
 *
 *	 31 28 25  24  23  22 21 20 19  14   13    12  11 10 9 8 7 6 5  4  3  0
 *	+----+---+---+---+---+--+--+------+------+----+-----+-+-+-+-+-+---+----+
 *	|NZCV|TCO|DIT|UAO|PAN|SS|IL| RES0 |ALLINT|SSBS|BTYPE|D|A|I|F|0|nRW|  M |
 *	+----+---+---+---+---+--+--+------+------+----+-----+-+-+-+-+-+---+----+
 */
#define SPSR_EL1_M      0, 4 /* SPSR_EL1_M_*: level and stack pointer */
#define SPSR_EL1_NRW    4, 1 /* 1: AArch32 */
#define SPSR_EL1_F      6, 1
#define SPSR_EL1_I      7, 1
#define SPSR_EL1_A      8, 1
#define SPSR_EL1_D      9, 1
#define SPSR_EL1_DAIF   6, 4
#define SPSR_EL1_ALLINT 13, 1
#define SPSR_EL1_IL     20, 1
#define SPSR_EL1_SS     21, 1
#define SPSR_EL1_PAN    22, 1
#define SPSR_EL1_UAO    23, 1
#define SPSR_EL1_NZCV   28, 4
#define SPSR_EL1_M_EL0T 0
#define SPSR_EL1_M_EL1T 4
#define SPSR_EL1_M_EL1H 5
#define SPSR_EL1_M_EL2T 8
#define SPSR_EL1_M_EL2H 9

/*
 * TCR_EL1, Translation Control Register. Bits 15:0 are TTBR0_EL1's half,
 * bits 31:16 TTBR1_EL1's; TG0 and TG1 number the granules differently.
 *
 *	 31 30 29 28 27 26 25 24  23  22 21 16 15 14 13 12 11 10 9  8  7  6 5  0
 *	+-----+-----+-----+-----+----+--+-----+-----+-----+-----+-----+----+-+----+
 *	| TG1 | SH1 |ORGN1|IRGN1|EPD1|A1|T1SZ | TG0 | SH0 |ORGN0|IRGN0|EPD0|0|T0SZ|
 *	+-----+-----+-----+-----+----+--+-----+-----+-----+-----+-----+----+-+----+
 *	 59  56    55   54   53   42   41  40 39  38   37  36 35 34 32
 *	+--+-----+-----+----+----+----+----+--+--+----+----+--+--+-----+
 *	|DS|E0PD1|E0PD0|NFD1|NFD0|HPD1|HPD0|HD|HA|TBI1|TBI0|AS|0 | IPS |
 *	+--+-----+-----+----+----+----+----+--+--+----+----+--+--+-----+
 */
#define TCR_EL1_T0SZ  0, 6
#define TCR_EL1_EPD0  7, 1
#define TCR_EL1_IRGN0 8, 2
#define TCR_EL1_ORGN0 10, 2
#define TCR_EL1_SH0   12, 2
#define TCR_EL1_TG0   14, 2 /* TCR_EL1_TG0_* */
#define TCR_EL1_T1SZ  16, 6
#define TCR_EL1_A1    22, 1
#define TCR_EL1_EPD1  23, 1
#define TCR_EL1_IRGN1 24, 2
#define TCR_EL1_ORGN1 26, 2
#define TCR_EL1_SH1   28, 2
#define TCR_EL1_TG1   30, 2 /* TCR_EL1_TG1_* */
#define TCR_EL1_IPS   32, 3
#define TCR_EL1_AS    36, 1
#define TCR_EL1_TBI0  37, 1
#define TCR_EL1_TBI1  38, 1
#define TCR_EL1_HA    39, 1
#define TCR_EL1_HD    40, 1
#define TCR_EL1_HPD0  41, 1
#define TCR_EL1_HPD1  42, 1
#define TCR_EL1_E0PD0 55, 1
#define TCR_EL1_E0PD1 56, 1
#define TCR2_EL1_PIE  1, 1 /* FEAT_S1PIE: rights by index, no hierarchy */
#define TCR_EL1_TG0_4K  0
#define TCR_EL1_TG0_64K 1
#define TCR_EL1_TG0_16K 2
#define TCR_EL1_TG1_16K 1
#define TCR_EL1_TG1_4K  2
#define TCR_EL1_TG1_64K 3
#define TCR_EL1_IPS_48BIT 5
#define TCR_EL1_RGN_WBWA  1 /* write-back, write-allocate: IRGNn, ORGNn */
#define TCR_EL1_SH_INNER  3

/*
 * SCTLR_EL1, System Control Register: one bit a switch, no picture of it.
 */
#define SCTLR_EL1_M       0, 1
#define SCTLR_EL1_C       2, 1
#define SCTLR_EL1_SA      3, 1
#define SCTLR_EL1_SA0     4, 1
#define SCTLR_EL1_ITD     7, 1
#define SCTLR_EL1_SED     8, 1
#define SCTLR_EL1_UMA     9, 1
#define SCTLR_EL1_EOS     11, 1
#define SCTLR_EL1_I       12, 1
#define SCTLR_EL1_DZE     14, 1
#define SCTLR_EL1_UCT     15, 1
#define SCTLR_EL1_NTWI    16, 1
#define SCTLR_EL1_NTWE    18, 1
#define SCTLR_EL1_WXN     19, 1
#define SCTLR_EL1_TSCXT   20, 1
#define SCTLR_EL1_EIS     22, 1
#define SCTLR_EL1_SPAN    23, 1 /* 0: exceptions set PSTATE.PAN */
#define SCTLR_EL1_E0E     24, 1
#define SCTLR_EL1_EE      25, 1
#define SCTLR_EL1_UCI     26, 1
#define SCTLR_EL1_NTLSMD  28, 1
#define SCTLR_EL1_LSMAOE  29, 1
#define SCTLR_EL1_MSCEN   33, 1
#define SCTLR_EL1_EPAN    57, 1

/*
 * TTBR0_EL1 and TTBR1_EL1, Translation Table Base Registers.
 *
 *	 63        48 47                                        1   0
 *	+------------+------------------------------------------+-----+
 *	|    ASID    |                  BADDR                   | CnP |
 *	+------------+------------------------------------------+-----+
 */
#define TTBR_EL1_CNP   0, 1
#define TTBR_EL1_BADDR 1, 47 /* bits 47:1 of the table's address */
#define TTBR_EL1_ASID  48, 16

/*
 * PAR_EL1, Physical Address Register: what AT found.
 *
 *	 F = 0: 63  56 55 52 51                12  11 10  9 8  7 6       0
 *	       +------+-----+--------------------+---+--+--+----+-------+-+
 *	       | ATTR |RES0 |      PA[51:12]     |NSE|1 |NS| SH | RES0  |0|
 *	       +------+-----+--------------------+---+--+--+----+-------+-+
 *	 F = 1: 63                          12  11 10  9  8  7 6       1 0
 *	       +------------------------------+---+--+--+---+-+---------+-+
 *	       |  RES0, IMPLEMENTATION DEF.   | 1 |0 |S |PTW|0|   FST   |1|
 *	       +------------------------------+---+--+--+---+-+---------+-+
 */
#define PAR_EL1_F    0, 1
#define PAR_EL1_FST  1, 6 /* as DFSC */

/*
 * The ID registers: sixteen 4-bit numbers each. 0 means "not implemented",
 * except that TGran4 and TGran64 count from 0 and say no with 15.
 */
#define ID_AA64MMFR0_EL1_PARANGE  0, 4
#define ID_AA64MMFR0_EL1_ASIDBITS 4, 4 /* 0: 8 bits, 2: 16 */
#define ID_AA64MMFR0_EL1_TGRAN16  20, 4 /* 0: no, 1: yes, 2: with LPA2 */
#define ID_AA64MMFR0_EL1_TGRAN64  24, 4 /* 0: yes, 15: no */
#define ID_AA64MMFR0_EL1_TGRAN4   28, 4 /* 0: yes, 1: with LPA2, 15: no */
#define ID_AA64MMFR0_EL1_FGT      56, 4

#define ID_AA64MMFR1_EL1_HAFDBS 0, 4 /* 1: AF by hardware, 2: and dirty */
#define ID_AA64MMFR1_EL1_PAN    20, 4 /* 1: PAN, 2: and AT S1E1RP, 3: EPAN */
#define ID_AA64MMFR1_EL1_HCX    40, 4

#define ID_AA64MMFR2_EL1_UAO     4, 4
#define ID_AA64MMFR2_EL1_E0PD    60, 4

#define ID_AA64MMFR3_EL1_TCRX  0, 4 /* TCR2_EL1 */
#define ID_AA64MMFR3_EL1_S1PIE 8, 4 /* with it TCR2_EL1.PIE */

#define ID_AA64PFR0_EL1_FP      16, 4 /* 15: none */
#define ID_AA64PFR0_EL1_ADVSIMD 20, 4 /* 15: none */
#define ID_AA64PFR0_EL1_GIC     24, 4 /* not 0: GIC system registers */
#define ID_AA64PFR0_EL1_AMU     44, 4

#define ID_AA64ISAR0_EL1_AES    4, 4
#define ID_AA64ISAR0_EL1_SHA1   8, 4
#define ID_AA64ISAR0_EL1_SHA2   12, 4
#define ID_AA64ISAR0_EL1_CRC32  16, 4
#define ID_AA64ISAR0_EL1_ATOMIC 20, 4 /* 2: LSE */
#define ID_AA64ISAR0_EL1_RDM    28, 4
#define ID_AA64ISAR0_EL1_SHA3   32, 4
#define ID_AA64ISAR0_EL1_DP     44, 4
#define ID_AA64ISAR0_EL1_FHM    48, 4

#define ID_AA64ISAR2_EL1_MOPS  16, 4

/* CTR_EL0, Cache Type: line sizes are log2 of the number of 4-byte words. */
#define CTR_EL0_IMINLINE 0, 4
#define CTR_EL0_DMINLINE 16, 4
#define CTR_EL0_IDC      28, 1 /* 1: no clean to PoU for coherence */
#define CTR_EL0_DIC      29, 1 /* 1: no IC IVAU for coherence */

/* DCZID_EL0: the block that DC ZVA clears, log2 of 4-byte words. */
#define DCZID_EL0_BS  0, 4
#define DCZID_EL0_DZP 4, 1 /* 1: DC ZVA is forbidden */

/* HCR_EL2: what of EL1's doings EL2 wants to see. */
#define HCR_EL2_RW    31, 1 /* 1: EL1 is AArch64 */
#define HCR_EL2_APK   40, 1
#define HCR_EL2_API   41, 1
#define HCR_EL2_ATA   56, 1

/*
 * Stage-1 descriptors of the 64-bit format, 48-bit output (Arm ARM D8.3).
 *
 *	Bits 1:0 = type: x0 invalid; 01 block (levels 1, 2), reserved at 3;
 *	11 table (levels 0 to 2), page at 3.
 *
 * Block and page:
 *	 63  59 58 55  54  53   52  51  50 49 48 47        n   11 10 9 8 7 6 5  4    2
 *	+------+-----+---+---+----+---+--+-----+-----------+--+--+---+---+--+--------+--+
 *	|ignore| SW  |UXN|PXN|Cont|DBM|GP|  0  |    OA     |nG|AF| SH| AP|NS|AttrIndx|01|
 *	+------+-----+---+---+----+---+--+-----+-----------+--+--+---+---+--+--------+--+
 * Table:
 *	   63    62   61    60       59    58 52 51 48 47              m       2  1 0
 *	+-------+--------+--------+--------+------+-----+-------------------+------+--+
 *	|NSTable|APTable |UXNTable|PXNTable|ignore|  0  | next level's table|ignore|11|
 *	+-------+--------+--------+--------+------+-----+-------------------+------+--+
 */
#define DESC_VALID      0, 1
#define DESC_TABLE      1, 1 /* with VALID: a table, or at level 3 a page */
#define DESC_ATTRINDX   2, 3 /* which byte of MAIR_EL1 */
#define DESC_AP         6, 2 /* AP[2:1]: bit 0 for EL0 too, bit 1 read-only */
#define DESC_AP1        6, 1
#define DESC_AP2        7, 1
#define DESC_SH         8, 2 /* 0 none, 2 outer, 3 inner shareable */
#define DESC_AF         10, 1
#define DESC_NG         11, 1
#define DESC_ADDR       12, 36 /* bits 47:12; low ones 0 where larger */
#define DESC_DBM        51, 1
#define DESC_CONTIGUOUS 52, 1
#define DESC_PXN        53, 1
#define DESC_UXN        54, 1
#define DESC_SOFTWARE   55, 4 /* ignored by hardware: ours */
#define DESC_PXNTABLE   59, 1
#define DESC_UXNTABLE   60, 1
#define DESC_APTABLE    61, 2 /* bit 0: not for EL0, bit 1: read-only */
