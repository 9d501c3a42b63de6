// SPDX-License-Identifier: MIT
/*
 * test_verdicts.c - each class of verdict, provoked in exactly one way: a page
 * of this process is given the descriptor in question, EL1 makes the access
 * under a probe, and class, level and resolution must be the ones written
 * here. The verdicts of EL0's own faults: tests/user/verdicts.c, bend.c.
 */
#include "test.h"

#include "boot.h"
#include "decode/esr.h"
#include "decode/insn.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "probe.h"
#include "decode/rights.h"
#include "support.h"
#include "table_read.h"
#include "task/task.h"
#include "trace/trace.h"
#include "fault_record.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

/* ---- One access, with the window open ------------------------------- */

static void op_fetch(uint64_t addr)
{
	((void (*)(void))addr)();
}

static void op_exclusive(uint64_t addr)
{
	uint64_t value;

	asm volatile("ldxr %0, [%1]" : "=r"(value) : "r"(addr) : "memory");
}

/* The fault must come, with this verdict and at this level (-1: any). */
static bool expect_verdict(const struct try *t, enum verdict verdict,
			   int level, struct fault *f)
{
	bool ok = EXPECT(arch_probe(try_run, (void *)(uintptr_t)t, f));

	if (uaccess_hides_ttbr0) {
		arch_window_shut(); /* where nothing caught it */
	}
	if (!ok) {
		return false;
	}
	ok &= EXPECT_EQ(f->verdict, verdict);
	ok &= EXPECT_EQ(f->resolution, RESOLUTION_DELIBERATE);
	if (level >= 0) {
		ok &= EXPECT_EQ(esr_fault_level(f->esr), level);
	}
	return ok;
}

/* And this attribute must be named as the one that refused. */
static void expect_why(const struct fault *f, const char *why)
{
	const struct access access = fault_access(f);
	const struct model m = model_access(&f->walk, &access, f->sctlr);

	if (!EXPECT_EQ(strcmp(m.why, why), 0)) {
		test_note("wanted \"%s\", got \"%s\"", why, m.why);
	}
}

/* ---- A page whose descriptors can be bent --------------------------- */

static uint64_t *slot_of(uint64_t addr)
{
	const struct pgtable pt = {
		.root = current->vm->arch.root, .linear = LINEAR_BASE,
	};

	return pgtable_slot(&pt, addr);
}

/* A page of this process with these rights, brought in. */
static uint64_t page_with(unsigned int prot)
{
	const uint64_t addr = user_region(1, prot);

	EXPECT(user_page(addr) != NULL);
	return addr;
}

/* The access to a page whose descriptor loses and gains these bits. */
static bool expect_bent(void (*op)(uint64_t), unsigned int prot, uint64_t lose,
			uint64_t gain, enum verdict verdict, struct fault *f)
{
	struct try t = { .op = op, .addr = page_with(prot) };
	uint64_t *slot = slot_of(t.addr);
	const uint64_t whole = *slot;
	bool ok;

	bend(slot, (whole & ~lose) | gain);
	ok = expect_verdict(&t, verdict, 3, f);
	bend(slot, whole);
	return ok;
}

/* ---- Nothing is mapped ---------------------------------------------- */

/* A user address whose walk ends invalid at this level; 0: none was found. */
static uint64_t unmapped_at(uint64_t near, int level)
{
	for (uint64_t n = 1; n < 64; n++) {
		const uint64_t addr =
			near ^ n << pgtable_level_shift(level);
		struct walk w;

		walk_tables(&w, addr, sysreg_read(tcr_el1),
			    arch_cpu()->user_ttbr0, 0, table_read, NULL);
		if (addr < USER_END && w.end == WALK_INVALID &&
		    w.last == level) {
			return addr;
		}
	}
	return 0;
}

TEST(verdicts, unmapped_names_the_level_where_the_walk_ended)
{
	const uint64_t page = page_with(VM_READ);

	for (int level = PT_FIRST_LEVEL; level <= 3; level++) {
		struct try t = { .op = probe_ldr,
				 .addr = unmapped_at(page, level) };
		struct fault f;

		if (t.addr == 0) {
			/* A table of two entries may have no empty one. */
			EXPECT(level < 3);
			continue;
		}
		expect_verdict(&t, VERDICT_UNMAPPED, level, &f);
		EXPECT_EQ(f.walk.last, level);
		EXPECT_EQ(f.walk.desc[level] & 1, 0);
	}
}

TEST(verdicts, noncanonical_is_an_address_in_neither_half)
{
	struct try t = { .op = probe_ldr, .addr = USER_END };
	struct fault f;

	expect_verdict(&t, VERDICT_NONCANONICAL, 0, &f);
	EXPECT_EQ(f.walk.levels, 0);
	t.addr = KERNEL_HALF - 8;
	expect_verdict(&t, VERDICT_NONCANONICAL, 0, &f);
}

TEST(verdicts, guard_page_is_what_lies_below_a_kernel_stack)
{
	struct try t = {
		.op = probe_str,
		.addr = (uint64_t)current->stack - STACK_SIZE - 8,
	};
	struct fault f;

	if (expect_verdict(&t, VERDICT_GUARD_PAGE, -1, &f)) {
		EXPECT_EQ(esr_fault_level(f.esr), f.walk.last);
	}
	/* The stack itself is none. */
	t.addr += 8;
	EXPECT(!arch_probe(try_run, &t, &f));
}

/* Without the user's table every user address meets the same. */
TEST(verdicts, window_shut_is_the_reserved_table)
{
	struct try t = { .op = probe_ldr, .addr = page_with(VM_READ) };
	struct fault f;

	if (uaccess_hides_ttbr0) {
		EXPECT_EQ(arch_probe_access("ldr", t.addr, 0, &f), 1);
	} else {
		arch_vm_activate(NULL);
		EXPECT(arch_probe(try_run, &t, &f));
	}
	EXPECT_EQ(f.verdict, VERDICT_WINDOW_SHUT);
	EXPECT_EQ(f.resolution, RESOLUTION_DELIBERATE);
	EXPECT_EQ(esr_fault_level(f.esr), PT_FIRST_LEVEL);
}

/* ---- It is mapped, and refuses -------------------------------------- */

/* Where the hardware would set it, that is switched off meanwhile. */
TEST(verdicts, access_flag)
{
	const uint64_t tcr = sysreg_read(tcr_el1);
	struct fault f;

	sysreg_write(tcr_el1, tcr & ~FIELD_MASK(TCR_EL1_HA) &
				      ~FIELD_MASK(TCR_EL1_HD));
	isb();
	if (expect_bent(probe_ldr, VM_READ, PT_AF, 0, VERDICT_ACCESS_FLAG,
			&f)) {
		EXPECT_EQ(esr_fault_type(f.esr), FAULT_ACCESS_FLAG);
	}
	sysreg_write(tcr_el1, tcr);
	isb();
}

TEST(verdicts, permission_names_ap)
{
	struct fault f;

	if (expect_bent(probe_str, VM_READ, 0, 0, VERDICT_PERMISSION, &f)) {
		expect_why(&f, "AP[2] = 1: read-only");
	}
}

TEST(verdicts, permission_names_pxn)
{
	const uint64_t addr = page_with(VM_READ | VM_EXEC);
	struct try t = { .op = op_fetch, .addr = addr };
	uint64_t *tables[4] = { NULL };
	struct fault f;

	/* Above it PXNTable says the same: not while this is tried. */
	for (int level = PT_FIRST_LEVEL; level < 3; level++) {
		tables[level] = table_slot_of(addr, level);
		*tables[level] &= ~PT_TABLE_PXN;
	}
	mmu_flush_all();
	if (expect_verdict(&t, VERDICT_PERMISSION, 3, &f)) {
		expect_why(&f, "PXN = 1");
	}
	for (int level = PT_FIRST_LEVEL; level < 3; level++) {
		*tables[level] |= PT_TABLE_PXN;
	}
	mmu_flush_all();
}

TEST(verdicts, permission_names_pxntable)
{
	struct fault f;

	if (expect_bent(op_fetch, VM_READ | VM_EXEC, PT_PXN, 0,
			VERDICT_PERMISSION, &f)) {
		expect_why(&f, "PXNTable = 1");
	}
}

/* The same with one bit more in the table above the page. */
static void expect_table(void (*op)(uint64_t), uint64_t gain,
			 enum verdict verdict, const char *why)
{
	struct try t = { .op = op, .addr = page_with(VM_READ | VM_WRITE) };
	uint64_t *slot = table_slot_of(t.addr, 2);
	const uint64_t whole = *slot;
	struct fault f;

	bend(slot, whole | gain);
	if (expect_verdict(&t, verdict, 3, &f)) {
		expect_why(&f, why);
	}
	bend(slot, whole);
}

TEST(verdicts, permission_names_aptable)
{
	expect_table(probe_str, FIELD_PREP(DESC_APTABLE, 2),
		     VERDICT_SHARED_TABLE, "APTable[1] = 1: read-only");
}

TEST(verdicts, unprivileged_names_aptable)
{
	expect_table(probe_ldtr, FIELD_PREP(DESC_APTABLE, 1),
		     VERDICT_UNPRIVILEGED, "APTable[0] = 1: not for EL0");
}

TEST(verdicts, pan)
{
	struct try t = { .op = probe_ldr, .addr = page_with(VM_READ),
			 .pan = true };
	struct fault f;

	if (!cpu_features.pan) {
		SKIP("this CPU has no PAN");
	}
	expect_verdict(&t, VERDICT_PAN, 3, &f);
	t.pan = false;
	EXPECT(!arch_probe(try_run, &t, &f));
	pan_set(pan_enabled);
}

TEST(verdicts, epan)
{
	struct try t = { .op = probe_ldr, .addr = page_with(VM_EXEC),
			 .pan = true };
	struct fault f;

	if (!(sysreg_read(sctlr_el1) & FIELD_MASK(SCTLR_EL1_EPAN))) {
		SKIP("EPAN is not in force here");
	}
	expect_verdict(&t, VERDICT_EPAN, 3, &f);
}

TEST(verdicts, unprivileged_and_e0pd_keep_ldtr_out_of_the_kernel)
{
	struct try t = { .op = probe_ldtr, .addr = (uint64_t)&selftest_thin };
	struct fault f;

	if (cpu_features.e0pd) {
		expect_verdict(&t, VERDICT_E0PD, 0, &f);
		arch_probe_rules(true, false);
	}
	if (expect_verdict(&t, VERDICT_UNPRIVILEGED, -1, &f)) {
		EXPECT_EQ(esr_fault_type(f.esr), FAULT_PERMISSION);
		EXPECT_EQ(esr_fault_level(f.esr), f.walk.last);
		expect_why(&f, "AP[1] = 0: not for EL0");
	}
	arch_probe_rules(true, true);
}

/* ---- A stale translation -------------------------------------------- */

static uint64_t *stale_slot, stale_whole;

static void mend_slot(void)
{
	bend(stale_slot, stale_whole);
}

TEST(verdicts, stale_is_a_fault_that_the_tables_do_not_explain)
{
	struct try t = { .op = probe_ldr, .addr = page_with(VM_READ) };
	struct fault f;

	stale_slot = slot_of(t.addr);
	stale_whole = *stale_slot;
	fault_stage = mend_slot;
	bend(stale_slot, 0);
	expect_verdict(&t, VERDICT_STALE, 3, &f);
	fault_stage = NULL;
	mend_slot();
	EXPECT_EQ(f.walk.desc[3], stale_whole);
	EXPECT(f.pan_features & FAULT_STAGED);
}

/* In a copy it is tried again, once: see fault_resolve(). */
TEST(verdicts, stale_in_a_copy_is_spurious_and_tried_again)
{
	const uint64_t addr = page_with(VM_READ);
	const enum trace_level before = trace_get_level();
	struct fault f;
	char byte;

	if (!uaccess_works() ||
	    uaccess_method->window == WINDOW_TABLES) {
		SKIP("no copy faults here");
	}
	stale_slot = slot_of(addr);
	stale_whole = *stale_slot;
	fault_stage = mend_slot;
	bend(stale_slot, 0);
	trace_set_level(TRACE_FAULTS);
	EXPECT_EQ(copy_from_user(&byte, (char __user *)addr, 1), 0);
	trace_set_level(before);
	fault_stage = NULL;
	mend_slot();
	EXPECT(trace_copy_last_fault(&f));
	EXPECT_EQ(f.verdict, VERDICT_STALE);
	EXPECT_EQ(esr_fault_level(f.esr), 3);
	EXPECT_EQ(f.resolution, RESOLUTION_SPURIOUS);
}

/* ---- Not of the tables ---------------------------------------------- */

TEST(verdicts, alignment)
{
	struct try t = { .op = op_exclusive,
			 /* FEAT_LSE2 allows what stays in 16 bytes. */
			 .addr = page_with(VM_READ | VM_WRITE) + 12 };
	struct fault f;

	expect_verdict(&t, VERDICT_ALIGNMENT, -1, &f);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_ALIGNMENT);
}

/* On QEMU's virt there is no device and no RAM. */
#define NOTHING_THERE UINT64_C(0x0b000000)

TEST(verdicts, external)
{
	struct try t = { .op = probe_ldr, .addr = VMAP_PATCH };
	struct fault f;

	EXPECT_EQ(mmu_map_kernel(VMAP_PATCH, NOTHING_THERE, PAGE_SIZE,
				 KERNEL_DEVICE_ATTRS), 0);
	expect_verdict(&t, VERDICT_EXTERNAL, -1, &f);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_EXTERNAL);
	mmu_unmap_kernel_page(VMAP_PATCH);
}

/* A table outside RAM: the hardware's walk aborts, ours says so, and neither
 * AT nor a read of ours goes there. */
TEST(verdicts, external_of_a_table_outside_ram)
{
	struct try t = { .op = probe_ldr, .addr = page_with(VM_READ) };
	uint64_t *slot = table_slot_of(t.addr, 2);
	const uint64_t whole = *slot;
	struct fault f;

	bend(slot, (whole & ~PT_ADDR) | NOTHING_THERE);
	if (expect_verdict(&t, VERDICT_EXTERNAL, 3, &f)) {
		EXPECT_EQ(esr_fault_type(f.esr), FAULT_EXTERNAL_WALK);
		EXPECT_EQ(f.walk.end, WALK_OUTSIDE_RAM);
		EXPECT_EQ(f.par[AT_S1E1R], PAR_NOT_ASKED);
	}
	bend(slot, whole);
}

/* A table that is its own next one: four levels, and the walk has ended. */
TEST(verdicts, a_loop_of_tables_ends)
{
	const uint64_t page = page_with(VM_READ);
	uint64_t *slot = table_slot_of(page, 2);
	const uint64_t whole = *slot;
	struct walk w;

	*slot = (whole & ~PT_ADDR) |
		ALIGN_DOWN(virt_to_phys(slot), (uint64_t)PAGE_SIZE);
	walk_tables(&w, page, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0, 0,
		    table_read, NULL);
	bend(slot, whole);
	EXPECT_EQ(w.levels, 4 - PT_FIRST_LEVEL);
}

TEST(verdicts, address_size_is_above_ips)
{
	struct fault f;

	if (cpu_features.phys_bits >= 48) {
		SKIP("a descriptor holds no address above this CPU's size");
	}
	expect_bent(probe_ldr, VM_READ, 0, BIT(cpu_features.phys_bits),
		    VERDICT_ADDRESS_SIZE, &f);
}
