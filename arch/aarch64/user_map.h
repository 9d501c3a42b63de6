/* SPDX-License-Identifier: MIT */
/*
 * user_map.h - what user_map.c and user_range.c share: descriptors of user
 * pages, and the tables that hold them. The caller holds the lock of the
 * address space.
 */
#pragma once

#include "arch.h"
#include "mmu_attrs.h"

static inline struct pgtable user_pgtable(const struct arch_vm *avm)
{
	return (struct pgtable){
		.root = avm->root,
		.linear = (uint64_t)phys_to_virt(0),
	};
}

/*
 * prot in a descriptor. AP[1] gives EL0 data access, so an execute-only page
 * has it clear; prot 0 keeps the page in an invalid descriptor. VM_WRITE with
 * VM_EXEC panics (invariant 11).
 */
static inline uint64_t user_desc(paddr_t pa, unsigned int prot)
{
	static const uint64_t attrs[8] = {
		[0] = PT_UXN | PT_SOFT_NONE,
		[VM_READ] = PT_VALID | PT_UXN | PT_AP_USER | PT_AP_RDONLY,
		[VM_WRITE] = PT_VALID | PT_UXN | PT_AP_USER,
		[VM_READ | VM_WRITE] = PT_VALID | PT_UXN | PT_AP_USER,
		[VM_EXEC] = PT_VALID | PT_AP_RDONLY,
		[VM_READ | VM_EXEC] = PT_VALID | PT_AP_USER | PT_AP_RDONLY,
	};

	if (unlikely(attrs[prot] == 0)) {
		panic("a user page both writable and executable");
	}
	return pa | USER_COMMON | PT_TABLE | attrs[prot];
}

static inline unsigned int user_desc_prot(uint64_t desc)
{
	if (!(desc & PT_VALID)) {
		return 0;
	}
	return (desc & PT_AP_USER ? VM_READ : 0) |
	       (desc & PT_AP_RDONLY ? 0 : VM_WRITE) |
	       (desc & PT_UXN ? 0 : VM_EXEC);
}

/* Before a page becomes executable: fetches must see what was stored. */
static inline void user_sync_page(uint64_t old, paddr_t pa, unsigned int prot)
{
	if ((prot & VM_EXEC) && user_desc_prot(old) != prot) {
		arch_sync_icache(phys_to_virt(pa), PAGE_SIZE);
	}
}

/*
 * The slot where the walk of va ends, and its level. If that is 3, the table
 * is the near one from here on.
 */
uint64_t *user_walk(struct arch_vm *avm, uint64_t va, int *level);

/* The level-3 slot of va, in the table that was used last; NULL: elsewhere. */
static inline uint64_t *user_near_slot(const struct arch_vm *avm, uint64_t va)
{
	uint64_t offset = va - avm->near_va;

	return avm->near && offset < BIT(pgtable_level_shift(2)) ?
		       &avm->near[offset >> PAGE_SHIFT] : NULL;
}

/* The level-3 slot of va, its tables made if they are missing, and the near
 * one; or NULL: out of memory. */
uint64_t *user_make_far_slot(struct arch_vm *avm, uint64_t va);

static inline uint64_t *user_make_slot(struct arch_vm *avm, uint64_t va)
{
	uint64_t *slot = user_near_slot(avm, va);

	return likely(slot != NULL) ? slot : user_make_far_slot(avm, va);
}

/* Tables that are unlinked, but that a walk may still go through: a chain
 * through their first slots. */
struct user_gone {
	paddr_t first; /* 0: none */
};

/* Unlinks those tables on the way to va that have no entries: near_page and
 * its kind count them (in_use). */
void user_prune(struct arch_vm *avm, uint64_t va,
		struct user_gone *gone);
/* Frees them, when no walk can go through them any more. */
void user_free_gone(const struct arch_vm *avm, struct user_gone *gone);
