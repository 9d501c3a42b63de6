/* SPDX-License-Identifier: MIT */
/*
 * user.h - an EL0 that exists only in these tests: it accesses one byte of
 * user memory, and vm_fault() is called when that faults.
 */
#pragma once

#include "mm/vm.h"

/*
 * Sets *where to the byte at va in the linear map. Returns 0; what vm_fault()
 * said if that was an error; -ELOOP if the access faults again and again.
 */
int user_access(struct vm *vm, uint64_t va, unsigned int access,
		uint8_t **where);

/* One faulting access: what vm_fault() says, 0 if it did not fault at all. */
int user_fault(struct vm *vm, uint64_t va, unsigned int access);
