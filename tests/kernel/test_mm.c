/* SPDX-License-Identifier: MIT */
/*
 * test_mm.c - memory management on the real tables and the real TLB. The
 * random models are in tests/host/mm; here are the claims that only a CPU
 * can confirm, and what happens to a user copy when memory runs out.
 * Runs in a process: current->vm is its address space.
 */
#include "careful.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "task/task.h"
#include "test.h"
#include "uaccess.h"

/* ---- Help ----------------------------------------------------------- */

/* Takes all memory there is, in a chain; memory_give_back() ends it. */
struct hoard {
	struct hoard *next;
};

static struct hoard *memory_take_all(void)
{
	struct hoard *all = NULL;

	for (int order = PAGE_MAX_ORDER; order >= 0; order--) {
		paddr_t pa;

		while ((pa = page_alloc((unsigned int)order)) != PADDR_NONE) {
			struct hoard *h = phys_to_virt(pa);

			h->next = all;
			all = h;
		}
	}
	return all;
}

static void memory_give_back(struct hoard *all)
{
	while (all != NULL) {
		struct hoard *next = all->next;

		page_put(virt_to_phys(all));
		all = next;
	}
}

/* Two new pages at the end of the process's heap; their user address. */
static uint64_t heap_grow(void)
{
	struct vm *vm = current->vm;
	uint64_t start = ALIGN_UP(vm->brk, PAGE_SIZE);

	EXPECT_EQ(vm_brk(vm, start + 2 * PAGE_SIZE), start + 2 * PAGE_SIZE);
	return start;
}

static char __user *user_ptr(uint64_t addr)
{
	return (__force char __user *)addr;
}

/* *x = the byte at addr. (get_user() is tested with the rules.) */
static int user_byte(uint64_t addr, char *x)
{
	return copy_from_user(x, user_ptr(addr), 1) == 0 ? 0 : -EFAULT;
}

/* What the address space has at va, through the linear map. */
static const char *page_of_vm(struct vm *vm, uint64_t va)
{
	struct arch_cursor at;
	paddr_t pa = arch_vm_lookup(&vm->arch, va, &at);

	return pa == PADDR_NONE ? "nothing there" : phys_to_virt(pa);
}

/* ---- Pages and objects ---------------------------------------------- */

TEST(mm, every_order_is_aligned_and_comes_back)
{
	size_t before = page_count_free();

	for (unsigned int order = 0; order <= PAGE_MAX_ORDER; order++) {
		paddr_t pa = page_alloc(order);

		if (pa == PADDR_NONE) {
			/* Small RAM may lack a block of many 64 KiB pages. */
			EXPECT(order > 4);
			break;
		}
		EXPECT(IS_ALIGNED(pa, (paddr_t)PAGE_SIZE << order));
		EXPECT_EQ(page_count_free(), before - BIT(order));
		EXPECT_EQ(page_refs(pa), 1);
		page_get(pa);
		page_put(pa);
		EXPECT_EQ(page_refs(pa), 1);
		page_put(pa);
		EXPECT(page_of(pa) == NULL);
	}
	EXPECT_EQ(page_count_free(), before);
}

TEST(mm, all_memory_can_be_taken_and_comes_back)
{
	size_t before = page_count_free();
	struct hoard *all = memory_take_all();

	EXPECT_EQ(page_count_free(), 0);
	EXPECT(page_alloc(0) == PADDR_NONE);
	EXPECT(page_alloc_zeroed() == PADDR_NONE);
	EXPECT(kmalloc(PAGE_SIZE) == NULL);
	memory_give_back(all);
	EXPECT_EQ(page_count_free(), before);
}

TEST(mm, the_stack_freed_last_is_kept_for_the_next_task)
{
	char *first = arch_stack_alloc(), *second = arch_stack_alloc();
	size_t both = page_count_free(), pages = STACK_SIZE / PAGE_SIZE;

	arch_stack_free(first);
	EXPECT_EQ(page_count_free(), both);
	EXPECT(careful_read(first - 8).ok);
	arch_stack_free(second);
	EXPECT_EQ(page_count_free(), both + pages);
	EXPECT(!careful_read(first - 8).ok);
	EXPECT(arch_stack_alloc() == second);
	EXPECT_EQ(page_count_free(), both + pages);
	EXPECT(careful_read(second - 8).ok);
	arch_stack_free(second);
}

TEST(mm, a_zeroed_page_is_zero)
{
	paddr_t pa = page_alloc(0);
	const char *p;

	if (!EXPECT(pa != PADDR_NONE)) {
		return;
	}
	memset(phys_to_virt(pa), 0xff, PAGE_SIZE);
	page_put(pa);
	pa = page_alloc_zeroed(); /* the same one: the last freed is first */
	p = phys_to_virt(pa);
	EXPECT(p[0] == 0 && memcmp(p, p + 1, PAGE_SIZE - 1) == 0);
	page_put(pa);
}

TEST(mm, a_copied_page_is_the_same_and_nothing_beside_it_changes)
{
	paddr_t block = page_alloc(2);
	unsigned char *from, *to;

	if (!EXPECT(block != PADDR_NONE)) {
		return;
	}
	from = phys_to_virt(block);
	to = from + 2 * PAGE_SIZE;
	memset(from, 0xee, 4 * PAGE_SIZE);
	for (uint64_t i = 0; i < PAGE_SIZE / sizeof(i); i++) {
		((uint64_t *)from)[i] = ~i; /* no two words are alike */
	}
	arch_copy_page(to, from);
	EXPECT(memcmp(to, from, PAGE_SIZE) == 0);
	EXPECT(to[-1] == 0xee && to[PAGE_SIZE] == 0xee);
	EXPECT_EQ(((uint64_t *)from)[PAGE_SIZE / 8 - 1],
		  ~(uint64_t)(PAGE_SIZE / 8 - 1));
	page_put(block);
}

TEST(mm, the_object_check_finds_objects_and_nothing_else)
{
	static char data[32];
	char stack[32];
	char *small = kmalloc(100), *large = kmalloc(PAGE_SIZE + 100);
	const void *start;
	size_t size;

	EXPECT(kmalloc_find(small + 99, &start, &size));
	EXPECT(start == small && size == 128);
	EXPECT(kmalloc_find(large + PAGE_SIZE + 99, &start, &size));
	EXPECT(start == large && size == PAGE_SIZE + 100);
	EXPECT(kmalloc_find(large + PAGE_SIZE + 100, &start, &size));
	EXPECT(start == large && size == PAGE_SIZE + 100); /* not in it */
	EXPECT(!kmalloc_find(data, &start, &size));
	EXPECT(!kmalloc_find(stack, &start, &size));
	EXPECT(!kmalloc_find(NULL, &start, &size));
	kfree(large);
	EXPECT(!kmalloc_find(large, &start, &size));
	kfree(small);
}

/* ---- The process's own address space -------------------------------- */

static size_t pages_mapped(struct vm *vm)
{
	return arch_vm_usage(&vm->arch, 0, USER_END).mapped;
}

TEST(mm, a_copy_brings_its_pages_in)
{
	uint64_t brk = current->vm->brk, heap = heap_grow();
	const size_t pages = pages_mapped(current->vm);
	char buf[16];

	memset(buf, 0xff, sizeof(buf));
	/* Both pages are new, and the copies lie across their edge. */
	EXPECT_EQ(copy_from_user(buf, user_ptr(heap + PAGE_SIZE - 8),
				 sizeof(buf)), 0);
	EXPECT(buf[0] == 0 && memcmp(buf, buf + 1, sizeof(buf) - 1) == 0);
	EXPECT_EQ(copy_to_user(user_ptr(heap + PAGE_SIZE - 4), "12345678", 8),
		  0);
	EXPECT_EQ(pages_mapped(current->vm), pages + 2);
	EXPECT(memcmp(page_of_vm(current->vm, heap + PAGE_SIZE), "5678", 4) ==
	       0);
	vm_brk(current->vm, brk);
	EXPECT_EQ(pages_mapped(current->vm), pages);
}

/* QEMU keeps a translation until it is invalidated: this one fails without. */
TEST(mm, an_unmapped_page_is_gone_at_once)
{
	uint64_t brk = current->vm->brk, heap = heap_grow();
	size_t before = page_count_free();
	char x = 0;

	EXPECT_EQ(put_user((char)7, user_ptr(heap)), 0);
	EXPECT_EQ(user_byte(heap, &x), 0);
	EXPECT_EQ(x, 7);
	EXPECT(page_count_free() < before);
	vm_brk(current->vm, brk);
	EXPECT_EQ(user_byte(heap, &x), -EFAULT);
	EXPECT_EQ(put_user((char)7, user_ptr(heap)), -EFAULT);
}

TEST(mm, after_fork_a_write_goes_to_a_copy)
{
	uint64_t brk = current->vm->brk, heap = heap_grow();
	struct vm *child;
	char x = 0;

	EXPECT_EQ(put_user('a', user_ptr(heap)), 0);
	child = vm_fork(current->vm);
	if (EXPECT(child != NULL)) {
		EXPECT(page_of_vm(child, heap) ==
		       page_of_vm(current->vm, heap));
		/* The translation for writing is in the TLB: it must go. */
		EXPECT_EQ(put_user('b', user_ptr(heap)), 0);
		EXPECT(page_of_vm(child, heap) !=
		       page_of_vm(current->vm, heap));
		EXPECT_EQ(*page_of_vm(child, heap), 'a');
		EXPECT_EQ(user_byte(heap, &x), 0);
		EXPECT_EQ(x, 'b');
		vm_put(child);
	}
	vm_brk(current->vm, brk);
}

/* The child gets a page of its own, and leaves another to the parent. */
static void fork_and_end(void)
{
	uint64_t brk = current->vm->brk, heap = heap_grow();
	struct vm *child;

	EXPECT_EQ(clear_user(user_ptr(heap), 2 * PAGE_SIZE), 0);
	child = vm_fork(current->vm);
	if (EXPECT(child != NULL)) {
		EXPECT_EQ(pages_mapped(child), pages_mapped(current->vm));
		EXPECT_EQ(vm_fault(child, heap, VM_WRITE),
			  RESOLUTION_COPY_ON_WRITE);
		EXPECT_EQ(vm_fault(current->vm, heap + PAGE_SIZE, VM_WRITE),
			  RESOLUTION_COPY_ON_WRITE);
		vm_put(child);
	}
	vm_brk(current->vm, brk);
}

TEST(mm, fork_exit_and_brk_lose_no_page)
{
	size_t before;

	fork_and_end(); /* from here on kmalloc() keeps what it may keep */
	before = page_count_free();
	for (unsigned int i = 0; i < 10; i++) {
		fork_and_end();
	}
	EXPECT_EQ(page_count_free(), before);
}

/* ---- Memory runs out ------------------------------------------------ */

TEST(mm, a_copy_without_memory_stops_and_nothing_is_lost)
{
	uint64_t brk = current->vm->brk, heap = heap_grow();
	size_t pages, before;
	struct hoard *all;

	EXPECT_EQ(clear_user(user_ptr(heap), 1), 0);
	pages = pages_mapped(current->vm);
	before = page_count_free();
	all = memory_take_all();
	/* The first page is there, the second cannot be brought in. */
	EXPECT_EQ(copy_to_user(user_ptr(heap + PAGE_SIZE - 4), "12345678", 8),
		  4);
	EXPECT_EQ(vm_fault(current->vm, heap + PAGE_SIZE, VM_WRITE), -ENOMEM);
	EXPECT(vm_fork(current->vm) == NULL);
	EXPECT_EQ(pages_mapped(current->vm), pages);
	EXPECT_EQ(page_count_free(), 0);
	memory_give_back(all);
	EXPECT_EQ(page_count_free(), before);
	EXPECT_EQ(copy_to_user(user_ptr(heap + PAGE_SIZE - 4), "12345678", 8),
		  0);
	vm_brk(current->vm, brk);
}
