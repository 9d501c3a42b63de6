// SPDX-License-Identifier: MIT
/*
 * test_clean.c - pages that are clean, which with DBM the CPU makes writable by
 * itself, and fork: no page that others have too is left so, nor any in a table
 * that they have.
 */
#include "test.h"

#include "mm/shmem.h"
#include "mm/vm.h"
#include "pgtable.h"
#include "support.h"
#include "table_read.h"
#include "task/task.h"
#include "uaccess.h"
#include "uaccess_check.h"

#define ADDR UINT64_C(0x4000000000) /* a table of its own */
#define SIZE (4 * PAGE_SIZE)

static void __user *const addr = (void __user *)ADDR;

/* Four pages, none of which is there. */
static void map(struct region r)
{
	r.prot = VM_READ | VM_WRITE;
	r.may = VM_READ | VM_WRITE;
	EXPECT_EQ(vm_map(current->vm, ADDR, SIZE, VM_MAP_FIXED, &r), ADDR);
}

/* The first page in vm, and the walk to it. */
static const char *look(struct vm *vm, struct arch_cursor *at)
{
	return phys_to_virt(arch_vm_lookup(&vm->arch, ADDR, at));
}

static void fork_a_clean_page(bool shares_tables)
{
	struct arch_cursor at;
	const char *theirs;
	struct vm *other;

	map((struct region){ .kind = REGION_ANON });
	EXPECT_EQ(clear_user(addr, SIZE), 0);
	EXPECT_EQ(copy_to_user(addr, "p", 1), 0);
	arch_vm_age(&current->vm->arch, ADDR, ADDR + PAGE_SIZE);
	other = vm_fork(current->vm);
	if (EXPECT(other != NULL)) {
		theirs = look(other, &at);
		/* Whatever this CPU makes of DBM below APTable: it must not
		 * matter. */
		EXPECT_EQ(*at.slot & PT_DBM, 0);
		EXPECT_EQ((at.above & PT_TABLE_AP_RDONLY) != 0, shares_tables);
		EXPECT_EQ(copy_to_user(addr, "q", 1), 0);
		EXPECT(look(current->vm, &at) != theirs);
		EXPECT_EQ(*theirs, 'p');
		vm_put(other);
	}
	EXPECT_EQ(vm_unmap(current->vm, ADDR, ADDR + SIZE), 0);
}

TEST(clean, is_shared_by_fork_as_a_written_one)
{
	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	fork_a_clean_page(true);
	arch_vm_share_tables(false);
	fork_a_clean_page(false);
	arch_vm_share_tables(true);
}

/* Of a file that is shared, so that fork does not take the right to write: it
 * copies a table of two pages, DBM and all. With two more pages the child's is
 * shared by the next fork, where no page may keep DBM. */
TEST(clean, that_fork_copied_is_shared_by_the_next)
{
	struct shmem *shmem = shmem_create("test", SIZE);
	struct vm *child, *grandchild;
	struct arch_cursor at;

	map((struct region){
		.kind = REGION_FILE, .source = SOURCE_SHMEM, .shared = true,
		.shmem = shmem,
	});
	shmem_put(shmem); /* the region has its own reference */
	user_page(ADDR);
	user_page(ADDR + PAGE_SIZE);
	arch_vm_age(&current->vm->arch, ADDR, ADDR + SIZE);
	child = vm_fork(current->vm);
	if (EXPECT(child != NULL)) {
		EXPECT(vm_fault(child, ADDR + 2 * PAGE_SIZE, VM_READ) > 0);
		EXPECT(vm_fault(child, ADDR + 3 * PAGE_SIZE, VM_READ) > 0);
		grandchild = vm_fork(child);
		if (EXPECT(grandchild != NULL)) {
			look(grandchild, &at);
			EXPECT(at.above & PT_TABLE_AP_RDONLY);
			EXPECT_EQ(*at.slot & PT_DBM, 0);
			vm_put(grandchild);
		}
		vm_put(child);
	}
	EXPECT_EQ(vm_unmap(current->vm, ADDR, ADDR + SIZE), 0);
}
