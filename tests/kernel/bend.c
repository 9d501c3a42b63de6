// SPDX-License-Identifier: MIT
/*
 * bend.c - /proc/bend: what tests/user/verdicts.c cannot do by itself. An
 * address that is written to it: UXNTable is set in the table above, in the
 * tables of the process that writes. Only EL0 can meet that bit.
 */
#include "arch.h"
#include "cpu_features.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mmu.h"
#include "sysreg.h"
#include "table_read.h"
#include "decode/walk.h"

static int bend_store(char *text)
{
	uint64_t addr, *slot;
	struct walk w;

	if (parse_u64(text, &addr) != 0) {
		return -EINVAL;
	}
	walk_tables(&w, addr, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0, 0,
		    table_read, NULL);
	if (w.end != WALK_PAGE) {
		return -EFAULT;
	}
	slot = phys_to_virt(w.addr[2]);
	*slot |= FIELD_MASK(DESC_UXNTABLE);
	mmu_flush_all();
	return 0;
}

/* Whether the CPU sets the access flag itself, so that EL0 never meets it. */
static void bend_show(struct sink *out)
{
	sink_printf(out, "cpu_af: %s\n", cpu_features.hw_af ? "yes" : "no");
}

PROC_FILE(bend, .path = "bend", .show = bend_show, .store = bend_store);
