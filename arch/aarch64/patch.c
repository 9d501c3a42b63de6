// SPDX-License-Identifier: MIT
/*
 * patch.c - writes to kernel text through a writable alias that exists only
 * for the moment of the store. The text itself is never writable where it is
 * executable, nor in the linear map (invariant 11).
 */
#include "patch.h"

#include "arch.h"
#include "boot.h"
#include "linker.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "spinlock.h"

#define INSN_NOP      0xd503201fu
#define INSN_B        0x14000000u
#define INSN_B_MASK   0xfc000000u
#define INSN_B_OFFSET 0x03ffffffu

/* There is one alias, and any CPU may patch. */
static struct spinlock patch_lock = SPINLOCK_INIT;

static void patch_insn(uint32_t *site, uint32_t insn)
{
	uint64_t offset = (uint64_t)site - (uint64_t)_image_start;
	paddr_t page = ALIGN_DOWN(boot.image + offset, (paddr_t)PAGE_SIZE);
	uint32_t *alias = (uint32_t *)(VMAP_PATCH + offset % PAGE_SIZE);
	unsigned long flags = spin_lock_irqsave(&patch_lock);

	if (mmu_map_kernel(VMAP_PATCH, page, PAGE_SIZE,
			   KERNEL_DATA_ATTRS) != 0) {
		panic("no memory to map the text that is to be patched");
	}
	WRITE_ONCE(*alias, insn);
	arch_sync_icache(alias, sizeof(*alias));
	mmu_unmap_kernel_page(VMAP_PATCH);
	spin_unlock_irqrestore(&patch_lock, flags);
}

void patch_branch(void *site, const void *target)
{
	int64_t words = ((int64_t)target - (int64_t)site) / 4;
	uint32_t old = *(const uint32_t *)site;

	if ((old & INSN_B_MASK) != INSN_B && old != INSN_NOP) {
		panic("patching 0x%lx: 0x%x is neither B nor NOP",
		      (unsigned long)site, old);
	}
	patch_insn(site, INSN_B | ((uint32_t)words & INSN_B_OFFSET));
}
