// SPDX-License-Identifier: MIT
/*
 * vm_map.c - what a program may do to its address space: map, unmap, protect,
 * discard, move the end of its heap, with the results that Linux gives
 * (mmap(2) and related calls); and what happens to mappings when a memory
 * object is made smaller. Regions change first, then the tables, all under
 * vm->lock: no fault sees one half.
 *
 * Invariant 11: nothing is ever writable and executable; who asks for both
 * gets -EACCES, which Linux gives only where a security module says so.
 */
#include "mm/page.h"
#include "mm/region.h"
#include "mm/shmem.h"

/* Unmaps [start, end), regions and pages: as region_cut(). */
static int vm_unmap_locked(struct vm *vm, uint64_t start, uint64_t end)
{
	int err = arch_vm_own_range(&vm->arch, start, end, false) ?:
		  region_cut(vm, start, end);

	if (err == 0) {
		arch_vm_unmap(&vm->arch, start, end);
	}
	return err;
}

/* ---- mmap ----------------------------------------------------------- */

/* Whether the wish for addr can be granted: free, and no stack's gap. */
static bool vm_wish_is_free(struct vm *vm, uint64_t addr, uint64_t len)
{
	struct region *next = region_from(vm, addr);

	return addr >= VM_MMAP_MIN && addr <= USER_END - len &&
	       (next == NULL || addr + len <= region_low(next));
}

/* Where the mapping goes: as the caller must have it, as it wishes, as high
 * as there is room. An address or -errno. */
static long vm_choose(struct vm *vm, uint64_t addr, uint64_t len,
		      unsigned int flags)
{
	uint64_t place;

	if (len > USER_END - VM_MMAP_MIN) {
		return -ENOMEM;
	}
	if (flags & (VM_MAP_FIXED | VM_MAP_NOREPLACE)) {
		if (addr > USER_END - len) {
			return -ENOMEM;
		}
		if (!IS_ALIGNED(addr, PAGE_SIZE)) {
			return -EINVAL;
		}
		if (addr < VM_MMAP_MIN) {
			return -EPERM;
		}
		return (flags & VM_MAP_NOREPLACE) &&
				       !region_range_is_free(vm, addr,
							     addr + len) ?
			       -EEXIST : (long)addr;
	}
	addr = ALIGN_DOWN(addr, PAGE_SIZE);
	if (addr != 0 && vm_wish_is_free(vm, MAX(addr, VM_MMAP_MIN), len)) {
		return (long)MAX(addr, VM_MMAP_MIN);
	}
	place = region_find_gap(vm, len, VM_MMAP_TOP) ?:
		region_find_gap(vm, len, USER_END);
	return place == 0 ? -ENOMEM : (long)place;
}

/* Puts r in place of all that is there now. If it fails, nothing changes. */
static int vm_map_over(struct vm *vm, const struct region *r)
{
	struct region *spare = region_alloc(vm);
	int err = spare == NULL ? -ENOMEM :
				  vm_unmap_locked(vm, r->start, r->end);

	if (err == 0) {
		return region_insert(vm, r, spare);
	}
	region_free(vm, spare);
	return err;
}

long vm_map(struct vm *vm, uint64_t addr, uint64_t len, unsigned int flags,
	    struct region *r)
{
	long result;
	int err;

	if ((r->prot & VM_WRITE) && (r->prot & VM_EXEC)) {
		return -EACCES;
	}
	spin_lock(&vm->lock);
	result = vm->region_count > VM_REGION_MAX ?
			 -ENOMEM : vm_choose(vm, addr, len, flags);
	if (result > 0) {
		r->start = (uint64_t)result;
		r->end = r->start + len;
		if (r->source == SOURCE_DATA) {
			r->data_start += r->start;
		}
		err = region_range_is_free(vm, r->start, r->end) ?
			      region_insert(vm, r, NULL) :
			      vm_map_over(vm, r);
		result = err != 0 ? err : result;
	}
	spin_unlock(&vm->lock);
	return result;
}

/* ---- munmap, madvise ------------------------------------------------ */

int vm_unmap(struct vm *vm, uint64_t start, uint64_t end)
{
	int err;

	spin_lock(&vm->lock);
	err = vm_unmap_locked(vm, start, end);
	spin_unlock(&vm->lock);
	return err;
}

/* Whether regions cover all of [start, end). Caller holds vm->lock. */
static bool vm_is_covered(struct vm *vm, uint64_t start, uint64_t end)
{
	struct region *r = vm_find_region(vm, start);

	while (r != NULL && r->end < end) {
		struct region *next = vm_next_region(r);

		r = next != NULL && next->start == r->end ? next : NULL;
	}
	return r != NULL;
}

int vm_advise(struct vm *vm, uint64_t start, uint64_t end, bool discard)
{
	int err = 0;

	spin_lock(&vm->lock);
	/* As on Linux: what is mapped is discarded, whatever else is not. */
	if (discard) {
		err = arch_vm_own_range(&vm->arch, start, MIN(end, USER_END),
					false);
		if (err == 0) {
			arch_vm_unmap(&vm->arch, start, MIN(end, USER_END));
		}
	}
	if (!vm_is_covered(vm, start, end)) {
		err = -ENOMEM;
	}
	spin_unlock(&vm->lock);
	return err;
}

/* ---- brk ------------------------------------------------------------ */

/* Whether the heap may grow to end: Linux keeps a page free above it, and
 * refuses at once what is more than all memory. */
static bool vm_heap_may_grow(struct vm *vm, uint64_t old_end, uint64_t end)
{
	struct region *r = region_from(vm, old_end);

	return end <= USER_END - PAGE_SIZE &&
	       (end - old_end) >> PAGE_SHIFT <= page_count_total() &&
	       (r == NULL || end + PAGE_SIZE <= region_low(r));
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

/* ---- mprotect ------------------------------------------------------- */

/*
 * Changes the part [start, end) of *r, which becomes a region of its own, or
 * of the one before it; *r is then that. 0, -EACCES, -ENOMEM.
 */
static int vm_protect_part(struct vm *vm, struct region **r, uint64_t start,
			   uint64_t end, unsigned int prot)
{
	struct region *part = *r;
	int err;

	if (prot & ~(unsigned int)part->may) {
		return -EACCES;
	}
	if (part->prot == prot) {
		return 0;
	}
	err = arch_vm_own_range(&vm->arch, start, end, true);
	if (err != 0) {
		return err;
	}
	if (part->start < start) {
		err = region_split(vm, part, start);
		if (err != 0) {
			return err;
		}
		part = vm_next_region(part);
	}
	if (part->end > end) {
		err = region_split(vm, part, end);
		if (err != 0) {
			region_merge(vm, part);
			return err;
		}
	}
	part->prot = (uint8_t)prot;
	arch_vm_protect_range(&vm->arch, start, end, region_rights(part));
	*r = region_merge(vm, part);
	return 0;
}

int vm_protect(struct vm *vm, uint64_t start, uint64_t end, unsigned int prot)
{
	struct region *r, *next;
	int err = 0;

	if ((prot & VM_WRITE) && (prot & VM_EXEC)) {
		return -EACCES;
	}
	spin_lock(&vm->lock);
	r = vm_find_region(vm, start);
	while (err == 0 && start < end) {
		uint64_t stop;

		if (r == NULL || r->start > start) {
			err = -ENOMEM; /* a hole: what came before stays so */
			break;
		}
		stop = MIN(r->end, end);
		err = vm_protect_part(vm, &r, start, stop, prot);
		next = vm_next_region(r);
		if (stop == end && next != NULL) {
			region_merge(vm, next);
		}
		start = stop;
		r = next;
	}
	spin_unlock(&vm->lock);
	return err;
}

/* ---- A memory object becomes smaller -------------------------------- */

/*
 * A region of shmem's that does not know its last cut yet, and *vm whose it
 * is, with a reference. Returns its address; 0: all know it.
 */
static uint64_t vm_next_to_cut(struct shmem *shmem, struct vm **vm)
{
	uint64_t start = 0;

	spin_lock(&shmem->lock);
	list_for_each_safe(node, &shmem->regions) {
		struct region *r = list_entry(node, struct region, link);

		if (r->cuts == shmem->cuts) {
			break; /* the others, at the end, know the cut */
		}
		if (vm_try_get(r->vm)) {
			*vm = r->vm;
			start = r->start;
			break;
		}
		/* Its address space ends, and its pages go with it. */
		r->cuts = shmem->cuts;
		list_remove(node);
		list_append(&shmem->regions, node);
	}
	spin_unlock(&shmem->lock);
	return start;
}

/* Unmaps what the region at `start` has past the end of shmem. */
static void vm_cut_region(struct vm *vm, struct shmem *shmem, uint64_t start)
{
	struct region *r;
	uint64_t end;

	spin_lock(&vm->lock);
	r = vm_find_region(vm, start);
	if (r == NULL || r->source != SOURCE_SHMEM || r->shmem != shmem) {
		goto out; /* changed meanwhile; if it is still there: again */
	}
	end = ALIGN_UP(shmem->size, PAGE_SIZE);
	start = r->start + (end > r->offset ? end - r->offset : 0);
	if (start < r->end) {
		arch_vm_unmap_for_all(&vm->arch, start, r->end);
	}
	spin_lock(&shmem->lock);
	r->cuts = shmem->cuts;
	list_remove(&r->link);
	list_append(&shmem->regions, &r->link);
	spin_unlock(&shmem->lock);
out:
	spin_unlock(&vm->lock);
}

void vm_truncate(struct shmem *shmem, uint64_t size)
{
	bool smaller;
	uint64_t start;
	struct vm *vm;

	spin_lock(&shmem->lock);
	smaller = size < shmem->size;
	shmem->size = size; /* from here on no fault finds what is past it */
	shmem->cuts += smaller;
	spin_unlock(&shmem->lock);
	if (!smaller) {
		return;
	}
	while ((start = vm_next_to_cut(shmem, &vm)) != 0) {
		vm_cut_region(vm, shmem, start);
		vm_put(vm);
	}
	shmem_drop_past_end(shmem);
	shmem_zero_rest(shmem);
}
