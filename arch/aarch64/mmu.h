/* SPDX-License-Identifier: MIT */
/* mmu.h - TLB maintenance, and what arch/ alone asks of mmu.c. */
#pragma once

#include "layout.h"
#include "lib/types.h"
#include "sysreg.h"
#include "trace/trace.h"

/*
 * A TLBI's operand: the page number, and the ASID where the operation takes
 * one (D8.17). The number is va >> 12 for every granule.
 */
static inline uint64_t tlbi_operand(uint64_t va, uint64_t asid)
{
	return asid << 48 | (va >> 12 & ((UINT64_C(1) << 44) - 1));
}

/*
 * The kernel's page at va has changed or gone. The first DSB makes the
 * descriptor's store visible to the walks, the second waits until no CPU
 * uses the old translation, ISB drops what this CPU fetched under it.
 */
static inline void mmu_flush_kernel_page(uint64_t va)
{
	dsb(ishst);
	tlbi(vaae1is, tlbi_operand(va, 0));
	dsb(ish);
	isb();
	trace_event(tlb_flush, TRACE_SCOPE_KERNEL_PAGE, va, 0);
}

/* The user pages in [start, end) of the address space with this ASID, and the
 * walks to them: likewise, with the barriers of one. */
static inline void mmu_flush_user_range(uint64_t start, uint64_t end,
					uint64_t asid)
{
	dsb(ishst);
	for (uint64_t va = start; va < end; va += PAGE_SIZE) {
		tlbi(vae1is, tlbi_operand(va, asid));
		trace_event(tlb_flush, TRACE_SCOPE_USER_PAGE, va, asid);
	}
	dsb(ish);
	isb();
}

static inline void mmu_flush_asid(uint64_t asid)
{
	dsb(ishst);
	tlbi(aside1is, asid << 48);
	dsb(ish);
	isb();
	trace_event(tlb_flush, TRACE_SCOPE_ADDRESS_SPACE, 0, asid);
}

static inline void mmu_flush_all(void)
{
	dsb(ishst);
	tlbi_all(vmalle1is);
	dsb(ish);
	isb();
	trace_event(tlb_flush, TRACE_SCOPE_ALL, 0, 0);
}

/* What switches off APTable and its kin in the user's half: a register's field,
 * or NULL: they count (D8.4.3). */
const char *mmu_hierarchy_is_off(void);

/* Maps [pa, pa + size) at va in the kernel's half: 0, -ENOMEM. Or unmaps one
 * page. Outside mmu.c for patch.c only, at VMAP_PATCH. */
int mmu_map_kernel(uint64_t va, paddr_t pa, uint64_t size, uint64_t attrs);
void mmu_unmap_kernel_page(uint64_t va);
