// SPDX-License-Identifier: MIT
/*
 * user_map.c - the user's half: what src/arch.h offers for the tables of an
 * address space, and which of them TTBR0_EL1 points at. The caller holds the
 * lock of the address space.
 *
 * Invariant 12: every change that takes a right away is gathered and flushed
 * before anybody relies on it, and a page is replaced only through an invalid
 * descriptor (break-before-make, D8.17.1). Invariant 11: user_desc().
 * Next: user_cursor.c, how tables grow and shrink; user_share.c, fork; asid.c.
 */
#include "asid.h"
#include "cpu.h"
#include "cpu_features.h"
#include "mm/vm.h"
#include "mmu_attrs.h"
#include "sysreg.h"
#include "trace/trace.h"
#include "uaccess/select.h"
#include "user_cursor.h"

/* ---- Rights in a descriptor ----------------------------------------- */

#define USER_PAGE  (USER_COMMON | PT_TABLE)
#define USER_VALID (USER_PAGE | PT_VALID)

/*
 * AP[1] gives EL0 data access, so an execute-only page has it clear; prot 0
 * keeps the page in an invalid descriptor. VM_WRITE with VM_EXEC panics.
 */
static inline uint64_t user_desc(paddr_t pa, unsigned int prot)
{
	static const uint64_t attrs[8] = {
		[0] = USER_PAGE | PT_UXN | PT_SOFT_NONE,
		[VM_READ] = USER_VALID | PT_UXN | PT_AP_USER | PT_AP_RDONLY,
		[VM_WRITE] = USER_VALID | PT_UXN | PT_AP_USER,
		[VM_READ | VM_WRITE] = USER_VALID | PT_UXN | PT_AP_USER,
		[VM_EXEC] = USER_VALID | PT_AP_RDONLY,
		[VM_READ | VM_EXEC] = USER_VALID | PT_AP_USER | PT_AP_RDONLY,
	};

	if (unlikely(attrs[prot] == 0)) {
		panic("a user page both writable and executable");
	}
	return pa | attrs[prot];
}

static inline unsigned int user_desc_prot(uint64_t desc)
{
	if (!(desc & PT_VALID)) {
		return 0;
	}
	return (desc & PT_AP_USER ? VM_READ : 0) |
	       (desc & PT_AP_RDONLY ? 0 : VM_WRITE) |
	       (desc & PT_UXN ? 0 : VM_EXEC);
}

/* Before a page becomes executable: fetches must see what was stored. */
static inline void user_sync_page(uint64_t old, paddr_t pa, unsigned int prot)
{
	if ((prot & VM_EXEC) && user_desc_prot(old) != prot) {
		arch_sync_icache(phys_to_virt(pa), PAGE_SIZE);
	}
}

/* ---- A whole address space ------------------------------------------ */

int arch_vm_init(struct arch_vm *avm)
{
	avm->root = page_alloc_zeroed();
	avm->asid = 0; /* of no generation: given when it first runs */
	avm->retired = false;
	avm->shared = 0;
	return avm->root == PADDR_NONE ? -ENOMEM : 0;
}

void arch_vm_retire(struct arch_vm *avm)
{
	user_flush(avm, 0, USER_END);
	avm->asid = 0;
	avm->retired = true;
}

void arch_vm_destroy(struct arch_vm *avm)
{
	if (page_of(avm->root)->in_use != 0) {
		panic("an address space ends with pages in its tables");
	}
	page_put(avm->root);
	avm->root = PADDR_NONE;
}

/* ---- One page ------------------------------------------------------- */

paddr_t arch_vm_lookup(struct arch_vm *avm, uint64_t va,
		       struct arch_cursor *at)
{
	uint64_t desc;

	at->avm = avm;
	user_cursor_seek(at, va, 3);
	desc = READ_ONCE(*at->slot); /* without a table it is 0, too */
	if (desc == 0) {
		return PADDR_NONE;
	}
	/* The rights of the walk, and not of the page alone. */
	at->prot = user_desc_prot(desc) &
		   ~(user_cursor_is_shared(at) ? VM_WRITE : 0);
	return desc & PT_ADDR;
}

/* The cursor is at a level-3 descriptor that is 0. */
static inline int user_map_page(const struct arch_cursor *at, paddr_t pa,
				unsigned int prot)
{
	uint64_t *slot = at->slot;

	user_cursor_page(at)->in_use++;
	pgtable_write(slot, user_desc(pa, prot));
	/* Invalid before: no TLBI, but the store must reach the walks. The
	 * ISB keeps our own next access from using an older walk (D8.16). */
	dsb(ishst);
	isb();
	return 0;
}

/* A page that needs tables, or is executable, or whose table is shared; out of
 * line, so that the usual one costs no stack frame. */
static __attribute__((noinline)) int
user_map_first(struct arch_cursor *at, paddr_t pa, unsigned int prot)
{
	/* Else the page would appear in the other program, too. */
	if (arch_vm_own(at) != 0 || !user_cursor_make(at, 3)) {
		return -ENOMEM;
	}
	if (*at->slot != 0) {
		panic("mapping 0x%lx: in use", (unsigned long)at->va);
	}
	user_sync_page(0, pa, prot);
	return user_map_page(at, pa, prot);
}

int arch_vm_map(struct arch_cursor *at, paddr_t pa, unsigned int prot)
{
	if (unlikely(at->level < 3 || *at->slot != 0 || (prot & VM_EXEC) ||
		     user_cursor_is_shared(at))) {
		return user_map_first(at, pa, prot);
	}
	return user_map_page(at, pa, prot);
}

/* The page under the cursor, which is to change. */
static paddr_t user_page(const struct arch_cursor *at)
{
	if (*at->slot == 0 || user_cursor_is_shared(at)) {
		panic("changing 0x%lx: unmapped, or others' too",
		      (unsigned long)at->va);
	}
	return *at->slot & PT_ADDR;
}

void arch_vm_protect(const struct arch_cursor *at, unsigned int prot)
{
	const paddr_t pa = user_page(at);

	user_sync_page(*at->slot, pa, prot);
	/* Only rights change, so no break is needed. But the TLB may hold the
	 * old ones, also where the new ones are wider (D8.17). */
	pgtable_write(at->slot, user_desc(pa, prot));
	user_flush(at->avm, at->va, at->va + PAGE_SIZE);
}

void arch_vm_replace(const struct arch_cursor *at, paddr_t pa,
		     unsigned int prot)
{
	const paddr_t old = user_page(at);
	struct user_gather g;

	pgtable_write(at->slot, 0); /* break … */
	user_gather_start(&g, at->avm);
	user_gather_range(&g, at->va, at->va + PAGE_SIZE);
	user_gather_put(&g, old);
	user_gather_flush(&g);
	user_sync_page(0, pa, prot);
	pgtable_write(at->slot, user_desc(pa, prot)); /* … before make */
	dsb(ishst);
	isb();
}

static bool user_access_is_new(uint64_t desc)
{
	return (desc & (PT_VALID | PT_AF)) == PT_VALID;
}

bool arch_vm_note_access(const struct arch_cursor *at)
{
	uint64_t desc = READ_ONCE(*at->slot);

	if (!user_access_is_new(desc)) {
		return false;
	}
	/* Also in a shared table: the page was used, by whomever. Others may do
	 * the same at this moment, or unmap it for all. */
	while (user_access_is_new(desc) &&
	       !pgtable_exchange(at->slot, desc, desc | PT_AF)) {
		desc = READ_ONCE(*at->slot);
	}
	/* AF = 0 is never in a TLB (D8.17), so nothing is to be flushed. */
	dsb(ishst);
	isb();
	return true;
}

/* ---- All pages of a range: a visitor changes each ------------------- */

/* A visitor gets the descriptor of a page, which is not 0, and returns the one
 * that it shall have; 0 takes the page out of the tables. */
typedef uint64_t user_visitor(uint64_t desc, void *arg);

static uint64_t user_unmap_page(uint64_t desc, void *arg)
{
	(void)desc;
	(void)arg;
	return 0;
}

/* What arch_vm_protect_range() makes of a page that may be written, and of one
 * that may not: descriptors without the page. */
struct user_new_rights {
	unsigned int prot;
	uint64_t writable, other;
};

static uint64_t user_protect_page(uint64_t desc, void *arg)
{
	const struct user_new_rights *new = arg;
	const paddr_t pa = desc & PT_ADDR;

	user_sync_page(desc, pa, new->prot);
	return pa | ((desc & (PT_VALID | PT_AP_RDONLY)) == PT_VALID ?
			     new->writable : new->other);
}

/* A page that is writable now becomes read-only, and with DBM the CPU makes it
 * writable again by itself. */
static uint64_t user_age_page(uint64_t desc, void *arg)
{
	(void)arg;
	if (!(desc & PT_VALID)) {
		return desc;
	}
	if (!(desc & PT_AP_RDONLY)) {
		desc |= PT_AP_RDONLY | (cpu_features.hw_dbm ? PT_DBM : 0);
	}
	return desc & ~PT_AF;
}

/* ---- All pages of a range: the walk --------------------------------- */

/*
 * The visitor sees `count` descriptors from the cursor on. Returns whether a
 * TLB may hold what has changed. Inlined with its visitor, because a call costs
 * as much as all the rest for one page.
 *
 * One CPU uses these tables. Where several do, theirs may set AF and clear
 * AP[2] between our load and our store: the two must become one exchange.
 */
static inline __attribute__((always_inline)) bool
user_visit_run(struct user_gather *g, struct arch_cursor *at,
	       unsigned int count, user_visitor *visit, void *arg)
{
	uint64_t *const slots = at->slot;
	unsigned int gone = 0;
	bool stale = false;

	for (unsigned int i = 0; i < count; i++) {
		const uint64_t old = READ_ONCE(slots[i]);
		const uint64_t new = old != 0 ? visit(old, arg) : 0;

		if (new == old) {
			continue;
		}
		pgtable_write(&slots[i], new);
		stale |= old & PT_VALID; /* no TLB holds others (D8.17) */
		if (new == 0) {
			user_gather_put(g, old & PT_ADDR);
			gone++;
		}
	}
	if (stale) {
		user_gather_range(g, at->va, at->va + count * PAGE_SIZE);
	}
	if (gone != 0) {
		user_cursor_page(at)->in_use -= (uint16_t)gone;
		user_gather_tables(g, at);
	}
	return stale;
}

/* The visitor, which unmaps none, sees all pages in [start, end). */
static inline __attribute__((always_inline)) void
user_visit(struct arch_vm *avm, uint64_t start, uint64_t end,
	   user_visitor *visit, void *arg)
{
	struct arch_cursor at = { .avm = avm };
	struct user_gather g;
	uint64_t next;

	user_gather_start(&g, avm);
	for (; (next = user_cursor_next_table(&at, start, end)) != 0;
	     start = next) {
		if (user_visit_run(&g, &at, (next - at.va) >> PAGE_SHIFT, visit,
				   arg) && user_cursor_is_shared(&at)) {
			panic("changing 0x%lx: others' too",
			      (unsigned long)at.va);
		}
	}
	user_gather_flush(&g);
}

/*
 * Moves the cursor to the first level-3 descriptor of [*va, end) for which
 * there is a table, and *va past those of the range that follow it in the
 * same table. Returns how many these are, at most USER_RUN_MAX; 0: none. There
 * is room for that many pages.
 */
static unsigned int user_next_run(struct user_gather *g,
				  struct arch_cursor *at, uint64_t *va,
				  uint64_t end)
{
	const uint64_t next = user_cursor_next_table(at, *va, end);

	if (next == 0) {
		return 0;
	}
	user_gather_make_room(g);
	*va = MIN(next, at->va + USER_RUN_MAX * PAGE_SIZE);
	return (unsigned int)((*va - at->va) >> PAGE_SHIFT);
}

/* The cursor's table is shared. Returns where it ends, if all that it maps lies
 * in [start, end), or goes in any case. */
static uint64_t user_shared_end(const struct arch_cursor *at, uint64_t start,
				uint64_t end)
{
	const uint64_t first = ALIGN_DOWN(at->va, USER_TABLE_SPAN);

	if (!at->avm->retired &&
	    (first < start || first + USER_TABLE_SPAN > end)) {
		panic("unmapping 0x%lx: others' too", (unsigned long)at->va);
	}
	return first + USER_TABLE_SPAN;
}

void arch_vm_unmap(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct arch_cursor at = { .avm = avm };
	struct user_gather g;
	uint64_t va = start;
	unsigned int count;

	user_gather_start(&g, avm);
	while ((count = user_next_run(&g, &at, &va, end)) != 0) {
		if (unlikely(user_cursor_is_shared(&at))) {
			/* All of it goes, unread. */
			va = user_shared_end(&at, start, end);
			user_gather_shared_table(&g, &at);
		} else {
			user_visit_run(&g, &at, count, user_unmap_page, NULL);
		}
	}
	user_gather_flush(&g);
}

void arch_vm_unmap_for_all(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct arch_cursor at = { .avm = avm };
	struct user_gather g;
	unsigned int count;

	user_gather_start(&g, avm);
	while ((count = user_next_run(&g, &at, &start, end)) != 0) {
		struct spinlock *lock = user_table_lock(virt_to_phys(at.slot));

		g.for_all |= user_cursor_is_shared(&at);
		spin_lock(lock);
		user_visit_run(&g, &at, count, user_unmap_page, NULL);
		/* Perhaps another, who shares it, has emptied it. */
		user_gather_tables(&g, &at);
		spin_unlock(lock);
	}
	user_gather_flush(&g);
}

void arch_vm_protect_range(struct arch_vm *avm, uint64_t start, uint64_t end,
			   unsigned int prot)
{
	struct user_new_rights new = {
		.prot = prot, .writable = user_desc(0, prot),
		.other = user_desc(0, prot & ~VM_WRITE),
	};

	user_visit(avm, start, end, user_protect_page, &new);
}

int arch_vm_age(struct arch_vm *avm, uint64_t start, uint64_t end)
{
	struct arch_cursor at = { .avm = avm };
	uint64_t next = start;
	int err = arch_vm_own_range(avm, start, end, true);

	if (err != 0) {
		return err;
	}
	while ((next = user_cursor_next_table(&at, next, end)) != 0) {
		user_cursor_page(&at)->aged = cpu_features.hw_dbm;
	}
	user_visit(avm, start, end, user_age_page, NULL);
	return 0;
}

/* Below APTable no page is this program's to write, whatever it was before. */
static void user_count_page(struct arch_vm_usage *usage, uint64_t desc,
			    bool shared)
{
	usage->mapped += desc != 0;
	if (desc & PT_VALID) {
		usage->accessed += (desc & PT_AF) != 0;
		usage->written += !(desc & PT_AP_RDONLY) && !shared;
	}
}

struct arch_vm_usage arch_vm_usage(struct arch_vm *avm, uint64_t start,
				   uint64_t end)
{
	struct arch_cursor at = { .avm = avm };
	struct arch_vm_usage usage = { 0 };
	uint64_t next;

	for (; (next = user_cursor_next_table(&at, start, end)) != 0;
	     start = next) {
		const bool shared = user_cursor_is_shared(&at);

		for (size_t i = 0; i < (next - at.va) >> PAGE_SHIFT; i++) {
			user_count_page(&usage, READ_ONCE(at.slot[i]), shared);
		}
	}
	return usage;
}

/* ---- Which tables are current --------------------------------------- */

/*
 * Table and ASID change in one write (A1 = 0): there is no moment with the
 * one of the old and the other of the new. With sw_ttbr0 the write happens
 * later, in a window or on the way to EL0, from cpu->user_ttbr0.
 */
void arch_vm_activate(struct vm *vm)
{
	unsigned long flags = arch_irq_save();
	struct cpu *cpu = arch_cpu();
	uint64_t ttbr = cpu->reserved_ttbr0;

	if (vm) {
		if (asid_peek(&vm->arch) == 0) {
			/* A rollover may come: while it empties the TLB, no
			 * walk may fill it again under an old number. */
			sysreg_write(ttbr0_el1, cpu->reserved_ttbr0);
			isb();
		}
		ttbr = vm->arch.root |
		       FIELD_PREP(TTBR_EL1_ASID, asid_current(&vm->arch));
	}
	if (ttbr != cpu->user_ttbr0) {
		trace_event(table_switch, cpu->user_ttbr0, ttbr,
			    FIELD_GET(TTBR_EL1_ASID, ttbr));
	}
	cpu->vm = vm;
	cpu->user_ttbr0 = ttbr;
	if (!uaccess_hides_ttbr0) {
		sysreg_write(ttbr0_el1, ttbr);
		isb();
	}
	arch_irq_restore(flags);
}
