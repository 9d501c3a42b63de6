// SPDX-License-Identifier: MIT
/*
 * user_map.c - the user's half: the tables of one address space, and which
 * one TTBR0_EL1 points at. Every change that takes a right away is followed
 * by a TLBI for the address and ASID, and a page is replaced only through an
 * invalid descriptor (break-before-make, D8.17.1): invariant 12.
 *
 * A table's struct page counts its entries that are not zero, and a table
 * without any is unlinked, invalidated and freed at once. The level-3 table
 * that was used last is remembered: it is the next one, too, as a rule. A page
 * that is mapped without rights is kept in an invalid descriptor.
 * The caller holds the lock of the address space.
 * Next: user_range.c, the same for many pages; asid.c.
 */
#include "user_map.h"

#include "asid.h"
#include "cpu.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "mmu.h"
#include "trace/trace.h"
#include "uaccess/select.h"

/* ---- Tables --------------------------------------------------------- */

static paddr_t user_table_of(const uint64_t *slot)
{
	return ALIGN_DOWN(virt_to_phys(slot), (paddr_t)PAGE_SIZE);
}

uint64_t *user_walk(struct arch_vm *avm, uint64_t va, int *level)
{
	struct pgtable pt = user_pgtable(avm);
	uint64_t *slot = pgtable_walk(&pt, va, level);

	if (*level == 3) {
		avm->near_va = ALIGN_DOWN(va, BIT(pgtable_level_shift(2)));
		avm->near = phys_to_virt(user_table_of(slot));
		avm->near_page = page_of(user_table_of(slot));
	}
	return slot;
}

void user_prune(struct arch_vm *avm, uint64_t va, struct user_gone *gone)
{
	struct pgtable pt = user_pgtable(avm);
	int level;
	uint64_t *slot = pgtable_walk(&pt, va, &level);
	paddr_t table = user_table_of(slot);

	while (table != avm->root && page_of(table)->in_use == 0) {
		/* An address as a descriptor is invalid: bit 0 is clear. */
		pgtable_write(phys_to_virt(table), gone->first);
		gone->first = table;
		slot = pgtable_parent(&pt, va, table);
		pgtable_write(slot, 0);
		table = user_table_of(slot);
		page_of(table)->in_use--;
		avm->near = NULL;
	}
}

void user_free_gone(const struct arch_vm *avm, struct user_gone *gone)
{
	if (gone->first == 0 || asid_peek(avm) == 0) {
		dsb(ishst);
	} else {
		mmu_flush_asid(asid_peek(avm)); /* cached walks go too */
	}
	while (gone->first != 0) {
		paddr_t table = gone->first;

		gone->first = *(uint64_t *)phys_to_virt(table);
		page_put(table);
	}
}

uint64_t *user_make_far_slot(struct arch_vm *avm, uint64_t va)
{
	for (;;) {
		struct user_gone gone = { 0 };
		int level;
		uint64_t *slot = user_walk(avm, va, &level);
		paddr_t pa;

		if (level == 3) {
			return slot;
		}
		pa = page_alloc_zeroed();
		if (pa == PADDR_NONE) {
			user_prune(avm, va, &gone);
			user_free_gone(avm, &gone);
			return NULL;
		}
		/* The zeroes must be seen before the link to them (B2.3). */
		dmb(ishst);
		pgtable_write(slot, pa | USER_TABLE_ATTRS | PT_TABLE |
					    PT_VALID);
		dsb(ishst);
		page_of(user_table_of(slot))->in_use++;
	}
}

int arch_vm_init(struct arch_vm *avm)
{
	avm->root = page_alloc_zeroed();
	avm->asid = 0; /* of no generation: given when it first runs */
	avm->near = NULL;
	return avm->root == PADDR_NONE ? -ENOMEM : 0;
}

void arch_vm_retire(struct arch_vm *avm)
{
	/* Walks may be cached too: nothing of them may outlive the tables. */
	if (asid_peek(avm) != 0) {
		mmu_flush_asid(asid_peek(avm));
	}
	avm->asid = 0;
}

void arch_vm_destroy(struct arch_vm *avm)
{
	if (page_of(avm->root)->in_use != 0) {
		panic("an address space ends with pages in its tables");
	}
	page_put(avm->root);
	avm->root = PADDR_NONE;
}

/* ---- One page ------------------------------------------------------- */

/* The level-3 slot of va; NULL: it has no table. */
static inline uint64_t *user_slot(struct arch_vm *avm, uint64_t va)
{
	uint64_t *slot = user_near_slot(avm, va);
	int level = 3;

	if (unlikely(slot == NULL)) {
		slot = user_walk(avm, va, &level);
	}
	return level == 3 ? slot : NULL;
}

static void user_flush(const struct arch_vm *avm, uint64_t va)
{
	if (asid_peek(avm) != 0) {
		mmu_flush_user_page(va, asid_peek(avm));
	} else {
		dsb(ishst); /* it has no translations yet in this generation */
	}
}

int arch_vm_map(struct arch_vm *avm, uint64_t va, paddr_t pa,
		unsigned int prot)
{
	uint64_t *slot = user_make_slot(avm, va);

	if (!slot) {
		return -ENOMEM;
	}
	if (*slot != 0) {
		panic("mapping 0x%lx: in use", (unsigned long)va);
	}
	user_sync_page(0, pa, prot);
	pgtable_write(slot, user_desc(pa, prot));
	avm->near_page->in_use++;
	/* Invalid before: no TLBI, but the store must reach the walks. The
	 * ISB keeps our own next access from using an older walk (D8.16). */
	dsb(ishst);
	isb();
	return 0;
}

void arch_vm_protect(struct arch_vm *avm, uint64_t va, unsigned int prot)
{
	uint64_t *slot = user_slot(avm, va);

	if (!slot || *slot == 0) {
		panic("protecting 0x%lx: unmapped", (unsigned long)va);
	}
	user_sync_page(*slot, *slot & PT_ADDR, prot);
	/* Only rights change, so no break is needed; but old ones may live in
	 * the TLB, and after a grant an old refusal may (D8.17). */
	pgtable_write(slot, user_desc(*slot & PT_ADDR, prot));
	user_flush(avm, va);
}

void arch_vm_replace(struct arch_vm *avm, uint64_t va, paddr_t pa,
		     unsigned int prot)
{
	uint64_t *slot = user_slot(avm, va);

	if (!slot || *slot == 0) {
		panic("replacing 0x%lx: unmapped", (unsigned long)va);
	}
	pgtable_write(slot, 0); /* break … */
	user_flush(avm, va);
	user_sync_page(0, pa, prot);
	pgtable_write(slot, user_desc(pa, prot)); /* … before make */
	dsb(ishst);
	isb();
}

bool arch_vm_note_access(struct arch_vm *avm, uint64_t va)
{
	uint64_t *slot = user_slot(avm, va);

	if (!slot || (*slot & (PT_VALID | PT_AF)) != PT_VALID) {
		return false;
	}
	/* AF = 0 is never in a TLB (D8.17), so nothing is to be flushed. */
	pgtable_write(slot, *slot | PT_AF);
	dsb(ishst);
	isb();
	return true;
}

paddr_t arch_vm_lookup(struct arch_vm *avm, uint64_t va,
		       unsigned int *prot)
{
	const uint64_t *slot = user_slot(avm, va);

	*prot = 0;
	if (!slot || *slot == 0) {
		return PADDR_NONE;
	}
	*prot = user_desc_prot(*slot);
	return *slot & PT_ADDR;
}

/* ---- Which tables are current --------------------------------------- */

/*
 * Table and ASID change in one write (A1 = 0): there is no moment with the
 * one of the old and the other of the new. With sw_ttbr0 the write happens
 * later, in a window or on the way to EL0, from cpu->user_ttbr0.
 */
void arch_vm_activate(struct vm *vm)
{
	unsigned long flags = arch_irq_save();
	struct cpu *cpu = arch_cpu();
	uint64_t ttbr = cpu->reserved_ttbr0;

	if (vm) {
		if (asid_peek(&vm->arch) == 0) {
			/* A rollover may come: while it empties the TLB, no
			 * walk may fill it again under an old number. */
			sysreg_write(ttbr0_el1, cpu->reserved_ttbr0);
			isb();
		}
		ttbr = vm->arch.root |
		       FIELD_PREP(TTBR_EL1_ASID, asid_current(&vm->arch));
	}
	if (ttbr != cpu->user_ttbr0) {
		trace_event(table_switch, cpu->user_ttbr0, ttbr,
			    FIELD_GET(TTBR_EL1_ASID, ttbr));
	}
	cpu->vm = vm;
	cpu->user_ttbr0 = ttbr;
	if (!uaccess_hides_ttbr0) {
		sysreg_write(ttbr0_el1, ttbr);
		isb();
	}
	arch_irq_restore(flags);
}
