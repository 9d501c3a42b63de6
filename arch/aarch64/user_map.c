// SPDX-License-Identifier: MIT
/*
 * user_map.c - the user's half: the tables of one address space, and which
 * one TTBR0_EL1 points at. Every change that takes a right away is followed
 * by a TLBI for the address and ASID, and a page is replaced only through an
 * invalid descriptor (break-before-make, D8.17.1): invariant 12.
 * The caller holds the lock of the address space.
 */
#include "arch.h"
#include "asid.h"
#include "cpu.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "sysreg.h"
#include "trace/trace.h"
#include "uaccess/select.h"

static struct pgtable user_pgtable(const struct arch_vm *avm)
{
	return (struct pgtable){
		.root = avm->root,
		.table_attrs = USER_TABLE_ATTRS,
		.linear = LINEAR_BASE,
		.alloc = page_alloc_zeroed,
	};
}

/*
 * prot in a descriptor. AP[1] gives EL0 data access, so an execute-only page
 * has it clear; prot 0 keeps the page in an invalid descriptor.
 */
static uint64_t user_desc(paddr_t pa, unsigned int prot)
{
	uint64_t desc = pa | USER_COMMON | PT_UXN | PT_TABLE;

	if (prot == 0) {
		return desc | PT_SOFT_NONE;
	}
	desc |= PT_VALID;
	if (prot & (VM_READ | VM_WRITE)) {
		desc |= PT_AP_USER;
	}
	if (!(prot & VM_WRITE)) {
		desc |= PT_AP_RDONLY;
	}
	if (prot & VM_EXEC) {
		desc &= ~PT_UXN;
	}
	return desc;
}

static unsigned int user_desc_prot(uint64_t desc)
{
	if (!(desc & PT_VALID)) {
		return 0;
	}
	return (desc & PT_AP_USER ? VM_READ : 0) |
	       (desc & PT_AP_RDONLY ? 0 : VM_WRITE) |
	       (desc & PT_UXN ? 0 : VM_EXEC);
}

int arch_vm_init(struct arch_vm *avm)
{
	avm->root = page_alloc_zeroed();
	avm->asid = 0; /* of no generation: given when it first runs */
	return avm->root == PADDR_NONE ? -ENOMEM : 0;
}

void arch_vm_destroy(struct arch_vm *avm)
{
	struct pgtable pt = user_pgtable(avm);

	/* Walks may be cached too: nothing of them may outlive the tables. */
	if (asid_peek(avm) != 0) {
		mmu_flush_asid(asid_peek(avm));
	}
	pgtable_free(&pt, page_put);
	avm->root = PADDR_NONE;
}

int arch_vm_map(struct arch_vm *avm, uint64_t va, paddr_t pa,
		unsigned int prot)
{
	struct pgtable pt = user_pgtable(avm);
	uint64_t *slot = pgtable_slot(&pt, va, true);

	if (!slot) {
		return -ENOMEM;
	}
	if (*slot != 0 || (prot & VM_WRITE && prot & VM_EXEC)) {
		panic("mapping 0x%lx: in use, or writable and executable",
		      (unsigned long)va);
	}
	WRITE_ONCE(*slot, user_desc(pa, prot));
	/* Invalid before: no TLBI, but the store must reach the walks. The
	 * ISB keeps our own next access from using an older walk (D8.16). */
	dsb(ishst);
	isb();
	return 0;
}

static void user_flush(const struct arch_vm *avm, uint64_t va)
{
	if (asid_peek(avm) != 0) {
		mmu_flush_user_page(va, asid_peek(avm));
	} else {
		dsb(ishst); /* it has no translations yet in this generation */
	}
}

void arch_vm_protect(struct arch_vm *avm, uint64_t va, unsigned int prot)
{
	struct pgtable pt = user_pgtable(avm);
	uint64_t *slot = pgtable_slot(&pt, va, false);

	if (!slot || *slot == 0 || (prot & VM_WRITE && prot & VM_EXEC)) {
		panic("protecting 0x%lx: unmapped, or writable and executable",
		      (unsigned long)va);
	}
	/* Only rights change, so no break is needed; but old ones may live in
	 * the TLB, and after a grant an old refusal may (D8.17). */
	WRITE_ONCE(*slot, user_desc(*slot & PT_ADDR, prot));
	user_flush(avm, va);
}

void arch_vm_replace(struct arch_vm *avm, uint64_t va, paddr_t pa,
		     unsigned int prot)
{
	arch_vm_unmap(avm, va); /* break … */
	arch_vm_map(avm, va, pa, prot); /* … before make; the tables exist */
}

paddr_t arch_vm_unmap(struct arch_vm *avm, uint64_t va)
{
	struct pgtable pt = user_pgtable(avm);
	uint64_t *slot = pgtable_slot(&pt, va, false);
	paddr_t pa;

	if (!slot || *slot == 0) {
		return PADDR_NONE;
	}
	pa = *slot & PT_ADDR;
	WRITE_ONCE(*slot, 0);
	user_flush(avm, va);
	return pa;
}

paddr_t arch_vm_lookup(const struct arch_vm *avm, uint64_t va,
		       unsigned int *prot)
{
	struct pgtable pt = user_pgtable(avm);
	const uint64_t *slot = pgtable_slot(&pt, va, false);

	if (!slot || *slot == 0) {
		return PADDR_NONE;
	}
	*prot = user_desc_prot(*slot);
	return *slot & PT_ADDR;
}

struct user_each {
	void (*fn)(uint64_t va, paddr_t pa, void *ctx);
	void *ctx;
};

static void user_each_slot(uint64_t va, uint64_t *slot, void *ctx)
{
	const struct user_each *each = ctx;

	each->fn(va, *slot & PT_ADDR, each->ctx);
}

void arch_vm_for_each(struct arch_vm *avm, uint64_t start, uint64_t end,
		      void (*fn)(uint64_t va, paddr_t pa, void *ctx),
		      void *ctx)
{
	struct pgtable pt = user_pgtable(avm);
	struct user_each each = { fn, ctx };

	pgtable_for_each(&pt, start, end, user_each_slot, &each);
}

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
