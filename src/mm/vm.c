/* SPDX-License-Identifier: MIT */
/*
 * vm.c - address spaces: their regions, their life, and what fork, brk and
 * exec do to them. Pages come in only through vm_fault.c and leave only
 * through vm_unmap_range().
 *
 * Invariant 12: a page is put only after its translation was unmapped or
 * replaced, which invalidates the TLB. Next: vm_fault.c.
 */
#include "mm/vm.h"

#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/vm_fault.h"

static struct region *region_of(struct tree_node *node)
{
	return node == NULL ? NULL : container_of(node, struct region, node);
}

/* ---- Regions ----------------------------------------------------------------- */

struct region *vm_find_region(struct vm *vm, uint64_t addr)
{
	struct region *r = region_of(tree_floor(&vm->regions, addr));

	return r != NULL && addr < r->end ? r : NULL;
}

/* Whether no region touches [start, end), which is not empty. */
static bool vm_range_is_free(struct vm *vm, uint64_t start, uint64_t end)
{
	struct region *r = region_of(tree_floor(&vm->regions, end - 1));

	return r == NULL || r->end <= start;
}

static bool region_is_valid(const struct region *r)
{
	if (!IS_ALIGNED(r->start | r->end, PAGE_SIZE) || r->start >= r->end ||
	    r->end > USER_END) {
		return false;
	}
	if ((r->prot & VM_WRITE) && (r->prot & VM_EXEC)) {
		return false;
	}
	return r->data == NULL ||
	       (r->data_start >= r->start && r->data_start <= r->end &&
		r->data_len <= r->end - r->data_start);
}

/* Puts a copy of *r into the tree. Caller holds vm->lock. */
static int vm_insert_region(struct vm *vm, const struct region *r)
{
	struct region *copy;

	if (!vm_range_is_free(vm, r->start, r->end)) {
		return -EEXIST;
	}
	copy = kmalloc(sizeof(*copy));
	if (copy == NULL) {
		return -ENOMEM;
	}
	*copy = *r;
	copy->node.key = r->start;
	tree_insert(&vm->regions, &copy->node);
	return 0;
}

static void vm_remove_region(struct vm *vm, struct region *r)
{
	tree_remove(&vm->regions, &r->node);
	kfree(r);
}

int vm_add_region(struct vm *vm, uint64_t start, uint64_t end,
		  unsigned int prot, enum region_kind kind, const void *data,
		  uint64_t data_start, uint64_t data_len)
{
	const struct region r = {
		.start = start, .end = end, .prot = prot, .kind = kind,
		.data = data, .data_start = data_start, .data_len = data_len,
	};
	int err;

	if (!region_is_valid(&r)) {
		return -EINVAL;
	}
	spin_lock(&vm->lock);
	err = vm_insert_region(vm, &r);
	spin_unlock(&vm->lock);
	return err;
}

/* ---- Birth and death ----------------------------------------------------------- */

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
	return vm;
}

void vm_get(struct vm *vm)
{
	__atomic_fetch_add(&vm->refs, 1, __ATOMIC_RELAXED);
}

static void vm_unmap_page(uint64_t va, paddr_t pa, void *ctx)
{
	struct vm *vm = ctx;

	/* First the translation goes, then the page. */
	arch_vm_unmap(&vm->arch, va);
	page_put(pa);
	vm->resident--;
}

/* Unmaps and puts all pages in [start, end). Caller holds vm->lock. */
static void vm_unmap_range(struct vm *vm, uint64_t start, uint64_t end)
{
	arch_vm_for_each(&vm->arch, start, end, vm_unmap_page, vm);
}

void vm_put(struct vm *vm)
{
	struct region *r;

	if (__atomic_sub_fetch(&vm->refs, 1, __ATOMIC_ACQ_REL) != 0) {
		return;
	}
	/* Nobody else can reach it now: no lock is needed. */
	while ((r = region_of(tree_first(&vm->regions))) != NULL) {
		vm_unmap_range(vm, r->start, r->end);
		vm_remove_region(vm, r);
	}
	arch_vm_destroy(&vm->arch);
	kfree(vm);
}

/* ---- fork ---------------------------------------------------------------------- */

struct vm_fork {
	struct vm *parent, *child;
	int err;
};

static void vm_fork_share_page(uint64_t va, paddr_t pa, void *ctx)
{
	struct vm_fork *fork = ctx;
	unsigned int prot;

	if (fork->err != 0) {
		return;
	}
	arch_vm_lookup(&fork->parent->arch, va, &prot);
	fork->err = arch_vm_map(&fork->child->arch, va, pa, prot & ~VM_WRITE);
	if (fork->err == 0) {
		page_get(pa);
		fork->child->resident++;
	}
}

static void vm_fork_protect_page(uint64_t va, paddr_t pa, void *ctx)
{
	struct vm *parent = ctx;
	unsigned int prot;

	(void)pa;
	arch_vm_lookup(&parent->arch, va, &prot);
	if (prot & VM_WRITE) {
		arch_vm_protect(&parent->arch, va, prot & ~VM_WRITE);
	}
}

/* Gives the child the parent's regions and pages, the latter read-only. */
static int vm_fork_share(struct vm *parent, struct vm *child)
{
	struct vm_fork fork = { .parent = parent, .child = child };
	struct tree_node *n = tree_first(&parent->regions);

	for (; n != NULL && fork.err == 0; n = tree_next(n)) {
		struct region *r = region_of(n);

		fork.err = vm_insert_region(child, r);
		if (fork.err == 0) {
			arch_vm_for_each(&parent->arch, r->start, r->end,
					 vm_fork_share_page, &fork);
		}
	}
	return fork.err;
}

/* From now on a write by the parent faults, and makes a copy. */
static void vm_fork_protect(struct vm *parent)
{
	struct tree_node *n = tree_first(&parent->regions);

	for (; n != NULL; n = tree_next(n)) {
		struct region *r = region_of(n);

		if (r->prot & VM_WRITE) {
			arch_vm_for_each(&parent->arch, r->start, r->end,
					 vm_fork_protect_page, parent);
		}
	}
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
	if (err == 0) {
		/* Only now that nothing can fail: the parent is touched last. */
		vm_fork_protect(parent);
	}
	spin_unlock(&parent->lock);
	if (err != 0) {
		vm_put(child);
		return NULL;
	}
	return child;
}

/* ---- brk ------------------------------------------------------------------------- */

/* Whether the heap may grow to end, and stay clear of what is above it. */
static bool vm_heap_may_grow(struct vm *vm, uint64_t old_end, uint64_t end)
{
	struct region *r = region_of(tree_ceiling(&vm->regions, old_end));
	uint64_t gap;

	if (r == NULL) {
		return true; /* vm_brk() looks at USER_END */
	}
	gap = r->kind == REGION_STACK ? VM_STACK_GAP : 0;
	return end <= r->start && r->start - end >= gap;
}

/* Moves the end of the heap region, which may be absent, to end. */
static int vm_resize_heap(struct vm *vm, uint64_t old_end, uint64_t end)
{
	uint64_t start = ALIGN_UP(vm->brk_start, PAGE_SIZE);
	struct region *heap = NULL;
	const struct region all = {
		.start = start, .end = end, .kind = REGION_HEAP,
		.prot = VM_READ | VM_WRITE,
	};

	if (end > old_end && !vm_heap_may_grow(vm, old_end, end)) {
		return -ENOMEM;
	}
	if (old_end > start) {
		heap = vm_find_region(vm, start);
	}
	if (heap == NULL) {
		return end > start ? vm_insert_region(vm, &all) : 0;
	}
	if (end < old_end) {
		vm_unmap_range(vm, end, old_end);
	}
	heap->end = end;
	if (end == start) {
		vm_remove_region(vm, heap);
	}
	return 0;
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

/* ---- exec ------------------------------------------------------------------------ */

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
