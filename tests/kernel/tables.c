// SPDX-License-Identifier: MIT
/*
 * tables.c - looks at every descriptor of both halves, and says which of them
 * breaks invariant 10, 11 or 12. It reads the bits themselves, and shares no
 * code with what writes them (pgtable.c) or explains them (walk.c, rights.c).
 *
 *	/proc/table_check    "ok", or a line for each violation: a KTAP comment
 *
 * Read at the end of each test program, because what a run has done to the
 * tables counts, not only how the boot left them. Next: test_tables.c.
 */
#include "tables.h"

#include "arch.h"
#include "boot.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "linker.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "pgtable.h"
#include "sysreg.h"
#include "task/task.h"

/* A descriptor, its place, and what the tables above say together. */
struct entry {
	uint64_t va;   /* the first address that it is about */
	uint64_t desc;
	uint64_t above; /* the descriptors that led to it, by OR */
	int level;
};

struct check {
	struct sink *out;
	int half;
	unsigned int found;
};

static const char *const wrong_names[TABLE_WRONG_COUNT] = {
	[TABLE_WRITABLE_AND_EXECUTABLE] = "writable and executable",
	[TABLE_REACHABLE_FROM_EL0] = "EL0 can reach the kernel's half",
	[TABLE_EXECUTABLE_AT_EL1] = "EL1 may execute a user page",
	[TABLE_EXECUTABLE_OUTSIDE_TEXT] = "executable, and not kernel text",
	[TABLE_TEXT_WRITABLE] = "kernel text or rodata is writable here",
	[TABLE_GUARD_MAPPED] = "the guard of a kernel stack is mapped",
	[TABLE_LEAF_ALONE_ALLOWS] = "only the tables above forbid it",
	[TABLE_NOTHING_ABOVE_FORBIDS] = "no table above forbids it",
	[TABLE_GLOBAL_USER_PAGE] = "a user page is global",
	[TABLE_TAGGED_KERNEL_PAGE] = "a kernel page is tagged with an ASID",
	[TABLE_ACCESS_FLAG_CLEAR] = "the access flag is clear",
	[TABLE_FREE_PAGE_MAPPED] = "a free page is mapped",
	[TABLE_SHARED_AND_WRITABLE] = "programs write through a shared table",
	[TABLE_SHARED_AND_CLEAN] = "a clean page in a shared table",
	[TABLE_MALFORMED] = "malformed",
};

static void check_expect(struct check *c, const struct entry *e, bool good,
			 enum table_wrong wrong)
{
	if (good) {
		return;
	}
	c->found |= BIT(wrong);
	sink_printf(c->out, "# %s: TTBR%d va 0x%lx level %d descriptor 0x%lx\n",
		    wrong_names[wrong], c->half, (unsigned long)e->va,
		    e->level, (unsigned long)e->desc);
}

static uint64_t entry_size(const struct entry *e)
{
	return BIT(pgtable_level_shift(e->level));
}

/* Whether [start, end), both of the image, meets what the entry maps. */
static bool entry_maps_image(const struct entry *e, const char *start,
			     const char *end)
{
	const paddr_t pa = e->desc & PT_ADDR;
	const paddr_t first = boot.image + (uint64_t)(start - _image_start);
	const paddr_t past = boot.image + (uint64_t)(end - _image_start);

	return pa < past && first < pa + entry_size(e);
}

/* Whether [start, end) meets the addresses that the entry is about. */
static bool entry_is_in(const struct entry *e, uint64_t start, uint64_t end)
{
	return e->va < end && start < e->va + entry_size(e);
}

/* A stack slot's lower half: nothing, on each kernel stack (layout.h). */
static bool entry_is_guard(const struct entry *e)
{
	return entry_is_in(e, (uint64_t)_boot_stack_guard,
			   (uint64_t)_boot_stack) ||
	       (e->va >= VMAP_BASE && e->va < VMAP_DTB_AREA &&
		!(e->va & STACK_SIZE));
}

/*
 * The rights that are left when all levels have had their say (D8.4). But no
 * right to write is lost by APTable[1]: fork() sets it over tables that are
 * shared, and it is cleared again.
 */
struct rights {
	bool write, el0, el0_exec, el1_exec;
};

static struct rights entry_rights(const struct entry *e)
{
	const uint64_t aptable = FIELD_GET(DESC_APTABLE, e->above);

	return (struct rights){
		.write = !(e->desc & PT_AP_RDONLY) || (e->desc & PT_DBM),
		.el0 = (e->desc & PT_AP_USER) && !(aptable & 1),
		.el0_exec = !(e->desc & PT_UXN) && !(e->above & PT_TABLE_UXN),
		.el1_exec = !(e->desc & PT_PXN) && !(e->above & PT_TABLE_PXN),
	};
}

static void check_kernel_leaf(struct check *c, const struct entry *e)
{
	const struct rights r = entry_rights(e);
	const bool is_text = e->va >= (uint64_t)_text_start &&
			     e->va + entry_size(e) <= (uint64_t)_text_end;
	const uint64_t both = PT_TABLE_AP_NOEL0 | PT_TABLE_UXN;

	check_expect(c, e, !r.el0 && !r.el0_exec, TABLE_REACHABLE_FROM_EL0);
	check_expect(c, e, !(e->desc & PT_AP_USER) && (e->desc & PT_UXN),
		     TABLE_LEAF_ALONE_ALLOWS);
	check_expect(c, e, (e->above & both) == both,
		     TABLE_NOTHING_ABOVE_FORBIDS);
	check_expect(c, e, is_text || !r.el1_exec,
		     TABLE_EXECUTABLE_OUTSIDE_TEXT);
	check_expect(c, e,
		     !r.write || !entry_maps_image(e, _text_start, _rodata_end),
		     TABLE_TEXT_WRITABLE);
	check_expect(c, e, !entry_is_guard(e), TABLE_GUARD_MAPPED);
	check_expect(c, e, !(e->desc & PT_NG), TABLE_TAGGED_KERNEL_PAGE);
}

static void check_user_leaf(struct check *c, const struct entry *e)
{
	const struct page *page = page_of(e->desc & PT_ADDR);
	const struct rights r = entry_rights(e);

	check_expect(c, e, !r.el1_exec, TABLE_EXECUTABLE_AT_EL1);
	check_expect(c, e, e->desc & PT_PXN, TABLE_LEAF_ALONE_ALLOWS);
	check_expect(c, e, e->above & PT_TABLE_PXN,
		     TABLE_NOTHING_ABOVE_FORBIDS);
	check_expect(c, e, e->desc & PT_NG, TABLE_GLOBAL_USER_PAGE);
	check_expect(c, e, page != NULL && page->kind == PAGE_USED,
		     TABLE_FREE_PAGE_MAPPED);
	check_expect(c, e,
		     !(e->above & PT_TABLE_AP_RDONLY) || !(e->desc & PT_DBM),
		     TABLE_SHARED_AND_CLEAN);
}

static void check_leaf(struct check *c, const struct entry *e)
{
	const struct rights r = entry_rights(e);

	check_expect(c, e, !(r.write && (r.el0_exec || r.el1_exec)),
		     TABLE_WRITABLE_AND_EXECUTABLE);
	if (c->half == 1) {
		/* A program's page may be unused since smaps looked. */
		check_expect(c, e, e->desc & PT_AF, TABLE_ACCESS_FLAG_CLEAR);
		check_kernel_leaf(c, e);
	} else {
		check_user_leaf(c, e);
	}
}

/* An invalid descriptor is 0, or a user page that is kept without rights. */
static bool invalid_is_well_formed(const struct check *c,
				   const struct entry *e)
{
	return e->desc == 0 ||
	       (c->half == 0 && e->level == 3 &&
		FIELD_GET(DESC_SOFTWARE, e->desc) != 0);
}

static void check_table(struct check *c, paddr_t table, uint64_t va,
			uint64_t above, int level);

/* A table with several owners is of level 3, and each is told so. */
static void check_shared_table(struct check *c, const struct entry *e)
{
	const struct page *table = page_of(e->desc & PT_ADDR);

	const bool may = e->level == 2 && (e->desc & PT_TABLE_AP_RDONLY);

	check_expect(c, e, table != NULL && (table->refs == 1 || may),
		     TABLE_SHARED_AND_WRITABLE);
}

static void check_entry(struct check *c, const struct entry *e)
{
	const bool has_blocks = e->level == 2 ||
				(e->level == 1 && PAGE_SHIFT == 12);

	if (!(e->desc & PT_VALID)) {
		check_expect(c, e, invalid_is_well_formed(c, e),
			     TABLE_MALFORMED);
	} else if (e->level < 3 && (e->desc & PT_TABLE)) {
		if (c->half == 0) {
			check_shared_table(c, e);
		}
		check_table(c, e->desc & PT_ADDR, e->va, e->above | e->desc,
			    e->level + 1);
	} else if (e->level == 3 ? e->desc & PT_TABLE : has_blocks) {
		check_leaf(c, e);
	} else {
		check_expect(c, e, false, TABLE_MALFORMED);
	}
}

/* One table, and what is below it: at most four levels deep. */
static void check_table(struct check *c, paddr_t table, uint64_t va,
			uint64_t above, int level)
{
	const uint64_t *descs = phys_to_virt(table);
	const unsigned int shift = pgtable_level_shift(level);
	/* The first table has what is left of the address's bits. */
	const unsigned int count = level == PT_FIRST_LEVEL ?
					   1u << (VA_BITS - shift) : PT_ENTRIES;

	for (unsigned int i = 0; i < count; i++) {
		const struct entry e = {
			.va = va + ((uint64_t)i << shift),
			.desc = READ_ONCE(descs[i]),
			.above = above,
			.level = level,
		};

		check_entry(c, &e);
	}
}

unsigned int tables_check(struct sink *out, paddr_t root, int half)
{
	struct check c = { .out = out, .half = half };

	check_table(&c, root, half == 1 ? KERNEL_HALF : 0, 0, PT_FIRST_LEVEL);
	return c.found;
}

bool tables_hold(struct sink *out)
{
	const uint64_t address = FIELD_MASK(TTBR_EL1_BADDR);
	unsigned int found;

	found = tables_check(out, sysreg_read(ttbr1_el1) & address, 1);
	found |= tables_check(out, sysreg_read(ttbr0_el1) & address, 0);
	/* With sw_ttbr0 that was the reserved table. */
	found |= tables_check(out, current->vm->arch.root, 0);
	return found == 0;
}

static void table_check_show(struct sink *out)
{
	if (tables_hold(out)) {
		sink_printf(out, "ok\n");
	}
}

PROC_FILE(table_check, .path = "table_check", .show = table_check_show);
