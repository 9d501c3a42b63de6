// SPDX-License-Identifier: MIT
/*
 * user_share.c - what fork() shares: the level-3 tables themselves. Each gets
 * one reference, its descriptors stay as they are, and in the two descriptors
 * above it, the parent's and the child's, APTable[1] takes the right to write
 * from all that is below (D8.4.3). So fork costs as much for 512 pages as for
 * one. With fork=copy each page gets a reference instead, and loses the right
 * to be written in both.
 *
 * What is shared changes for all. So who wants to change a page first gets a
 * table of its own: the table is split. Then each page has two references
 * again, and is read-only in both tables. Only three things happen to a shared
 * table as it is: the access flag is set; a page is unmapped for all, when a
 * file ends before it; and the last reference goes. Whoever has the only
 * reference takes the table back: APTable[1] goes, and no page was touched.
 *
 * Invariant 12: the right that APTable takes is flushed once for the whole ASID
 * before fork() returns. A TLB holds it combined with each page's own rights,
 * and no TLBI of one address names the others (D8.17).
 * Locks: each program holds its own vm->lock. user_table_lock() is for what
 * two programs may do to one table at the same time.
 */
#include "dev/dev.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "spinlock.h"
#include "trace/trace.h"
#include "user_cursor.h"

/*
 * A table with fewer pages is copied. It is mostly the stack's, which both
 * programs write at once, and a split costs more than so few pages do. Counted:
 * fork, exit and wait take 10,998 instructions if one page is enough for a table
 * to be shared, 10,847 if it is 2 or 4, and 12,025 if it is 8.
 */
#define USER_SHARE_MIN 4

static bool user_shares_tables;

void arch_vm_share_tables(bool on)
{
	const char *off = on ? mmu_hierarchy_is_off() : NULL;

	if (off) {
		printk_always("fork=share is refused: %s = 1, and APTable does "
			      "not count; fork=copy is used", off);
	}
	user_shares_tables = on && !off;
}

/* ---- One page ------------------------------------------------------- */

/* Whether a write to the page would not come to a fault of ours. */
static bool user_may_be_written(uint64_t desc)
{
	return (desc & PT_VALID) &&
	       (!(desc & PT_AP_RDONLY) || (desc & PT_DBM));
}

/*
 * Takes the right to write from the page, and the CPU's to give it back (DBM);
 * returns the descriptor as it is then. In an exchange: the CPU may set the
 * access flag at any moment.
 */
static inline uint64_t user_take_write(uint64_t *slot)
{
	uint64_t desc, without;

	do {
		desc = READ_ONCE(*slot);
		if (!user_may_be_written(desc)) {
			return desc;
		}
		without = (desc | PT_AP_RDONLY) & ~PT_DBM;
	} while (!pgtable_exchange(slot, desc, without));
	return without;
}

/* ---- A table becomes one's own -------------------------------------- */

/* Copies one descriptor of a table that is shared, if it is a page's, which is
 * read-only in both tables from then on. Returns how many: 1 or 0. */
static inline unsigned int user_copy_page(uint64_t *to, uint64_t *from)
{
	uint64_t desc;

	if (READ_ONCE(*from) == 0) {
		return 0;
	}
	desc = user_take_write(from);
	page_get(desc & PT_ADDR);
	pgtable_write(to, desc);
	return 1;
}

/* Copies all `count` of them, outwards from index i: pages lie together. */
static void user_copy_table(uint64_t *to, uint64_t *from, unsigned int i,
			    unsigned int count)
{
	for (unsigned int n = 0; count > 0; n++) {
		if (i + n < PT_ENTRIES) {
			count -= user_copy_page(&to[i + n], &from[i + n]);
		}
		if (n < i) {
			count -= user_copy_page(&to[i - n - 1],
						&from[i - n - 1]);
		}
	}
}

/* The descriptor at the cursor, at level 2, becomes desc, a new table's: break,
 * flush, make. The flush's DSB also puts the table before the link (B2.3). */
static void user_replace_table(struct arch_cursor *at, uint64_t desc)
{
	const paddr_t old = *at->slot & PT_ADDR;
	struct user_gather g;

	user_gather_start(&g, at->avm);
	pgtable_write(at->slot, 0);
	user_gather_span(&g, at->va);
	user_gather_put(&g, old | USER_GATHER_SHARED);
	user_gather_flush(&g);
	pgtable_write(at->slot, desc);
	dsb(ishst);
	isb();
}

/* The other programs keep the table, and the cursor's gets a copy. */
static int user_split_table(struct arch_cursor *at)
{
	const paddr_t old = *at->slot & PT_ADDR, new = page_alloc_zeroed();
	struct spinlock *lock = user_table_lock(old);

	if (new == PADDR_NONE) {
		return -ENOMEM;
	}
	spin_lock(lock);
	page_of(new)->in_use = page_of(old)->in_use;
	page_of(new)->aged = false;
	user_copy_table(phys_to_virt(new), phys_to_virt(old),
			pgtable_index(at->va, 3), page_of(new)->in_use);
	spin_unlock(lock);
	user_replace_table(at, new | USER_TABLE_ATTRS | PT_TABLE | PT_VALID);
	return 0;
}

/* Nobody else has the table any more. Only a right is given back, so no break
 * is needed; but the TLB has the pages as read-only. */
static void user_take_table_back(struct arch_cursor *at)
{
	struct user_gather g;

	pgtable_write(at->slot, *at->slot & ~PT_TABLE_AP_RDONLY);
	user_gather_start(&g, at->avm);
	user_gather_span(&g, at->va);
	user_gather_flush(&g);
}

/* The cursor's table is shared: it becomes ours. 0, -ENOMEM. */
static int user_own_table(struct arch_cursor *at)
{
	struct arch_cursor above = { .avm = at->avm };

	user_cursor_seek(&above, at->va, 2);
	/* Who shares it may leave meanwhile: a copy is right then, too. */
	if (page_refs(*above.slot & PT_ADDR) == 1) {
		user_take_table_back(&above);
	} else if (user_split_table(&above) != 0) {
		return -ENOMEM;
	}
	at->avm->shared--;
	arch_vm_lookup(at->avm, at->va, at);
	return 0;
}

static __attribute__((noinline)) int
user_own_table_traced(struct arch_cursor *at)
{
	const struct trace_span span = trace_span_begin();
	const unsigned int sharers = page_refs(at->above & PT_ADDR);
	const int err = user_own_table(at);

	if (err == 0) {
		trace_emit_table_split(&span, at->va, sharers,
				       user_cursor_page(at)->in_use);
	}
	return err;
}

int arch_vm_own(struct arch_cursor *at)
{
	if (likely(!user_cursor_is_shared(at))) {
		return 0;
	}
	return unlikely(trace_events_enabled) ? user_own_table_traced(at) :
						user_own_table(at);
}

static __attribute__((noinline)) int user_own_range(struct arch_vm *avm,
						    uint64_t start,
						    uint64_t end, bool whole)
{
	struct arch_cursor at = { .avm = avm };
	uint64_t va = start, next;

	for (; (next = user_cursor_next_table(&at, va, end)) != 0; va = next) {
		const bool inside = IS_ALIGNED(va, USER_TABLE_SPAN) &&
				    next - va == USER_TABLE_SPAN;

		if ((whole || !inside) && arch_vm_own(&at) != 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

int arch_vm_own_range(struct arch_vm *avm, uint64_t start, uint64_t end,
		      bool whole)
{
	struct arch_cursor at = { .avm = avm };

	if (likely(avm->shared == 0)) {
		return 0;
	}
	/* Mostly it is about one table, and that is not a shared one. */
	user_cursor_seek(&at, start, 3);
	if (likely(!user_cursor_is_shared(&at) &&
		   (start ^ (end - 1)) < USER_TABLE_SPAN)) {
		return 0;
	}
	return user_own_range(avm, start, end, whole);
}

/* ---- fork ----------------------------------------------------------- */

/* No CPU makes a page below the table writable by itself from here on. */
static void user_strip_dbm(const struct arch_cursor *at)
{
	uint64_t *slots = phys_to_virt(at->above & PT_ADDR);
	struct page *page = user_cursor_page(at);
	unsigned int left = page->aged ? page->in_use : 0;

	for (unsigned int i = 0; left > 0; i++) {
		uint64_t desc;

		do {
			desc = READ_ONCE(slots[i]);
		} while ((desc & PT_DBM) &&
			 !pgtable_exchange(&slots[i], desc, desc & ~PT_DBM));
		left -= desc != 0;
	}
	page->aged = false;
}

/* Gives the child the table that the cursor is in. 0, -ENOMEM. */
static int user_share_table(const struct arch_cursor *at,
			    struct arch_vm *child)
{
	const uint64_t desc = at->above | PT_TABLE_AP_RDONLY;
	struct arch_cursor to = { .avm = child };

	user_cursor_seek(&to, at->va, 3);
	if (to.level == 3) {
		return 0; /* it came with another region */
	}
	if (!user_cursor_make(&to, 2)) {
		return -ENOMEM;
	}
	if (!user_cursor_is_shared(at)) {
		struct arch_cursor from = { .avm = at->avm };

		user_strip_dbm(at);
		user_cursor_seek(&from, at->va, 2);
		pgtable_write(from.slot, desc); /* see arch_vm_share_end() */
		from.avm->shared++;
	}
	page_get(desc & PT_ADDR);
	pgtable_write(to.slot, desc);
	user_cursor_page(&to)->in_use++;
	child->shared++;
	return 0;
}

/* Gives the child the `count` pages from the cursor on. 0, -ENOMEM. */
static int user_share_pages(const struct arch_cursor *at, size_t count,
			    struct arch_vm *child, bool copy_on_write)
{
	struct arch_cursor to = { .avm = child };
	uint64_t *slots = NULL;
	unsigned int shared = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t desc = READ_ONCE(at->slot[i]);

		if (desc == 0) {
			continue;
		}
		if (!slots) {
			user_cursor_seek(&to, at->va, 3);
			if (!user_cursor_make(&to, 3)) {
				return -ENOMEM;
			}
			slots = to.slot;
		}
		if (copy_on_write) {
			desc = user_take_write(&at->slot[i]);
		}
		page_get(desc & PT_ADDR);
		pgtable_write(&slots[i], desc);
		shared++;
	}
	if (slots) {
		user_cursor_page(&to)->in_use += (uint16_t)shared;
		user_cursor_page(&to)->aged |= user_cursor_page(at)->aged;
	}
	return 0;
}

int arch_vm_share(struct arch_vm *parent, struct arch_vm *child,
		  uint64_t start, uint64_t end, bool copy_on_write)
{
	struct arch_cursor at = { .avm = parent };
	uint64_t next;

	for (; (next = user_cursor_next_table(&at, start, end)) != 0;
	     start = next) {
		int err;

		if (user_shares_tables &&
		    user_cursor_page(&at)->in_use >= USER_SHARE_MIN) {
			err = user_share_table(&at, child);
		} else {
			err = user_share_pages(
				&at, (next - at.va) >> PAGE_SHIFT, child,
				copy_on_write);
		}
		if (err != 0) {
			return err;
		}
	}
	return 0;
}

void arch_vm_share_end(struct arch_vm *parent)
{
	user_flush(parent, 0, USER_END);
}
