/* SPDX-License-Identifier: MIT */
/*
 * mmu_attrs.h - the attributes of everything that is ever mapped, in one
 * place: read this to check invariants 10 and 11.
 */
#pragma once

#include "pgtable.h"

/* MAIR_EL1: attribute 0 Normal, write-back, allocating; 1 Device-nGnRE. */
#define MAIR_EL1_VALUE ((UINT64_C(0xff) << (8 * ATTR_NORMAL)) | \
			(UINT64_C(0x04) << (8 * ATTR_DEVICE)))

/* The kernel's half: never for EL0 (AP[1] = 0, UXN), always global. */
#define KERNEL_COMMON (PT_AF | PT_SH_INNER | PT_UXN | PT_ATTR(ATTR_NORMAL))
#define KERNEL_TEXT_ATTRS   (KERNEL_COMMON | PT_AP_RDONLY)
#define KERNEL_RODATA_ATTRS (KERNEL_COMMON | PT_AP_RDONLY | PT_PXN)
#define KERNEL_DATA_ATTRS   (KERNEL_COMMON | PT_PXN)
#define KERNEL_DEVICE_ATTRS (PT_AF | PT_UXN | PT_PXN | PT_ATTR(ATTR_DEVICE))

/*
 * Each table descriptor of the kernel's half says again that nothing below is
 * EL0's: a wrong page descriptor alone cannot break invariant 10.
 */
#define KERNEL_TABLE_ATTRS (PT_TABLE_AP_NOEL0 | PT_TABLE_UXN)

/* The user's half: never executable at EL1, tagged with the ASID. */
#define USER_COMMON \
	(PT_AF | PT_SH_INNER | PT_NG | PT_PXN | PT_ATTR(ATTR_NORMAL))
/* Likewise: no user page is executable at EL1, whatever it says itself. */
#define USER_TABLE_ATTRS PT_TABLE_PXN
