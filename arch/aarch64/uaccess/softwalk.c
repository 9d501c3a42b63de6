// SPDX-License-Identifier: MIT
/*
 * softwalk.c - no user address is ever accessed: the tables are read in
 * software, the page is pinned, and the bytes move through the linear map.
 * What xv6 does, and what a kernel must do for another process's memory. It
 * asks for exactly the right it is about to use (a page that is merely valid
 * is not enough: facts, bug 16), and brings pages in by vm_fault().
 *
 * A pin is a reference: the page cannot be freed or given to somebody else
 * between the look and the copy. No lock is held while bytes move.
 */
#include "softwalk.h"

#include "arch.h"
#include "cpu.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "spinlock.h"
#include "task/sched.h"
#include "trace/trace.h"

/* The page at va, pinned, if it allows `access` now; else PADDR_NONE. */
static paddr_t softwalk_try_pin(struct vm *vm, uint64_t va,
				unsigned int access)
{
	struct arch_cursor at;
	paddr_t pa;

	/* Where nobody may sleep, the lock may be our own already. */
	if (!in_atomic() && arch_irqs_enabled()) {
		spin_lock(&vm->lock);
	} else if (!spin_trylock(&vm->lock)) {
		return PADDR_NONE;
	}
	pa = arch_vm_lookup(&vm->arch, ALIGN_DOWN(va, (uint64_t)PAGE_SIZE),
			    &at);
	if (pa != PADDR_NONE && (at.prot & access) == access) {
		/* As the hardware's walk would: smaps shall not depend on the
		 * method. (Written it is already, or `access` is missing.) */
		arch_vm_note_access(&at);
		page_get(pa);
	} else {
		pa = PADDR_NONE;
	}
	spin_unlock(&vm->lock);
	return pa;
}

/* There is no fault that could be traced in its place. */
static __attribute__((noinline, cold)) char *softwalk_refuse(uint64_t va)
{
	trace_refusal(va, 1);
	return NULL;
}

/*
 * Pins the page of the user address addr for `access`. Returns its place in
 * the linear map (addr's offset included), or NULL if it truly cannot be had,
 * or cannot be brought in here (atomic context: invariant 9).
 */
static char *softwalk_pin(uint64_t addr, unsigned int access)
{
	struct vm *vm = arch_cpu()->vm;
	uint64_t va = arch_untag(addr);
	paddr_t pa;

	if (!vm || va >= USER_END) {
		return softwalk_refuse(va);
	}
	while ((pa = softwalk_try_pin(vm, va, access)) == PADDR_NONE) {
		if (in_atomic() || !arch_irqs_enabled()) {
			return softwalk_refuse(va);
		}
		sched_give_way(); /* as in fault.c: here it may sleep */
		if (vm_fault(vm, va, access) < 0) {
			return softwalk_refuse(va);
		}
	}
	return (char *)phys_to_virt(pa) + va % PAGE_SIZE;
}

static void softwalk_unpin(const char *alias)
{
	page_put(ALIGN_DOWN(virt_to_phys(alias), (paddr_t)PAGE_SIZE));
}

/* How many of n bytes at addr lie on addr's page. */
static size_t softwalk_on_page(uint64_t addr, size_t n)
{
	return MIN(n, (size_t)(PAGE_SIZE - addr % PAGE_SIZE));
}

/* memcpy, memset, … on one page's part; k may be NULL. */
typedef void softwalk_step(char *alias, char *k, size_t n);

static size_t softwalk_each(uint64_t addr, char *k, size_t n,
			    unsigned int access, softwalk_step *step)
{
	while (n > 0) {
		size_t part = softwalk_on_page(addr, n);
		char *alias = softwalk_pin(addr, access);

		if (!alias) {
			break;
		}
		step(alias, k, part);
		softwalk_unpin(alias);
		addr += part;
		k += part;
		n -= part;
	}
	return n;
}

static void softwalk_step_in(char *alias, char *k, size_t n)
{
	memcpy(k, alias, n);
}

static void softwalk_step_out(char *alias, char *k, size_t n)
{
	memcpy(alias, k, n);
}

static void softwalk_step_clear(char *alias, char *k, size_t n)
{
	(void)k;
	memset(alias, 0, n);
}

size_t softwalk_copy_from_user(void *to, const void __user *from, size_t n)
{
	return softwalk_each((__force uint64_t)from, to, n, VM_READ,
			     softwalk_step_in);
}

size_t softwalk_copy_to_user(void __user *to, const void *from, size_t n)
{
	return softwalk_each((__force uint64_t)to, (char *)(uintptr_t)from, n,
			     VM_WRITE, softwalk_step_out);
}

size_t softwalk_clear_user(void __user *to, size_t n)
{
	return softwalk_each((__force uint64_t)to, NULL, n, VM_WRITE,
			     softwalk_step_clear);
}

/* In a kernel buffer's place, where there is none. Not NULL: a copy that is
 * given that is a kernel bug, and must be stopped (invariant 4). */
static char no_buffer[1];

/* With no_buffer it only counts. */
long softwalk_strncpy_from_user(char *to, const char __user *from, long n)
{
	const char *nul = NULL;
	long done = 0;

	while (done < n && !nul) {
		uint64_t addr = (__force uint64_t)from + (uint64_t)done;
		size_t part = softwalk_on_page(addr, (size_t)(n - done));
		char *alias = softwalk_pin(addr, VM_READ);

		if (!alias) {
			return -EFAULT;
		}
		nul = memchr(alias, 0, part);
		part = nul ? (size_t)(nul - alias) : part;
		if (to != no_buffer) {
			memcpy(to + done, alias, part);
		}
		if (to != no_buffer && nul) {
			to[done + (long)part] = '\0'; /* whatever it is now */
		}
		softwalk_unpin(alias);
		done += (long)part;
	}
	return done;
}

long softwalk_strnlen_user(const char __user *s, long n)
{
	long len = softwalk_strncpy_from_user(no_buffer, s, n);

	return len < 0 ? 0 : len + 1;
}

static struct arch_got softwalk_get(const void __user *p, size_t n)
{
	struct arch_got got = { 0, 0 };

	if (softwalk_copy_from_user(&got.value, p, n) != 0) {
		got = (struct arch_got){ -EFAULT, 0 };
	}
	return got;
}

/* A value may straddle two pages: both must be there before a byte goes. */
static int softwalk_put(uint64_t value, void __user *p, size_t n)
{
	uint64_t addr = (__force uint64_t)p;
	size_t part = softwalk_on_page(addr, n);
	char *first = softwalk_pin(addr, VM_WRITE);
	char *second = NULL;

	if (!first) {
		return -EFAULT;
	}
	if (part < n) {
		second = softwalk_pin(addr + part, VM_WRITE);
		if (!second) {
			softwalk_unpin(first);
			return -EFAULT;
		}
	}
	memcpy(first, &value, part);
	softwalk_unpin(first);
	if (second) {
		memcpy(second, (char *)&value + part, n - part);
		softwalk_unpin(second);
	}
	return 0;
}

#define SOFTWALK_WORD(bytes)                                              \
	struct arch_got softwalk_get_user_##bytes(const void __user *p)   \
	{                                                                 \
		return softwalk_get(p, bytes);                            \
	}                                                                 \
	int softwalk_put_user_##bytes(uint64_t value, void __user *p)     \
	{                                                                 \
		return softwalk_put(value, p, bytes);                     \
	}
SOFTWALK_WORD(1)
SOFTWALK_WORD(2)
SOFTWALK_WORD(4)
SOFTWALK_WORD(8)

/* p is aligned (uaccess.h), so the word is on one page. */
#define SOFTWALK_CMPXCHG(bytes, type)                                       \
	struct arch_got softwalk_cmpxchg_user_##bytes(                      \
		void __user *p, uint64_t old, uint64_t new)                 \
	{                                                                   \
		char *alias = softwalk_pin((__force uint64_t)p, VM_WRITE);  \
		type found = (type)old;                                     \
									    \
		if (!alias) {                                               \
			return (struct arch_got){ -EFAULT, 0 };             \
		}                                                           \
		__atomic_compare_exchange_n((type *)(void *)alias, &found,  \
					    (type)new, false,               \
					    __ATOMIC_ACQ_REL,               \
					    __ATOMIC_ACQUIRE);              \
		softwalk_unpin(alias);                                      \
		return (struct arch_got){ 0, found };                       \
	}
SOFTWALK_CMPXCHG(4, uint32_t)
SOFTWALK_CMPXCHG(8, uint64_t)
