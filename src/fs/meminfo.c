/* SPDX-License-Identifier: MIT */
/*
 * meminfo.c - where the memory is, as Linux prints it:
 *
 *	/proc/meminfo   the lines of Linux's that have a meaning here
 *	/proc/slabinfo  the objects of kmalloc(), class by class
 *
 * Of what a program took nothing may be missing when it has ended: MemFree,
 * Slab and KernelTables add up to what they were, and each class has as many
 * objects handed out (tests/user/left.h). KernelTables is not Linux's: the
 * tables that map kernel stacks are kept when the stacks go.
 */
#include "arch.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "mm/kmalloc.h"
#include "mm/page.h"

static void meminfo_show_pages(struct sink *out, const char *name,
			       size_t pages)
{
	sink_printf(out, "%-15s %8zu kB\n", name, pages * (PAGE_SIZE / 1024));
}

static void meminfo_show(struct sink *out)
{
	struct kmalloc_usage usage;
	size_t slabs = 0;

	for (unsigned int i = 0; kmalloc_usage(i, &usage); i++) {
		slabs += usage.slabs;
	}
	meminfo_show_pages(out, "MemTotal:", page_count_total());
	meminfo_show_pages(out, "MemFree:", page_count_free());
	meminfo_show_pages(out, "Slab:", slabs);
	meminfo_show_pages(out, "KernelTables:", arch_kernel_tables());
}

static void slabinfo_show(struct sink *out)
{
	struct kmalloc_usage usage;
	char name[24];

	sink_printf(out, "slabinfo - version: 2.1\n"
			 "# name            <active_objs> <num_objs> <objsize> "
			 "<objperslab> <pagesperslab> : tunables <limit> "
			 "<batchcount> <sharedfactor> : slabdata "
			 "<active_slabs> <num_slabs> <sharedavail>\n");
	for (unsigned int i = 0; kmalloc_usage(i, &usage); i++) {
		const bool kib = usage.size >= 1024;
		const size_t each = PAGE_SIZE / usage.size;

		snprintf(name, sizeof(name), "kmalloc-%zu%s",
			 kib ? usage.size / 1024 : usage.size,
			 kib ? "k" : "");
		sink_printf(out, "%-17s %6zu %6zu %6zu %4zu %4d : tunables "
				 "%4d %4d %4d : slabdata %6zu %6zu %6d\n",
			    name, usage.objects, usage.slabs * each,
			    usage.size, each, 1, 0, 0, 0, usage.slabs,
			    usage.slabs, 0);
	}
}

PROC_FILE(meminfo, .path = "meminfo", .show = meminfo_show);
PROC_FILE(slabinfo, .path = "slabinfo", .show = slabinfo_show);
