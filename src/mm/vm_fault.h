/* SPDX-License-Identifier: MIT */
/*
 * vm_fault.h - what vm.c asks of vm_fault.c; the outside calls vm_fault(),
 * which arch.h declares and vm.h describes.
 */
#pragma once

#include "mm/vm.h"

/*
 * Brings the page at va in, makes it the address space's own (a shared one is
 * copied), and sets *page to its place in the linear map, where it may be
 * written whatever the region's rights are. Caller holds vm->lock.
 * Returns 0, -EFAULT (no region there), -ENXIO, -ENOMEM.
 */
int vm_own_page(struct vm *vm, uint64_t va, void **page);
