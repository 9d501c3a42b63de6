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
 * has it clear; prot 0 keeps the page in an invalid descriptor. Panics for
 * VM_WRITE with VM_EXEC (invariant 11).
 */
uint64_t user_desc(paddr_t pa, unsigned int prot);
unsigned int user_desc_prot(uint64_t desc);
/* Before a page becomes executable: fetches must see what was stored. */
void user_sync_page(uint64_t old, paddr_t pa, unsigned int prot);

/* The level-3 slot of va, its tables made if they are missing; or NULL. */
uint64_t *user_make_slot(const struct arch_vm *avm, uint64_t va);
/* The table that holds slot has so many more entries. Returns how many. */
unsigned int user_count(const uint64_t *slot, int more);

/* Tables that are unlinked, but that a walk may still go through: a chain
 * through their first slots. */
struct user_gone {
	paddr_t first; /* 0: none */
};

/* Unlinks those tables on the way to va that have no entries. */
void user_prune(const struct arch_vm *avm, uint64_t va,
		struct user_gone *gone);
/* Frees them, when no walk can go through them any more. */
void user_free_gone(const struct arch_vm *avm, struct user_gone *gone);
