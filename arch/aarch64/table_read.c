// SPDX-License-Identifier: MIT
/* table_read.c - careful reads of kernel memory: see table_read.h. */
#include "table_read.h"

#include "careful.h"
#include "arch_types.h"
#include "layout.h"
#include "decode/walk_regime.h"
#include "mm/page.h"
#include "pgtable.h"

bool table_read_kernel(uint64_t addr, uint64_t *value)
{
	struct careful_result got;

	/* Only our half: a wild pointer must not become a user access. */
	if (addr < KERNEL_HALF || addr % 8 != 0) {
		return false;
	}
	got = careful_read((const void *)addr);
	*value = got.value;
	return got.ok;
}

bool table_read(uint64_t pa, uint64_t *desc, void *ctx)
{
	(void)ctx;
	return pa < BIT(LINEAR_BITS) &&
	       table_read_kernel(LINEAR_BASE + pa, desc);
}

bool table_read_kernel_insn(uint64_t pc, uint32_t *insn)
{
	uint64_t words;

	if (pc % 4 != 0 || !table_read_kernel(pc & ~UINT64_C(7), &words)) {
		return false;
	}
	*insn = (uint32_t)(pc & 4 ? words >> 32 : words);
	return true;
}

static struct walk_regime regimes[2]; /* of the halves, under: */
static uint64_t regimes_tcr;

/* All CPUs have the same TCR_EL1, so two may do this at once. */
static __attribute__((noinline, cold)) void
table_walk_first(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		 uint64_t ttbr1)
{
	walk_regime_read(&regimes[0], tcr, 0);
	walk_regime_read(&regimes[1], tcr, 1);
	regimes_tcr = tcr;
	table_walk(w, va, tcr, ttbr0, ttbr1);
}

void table_walk(struct walk *w, uint64_t va, uint64_t tcr, uint64_t ttbr0,
		uint64_t ttbr1)
{
	const struct walk_shape shape = walk_shape_of(PAGE_SHIFT, VA_BITS);
	const bool upper = va & BIT(55);
	const struct walk_regime *r = upper ? &regimes[1] : &regimes[0];

	if (unlikely(tcr != regimes_tcr)) {
		table_walk_first(w, va, tcr, ttbr0, ttbr1);
		return;
	}
	walk_in_regime(w, r, &shape, va, upper ? ttbr1 : ttbr0, table_load,
		       NULL);
}

/* There are fewer programs than pids (PID_MAX). */
uint16_t table_sharers(uint64_t desc)
{
	const struct page *page;

	if (!(desc & PT_TABLE_AP_RDONLY)) {
		return 0;
	}
	page = page_of(desc & PT_ADDR);
	return page ? page->refs : 0; /* no table of ours: they are corrupt */
}

uint16_t table_walk_sharers(const struct walk *w)
{
	return w->half == 0 && w->last == 3 ? table_sharers(w->desc[2]) : 0;
}

bool table_read_user_insn(uint64_t pc, uint64_t tcr, uint64_t ttbr0,
			  uint32_t *insn)
{
	struct walk w;
	uint64_t pa;

	if (pc >= USER_END) {
		return false; /* a jump to where no instruction of EL0's is */
	}
	table_walk(&w, pc, tcr, ttbr0, 0);
	if (!walk_is_mapped(&w)) {
		return false;
	}
	pa = walk_output(&w);
	return pa < BIT(LINEAR_BITS) &&
	       table_read_kernel_insn(LINEAR_BASE + pa, insn);
}
