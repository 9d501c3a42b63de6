/* SPDX-License-Identifier: MIT */
/*
 * vm_test.c - what each fault resolves to, and what is refused. The random
 * test is in vm_model_test.c; that the ledger of arch/host notices TLB
 * maintenance that is left out is shown by tests/system/mutants.py.
 */
#include <string.h>

#include "test.h"
#include "inject.h"
#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"
#include "mm/vm_fault.h"
#include "user.h"

#define BASE UINT64_C(0x400000)
#define TOP  (USER_END - (UINT64_C(1) << 30)) /* of a stack */

static struct vm *new_vm(void)
{
	test_ram();
	return vm_create();
}

static paddr_t page_at(struct vm *vm, uint64_t va, unsigned int access)
{
	user_switch(vm);
	return host_access(va, access);
}

static int add(struct vm *vm, uint64_t start, unsigned int pages,
	       unsigned int prot)
{
	return vm_add_region(vm, &(struct region){
		.start = start, .end = start + pages * PAGE_SIZE,
		.prot = (uint8_t)prot, .kind = REGION_ANON,
	});
}

/* ---- Resolutions ---------------------------------------------------- */

TEST(vm, each_fault_says_how_it_was_resolved)
{
	static const char text[] = "the first bytes of a program";
	struct vm *vm = new_vm(), *child;

	EXPECT_EQ(add(vm, BASE, 1, VM_READ | VM_WRITE), 0);
	EXPECT_EQ(vm_add_region(vm, &(struct region){
		.start = 2 * BASE, .end = 2 * BASE + 2 * PAGE_SIZE,
		.prot = VM_READ | VM_EXEC, .kind = REGION_IMAGE,
		.source = SOURCE_DATA, .data = text,
		.data_start = 2 * BASE + 16, .data_len = sizeof(text),
	}), 0);
	EXPECT_EQ(user_fault(vm, BASE, VM_READ), RESOLUTION_DEMAND_ZERO);
	EXPECT_EQ(user_fault(vm, BASE, VM_WRITE), 0); /* it faults no more */
	EXPECT_EQ(vm_fault(vm, BASE + 8, VM_WRITE), RESOLUTION_SPURIOUS);
	EXPECT_EQ(user_fault(vm, 2 * BASE, VM_EXEC), RESOLUTION_DEMAND_FILE);
	EXPECT_EQ(user_fault(vm, 2 * BASE + PAGE_SIZE, VM_READ),
		  RESOLUTION_DEMAND_ZERO); /* past the data */
	child = vm_fork(vm);
	EXPECT_EQ(user_fault(vm, BASE, VM_READ), 0);
	EXPECT_EQ(user_fault(vm, BASE, VM_WRITE), RESOLUTION_COPY_ON_WRITE);
	EXPECT_EQ(user_fault(child, BASE, VM_WRITE), RESOLUTION_COPY_ON_WRITE);
	user_end(vm);
	user_end(child);
}

TEST(vm, the_last_owner_of_a_shared_page_takes_it_without_a_copy)
{
	struct vm *vm = new_vm(), *child;
	paddr_t page;

	add(vm, BASE, 1, VM_READ | VM_WRITE);
	user_fault(vm, BASE, VM_WRITE);
	page = page_at(vm, BASE, VM_READ);
	arch_vm_share_tables(false); /* with them: share_test.c */
	child = vm_fork(vm);
	arch_vm_share_tables(true);
	EXPECT_EQ(page_refs(page), 2);
	user_fault(vm, BASE, VM_WRITE);
	EXPECT(page_at(vm, BASE, VM_WRITE) != page);
	EXPECT_EQ(page_refs(page), 1);
	user_fault(child, BASE, VM_WRITE);
	EXPECT(page_at(child, BASE, VM_WRITE) == page);
	user_end(vm);
	user_end(child);
}

/* More pages than a gatherer has room for. */
TEST(vm, a_large_range_is_unmapped_in_parts)
{
	const uint64_t pages = 700, end = BASE + pages * PAGE_SIZE;
	struct vm *vm = new_vm();
	size_t before = page_count_free();

	add(vm, BASE, pages, VM_READ | VM_WRITE);
	for (uint64_t va = BASE; va < end; va += PAGE_SIZE) {
		user_fault(vm, va, VM_WRITE);
	}
	EXPECT_EQ(pages_mapped(vm), pages);
	EXPECT(page_count_free() < before - pages);
	EXPECT_EQ(vm_unmap(vm, BASE, end), 0);
	EXPECT_EQ(pages_mapped(vm), 0);
	EXPECT_EQ(page_count_free(), before);
	user_end(vm);
}

TEST(vm, violations_say_which)
{
	struct vm *vm = new_vm();

	add(vm, BASE, 1, VM_READ);
	add(vm, 2 * BASE, 1, VM_EXEC);
	add(vm, 3 * BASE, 1, VM_WRITE);
	add(vm, 4 * BASE, 1, 0);
	EXPECT_EQ(vm_fault(vm, BASE, VM_WRITE), -EACCES);
	EXPECT_EQ(vm_fault(vm, BASE, VM_EXEC), -EACCES);
	EXPECT_EQ(vm_fault(vm, 2 * BASE, VM_READ), -EACCES);
	EXPECT_EQ(vm_fault(vm, 4 * BASE, VM_READ), -EACCES);
	EXPECT_EQ(vm_fault(vm, BASE - 1, VM_READ), -EFAULT);
	EXPECT_EQ(vm_fault(vm, BASE + PAGE_SIZE, VM_READ), -EFAULT);
	EXPECT_EQ(vm_fault(vm, USER_END, VM_READ), -EFAULT);
	EXPECT_EQ(vm_fault(vm, ~UINT64_C(0), VM_READ), -EFAULT);
	EXPECT_EQ(pages_mapped(vm), 0);
	/* Write implies read, as on Linux. */
	EXPECT_EQ(user_fault(vm, 3 * BASE, VM_READ), RESOLUTION_DEMAND_ZERO);
	user_end(vm);
}

TEST(vm, regions_that_cannot_be_are_refused)
{
	static const struct {
		uint64_t start, end;
		unsigned int prot;
		int result;
	} cases[] = {
		{ BASE + 1, BASE + PAGE_SIZE, VM_READ, -EINVAL },
		{ BASE, BASE + 1, VM_READ, -EINVAL },
		{ BASE, BASE, VM_READ, -EINVAL },
		{ BASE, BASE - PAGE_SIZE, VM_READ, -EINVAL },
		{ USER_END - PAGE_SIZE, USER_END + PAGE_SIZE, VM_READ,
		  -EINVAL },
		{ -PAGE_SIZE, 0, VM_READ, -EINVAL },
		{ BASE, BASE + PAGE_SIZE, VM_WRITE | VM_EXEC, -EINVAL },
		{ BASE, BASE + 4 * PAGE_SIZE, VM_READ, 0 },
		{ BASE + PAGE_SIZE, BASE + 2 * PAGE_SIZE, VM_READ, -EEXIST },
		{ BASE - PAGE_SIZE, BASE + PAGE_SIZE, VM_READ, -EEXIST },
		{ BASE - PAGE_SIZE, BASE + 9 * PAGE_SIZE, VM_READ, -EEXIST },
		{ BASE + 3 * PAGE_SIZE, BASE + 9 * PAGE_SIZE, VM_READ,
		  -EEXIST },
		{ BASE - PAGE_SIZE, BASE, VM_READ, 0 },
		{ BASE + 4 * PAGE_SIZE, BASE + 5 * PAGE_SIZE, VM_READ, 0 },
		{ 0, PAGE_SIZE, VM_READ, 0 },
		{ USER_END - PAGE_SIZE, USER_END, VM_READ, 0 },
	};
	struct vm *vm = new_vm();

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(vm_add_region(vm, &(struct region){
			.start = cases[i].start, .end = cases[i].end,
			.prot = (uint8_t)cases[i].prot, .kind = REGION_ANON,
		}), cases[i].result);
	}
	EXPECT_EQ(vm->region_count, 3); /* neighbours that are alike are one */
	user_end(vm);
}

TEST(vm, data_outside_its_region_is_refused)
{
	static const struct {
		uint64_t start, len;
		int result;
	} cases[] = {
		{ BASE - 1, 1, -EINVAL },
		{ BASE + PAGE_SIZE + 1, 0, -EINVAL },
		{ BASE + 1, PAGE_SIZE, -EINVAL },
		{ BASE + 1, ~UINT64_C(0), -EINVAL },
		{ BASE + 1, PAGE_SIZE - 1, 0 },
	};
	static char data[PAGE_SIZE];
	struct vm *vm = new_vm();

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(vm_add_region(vm, &(struct region){
			.start = BASE, .end = BASE + PAGE_SIZE,
			.prot = VM_READ, .kind = REGION_IMAGE,
			.source = SOURCE_DATA, .data = data,
			.data_start = cases[i].start,
			.data_len = cases[i].len,
		}), cases[i].result);
	}
	user_end(vm);
}

/* ---- The stack and the heap ----------------------------------------- */

static void add_stack(struct vm *vm)
{
	EXPECT_EQ(vm_add_region(vm, &(struct region){
		.start = TOP - PAGE_SIZE, .end = TOP,
		.prot = VM_READ | VM_WRITE, .kind = REGION_STACK,
	}), 0);
}

TEST(vm, a_stack_grows_to_its_limit_and_no_further)
{
	struct vm *vm = new_vm();

	add_stack(vm);
	EXPECT_EQ(user_fault(vm, TOP - 8, VM_WRITE), RESOLUTION_DEMAND_ZERO);
	EXPECT_EQ(user_fault(vm, TOP - 5 * PAGE_SIZE, VM_WRITE),
		  RESOLUTION_STACK_GROWTH);
	/* What lies between belongs to the stack now. */
	EXPECT_EQ(user_fault(vm, TOP - 3 * PAGE_SIZE, VM_READ),
		  RESOLUTION_DEMAND_ZERO);
	EXPECT(vm_find_region(vm, TOP - 5 * PAGE_SIZE) != NULL);
	EXPECT(vm_find_region(vm, TOP - 5 * PAGE_SIZE - 1) == NULL);
	EXPECT_EQ(vm_fault(vm, TOP - VM_STACK_MAX - 1, VM_WRITE), -EFAULT);
	EXPECT_EQ(vm_fault(vm, TOP - 6 * PAGE_SIZE, VM_EXEC), -EACCES);
	EXPECT_EQ(user_fault(vm, TOP - VM_STACK_MAX, VM_WRITE),
		  RESOLUTION_STACK_GROWTH);
	user_end(vm);
}

TEST(vm, a_stack_keeps_its_gap_to_what_is_below)
{
	uint64_t below = TOP - 10 * PAGE_SIZE - VM_STACK_GAP;
	struct vm *vm = new_vm();

	add_stack(vm);
	add(vm, below - PAGE_SIZE, 1, VM_READ);
	EXPECT_EQ(vm_fault(vm, below + VM_STACK_GAP - 1, VM_WRITE), -EFAULT);
	EXPECT_EQ(vm_fault(vm, below + VM_STACK_GAP, VM_WRITE),
		  RESOLUTION_STACK_GROWTH);
	EXPECT_EQ(vm_fault(vm, below, VM_WRITE), -EFAULT);
	user_end(vm);
}

TEST(vm, only_a_stack_grows)
{
	struct vm *vm = new_vm();

	add(vm, TOP - PAGE_SIZE, 1, VM_READ | VM_WRITE);
	EXPECT_EQ(vm_fault(vm, TOP - 2 * PAGE_SIZE, VM_WRITE), -EFAULT);
	user_end(vm);
}

TEST(vm, a_stack_that_cannot_grow_for_lack_of_memory_is_as_it_was)
{
	struct vm *vm = new_vm();

	add_stack(vm);
	inject_arm(1);
	EXPECT_EQ(vm_fault(vm, TOP - 9 * PAGE_SIZE, VM_WRITE), -ENOMEM);
	EXPECT(inject_disarm());
	EXPECT(vm_find_region(vm, TOP - 9 * PAGE_SIZE) == NULL);
	user_end(vm);
}

TEST(vm, brk_gives_and_takes_pages)
{
	struct vm *vm = new_vm();
	size_t before;

	vm->brk_start = vm->brk = BASE + 100;
	EXPECT_EQ(vm_brk(vm, 0), BASE + 100);
	EXPECT_EQ(vm_brk(vm, BASE + 99), BASE + 100);
	EXPECT_EQ(vm_brk(vm, BASE + PAGE_SIZE), BASE + PAGE_SIZE);
	EXPECT(vm_find_region(vm, BASE + PAGE_SIZE) == NULL);
	EXPECT_EQ(vm_brk(vm, BASE + 9 * PAGE_SIZE + 1),
		  BASE + 9 * PAGE_SIZE + 1);
	EXPECT_EQ(user_fault(vm, BASE + 9 * PAGE_SIZE, VM_WRITE),
		  RESOLUTION_DEMAND_ZERO);
	before = page_count_free();
	EXPECT_EQ(vm_brk(vm, BASE + 9 * PAGE_SIZE), BASE + 9 * PAGE_SIZE);
	/* The page; its table; and what that was alone in. */
	EXPECT(page_count_free() > before + 1);
	EXPECT_EQ(vm_fault(vm, BASE + 9 * PAGE_SIZE, VM_WRITE), -EFAULT);
	EXPECT_EQ(vm_brk(vm, USER_END + 1), BASE + 9 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, ~UINT64_C(0)), BASE + 9 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, BASE + 100), BASE + 100);
	EXPECT_EQ(pages_mapped(vm), 0);
	user_end(vm);
}

TEST(vm, brk_keeps_clear_of_regions_and_of_the_stack)
{
	struct vm *vm = new_vm();

	add_stack(vm);
	vm->brk_start = vm->brk = TOP - 300 * PAGE_SIZE;
	/* The stack begins at TOP - PAGE_SIZE: 257 pages stay free. */
	EXPECT_EQ(vm_brk(vm, TOP - 258 * PAGE_SIZE), TOP - 258 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, TOP - 257 * PAGE_SIZE), TOP - 258 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, TOP + PAGE_SIZE), TOP - 258 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, vm->brk_start), vm->brk_start);
	add(vm, TOP - 298 * PAGE_SIZE, 1, VM_READ);
	EXPECT_EQ(vm_brk(vm, TOP - 299 * PAGE_SIZE), TOP - 299 * PAGE_SIZE);
	EXPECT_EQ(vm_brk(vm, TOP - 298 * PAGE_SIZE), TOP - 299 * PAGE_SIZE);
	user_end(vm);
}

/* ---- exec and fork -------------------------------------------------- */

TEST(vm, what_exec_writes_can_be_fetched)
{
	static const char code[] = "instructions";
	struct vm *vm = new_vm();
	uint8_t *p = NULL;

	add(vm, BASE, 2, VM_EXEC);
	EXPECT_EQ(user_fault(vm, BASE, VM_EXEC), RESOLUTION_DEMAND_ZERO);
	/* Over the edge of a page; host_access() looks at the icache. */
	EXPECT_EQ(vm_write(vm, BASE + PAGE_SIZE - 6, code, sizeof(code)), 0);
	EXPECT_EQ(user_access(vm, BASE + PAGE_SIZE - 6, VM_EXEC, &p), 0);
	EXPECT(p != NULL && memcmp(p, code, 6) == 0);
	EXPECT_EQ(user_access(vm, BASE + PAGE_SIZE, VM_EXEC, &p), 0);
	EXPECT(p != NULL && memcmp(p, code + 6, sizeof(code) - 6) == 0);
	EXPECT_EQ(vm_write(vm, BASE + 2 * PAGE_SIZE, code, 1), -EFAULT);
	user_end(vm);
}

static void fail_every_way_to_fork(void)
{
	struct vm *vm = new_vm(), *child = NULL;
	struct test_left before;
	unsigned int n = 0;
	size_t resident;
	uint8_t *byte;

	add(vm, BASE, 3, VM_READ | VM_WRITE);
	add(vm, BASE + 3 * PAGE_SIZE, 1, VM_READ);
	add(vm, BASE << 20, 1, VM_WRITE);
	for (unsigned int i = 0; i < 4; i++) {
		user_fault(vm, BASE + i * PAGE_SIZE, VM_READ);
	}
	user_fault(vm, BASE << 20, VM_WRITE);
	resident = pages_mapped(vm);
	before = test_left();
	/* Every allocation of fork's fails once; then none does. */
	while (child == NULL && n < 100) {
		inject_arm(++n);
		child = vm_fork(vm);
		EXPECT(inject_disarm() == (child == NULL));
		if (child == NULL) {
			EXPECT_EQ(pages_mapped(vm), resident);
			test_expect_left(before);
			/* What was taken comes back without any memory. */
			inject_arm(1);
			EXPECT_EQ(user_access(vm, BASE, VM_WRITE, &byte), 0);
			EXPECT(!inject_disarm());
		}
	}
	/* vm, root, 2 regions at the least; a shared table needs none */
	EXPECT(n > 4);
	EXPECT_EQ(pages_mapped(child), resident);
	user_end(child);
	user_end(vm);
}

TEST(vm, a_fork_that_fails_leaves_all_as_it_was)
{
	fail_every_way_to_fork();
	arch_vm_share_tables(false);
	fail_every_way_to_fork();
	arch_vm_share_tables(true);
}

/* ---- A memory file is cut ------------------------------------------- */

static struct vm *of_file[3], *forked;

/* As if another CPU forked while the second is cut: the first has heard of
 * it, and the third has not. */
static void fork_the_third(void)
{
	const struct region *r = vm_find_region(of_file[0], BASE);

	if (r->cuts == r->shmem->cuts) {
		inject_on_put = NULL;
		forked = vm_fork(of_file[2]);
	}
}

static struct shmem *forked_file;
static unsigned int regions_free, regions_locked;

/* Whether who cuts the file would get at its regions, and their pages. */
static void try_regions(void)
{
	list_for_each_safe(node, &forked_file->regions) {
		struct region *r = list_entry(node, struct region, link);

		if (spin_trylock(&r->vm->lock)) {
			spin_unlock(&r->vm->lock);
			regions_free++;
		} else {
			regions_locked++;
		}
	}
}

TEST(vm, fork_keeps_the_childs_pages_until_it_has_all)
{
	struct vm *vm = new_vm(), *child;

	forked_file = shmem_create("file", PAGE_SIZE);
	EXPECT_EQ(vm_map(vm, BASE, PAGE_SIZE, VM_MAP_FIXED, &(struct region){
		.prot = VM_READ, .may = VM_READ, .kind = REGION_FILE,
		.source = SOURCE_SHMEM, .shared = true, .shmem = forked_file,
	}), BASE);
	EXPECT(user_fault(vm, BASE, VM_READ) > 0);
	arch_vm_share_tables(false); /* so that it gets at least one table */
	inject_on_zeroed = try_regions;
	child = vm_fork(vm);
	inject_on_zeroed = NULL;
	arch_vm_share_tables(true);
	/* Its root, when only the parent has the file; then its tables. */
	EXPECT_EQ(regions_free, 1);
	EXPECT(regions_locked >= 2);
	user_end(child);
	user_end(vm);
	shmem_put(forked_file);
}

TEST(vm, who_forks_while_a_file_is_cut_loses_its_pages_too)
{
	struct shmem *file;

	test_ram();
	file = shmem_create("file", PAGE_SIZE);
	for (unsigned int i = 0; i < ARRAY_SIZE(of_file); i++) {
		of_file[i] = new_vm();
		EXPECT_EQ(vm_map(of_file[i], BASE, PAGE_SIZE, VM_MAP_FIXED,
				 &(struct region){
			.prot = VM_READ, .may = VM_READ, .kind = REGION_FILE,
			.source = SOURCE_SHMEM, .shared = true, .shmem = file,
		}), BASE);
		EXPECT(user_fault(of_file[i], BASE, VM_READ) > 0);
	}
	inject_on_put = fork_the_third;
	vm_truncate(file, 0);
	if (EXPECT(forked != NULL)) {
		EXPECT_EQ(page_at(forked, BASE, VM_READ), PADDR_NONE);
		EXPECT_EQ(user_fault(forked, BASE, VM_READ), -ENXIO);
		user_end(forked);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(of_file); i++) {
		EXPECT_EQ(user_fault(of_file[i], BASE, VM_READ), -ENXIO);
		user_end(of_file[i]);
	}
	shmem_put(file);
}
