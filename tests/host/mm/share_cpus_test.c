/* SPDX-License-Identifier: MIT */
/* share_cpus_test.c - two CPUs at one shared table, in every order. */
#include "share.h"
#include "spinlock.h"

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

/* The page was used, and that is to be noted in the shared table. */
static void do_note(struct vm **vm)
{
	EXPECT(vm_fault(*vm, BASE, VM_READ) > 0);
}

static void (*const deeds[])(struct vm **vm) = {
	do_split, do_end, do_unmap, do_fork, do_note,
};

/* Returns whether it came to act elsewhere before the deed was over. */
static bool interleave(void (*deed)(struct vm **vm), void (*act)(void),
		       unsigned int n)
{
	struct vm *vm = new_parent(), *witness;
	bool acted;

	if (deed == do_note) {
		EXPECT_EQ(arch_vm_age(&vm->arch, BASE, END), 0);
	}
	witness = vm_fork(vm);
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
