// SPDX-License-Identifier: MIT
/*
 * mmu.c - the kernel's half after boot: the linear map, devices, and kernel
 * stacks with their guards. Only here are TTBR1_EL1's tables changed once the
 * MMU is on. Attributes: mmu_attrs.h; the part made before: boot_map.c.
 */
#include "mmu.h"

#include "arch.h"
#include "boot.h"
#include "lib/bitmap.h"
#include "linker.h"
#include "mm/page.h"
#include "mmu_attrs.h"
#include "spinlock.h"

#define STACK_SLOTS ((VMAP_DTB_AREA - VMAP_BASE) / (2 * STACK_SIZE))

static struct spinlock mmu_lock = SPINLOCK_INIT; /* over all of this file */
static uint64_t mmu_next_device = VMAP_DEVICES;
static uint64_t mmu_stack_slots[BITMAP_WORDS(STACK_SLOTS)];
static size_t mmu_stack_hint;
static size_t mmu_table_count;

/* The early pool first: the first bank is mapped before pages can be had. */
static paddr_t mmu_table_alloc(void)
{
	paddr_t pa = boot_table_alloc(LINEAR_BASE);

	if (pa == PADDR_NONE) {
		pa = page_alloc_zeroed();
		mmu_table_count += pa != PADDR_NONE;
	}
	return pa;
}

size_t arch_kernel_tables(void)
{
	return READ_ONCE(mmu_table_count);
}

static struct pgtable mmu_pgtable(void)
{
	return (struct pgtable){
		.root = boot.ttbr_kernel,
		.table_attrs = KERNEL_TABLE_ATTRS,
		.linear = LINEAR_BASE,
		.alloc = mmu_table_alloc,
	};
}

int mmu_map_kernel(uint64_t va, paddr_t pa, uint64_t size, uint64_t attrs)
{
	struct pgtable pt = mmu_pgtable();
	unsigned long flags = spin_lock_irqsave(&mmu_lock);
	int err = pgtable_map(&pt, va, pa, size, attrs, false);

	spin_unlock_irqrestore(&mmu_lock, flags);
	return err;
}

void mmu_unmap_kernel_page(uint64_t va)
{
	struct pgtable pt = mmu_pgtable();
	unsigned long flags = spin_lock_irqsave(&mmu_lock);
	uint64_t *slot = pgtable_slot(&pt, va);

	if (slot) {
		pgtable_write(slot, 0);
		mmu_flush_kernel_page(va);
	}
	spin_unlock_irqrestore(&mmu_lock, flags);
}

/* boot_map.c has put the image into the linear map: text is read-only there. */
void arch_map_ram(paddr_t start, paddr_t end)
{
	paddr_t image = boot.image;
	paddr_t image_end = image + (uint64_t)(_image_end - _image_start);

	if (start < image_end && image < end) {
		arch_map_ram(start, image);
		start = image_end;
	}
	if (start < end &&
	    mmu_map_kernel(LINEAR_BASE + start, start, end - start,
			   KERNEL_DATA_ATTRS) != 0) {
		panic("no memory for the tables of the linear map");
	}
}

void *arch_map_device(paddr_t start, size_t size)
{
	paddr_t first = ALIGN_DOWN(start, (paddr_t)PAGE_SIZE);
	uint64_t len = ALIGN_UP(start + size, (paddr_t)PAGE_SIZE) - first;
	/* A page between devices stays unmapped. */
	uint64_t va = __atomic_fetch_add(&mmu_next_device, len + PAGE_SIZE,
					 __ATOMIC_RELAXED);

	if (mmu_map_kernel(va, first, len, KERNEL_DEVICE_ATTRS) != 0) {
		return NULL;
	}
	return (void *)(va + (start - first));
}

/* ---- Kernel stacks -------------------------------------------------- */

static uint64_t mmu_stack_base(size_t slot)
{
	return VMAP_BASE + (2 * slot + 1) * STACK_SIZE;
}

static size_t mmu_stack_slot_take(void)
{
	unsigned long flags = spin_lock_irqsave(&mmu_lock);
	size_t slot = bitmap_find_clear(mmu_stack_slots, STACK_SLOTS,
					mmu_stack_hint);

	if (slot != BITMAP_FULL) {
		bitmap_set(mmu_stack_slots, slot);
		mmu_stack_hint = slot + 1;
	}
	spin_unlock_irqrestore(&mmu_lock, flags);
	return slot;
}

static void mmu_stack_slot_give(size_t slot)
{
	unsigned long flags = spin_lock_irqsave(&mmu_lock);

	bitmap_clear(mmu_stack_slots, slot);
	mmu_stack_hint = slot; /* its tables are there already */
	spin_unlock_irqrestore(&mmu_lock, flags);
}

/*
 * The stack that was freed last stays mapped for the next task: to map four
 * pages, and to take them out of every TLB, costs as much as all the rest of a
 * task's birth and death.
 */
static void *mmu_stack_spare;

void *arch_stack_alloc(void)
{
	void *spare = __atomic_exchange_n(&mmu_stack_spare, NULL,
					  __ATOMIC_ACQUIRE);
	size_t slot;
	paddr_t pa;

	if (spare) {
		return spare;
	}
	slot = mmu_stack_slot_take();
	if (slot == BITMAP_FULL) {
		return NULL;
	}
	pa = page_alloc(STACK_SHIFT - PAGE_SHIFT);
	if (pa != PADDR_NONE) {
		if (mmu_map_kernel(mmu_stack_base(slot), pa, STACK_SIZE,
				   KERNEL_DATA_ATTRS) == 0) {
			return (void *)(mmu_stack_base(slot) + STACK_SIZE);
		}
		page_put(pa);
	}
	mmu_stack_slot_give(slot);
	return NULL;
}

void arch_stack_free(void *top)
{
	struct pgtable pt = mmu_pgtable();
	uint64_t base;
	paddr_t pa;

	top = __atomic_exchange_n(&mmu_stack_spare, top, __ATOMIC_ACQ_REL);
	if (!top) {
		return;
	}
	base = (uint64_t)top - STACK_SIZE;
	pa = *pgtable_slot(&pt, base) & PT_ADDR;
	for (uint64_t va = base; va < base + STACK_SIZE; va += PAGE_SIZE) {
		mmu_unmap_kernel_page(va);
	}
	page_put(pa);
	mmu_stack_slot_give((base - VMAP_BASE) / (2 * STACK_SIZE));
}

/* ---- What the tables may rely on ------------------------------------ */

const char *mmu_hierarchy_is_off(void)
{
	const uint64_t mmfr3 = sysreg_read(s3_0_c0_c7_3); /* ID_AA64MMFR3_EL1 */

	if (FIELD_GET(TCR_EL1_HPD0, sysreg_read(tcr_el1))) {
		return "TCR_EL1.HPD0";
	}
	/* A register that not every CPU has. */
	if (FIELD_GET(ID_AA64MMFR3_EL1_TCRX, mmfr3) &&
	    FIELD_GET(TCR2_EL1_PIE, sysreg_read(s3_0_c2_c0_3))) {
		return "TCR2_EL1.PIE";
	}
	return NULL;
}
