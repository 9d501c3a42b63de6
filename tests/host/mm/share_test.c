/* SPDX-License-Identifier: MIT */
/*
 * share_test.c - the tables that fork() shares: what splits them and what does
 * not, and who gets what when a program leaves. Every byte of all is compared in
 * vm_model_test.c; what the guards are for is shown by tests/system/mutants.py.
 */
#include "mm/shmem.h"
#include "share.h"

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
		EXPECT_EQ(who->arch.shared, 0);
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

/* The table is split, and there is no page for the copy: all is as before, and
 * the walks find it. */
TEST(share, a_copy_without_memory_after_a_split)
{
	struct vm *vm = new_parent(), *child = vm_fork(vm);

	user_switch(child);
	inject_arm(2);
	EXPECT_EQ(vm_fault(child, BASE, VM_WRITE), -ENOMEM);
	EXPECT(inject_disarm());
	EXPECT(table_of(child) != table_of(vm));
	/* At once: no barrier but the split's own. */
	EXPECT(host_access(BASE, VM_READ) != PADDR_NONE);
	EXPECT(is_untouched(child) && is_untouched(vm));
	end(child);
	end(vm);
}

static struct vm *careless;

static void unmap_a_part(void)
{
	arch_vm_unmap(&careless->arch, BASE, BASE + PAGE_SIZE);
}

static void protect_a_part(void)
{
	arch_vm_protect_range(&careless->arch, BASE, BASE + PAGE_SIZE, VM_READ);
}

static void protect_a_page(void)
{
	struct arch_cursor at;

	arch_vm_lookup(&careless->arch, BASE, &at);
	arch_vm_protect(&at, VM_READ);
}

TEST(share, who_forgets_to_split_is_stopped)
{
	struct vm *child;

	careless = new_parent();
	child = vm_fork(careless);
	EXPECT(host_panics(unmap_a_part, "others' too"));
	EXPECT(host_panics(protect_a_part, "others' too"));
	EXPECT(host_panics(protect_a_page, "others' too"));
	end(child);
	end(careless);
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
	EXPECT_EQ(child->arch.shared, 0);
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
	EXPECT_EQ(vm->arch.shared, 0);
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
