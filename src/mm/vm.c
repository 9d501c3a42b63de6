// SPDX-License-Identifier: MIT
/*
 * vm.c - address spaces: their life, and what fork, brk and exec do to them.
 * Pages come in only through vm_fault.c and leave only through
 * arch_vm_unmap().
 *
 * Invariant 12: a page is put only after its translation was unmapped or
 * replaced, which invalidates the TLB. Next: region.c.
 */
#include "mm/vm.h"

#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/region.h"
#include "mm/vm_fault.h"

/* ---- Birth and death ------------------------------------------------ */

struct vm *vm_create(void)
{
	struct vm *vm = kzalloc(sizeof(*vm));

	if (vm == NULL) {
		return NULL;
	}
	if (arch_vm_init(&vm->arch) != 0) {
		kfree(vm);
		return NULL;
	}
	vm->refs = 1;
	vm->regions.update = region_update_subtree;
	return vm;
}

void vm_get(struct vm *vm)
{
	__atomic_fetch_add(&vm->refs, 1, __ATOMIC_RELAXED);
}

bool vm_try_get(struct vm *vm)
{
	uint32_t refs = __atomic_load_n(&vm->refs, __ATOMIC_RELAXED);

	while (refs != 0 &&
	       !__atomic_compare_exchange_n(&vm->refs, &refs, refs + 1, true,
					    __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED)) {
	}
	return refs != 0;
}

void vm_put(struct vm *vm)
{
	struct region *r;

	if (__atomic_sub_fetch(&vm->refs, 1, __ATOMIC_ACQ_REL) != 0) {
		return;
	}
	/* It runs nowhere, and nobody can get hold of it: no lock is needed,
	 * and one TLBI now stands for one with each page. */
	arch_vm_retire(&vm->arch);
	while ((r = vm_first_region(vm)) != NULL) {
		arch_vm_unmap(&vm->arch, r->start, r->end);
		region_remove(vm, r);
	}
	kfree(vm->spare);
	arch_vm_destroy(&vm->arch);
	kfree(vm);
}

/* ---- fork ----------------------------------------------------------- */

/* Gives the child the parent's regions and pages: private ones read-only. */
static int vm_fork_share(struct vm *parent, struct vm *child)
{
	struct region *r = vm_first_region(parent);

	for (; r != NULL; r = vm_next_region(r)) {
		long pages = region_add(child, r);

		if (pages == 0) {
			pages = arch_vm_share(&parent->arch, &child->arch,
					      r->start, r->end, !r->shared);
		}
		if (pages < 0) {
			return (int)pages;
		}
		child->resident += (size_t)pages;
	}
	return 0;
}

struct vm *vm_fork(struct vm *parent)
{
	struct vm *child = vm_create();
	int err;

	if (child == NULL) {
		return NULL;
	}
	spin_lock(&parent->lock);
	child->brk_start = parent->brk_start;
	child->brk = parent->brk;
	child->tagged_addresses = parent->tagged_addresses;
	err = vm_fork_share(parent, child);
	arch_vm_share_end(&parent->arch);
	spin_unlock(&parent->lock);
	if (err != 0) {
		vm_put(child);
		return NULL;
	}
	return child;
}

/* ---- brk ------------------------------------------------------------ */

/* Whether the heap may grow to end: Linux keeps a page free above it, and
 * refuses at once what is more than all memory. */
static bool vm_heap_may_grow(struct vm *vm, uint64_t old_end, uint64_t end)
{
	struct region *r = region_from(vm, old_end);
	uint64_t gap = PAGE_SIZE;

	if (end > USER_END - PAGE_SIZE ||
	    (end - old_end) >> PAGE_SHIFT > page_count_total()) {
		return false;
	}
	if (r != NULL && r->kind == REGION_STACK) {
		gap += VM_STACK_GAP;
	}
	return r == NULL || end + gap <= r->start;
}

/* Moves the end of the heap. Caller holds vm->lock. */
static int vm_resize_heap(struct vm *vm, uint64_t old_end, uint64_t end)
{
	const struct region grown = {
		.start = old_end, .end = end, .kind = REGION_HEAP,
		.prot = VM_READ | VM_WRITE,
		.may = VM_READ | VM_WRITE | VM_EXEC,
	};

	if (end == old_end) {
		return 0;
	}
	if (end < old_end) {
		return vm_unmap_locked(vm, end, old_end);
	}
	if (!vm_heap_may_grow(vm, old_end, end) ||
	    vm->region_count > VM_REGION_MAX) {
		return -ENOMEM;
	}
	return region_insert(vm, &grown, NULL);
}

uint64_t vm_brk(struct vm *vm, uint64_t brk)
{
	uint64_t result;

	spin_lock(&vm->lock);
	if (brk >= vm->brk_start && brk <= USER_END &&
	    vm_resize_heap(vm, ALIGN_UP(vm->brk, PAGE_SIZE),
			   ALIGN_UP(brk, PAGE_SIZE)) == 0) {
		vm->brk = brk;
	}
	result = vm->brk;
	spin_unlock(&vm->lock);
	return result;
}

/* ---- exec ----------------------------------------------------------- */

int vm_write(struct vm *vm, uint64_t addr, const void *data, size_t len)
{
	const char *from = data;
	size_t offset, n;
	void *page;
	int err = 0;

	spin_lock(&vm->lock);
	while (len > 0 && err == 0) {
		offset = addr % PAGE_SIZE;
		n = MIN(len, PAGE_SIZE - offset);
		err = vm_own_page(vm, addr - offset, &page);
		if (err == 0) {
			memcpy((char *)page + offset, from, n);
			if (vm_find_region(vm, addr)->prot & VM_EXEC) {
				arch_sync_icache((char *)page + offset, n);
			}
		}
		addr += n;
		from += n;
		len -= n;
	}
	spin_unlock(&vm->lock);
	return err;
}
