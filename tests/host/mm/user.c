/* SPDX-License-Identifier: MIT */
/* user.c - see user.h. */
#include "user.h"

#include "host.h"

int user_access(struct vm *vm, uint64_t va, unsigned int access,
		uint8_t **where)
{
	paddr_t pa;
	int result;

	/* One fault may bring the page in, and one copy it. */
	for (unsigned int tries = 0; tries < 3; tries++) {
		pa = host_access(&vm->arch, va, access);
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
	if (host_access(&vm->arch, va, access) != PADDR_NONE) {
		return 0;
	}
	return vm_fault(vm, va, access);
}
