// SPDX-License-Identifier: MIT
/*
 * test_hierarchy.c - what a table takes, all pages below it lose: APTable[1],
 * which fork() sets over the tables that it shares. Every way to user memory
 * must ask the whole walk and not the page alone (arch/aarch64/user_share.c),
 * and it is tried what switches the hierarchy off, and what this CPU makes of
 * DBM below it.
 */
#include "test.h"

#include "boot.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "mmu.h"
#include "mmu_attrs.h"
#include "pgtable.h"
#include "probe.h"
#include "spinlock.h"
#include "support.h"
#include "task/task.h"
#include "trace/trace.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess/softwalk.h"
#include "uaccess_check.h"

#define RW (VM_READ | VM_WRITE)
#define PAGES 16 /* so many that fork() shares their table */

/* ---- A page in a table that another program has, too ---------------- */

struct shared_page {
	uint64_t addr;
	struct vm *other;
	const char *theirs; /* the page as the other program has it */
};

static struct shared_page share_a_page(void)
{
	struct shared_page s = { .addr = user_region(PAGES, RW) };
	struct arch_cursor at;

	for (unsigned int i = 0; i < PAGES; i++) {
		memset(user_page(s.addr + i * PAGE_SIZE), 'p', PAGE_SIZE);
	}
	arch_vm_share_tables(true); /* whatever fork= says */
	s.other = vm_fork(current->vm);
	s.theirs = phys_to_virt(arch_vm_lookup(&s.other->arch, s.addr, &at));
	return s;
}

static uint64_t desc_above(uint64_t addr)
{
	return *table_slot_of(addr, 2);
}

static bool is_still_shared(const struct shared_page *s)
{
	return (desc_above(s->addr) & PT_TABLE_AP_RDONLY) &&
	       page_refs(desc_above(s->addr) & PT_ADDR) == 2;
}

static void __user *user_ptr(uint64_t addr)
{
	return (void __user *)addr;
}

/* ---- Each method ---------------------------------------------------- */

static bool put_one(const struct tested_method *m, uint64_t addr)
{
	return m->copy_to(user_ptr(addr), "q", 1) == 0;
}

static bool clear_one(const struct tested_method *m, uint64_t addr)
{
	return m->clear(user_ptr(addr), 1) == 0;
}

/* softwalk alone reads no right from the hardware. */
static bool put_word(const struct tested_method *m, uint64_t addr)
{
	(void)m;
	return softwalk_put_user_8(0, user_ptr(addr + 4)) == 0;
}

static bool exchange_word(const struct tested_method *m, uint64_t addr)
{
	uint64_t old = UINT64_C(0x7070707070707070);
	struct arch_got got =
		softwalk_cmpxchg_user_8(user_ptr(addr), old, 0);

	(void)m;
	return got.error == 0 && got.value == old;
}

typedef bool write_one(const struct tested_method *m, uint64_t addr);

/* The write comes to a page of our own; where nobody may sleep, to none. */
static void expect_own_page(const struct tested_method *m, write_one *write)
{
	static struct spinlock lock = SPINLOCK_INIT;
	struct shared_page s = share_a_page();
	char byte = 0;

	EXPECT(is_still_shared(&s));
	EXPECT_EQ(m->copy_from(&byte, user_ptr(s.addr), 1), 0);
	EXPECT_EQ(byte, 'p');
	EXPECT(is_still_shared(&s));
	spin_lock(&lock);
	EXPECT(!write(m, s.addr));
	spin_unlock(&lock);
	EXPECT(is_still_shared(&s));
	EXPECT(write(m, s.addr));
	EXPECT(!is_still_shared(&s));
	for (unsigned int i = 0; i < 16; i++) {
		EXPECT_EQ(s.theirs[i], 'p');
	}
	EXPECT(memcmp(user_page(s.addr), s.theirs, 16) != 0);
	vm_put(s.other);
}

TEST(hierarchy, no_method_writes_through_a_shared_table)
{
	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];

		if (!tested_method_runs(m)) {
			continue;
		}
		test_note("%s", m->name);
		expect_own_page(m, put_one);
		expect_own_page(m, clear_one);
	}
}

TEST(hierarchy, softwalk_writes_no_word_through_a_shared_table)
{
	const struct tested_method softwalk = {
		.copy_from = softwalk_copy_from_user,
	};

	expect_own_page(&softwalk, put_word);
	expect_own_page(&softwalk, exchange_word);
}

/* Where nobody may sleep the copy is refused. Its record says by how many the
 * table was shared then, also if it is read when the other one has ended. */
TEST(hierarchy, a_refused_write_says_how_many_share_the_table)
{
	static const enum trace_level levels[] = { TRACE_OFF, TRACE_FAULTS };
	static struct spinlock lock = SPINLOCK_INIT;
	const enum trace_level before = trace_get_level();

	if (!uaccess_works() || uaccess_method->window == WINDOW_TABLES) {
		SKIP("no copy faults here");
	}
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct shared_page s = share_a_page();
		struct fault f;

		trace_set_level(levels[i]);
		spin_lock(&lock);
		EXPECT_EQ(raw_copy_to_user(user_ptr(s.addr), "q", 1), 1);
		spin_unlock(&lock);
		trace_set_level(before);
		vm_put(s.other);
		EXPECT(trace_copy_last_fault(&f));
		EXPECT_EQ(f.verdict, VERDICT_SHARED_TABLE);
		EXPECT_EQ(f.sharers, 2);
	}
}

/* What the pages of a shared table were, before, is for each to find out. */
TEST(hierarchy, no_page_of_a_shared_table_counts_as_written)
{
	struct shared_page s = share_a_page();
	const uint64_t end = s.addr + PAGE_SIZE;
	struct arch_vm_usage usage =
		arch_vm_usage(&current->vm->arch, s.addr, end);

	EXPECT_EQ(usage.mapped, 1);
	EXPECT_EQ(usage.accessed, 1);
	EXPECT_EQ(usage.written, 0);
	user_page(s.addr);
	EXPECT_EQ(arch_vm_usage(&current->vm->arch, s.addr, end).written, 1);
	EXPECT_EQ(arch_vm_usage(&s.other->arch, s.addr, end).written, 0);
	vm_put(s.other);
}

/* ---- Switched off --------------------------------------------------- */

static bool store_goes_through(void (*op)(uint64_t addr), uint64_t addr)
{
	struct try t = { .op = op, .addr = addr };
	struct fault f;
	bool stopped = arch_probe(try_run, &t, &f);

	if (uaccess_hides_ttbr0) {
		arch_window_shut();
	}
	return !stopped;
}

static bool fork_shares_now(void)
{
	struct shared_page s = share_a_page();
	bool shared = desc_above(s.addr) & PT_TABLE_AP_RDONLY;

	vm_put(s.other);
	return shared;
}

static void set_tcr(uint64_t tcr)
{
	sysreg_write(tcr_el1, tcr);
	isb();
	mmu_flush_all();
}

TEST(hierarchy, hpd0_switches_it_off_and_fork_copies)
{
	const uint64_t tcr = sysreg_read(tcr_el1);
	struct shared_page s = share_a_page();
	bool through, shares;
	const char *off;

	EXPECT(!store_goes_through(probe_str, s.addr));
	EXPECT(mmu_hierarchy_is_off() == NULL);
	set_tcr(tcr | FIELD_MASK(TCR_EL1_HPD0));
	through = store_goes_through(probe_str, s.addr);
	off = mmu_hierarchy_is_off();
	shares = fork_shares_now();
	set_tcr(tcr);
	EXPECT(through); /* which is why fork must not share */
	EXPECT(off != NULL && strcmp(off, "TCR_EL1.HPD0") == 0);
	EXPECT(!shares);
	EXPECT(fork_shares_now());
	vm_put(s.other);
}

/*
 * With TCR2_EL1.PIE a page's bits UXN, PXN, DBM and AP[1] are an index, of four
 * bits, into registers of rights. Those that this kernel uses get what they
 * mean without: so it can run like that for a moment.
 */
#define RIGHTS(index, rights) ((uint64_t)(rights) << 4 * (index))
#define RIGHTS_R  1
#define RIGHTS_RX 3
#define RIGHTS_RW 5

static void set_pie(bool on)
{
	/* PIR_EL1 and PIRE0_EL1 (D24.2): of EL1, and of EL0. */
	sysreg_write(s3_0_c10_c2_3, RIGHTS(4, RIGHTS_R) | RIGHTS(5, RIGHTS_R) |
					    RIGHTS(8, RIGHTS_RX) |
					    RIGHTS(12, RIGHTS_RW) |
					    RIGHTS(13, RIGHTS_RW));
	sysreg_write(s3_0_c10_c2_2, RIGHTS(5, RIGHTS_RX) |
					    RIGHTS(13, RIGHTS_RW));
	isb();
	sysreg_write(s3_0_c2_c0_3, on ? FIELD_MASK(TCR2_EL1_PIE) : 0);
	isb();
	mmu_flush_all();
}

TEST(hierarchy, pie_switches_it_off_and_fork_copies)
{
	const uint64_t mmfr3 = sysreg_read(s3_0_c0_c7_3); /* ID_AA64MMFR3 */
	struct shared_page s;
	const char *off;
	bool through;

	if (FIELD_GET(ID_AA64MMFR3_EL1_TCRX, mmfr3) == 0 ||
	    FIELD_GET(ID_AA64MMFR3_EL1_S1PIE, mmfr3) == 0) {
		SKIP("this CPU has no S1PIE");
	}
	if (boot.entry_el == 2) {
		SKIP("EL2 keeps PIR_EL1 for itself (HFGRTR_EL2.nPIR_EL1)");
	}
	EXPECT_EQ(sysreg_read(s3_0_c2_c0_3), 0); /* TCR2_EL1 */
	s = share_a_page();
	set_pie(true);
	through = store_goes_through(probe_str, s.addr);
	off = mmu_hierarchy_is_off();
	set_pie(false);
	EXPECT(through);
	EXPECT(off != NULL && strcmp(off, "TCR2_EL1.PIE") == 0);
	EXPECT(mmu_hierarchy_is_off() == NULL);
	vm_put(s.other);
}

/* ---- DBM below APTable ---------------------------------------------- */

static bool store(uint64_t addr)
{
	return store_goes_through(probe_str, addr);
}

static bool store_as_el0(uint64_t addr)
{
	return store_goes_through(probe_sttr, addr);
}

static bool ask(const char *op, uint64_t addr)
{
	uint64_t par;
	int refused;

	if (uaccess_hides_ttbr0) {
		arch_window_open();
	}
	refused = arch_probe_ask(op, addr, 0, &par);
	if (uaccess_hides_ttbr0) {
		arch_window_shut();
	}
	return refused == 0;
}

static bool ask_for_el1(uint64_t addr)
{
	return ask("s1e1w", addr);
}

static bool ask_for_el0(uint64_t addr)
{
	return ask("s1e0w", addr);
}

/*
 * A clean page: AP[2] and DBM, with TCR_EL1.HD. The CPU marks it dirty (AP[2]
 * becomes 0) when it is written, but only if no fault stops the write, and
 * here the table does. (fork() leaves no such page all the same.)
 */
TEST(hierarchy, the_cpu_refuses_a_clean_page_and_leaves_it_clean)
{
	static bool (*const writes[])(uint64_t addr) = {
		store, store_as_el0, ask_for_el1, ask_for_el0,
	};
	uint64_t addr, *table, *leaf, whole, clean;

	if (!cpu_features.hw_dbm) {
		SKIP("this CPU does not mark pages dirty itself");
	}
	addr = user_region(1, RW);
	EXPECT(user_page(addr) != NULL);
	table = table_slot_of(addr, 2);
	leaf = table_slot_of(addr, 3);
	whole = *table;
	clean = *leaf | PT_AP_RDONLY | PT_DBM;
	bend(table, whole | PT_TABLE_AP_RDONLY);
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		bend(leaf, clean);
		EXPECT(!writes[i](addr));
		if (!EXPECT_EQ(*leaf, clean)) {
			test_note("write %lu", (unsigned long)i);
		}
	}
	bend(leaf, clean);
	bend(table, whole);
	EXPECT(store(addr)); /* without APTable it does both */
	EXPECT_EQ(*leaf & PT_AP_RDONLY, 0);
	bend(leaf, clean & ~(PT_AP_RDONLY | PT_DBM)); /* for the next fork */
}
