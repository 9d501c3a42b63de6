/* SPDX-License-Identifier: MIT */
/*
 * share.h - for share_test.c and share_cpus_test.c: a program with one level-3
 * table of PAGES pages, and whether it still has what it was born with.
 */
#pragma once

#include "test.h"
#include "host.h"
#include "inject.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "user.h"
#include "user_cursor.h"

#define BASE  UINT64_C(0x40000000) /* where a level-3 table begins */
#define PAGES 64                   /* so many are touched */
#define HOLE  (BASE + PAGES * PAGE_SIZE) /* and these are not */
#define END   (HOLE + 8 * PAGE_SIZE)

/* Byte 0 of page i holds i. */
static inline struct vm *new_parent(void)
{
	struct vm *vm;
	uint8_t *byte;

	test_ram();
	vm = vm_create();
	EXPECT_EQ(vm_add_region(vm, &(struct region){
		.start = BASE, .end = END, .kind = REGION_ANON,
		.prot = VM_READ | VM_WRITE,
	}), 0);
	for (unsigned int i = 0; i < PAGES; i++) {
		user_access(vm, BASE + i * PAGE_SIZE, VM_WRITE, &byte);
		*byte = (uint8_t)i;
	}
	return vm;
}

static inline paddr_t table_of(struct vm *vm)
{
	struct arch_cursor at;

	arch_vm_lookup(&vm->arch, BASE, &at);
	return at.level == 3 ? ALIGN_DOWN(virt_to_phys(at.slot), PAGE_SIZE) :
			       PADDR_NONE;
}

static inline paddr_t page_now(struct vm *vm, uint64_t va)
{
	struct arch_cursor at;

	return arch_vm_lookup(&vm->arch, va, &at);
}

/* Whether vm has all the pages that it was born with, and no other. */
static inline bool is_untouched(struct vm *vm)
{
	uint8_t *byte;

	for (unsigned int i = 0; i < PAGES; i++) {
		if (user_access(vm, BASE + i * PAGE_SIZE, VM_READ, &byte) !=
			    0 || *byte != i) {
			return false;
		}
	}
	return pages_mapped(vm) == PAGES;
}

static inline void end(struct vm *vm)
{
	if (vm != NULL) {
		user_end(vm);
	}
}
