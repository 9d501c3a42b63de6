// SPDX-License-Identifier: MIT
/*
 * vm_fault.c - the bridge from what a region promises to what the tables
 * hold. A page is brought in by the first access to it; a page that fork()
 * or a file shares is copied by the first private write.
 *
 * Invariant 7: an access that the region allows succeeds, or memory is out.
 * Whatever fails leaves the address space as it was.
 */
#include "mm/vm_fault.h"

#include "lib/string.h"
#include "mm/page.h"
#include "mm/region.h"
#include "mm/shmem.h"

/* ---- The region ----------------------------------------------------- */

/* Whether nothing is so near below page that a stack may not grow to it. */
static bool vm_stack_has_gap(struct vm *vm, uint64_t page)
{
	const struct region *below = region_before(vm, page + 1);

	/* As on Linux, what nobody can access is as good as a gap. */
	return below == NULL || below->kind == REGION_STACK ||
	       below->prot == 0 || below->end + VM_STACK_GAP <= page;
}

/* Whether r, which is above page, is a stack that may grow down to it. */
static inline bool vm_stack_may_grow(struct vm *vm, const struct region *r,
				     uint64_t page)
{
	return r->kind == REGION_STACK && r->end - page <= VM_STACK_MAX &&
	       vm_stack_has_gap(vm, page);
}

/* The region that holds the page, or the stack that may grow to hold it. */
static inline struct region *vm_region_for(struct vm *vm, uint64_t page)
{
	struct region *r = vm_near_region(vm, page) ?: region_from(vm, page);

	return r == NULL || likely(r->start <= page) ||
	       vm_stack_may_grow(vm, r, page) ? r : NULL;
}

/* ---- What a page holds at first ------------------------------------- */

static bool region_has_data(const struct region *r, uint64_t va)
{
	return r->source == SOURCE_DATA && va + PAGE_SIZE > r->data_start &&
	       va < r->data_start + r->data_len;
}

/* Copies what the region's data says of this page; the rest is zeroed. */
static void region_fill_page(const struct region *r, uint64_t va, char *page)
{
	uint64_t start = MAX(va, r->data_start);
	uint64_t end = MIN(va + PAGE_SIZE, r->data_start + r->data_len);

	memset(page, 0, start - va);
	memcpy(page + (start - va),
	       (const char *)r->data + (start - r->data_start), end - start);
	memset(page + (end - va), 0, va + PAGE_SIZE - end);
}

/* A new page with the same bytes; PADDR_NONE: out of memory. */
static paddr_t page_copy(paddr_t pa)
{
	paddr_t copy = page_alloc(0);

	if (copy != PADDR_NONE) {
		arch_copy_page(phys_to_virt(copy), phys_to_virt(pa));
	}
	return copy;
}

/* ---- Nothing is mapped there: the page that the region promises ------ */

/*
 * Maps pa at the cursor; PADDR_NONE: there was none. The reference is the
 * tables' then. Returns `how` the fault was resolved; -ENOMEM.
 */
static int vm_map_page(struct arch_cursor *at, paddr_t pa, unsigned int rights,
		       int how)
{
	if (pa == PADDR_NONE) {
		return -ENOMEM;
	}
	if (arch_vm_map(at, pa, rights) != 0) {
		page_put(pa);
		return -ENOMEM;
	}
	return how;
}

static int vm_map_zero(const struct region *r, struct arch_cursor *at)
{
	return vm_map_page(at, page_alloc_zeroed(), region_rights(r),
			   RESOLUTION_DEMAND_ZERO);
}

static int vm_map_data(const struct region *r, struct arch_cursor *at)
{
	paddr_t pa;

	if (!region_has_data(r, at->va)) {
		return r->kind == REGION_FILE ?
			       -ENXIO : /* past the file's last page */
			       vm_map_zero(r, at);
	}
	pa = page_alloc(0);
	if (pa != PADDR_NONE) {
		region_fill_page(r, at->va, phys_to_virt(pa));
	}
	return vm_map_page(at, pa, region_rights(r), RESOLUTION_DEMAND_FILE);
}

/* In a private mapping, what writes gets a copy of the file's page, and what
 * does not may not write later. */
static int vm_map_shmem(const struct region *r, struct arch_cursor *at,
			unsigned int access)
{
	unsigned int rights = region_rights(r);
	paddr_t pa, copy;
	int err = shmem_get_page(r->shmem, r->offset + (at->va - r->start),
				 SHMEM_CREATE, &pa);

	if (err != 0) {
		return err;
	}
	if (!r->shared && (access & VM_WRITE)) {
		copy = page_copy(pa);
		page_put(pa);
		pa = copy;
	} else if (!r->shared) {
		rights &= ~VM_WRITE;
	}
	return vm_map_page(at, pa, rights, RESOLUTION_DEMAND_FILE);
}

static inline int vm_fault_missing(struct vm *vm, struct region *r,
				   struct arch_cursor *at, unsigned int access)
{
	int how = r->source == SOURCE_ZERO ? vm_map_zero(r, at) :
		  r->source == SOURCE_DATA ? vm_map_data(r, at) :
					     vm_map_shmem(r, at, access);

	if (unlikely(at->va < r->start) && how > 0) {
		/* No region lies between: the order of keys is kept. */
		region_set_start(vm, r, at->va);
		return RESOLUTION_STACK_GROWTH;
	}
	return how;
}

/* ---- A page is mapped there ----------------------------------------- */

/*
 * A write to a page that is mapped read-only in a region that allows writes:
 * fork() shares the table that it is in, or the page; or a file does; or
 * mprotect() took the right away for a time. The last owner takes it; any other
 * gets a copy.
 */
static int vm_fault_shared(const struct region *r, struct arch_cursor *at,
			   paddr_t pa)
{
	if (arch_vm_own(at) != 0) {
		return -ENOMEM;
	}
	if (at->prot & VM_WRITE) {
		return RESOLUTION_TABLE_SPLIT; /* the page itself allows it */
	}
	/* One reference is ours; another comes only by vm->lock, in fork. */
	if (r->shared || page_refs(pa) == 1) {
		arch_vm_protect(at, region_rights(r));
	} else {
		paddr_t copy = page_copy(pa);

		if (copy == PADDR_NONE) {
			return -ENOMEM;
		}
		arch_vm_replace(at, copy, region_rights(r));
	}
	return RESOLUTION_COPY_ON_WRITE;
}

static int vm_fault_locked(struct vm *vm, uint64_t va, unsigned int access)
{
	struct region *r = vm_region_for(vm, va);
	struct arch_cursor at;
	paddr_t pa;

	if (r == NULL) {
		return -EFAULT;
	}
	if (!(region_rights(r) & access)) {
		return -EACCES;
	}
	pa = arch_vm_lookup(&vm->arch, va, &at);
	if (pa == PADDR_NONE) {
		return vm_fault_missing(vm, r, &at, access);
	}
	if (at.prot & access) {
		return arch_vm_note_access(&at) ? RESOLUTION_ACCESS_FLAG :
						  RESOLUTION_SPURIOUS;
	}
	return vm_fault_shared(r, &at, pa);
}

int vm_fault(struct vm *vm, uint64_t addr, unsigned int access)
{
	int result;

	spin_lock(&vm->lock);
	result = vm_fault_locked(vm, ALIGN_DOWN(addr, PAGE_SIZE), access);
	spin_unlock(&vm->lock);
	return result;
}

int vm_own_page(struct vm *vm, uint64_t va, void **page)
{
	struct region *r = vm_region_for(vm, va);
	struct arch_cursor at;
	int result = 0;
	paddr_t pa;

	if (r == NULL) {
		return -EFAULT;
	}
	pa = arch_vm_lookup(&vm->arch, va, &at);
	if (pa == PADDR_NONE) {
		result = vm_fault_missing(vm, r, &at, VM_WRITE);
	} else {
		/* A page of a shared table has one reference, too. */
		result = arch_vm_own(&at);
		if (result == 0 && page_refs(pa) > 1 && !r->shared) {
			result = vm_fault_shared(r, &at, pa);
		}
	}
	if (result < 0) {
		return result;
	}
	*page = phys_to_virt(arch_vm_lookup(&vm->arch, va, &at));
	return 0;
}
