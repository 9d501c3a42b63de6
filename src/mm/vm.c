// SPDX-License-Identifier: MIT
/*
 * vm.c - address spaces: their life, and what fork and exec do to them.
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
	/* It runs on no CPU, and no other code has a pointer to it: no lock is
	 * needed, and one TLBI now is enough for all pages. */
	arch_vm_retire(&vm->arch);
	while ((r = region_take(vm)) != NULL) {
		arch_vm_unmap(&vm->arch, r->start, r->end);
		region_drop(vm, r);
	}
	kfree(vm->spare);
	arch_vm_destroy(&vm->arch);
	kfree(vm);
}

/* ---- fork ----------------------------------------------------------- */

/* Gives the child the parent's regions and pages: private ones read-only. */
static int vm_fork_share(struct vm *parent, struct vm *child)
{
	int err = region_copy_all(child, parent);
	struct region *r = vm_first_region(parent);

	for (; err == 0 && r != NULL; r = vm_next_region(r)) {
		err = arch_vm_share(&parent->arch, &child->arch, r->start,
				    r->end, !r->shared);
	}
	return err;
}

struct vm *vm_fork(struct vm *parent)
{
	struct vm *child = vm_create();
	int err;

	if (child == NULL) {
		return NULL;
	}
	spin_lock(&parent->lock);
	spin_lock(&child->lock); /* a file that is cut finds its regions */
	child->brk_start = parent->brk_start;
	child->brk = parent->brk;
	child->tagged_addresses = parent->tagged_addresses;
	err = vm_fork_share(parent, child);
	arch_vm_share_end(&parent->arch);
	spin_unlock(&child->lock);
	spin_unlock(&parent->lock);
	if (err != 0) {
		vm_put(child);
		return NULL;
	}
	return child;
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
