/* SPDX-License-Identifier: MIT */
/*
 * vm_fault.c - the bridge from what a region promises to what the tables
 * hold. A page is brought in by the first access to it; a page that fork()
 * shared is copied by the first write.
 *
 * Invariant 7: an access that the region allows succeeds, or memory is out.
 * Whatever fails leaves the address space as it was.
 */
#include "mm/vm_fault.h"

#include "lib/string.h"
#include "mm/page.h"

/* What may be done there: a page that can be written can be read (arm64). */
static unsigned int region_rights(const struct region *r)
{
	return r->prot & VM_WRITE ? r->prot | VM_READ : r->prot;
}

/* Whether the stack r may grow down so that it begins at page. */
static bool vm_stack_may_grow(struct vm *vm, const struct region *r,
			      uint64_t page)
{
	struct tree_node *n = tree_floor(&vm->regions, page);

	if (r->kind != REGION_STACK || r->end - page > VM_STACK_MAX) {
		return false;
	}
	return n == NULL ||
	       container_of(n, struct region, node)->end + VM_STACK_GAP <=
		       page;
}

/* The region of the page, or the stack that may grow to hold it, or NULL. */
static struct region *vm_region_for(struct vm *vm, uint64_t page)
{
	struct region *r = vm_find_region(vm, page);
	struct tree_node *above;

	if (r != NULL) {
		return r;
	}
	above = tree_ceiling(&vm->regions, page);
	if (above == NULL) {
		return NULL;
	}
	r = container_of(above, struct region, node);
	return vm_stack_may_grow(vm, r, page) ? r : NULL;
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

static bool region_has_data(const struct region *r, uint64_t va)
{
	return r->data != NULL && va + PAGE_SIZE > r->data_start &&
	       va < r->data_start + r->data_len;
}

/* A page with the region's contents for va, not mapped; or PADDR_NONE. */
static paddr_t region_new_page(const struct region *r, uint64_t va)
{
	paddr_t pa;

	if (region_has_data(r, va)) {
		pa = page_alloc(0);
		if (pa != PADDR_NONE) {
			region_fill_page(r, va, phys_to_virt(pa));
		}
	} else {
		pa = page_alloc_zeroed();
	}
	if (pa != PADDR_NONE && (r->prot & VM_EXEC)) {
		/* Before anybody can fetch from it. */
		arch_sync_icache(phys_to_virt(pa), PAGE_SIZE);
	}
	return pa;
}

/* Nothing is mapped at va: maps a new page there. */
static int vm_fault_missing(struct vm *vm, struct region *r, uint64_t va)
{
	paddr_t pa = region_new_page(r, va);

	if (pa == PADDR_NONE) {
		return -ENOMEM;
	}
	if (arch_vm_map(&vm->arch, va, pa, region_rights(r)) != 0) {
		page_put(pa);
		return -ENOMEM;
	}
	vm->resident++;
	if (va < r->start) {
		/* No region lies between: the order of keys is kept. */
		r->start = r->node.key = va;
		return RESOLUTION_STACK_GROWTH;
	}
	return region_has_data(r, va) ? RESOLUTION_DEMAND_FILE :
					RESOLUTION_DEMAND_ZERO;
}

/*
 * A write to a page that is mapped read-only in a region that allows writes:
 * fork() shared it. The last owner takes it; any other gets a copy.
 */
static int vm_fault_shared(struct vm *vm, const struct region *r, uint64_t va,
			   paddr_t pa)
{
	paddr_t copy;

	/* One reference is ours; another comes only by vm->lock, in fork. */
	if (page_refs(pa) == 1) {
		arch_vm_protect(&vm->arch, va, region_rights(r));
		return RESOLUTION_COPY_ON_WRITE;
	}
	copy = page_alloc(0);
	if (copy == PADDR_NONE) {
		return -ENOMEM;
	}
	memcpy(phys_to_virt(copy), phys_to_virt(pa), PAGE_SIZE);
	arch_vm_replace(&vm->arch, va, copy, region_rights(r));
	page_put(pa);
	return RESOLUTION_COPY_ON_WRITE;
}

static int vm_fault_locked(struct vm *vm, uint64_t va, unsigned int access)
{
	struct region *r = vm_region_for(vm, va);
	unsigned int prot;
	paddr_t pa;

	if (r == NULL) {
		return -EFAULT;
	}
	if (!(region_rights(r) & access)) {
		return -EACCES;
	}
	pa = arch_vm_lookup(&vm->arch, va, &prot);
	if (pa == PADDR_NONE) {
		return vm_fault_missing(vm, r, va);
	}
	if (prot & access) {
		return RESOLUTION_SPURIOUS;
	}
	return vm_fault_shared(vm, r, va, pa);
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
	unsigned int prot;
	paddr_t pa;
	int result;

	if (r == NULL) {
		return -EFAULT;
	}
	pa = arch_vm_lookup(&vm->arch, va, &prot);
	if (pa == PADDR_NONE) {
		result = vm_fault_missing(vm, r, va);
	} else if (page_refs(pa) > 1) {
		result = vm_fault_shared(vm, r, va, pa);
	} else {
		result = 0;
	}
	if (result < 0) {
		return result;
	}
	*page = phys_to_virt(arch_vm_lookup(&vm->arch, va, &prot));
	return 0;
}
