/* SPDX-License-Identifier: MIT */
/*
 * user.h - an EL0 that exists only in these tests: it accesses one byte of
 * user memory, and vm_fault() is called when that faults.
 */
#pragma once

#include "mm/vm.h"

/* The CPU runs in vm from here on, or in none. */
void user_switch(struct vm *vm);
/* The process ends: the CPU leaves vm, and gives up its reference. */
void user_end(struct vm *vm);

/*
 * Sets *where to the byte at va in the linear map. Returns 0; what vm_fault()
 * said if that was an error; -ELOOP if the access faults again and again.
 */
int user_access(struct vm *vm, uint64_t va, unsigned int access,
		uint8_t **where);

/* One faulting access: what vm_fault() says, 0 if it did not fault at all. */
int user_fault(struct vm *vm, uint64_t va, unsigned int access);

/*
 * Expects of the regions of vm: in order, disjoint, none that could be one
 * with its neighbour, counted, and the tree's own knowledge of them right.
 */
void user_check_regions(struct vm *vm);

/* How many pages its tables have. */
size_t pages_mapped(struct vm *vm);
