/* SPDX-License-Identifier: MIT */
/*
 * share_test.c - the tables that fork() shares: what splits them and what does
 * not, who gets what when a program leaves, and two CPUs at one table. Every
 * byte of all is compared in vm_model_test.c; what the guards are for is shown
 * by tests/system/mutants.py.
 */
#include <string.h>

#include "test.h"
#include "host.h"
#include "inject.h"
#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"
#include "spinlock.h"
#include "user.h"
#include "user_cursor.h"

#define BASE  UINT64_C(0x40000000) /* where a level-3 table begins */
#define PAGES 64                   /* so many are touched */
#define HOLE  (BASE + PAGES * PAGE_SIZE) /* and these are not */
#define END   (HOLE + 8 * PAGE_SIZE)

/* Byte 0 of page i holds i. */
static struct vm *new_parent(void)
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

static paddr_t table_of(struct vm *vm)
{
	struct arch_cursor at;

	arch_vm_lookup(&vm->arch, BASE, &at);
	return at.level == 3 ? ALIGN_DOWN(virt_to_phys(at.slot), PAGE_SIZE) :
			       PADDR_NONE;
}

static paddr_t page_now(struct vm *vm, uint64_t va)
{
	struct arch_cursor at;

	return arch_vm_lookup(&vm->arch, va, &at);
}

/* Whether vm has all the pages that it was born with, and no other. */
static bool is_untouched(struct vm *vm)
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

static void end(struct vm *vm)
{
	if (vm != NULL) {
		user_end(vm);
	}
}

TEST(share, fork_takes_one_reference_for_a_whole_table)
{
	struct vm *vm = new_parent(), *child;
	size_t before = page_count_free();

	child = vm_fork(vm);
	EXPECT_EQ(table_of(child), table_of(vm));
	EXPECT_EQ(page_refs(table_of(vm)), 2);
	EXPECT_EQ(page_refs(page_now(vm, BASE)), 1);
	EXPECT_EQ(pages_mapped(child), PAGES);
	/* The tables above, and the slabs of vm and region at the most. */
	EXPECT(before - page_count_free() <= 5);
	end(child);
	EXPECT_EQ(page_refs(table_of(vm)), 1);
	EXPECT(is_untouched(vm));
	end(vm);
}

TEST(share, a_table_with_few_pages_is_copied)
{
	struct vm *vm = new_parent(), *child;

	EXPECT_EQ(vm_unmap(vm, BASE + 3 * PAGE_SIZE, END), 0);
	child = vm_fork(vm);
	EXPECT(table_of(child) != table_of(vm));
	EXPECT_EQ(page_refs(page_now(vm, BASE)), 2);
	end(child);
	end(vm);
}

TEST(share, none_is_shared_where_fork_copies)
{
	struct vm *vm = new_parent(), *child;

	arch_vm_share_tables(false);
	child = vm_fork(vm);
	arch_vm_share_tables(true);
	EXPECT(table_of(child) != table_of(vm));
	EXPECT_EQ(page_refs(page_now(vm, BASE)), 2);
	end(child);
	end(vm);
}

/* ---- What splits, and what does not --------------------------------- */

static int do_write(struct vm *vm)
{
	uint8_t *byte;
	int err = user_access(vm, BASE, VM_WRITE, &byte);

	if (err == 0) {
		*byte = 0xff;
	}
	return err;
}

/* The page would appear in the other program, too. */
static int do_read_new(struct vm *vm)
{
	int result = user_fault(vm, HOLE, VM_READ);

	return MIN(result, 0);
}

static int do_protect(struct vm *vm)
{
	return vm_protect(vm, BASE, BASE + PAGE_SIZE, VM_READ);
}

static int do_protect_all(struct vm *vm)
{
	return vm_protect(vm, BASE, END, VM_READ);
}

static int do_unmap_part(struct vm *vm)
{
	return vm_unmap(vm, BASE, BASE + PAGE_SIZE);
}

static int do_discard(struct vm *vm)
{
	return vm_advise(vm, BASE + PAGE_SIZE, HOLE, true);
}

static int do_map_over(struct vm *vm)
{
	struct region r = { .kind = REGION_ANON, .prot = VM_READ };

	return (int)MIN(vm_map(vm, BASE, PAGE_SIZE, VM_MAP_FIXED, &r), 0);
}

static int do_age(struct vm *vm)
{
	return arch_vm_age(&vm->arch, BASE, BASE + PAGE_SIZE);
}

/* What exec does, and a debugger. */
static int do_write_of_the_kernel(struct vm *vm)
{
	return vm_write(vm, BASE + PAGE_SIZE - 1, "xx", 2);
}

/* The operation, and whether it needs memory for a table. */
static const struct {
	int (*run)(struct vm *vm);
	const char *name;
} splits[] = {
	{ do_write, "write" },
	{ do_read_new, "first read of a page" },
	{ do_protect, "mprotect" },
	{ do_protect_all, "mprotect of all" },
	{ do_unmap_part, "munmap of a part" },
	{ do_discard, "madvise" },
	{ do_map_over, "mmap" },
	{ do_age, "age" },
	{ do_write_of_the_kernel, "write by the kernel" },
};

/* In the child, and then in the parent, with the other's looked at. */
TEST(share, what_changes_a_page_splits_its_table)
{
	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(splits); i++) {
		struct vm *vm = new_parent(), *child = vm_fork(vm);
		struct vm *who = i % 2 ? vm : child;
		struct vm *other = i % 2 ? child : vm;
		paddr_t table = table_of(vm);

		test_note("%s", splits[i / 2].name);
		EXPECT_EQ(splits[i / 2].run(who), 0);
		EXPECT(table_of(who) != table);
		EXPECT_EQ(table_of(other), table);
		EXPECT_EQ(page_refs(table), 1);
		EXPECT(is_untouched(other));
		end(who);
		EXPECT(is_untouched(other));
		/* All that was split has come back to the one that is left. */
		EXPECT_EQ(page_refs(page_now(other, BASE)), 1);
		end(other);
	}
}

TEST(share, a_split_without_memory_changes_nothing)
{
	struct vm *vm = new_parent(), *child = vm_fork(vm);

	for (unsigned int i = 0; i < ARRAY_SIZE(splits); i++) {
		bool fired;
		int err;

		inject_arm(1);
		err = splits[i].run(child);
		fired = inject_disarm();
		test_note("%s: %d", splits[i].name, err);
		EXPECT(fired && err == -ENOMEM);
		EXPECT_EQ(table_of(child), table_of(vm));
		EXPECT(is_untouched(child) && is_untouched(vm));
	}
	end(child);
	end(vm);
}

TEST(share, reads_and_ends_do_not_split)
{
	struct vm *vm = new_parent(), *child = vm_fork(vm);
	struct vm *grandchild = vm_fork(child);
	size_t before = page_count_free();

	EXPECT(is_untouched(child) && is_untouched(grandchild));
	EXPECT_EQ(page_refs(table_of(vm)), 3);
	/* All that the table maps leaves: it is let go of, and not read. */
	inject_arm(1);
	EXPECT_EQ(vm_unmap(child, BASE, BASE + USER_TABLE_SPAN), 0);
	EXPECT(!inject_disarm());
	EXPECT_EQ(pages_mapped(child), 0);
	EXPECT_EQ(page_refs(table_of(vm)), 2);
	EXPECT(page_count_free() >= before);
	end(grandchild);
	end(child);
	EXPECT_EQ(page_refs(table_of(vm)), 1);
	EXPECT(is_untouched(vm));
	end(vm);
}

TEST(share, the_last_owner_takes_the_table_back)
{
	struct vm *vm = new_parent(), *child = vm_fork(vm);
	paddr_t table = table_of(vm), page = page_now(vm, BASE);

	end(child);
	inject_arm(1);
	EXPECT_EQ(user_fault(vm, BASE, VM_WRITE), RESOLUTION_TABLE_SPLIT);
	EXPECT(!inject_disarm());
	EXPECT_EQ(table_of(vm), table);
	EXPECT_EQ(page_now(vm, BASE), page);
	/* No fault for the others. */
	for (uint64_t va = BASE; va < HOLE; va += PAGE_SIZE) {
		EXPECT_EQ(user_fault(vm, va, VM_WRITE), 0);
	}
	end(vm);
}

TEST(share, who_goes_first_leaves_all_to_the_others)
{
	struct vm *vm, *child, *grandchild;
	struct test_left before;

	test_ram();
	before = test_left();
	vm = new_parent();
	child = vm_fork(vm);
	grandchild = vm_fork(child);
	end(vm);
	EXPECT(is_untouched(child) && is_untouched(grandchild));
	EXPECT_EQ(do_write(child), 0);
	EXPECT(is_untouched(grandchild));
	end(child);
	EXPECT(is_untouched(grandchild));
	end(grandchild);
	test_expect_left(before);
}

/* ---- A file is cut -------------------------------------------------- */

TEST(share, what_a_file_loses_is_lost_to_all_without_any_memory)
{
	struct shmem *file;
	struct vm *vm, *child;
	uint8_t *byte;

	test_ram();
	file = shmem_create("file", PAGES * PAGE_SIZE);
	vm = vm_create();
	EXPECT_EQ(vm_map(vm, BASE, PAGES * PAGE_SIZE, VM_MAP_FIXED,
			 &(struct region){
		.prot = VM_READ | VM_WRITE, .may = VM_READ | VM_WRITE,
		.kind = REGION_FILE, .source = SOURCE_SHMEM, .shmem = file,
	}), BASE);
	for (unsigned int i = 0; i < PAGES; i++) {
		user_access(vm, BASE + i * PAGE_SIZE,
			    i % 2 ? VM_WRITE : VM_READ, &byte);
	}
	child = vm_fork(vm);
	EXPECT_EQ(page_refs(table_of(vm)), 2);
	inject_arm(1);
	vm_truncate(file, 3 * PAGE_SIZE);
	EXPECT(!inject_disarm());
	EXPECT_EQ(pages_mapped(vm), 3);
	EXPECT_EQ(pages_mapped(child), 3);
	EXPECT_EQ(user_fault(vm, BASE + 3 * PAGE_SIZE, VM_READ), -ENXIO);
	EXPECT_EQ(user_fault(child, BASE + 3 * PAGE_SIZE, VM_READ), -ENXIO);
	vm_truncate(file, 0);
	EXPECT_EQ(table_of(vm), PADDR_NONE);
	EXPECT_EQ(table_of(child), PADDR_NONE);
	end(child);
	end(vm);
	shmem_put(file);
}

/* ---- Two CPUs ------------------------------------------------------- */

/*
 * One program does one thing, and before the n-th of its stores and TLBIs a CPU
 * elsewhere does all of another, in the other program. For every n: so each
 * order is tried. (Where the table's lock is held, the other would wait: what
 * it does comes at a later n.)
 */
static struct {
	struct vm *other;
	paddr_t table;
	void (*act)(void);
	unsigned int left; /* until it acts; 0: it has */
} elsewhere;

static void act_elsewhere(void)
{
	const struct spinlock *lock = user_table_lock(elsewhere.table);

	if (elsewhere.left == 0 || --elsewhere.left > 0) {
		return;
	}
	if (lock->next != lock->owner) {
		elsewhere.left = 1;
		return;
	}
	host_on_instruction = NULL;
	elsewhere.act();
}

static void act_split(void)
{
	EXPECT(vm_fault(elsewhere.other, BASE + PAGE_SIZE, VM_WRITE) > 0);
}

static void act_end(void)
{
	vm_put(elsewhere.other);
	elsewhere.other = NULL;
}

static void act_unmap(void)
{
	EXPECT_EQ(vm_unmap(elsewhere.other, BASE, BASE + USER_TABLE_SPAN), 0);
}

static void act_unmap_part(void)
{
	EXPECT_EQ(vm_unmap(elsewhere.other, BASE, BASE + 2 * PAGE_SIZE), 0);
}

static void act_fork(void)
{
	struct vm *more = vm_fork(elsewhere.other);

	vm_put(elsewhere.other);
	elsewhere.other = more;
}

/* As when a file ends there: no witness has the pages after that. */
static void act_cut(void)
{
	arch_vm_unmap_for_all(&elsewhere.other->arch, BASE,
			      BASE + 4 * PAGE_SIZE);
}

static void (*const acts[])(void) = {
	act_split, act_end, act_unmap, act_unmap_part, act_fork, act_cut,
};

static void do_end(struct vm **vm)
{
	vm_put(*vm);
	*vm = NULL;
}

static void do_split(struct vm **vm)
{
	/* Perhaps the other has left just now: then it is no split. */
	EXPECT(vm_fault(*vm, BASE, VM_WRITE) > 0);
}

static void do_unmap(struct vm **vm)
{
	EXPECT_EQ(vm_unmap(*vm, BASE, BASE + PAGE_SIZE), 0);
}

static void do_fork(struct vm **vm)
{
	struct vm *more = vm_fork(*vm);

	vm_put(*vm);
	*vm = more;
}

static void (*const deeds[])(struct vm **vm) = {
	do_split, do_end, do_unmap, do_fork,
};

/* Returns whether it came to act elsewhere before the deed was over. */
static bool interleave(void (*deed)(struct vm **vm), void (*act)(void),
		       unsigned int n)
{
	struct vm *vm = new_parent(), *witness = vm_fork(vm);
	bool acted;

	elsewhere.other = vm_fork(vm);
	/* Without a witness the last two of a table meet. */
	if (n % 2 || act == act_cut) {
		end(witness);
		witness = NULL;
	}
	user_switch(NULL);
	elsewhere.table = table_of(vm);
	elsewhere.act = act;
	elsewhere.left = 1 + n / 2;
	host_on_instruction = act_elsewhere;
	deed(&vm);
	acted = host_on_instruction == NULL;
	host_on_instruction = NULL;
	EXPECT(witness == NULL || is_untouched(witness));
	end(vm);
	EXPECT(witness == NULL || is_untouched(witness));
	end(elsewhere.other);
	EXPECT(witness == NULL || is_untouched(witness));
	end(witness);
	return acted;
}

TEST(share, two_cpus_at_one_table_lose_nothing_in_any_order)
{
	unsigned int orders = 0;
	struct test_left before;

	test_ram();
	before = test_left();
	for (unsigned int i = 0; i < ARRAY_SIZE(deeds) * ARRAY_SIZE(acts);
	     i++) {
		for (unsigned int n = 0;
		     interleave(deeds[i / ARRAY_SIZE(acts)],
				acts[i % ARRAY_SIZE(acts)], n) || n % 2 == 0;
		     n++) {
			orders++;
		}
		test_expect_left(before);
	}
	test_note("%u orders", orders);
	EXPECT(orders > 500);
	EXPECT_EQ(host_ledger_count(), 0);
}
