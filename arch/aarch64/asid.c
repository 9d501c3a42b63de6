// SPDX-License-Identifier: MIT
/*
 * asid.c - the generations of asid.h. ASID 0 is the reserved table's: it has
 * no translations at all. With one CPU no address space but the one about to
 * run is in use at a rollover; more CPUs will have to keep theirs.
 */
#include "asid.h"

#include "cpu_features.h"
#include "mmu.h"
#include "spinlock.h"

#define ASID_MAX_BITS 16
#define ASID_MASK     (BIT(ASID_MAX_BITS) - 1)

static struct spinlock asid_lock = SPINLOCK_INIT;
static uint64_t asid_generation = BIT(ASID_MAX_BITS);
static uint64_t asid_next = 1;

static bool asid_is_of_now(const struct arch_vm *avm)
{
	return (avm->asid & ~ASID_MASK) == READ_ONCE(asid_generation);
}

static void asid_assign(struct arch_vm *avm)
{
	if (asid_next >= BIT(cpu_features.asid_bits)) {
		asid_generation += BIT(ASID_MAX_BITS);
		asid_next = 1;
		mmu_flush_all();
	}
	avm->asid = asid_generation | asid_next++;
}

uint64_t asid_current(struct arch_vm *avm)
{
	if (unlikely(!asid_is_of_now(avm))) {
		spin_lock(&asid_lock);
		asid_assign(avm);
		spin_unlock(&asid_lock);
	}
	return avm->asid & ASID_MASK;
}

uint64_t asid_peek(const struct arch_vm *avm)
{
	return asid_is_of_now(avm) ? avm->asid & ASID_MASK : 0;
}
