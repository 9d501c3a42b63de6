// SPDX-License-Identifier: MIT
/*
 * user_range.c - user_map.c's work for many pages at once, with the barriers
 * and the TLB maintenance of one: munmap, mprotect, fork and exit.
 *
 * Invariant 12: a page is put only when no TLB can have its translation. So
 * a range is unmapped in two rounds. The first makes its descriptors invalid,
 * which go on saying which page was there; then the TLB forgets them; and the
 * second round puts the pages.
 */
#include "asid.h"
#include "cpu_features.h"
#include "mm/page.h"
#include "mmu.h"
#include "user_map.h"

/* From so many pages on, all translations of the ASID go instead. */
#define FLUSH_PAGES_MAX 64

/* Slots of one level-3 table that follow each other, the first for va. */
struct user_run {
	uint64_t va;
	uint64_t *slots;
	unsigned int count;
};

/*
 * Finds the next run in [*va, end), where there are tables at all, and moves
 * *va behind it; its table is the near one now. False: there is none.
 */
static bool user_next_run(struct arch_vm *avm, uint64_t *va,
			  uint64_t end, struct user_run *run)
{
	while (*va < end) {
		int level;
		uint64_t *slot = user_walk(avm, *va, &level);
		/* One entry of this level, or one whole table of level 3. */
		uint64_t step = BIT(pgtable_level_shift(MIN(level, 2)));
		uint64_t next = MIN(end, ALIGN_DOWN(*va, step) + step);

		if (level == 3) {
			run->va = *va;
			run->slots = slot;
			run->count = (unsigned int)((next - *va) >>
						    PAGE_SHIFT);
			*va = next;
			return true;
		}
		*va = next;
	}
	return false;
}

/* Descriptors in [start, end) were changed, if any were. */
static void user_flush_range(const struct arch_vm *avm, uint64_t start,
			     uint64_t end, bool changed)
{
	if (!changed || asid_peek(avm) == 0) {
		dsb(ishst);
	} else if (end - start > FLUSH_PAGES_MAX * PAGE_SIZE) {
		mmu_flush_asid(asid_peek(avm));
	} else {
		mmu_flush_user_range(start, end, asid_peek(avm));
	}
}

/*
 * Makes all valid descriptors in [start, end) invalid, on all CPUs. They go
 * on saying which page was there. False: there are not even tables.
 */
static bool user_break(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct user_run run = { 0 };
	uint64_t va = start;
	bool broken = false;

	while (user_next_run(avm, &va, end, &run)) {
		for (unsigned int i = 0; i < run.count; i++) {
			if (run.slots[i] & PT_VALID) {
				pgtable_write(&run.slots[i],
					      run.slots[i] & ~PT_VALID);
				broken = true;
			}
		}
	}
	user_flush_range(avm, start, end, broken);
	return run.count != 0;
}

/* Puts the pages of a run, whose translations are gone. Returns how many. */
static unsigned int user_release(const struct user_run *run)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < run->count; i++) {
		uint64_t desc = run->slots[i];

		if (desc != 0) {
			pgtable_write(&run->slots[i], 0);
			page_put(desc & PT_ADDR);
			count++;
		}
	}
	return count;
}

size_t arch_vm_unmap(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct user_gone gone = { 0 };
	struct user_run run;
	size_t count = 0;

	/* First no translation is left, on any CPU; then the pages go. */
	if (asid_peek(avm) != 0 && !user_break(avm, start, end)) {
		return 0;
	}
	while (user_next_run(avm, &start, end, &run)) {
		struct page *table = avm->near_page;
		unsigned int released = user_release(&run);

		table->in_use = (uint16_t)(table->in_use - released);
		if (table->in_use == 0) {
			user_prune(avm, run.va, &gone);
		}
		count += released;
	}
	user_free_gone(avm, &gone);
	return count;
}

void arch_vm_protect_range(struct arch_vm *avm, uint64_t start, uint64_t end,
			   unsigned int prot)
{
	struct user_run run;
	uint64_t va = start;
	bool changed = false;

	while (user_next_run(avm, &va, end, &run)) {
		for (unsigned int i = 0; i < run.count; i++) {
			uint64_t old = run.slots[i], desc;
			unsigned int rights = prot;

			if (old == 0) {
				continue;
			}
			if (!(user_desc_prot(old) & VM_WRITE)) {
				rights &= ~VM_WRITE;
			}
			desc = user_desc(old & PT_ADDR, rights);
			if (desc != old) {
				user_sync_page(old, old & PT_ADDR, rights);
				pgtable_write(&run.slots[i], desc);
				changed = true;
			}
		}
	}
	user_flush_range(avm, start, end, changed);
}

/* ---- Accessed, written ---------------------------------------------- */

/*
 * A page that is writable now becomes read-only, and with DBM the CPU makes it
 * writable again by itself. (One flow of control has these tables. Where
 * several CPUs have, theirs may set bits between our load and our store.)
 */
void arch_vm_age(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct user_run run;
	uint64_t va = start;
	bool changed = false;

	while (user_next_run(avm, &va, end, &run)) {
		for (unsigned int i = 0; i < run.count; i++) {
			uint64_t desc = run.slots[i];

			if (!(desc & PT_VALID)) {
				continue;
			}
			if (!(desc & PT_AP_RDONLY)) {
				desc |= PT_AP_RDONLY |
					(cpu_features.hw_dbm ? PT_DBM : 0);
			}
			pgtable_write(&run.slots[i], desc & ~PT_AF);
			changed = true;
		}
	}
	user_flush_range(avm, start, end, changed);
}

struct arch_vm_usage arch_vm_usage(struct arch_vm *avm, uint64_t start,
				   uint64_t end)
{
	struct arch_vm_usage usage = { 0 };
	struct user_run run;

	while (user_next_run(avm, &start, end, &run)) {
		for (unsigned int i = 0; i < run.count; i++) {
			uint64_t desc = READ_ONCE(run.slots[i]);

			usage.mapped += desc != 0;
			if (desc & PT_VALID) {
				usage.accessed += (desc & PT_AF) != 0;
				usage.written += !(desc & PT_AP_RDONLY);
			}
		}
	}
	return usage;
}

/* ---- fork ----------------------------------------------------------- */

/* Whether a write to the page would not come to a fault of ours. */
static bool user_may_be_written(uint64_t desc)
{
	return (desc & PT_VALID) &&
	       (!(desc & PT_AP_RDONLY) || (desc & PT_DBM));
}

/* Gives the child the pages of one run. Returns how many, or -ENOMEM. */
static long user_share_run(const struct user_run *run, struct arch_vm *child,
			   bool copy_on_write)
{
	uint64_t *to = NULL;
	long count = 0;

	for (unsigned int i = 0; i < run->count; i++) {
		uint64_t desc = run->slots[i];

		if (desc == 0) {
			continue;
		}
		if (!to) {
			to = user_make_slot(child, run->va);
			if (!to) {
				return -ENOMEM;
			}
		}
		if (copy_on_write && user_may_be_written(desc)) {
			desc = (desc | PT_AP_RDONLY) & ~PT_DBM;
			pgtable_write(&run->slots[i], desc);
		}
		page_get(desc & PT_ADDR);
		pgtable_write(&to[i], desc);
		count++;
	}
	if (to) {
		child->near_page->in_use += (uint16_t)count;
	}
	return count;
}

long arch_vm_share(struct arch_vm *parent, struct arch_vm *child,
		   uint64_t start, uint64_t end, bool copy_on_write)
{
	struct user_run run;
	long count = 0, more = 0;

	while (more >= 0 && user_next_run(parent, &start, end, &run)) {
		more = user_share_run(&run, child, copy_on_write);
		count += more;
	}
	return more < 0 ? more : count;
}

void arch_vm_share_end(struct arch_vm *parent)
{
	if (asid_peek(parent) != 0) {
		mmu_flush_asid(asid_peek(parent));
	} else {
		dsb(ishst);
	}
}
