/* SPDX-License-Identifier: MIT */
/* user.c - see user.h. */
#include "user.h"

#include "host.h"
#include "mm/region.h"
#include "test.h"

void user_switch(struct vm *vm)
{
	if (arch_cpu()->vm != vm) {
		arch_vm_activate(vm);
	}
}

void user_end(struct vm *vm)
{
	if (arch_cpu()->vm == vm) {
		arch_vm_activate(NULL);
	}
	vm_put(vm);
}

int user_access(struct vm *vm, uint64_t va, unsigned int access,
		uint8_t **where)
{
	paddr_t pa;
	int result;

	/* One fault may bring the page in or note that it is used, and one
	 * copy it. */
	for (unsigned int tries = 0; tries < 4; tries++) {
		user_switch(vm);
		pa = host_access(va, access);
		if (pa != PADDR_NONE) {
			*where = phys_to_virt(pa);
			return 0;
		}
		result = vm_fault(vm, va, access);
		if (result <= 0) {
			return result == 0 ? -EINVAL : result;
		}
	}
	return -ELOOP;
}

int user_fault(struct vm *vm, uint64_t va, unsigned int access)
{
	user_switch(vm);
	if (host_access(va, access) != PADDR_NONE) {
		return 0;
	}
	return vm_fault(vm, va, access);
}

/* Where len bytes fit, found by looking at every gap. */
static uint64_t gap_by_looking(struct vm *vm, uint64_t len, uint64_t limit)
{
	uint64_t from = VM_MMAP_MIN, best = 0;

	for (struct region *r = vm_first_region(vm); ; r = vm_next_region(r)) {
		uint64_t gap = r != NULL && r->kind == REGION_STACK ?
				       VM_STACK_GAP : 0;
		uint64_t to = r == NULL ? limit : MIN(limit, r->start - gap);

		if (to > from && to - from >= len) {
			best = to - len;
		}
		if (r == NULL) {
			return best;
		}
		from = r->end;
	}
}

void user_check_regions(struct vm *vm)
{
	struct region *r = vm_first_region(vm), *next;
	size_t count = 0;

	for (; r != NULL; r = next) {
		next = vm_next_region(r);
		count++;
		EXPECT(r->start < r->end && r->node.key == r->start);
		EXPECT(r->vm == vm);
		EXPECT(next == NULL || r->end <= next->start);
	}
	EXPECT_EQ(vm->region_count, count);
	for (uint64_t len = PAGE_SIZE; len <= 16 * PAGE_SIZE; len *= 4) {
		uint64_t limit = vm->brk_start + 70 * PAGE_SIZE;

		EXPECT_EQ(region_find_gap(vm, len, limit),
			  gap_by_looking(vm, len, limit));
	}
}

size_t pages_mapped(struct vm *vm)
{
	return arch_vm_usage(&vm->arch, 0, USER_END).mapped;
}
