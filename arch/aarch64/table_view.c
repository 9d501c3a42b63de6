// SPDX-License-Identifier: MIT
/*
 * table_view.c - the translation tables as they are now, level by level:
 *
 *	/proc/self/tables     the reader's own half
 *	/proc/kernel_tables   the kernel's half
 *
 * One line for each table, and one for each run of neighbours that differ in
 * nothing but their addresses:
 *
 *	L0[0]         0x0000000000000000  table, PXN              @0x4203e000
 *	 L1[0]        0x0000000000000000  table, PXN              @0x4203f000
 *	  L2[2]       0x0000000000400000  table, PXN              @0x42040000
 *	   L3[0-2]    0x0000000000400000  3 pages  EL0 R, EL1 R, UXN, PXN, …
 *
 * The rights are computed as the walk of a fault has them: rights.c.
 */
#include "lib/sink.h"
#include "mm/vm.h"
#include "mmu_attrs.h"
#include "fs/file.h"
#include "decode/story.h"
#include "decode/walk_regime.h"
#include "table_read.h"
#include "task/task.h"

struct view {
	struct sink *out;
	struct walk walk; /* to where we are: the levels above are filled in */
	uint64_t sctlr;
};

/* enum walk_end: what a walk would find it to be. */
static int view_kind(uint64_t desc, int level)
{
	return walk_descriptor_kind(level, PAGE_SHIFT == 12 ? 1 : 2, desc);
}

/* "   L3[0-2]", as wide at every level. */
static void view_print_slot(struct view *v, int level, unsigned int first,
			    unsigned int last, uint64_t va)
{
	char slot[24];

	if (first == last) {
		snprintf(slot, sizeof(slot), "L%d[%u]", level, first);
	} else {
		snprintf(slot, sizeof(slot), "L%d[%u-%u]", level, first, last);
	}
	sink_printf(v->out, "%*s%-*s  0x%016lx  ", level - v->walk.first, "",
		    14 - (level - v->walk.first), slot, (unsigned long)va);
}

/* `count` descriptors like desc, the first for va. */
static void view_print_run(struct view *v, int level, unsigned int first,
			   unsigned int count, uint64_t va, uint64_t desc)
{
	const int kind = view_kind(desc, level);

	view_print_slot(v, level, first, first + count - 1, va);
	if (kind != WALK_PAGE && kind != WALK_BLOCK) {
		sink_printf(v->out, "%u %s\n", count,
			    kind == WALK_INVALID ? "kept, without rights" :
						   "reserved");
		return;
	}
	v->walk.va = va;
	v->walk.last = (int8_t)level;
	v->walk.levels = (uint8_t)(level + 1);
	v->walk.desc[level] = desc;
	v->walk.end = kind;
	sink_printf(v->out, "%u %s%s  ", count,
		    kind == WALK_PAGE ? "page" : "block",
		    count == 1 ? "" : "s");
	story_rights(v->out, &v->walk, v->sctlr);
	sink_printf(v->out, "\n");
}

static void view_print_table(struct view *v, int level, uint64_t desc)
{
	const unsigned int sharers =
		v->walk.half == 0 && level == 2 ? table_sharers(desc) : 0;

	story_table(v->out, desc);
	if (sharers != 0) {
		sink_printf(v->out, ", ");
		story_sharers(v->out, sharers);
	}
}

/* How many descriptors from *slots on, at most max, differ in address only. */
static unsigned int view_count_run(const uint64_t *slots, unsigned int max,
				   int level)
{
	unsigned int count = 1;

	while (count < max &&
	       (slots[count] & ~PT_ADDR) == (slots[0] & ~PT_ADDR) &&
	       view_kind(slots[count], level) != WALK_TABLE) {
		count++;
	}
	return count;
}

/* One table, for addresses from va on; at most four levels deep. */
static void view_table(struct view *v, paddr_t table, uint64_t va, int level)
{
	const uint64_t *slots = phys_to_virt(table);
	const unsigned int max = level == v->walk.first ?
		1u << (VA_BITS - pgtable_level_shift(level)) : PT_ENTRIES;
	unsigned int run;
	uint64_t first;

	if (!table_read(table, &first, NULL)) {
		sink_printf(v->out, "%*snot in RAM\n", level + 1, "");
		return; /* the tables are corrupt */
	}
	for (unsigned int i = 0; i < max; i += run) {
		const uint64_t desc = READ_ONCE(slots[i]);
		const uint64_t at =
			va + ((uint64_t)i << pgtable_level_shift(level));

		run = 1;
		if (view_kind(desc, level) == WALK_TABLE) {
			view_print_slot(v, level, i, i, at);
			view_print_table(v, level, desc);
			sink_printf(v->out, "  @0x%lx\n",
				    (unsigned long)(desc & PT_ADDR));
			v->walk.desc[level] = desc;
			view_table(v, desc & PT_ADDR, at, level + 1);
		} else if (desc != 0) {
			run = view_count_run(&slots[i], max - i, level);
			view_print_run(v, level, i, run, at, desc);
		}
	}
}

static void view_half(struct sink *out, uint64_t ttbr, unsigned int half)
{
	struct view v = { .out = out, .sctlr = sysreg_read(sctlr_el1) };

	/* The walk of any address shows the shape of the tables. */
	walk_tables(&v.walk, half ? KERNEL_HALF : 0, sysreg_read(tcr_el1),
		    half ? 0 : ttbr, half ? ttbr : 0, table_read, NULL);
	sink_printf(out, "TTBR%u_EL1", half);
	if (half == 0) {
		sink_printf(out, ", asid %u",
			    (unsigned int)FIELD_GET(TTBR_EL1_ASID, ttbr));
	}
	sink_printf(out, "  @0x%lx\n", (unsigned long)(ttbr & PT_ADDR));
	view_table(&v, ttbr & PT_ADDR, half ? KERNEL_HALF : 0, v.walk.first);
}

static void tables_show_self(struct sink *out)
{
	struct vm *vm = current->vm;

	spin_lock(&vm->lock);
	view_half(out, arch_cpu()->user_ttbr0, 0);
	spin_unlock(&vm->lock);
}
PROC_FILE(self_tables, .path = "self/tables", .show = tables_show_self);

/* No lock: its tables are never freed, and each descriptor is read once. */
static void tables_show_kernel(struct sink *out)
{
	view_half(out, sysreg_read(ttbr1_el1), 1);
}
PROC_FILE(kernel_tables, .path = "kernel_tables", .show = tables_show_kernel);
