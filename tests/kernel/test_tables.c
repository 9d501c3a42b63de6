// SPDX-License-Identifier: MIT
/*
 * test_tables.c - the translation tables and the registers that rule them, as
 * the boot has left them (invariants 10, 11 and 12; docs/architecture.md).
 * The checker itself is tested first: it must find what is planted.
 */
#include "test.h"

#include "asid.h"
#include "boot.h"
#include "cpu.h"
#include "decode/decode.h"
#include "decode/esr.h"
#include "decode/walk.h"
#include "dev/dev.h"
#include "fault.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "linker.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "mmu_attrs.h"
#include "pgtable.h"
#include "support.h"
#include "table_read.h"
#include "tables.h"
#include "task/task.h"
#include "uaccess/select.h"

/* ---- The checker ---------------------------------------------------- */

/* A sink for complaints that are expected, or only counted. */
static void discard_put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	(void)text;
	(void)len;
}

/* Frees the tables that lead to va: the page is the only one in them. */
static void free_tables(const struct pgtable *pt, uint64_t va)
{
	paddr_t table = pt->root;

	for (int level = PT_FIRST_LEVEL; level <= 3; level++) {
		uint64_t desc = pgtable_at(pt, table)[pgtable_index(va, level)];

		page_put(table);
		table = desc & PT_ADDR;
	}
}

/* Maps one page, as asked, in tables of its own, which no TTBR points at. */
static unsigned int check_planted(int half, uint64_t va, paddr_t pa,
				  uint64_t attrs, uint64_t table_attrs)
{
	struct sink discard = { discard_put };
	struct pgtable pt = {
		.root = page_alloc_zeroed(),
		.table_attrs = table_attrs,
		.linear = LINEAR_BASE,
		.alloc = page_alloc_zeroed,
	};
	unsigned int found;

	if (!EXPECT_EQ(pgtable_map(&pt, va, pa, PAGE_SIZE, attrs, true), 0)) {
		return ~0u;
	}
	found = tables_check(&discard, pt.root, half);
	free_tables(&pt, va);
	return found;
}

#define USER_RW (USER_COMMON | PT_UXN | PT_AP_USER)
#define USER_RX (USER_COMMON | PT_AP_USER | PT_AP_RDONLY)
#define K_TABLE KERNEL_TABLE_ATTRS
#define U_TABLE USER_TABLE_ATTRS

enum planted_page { RAM, TEXT };

static const struct planted {
	const char *what;
	int half;
	uint64_t va;
	enum planted_page page;
	uint64_t attrs, table_attrs;
	unsigned int wrong;
} planted[] = {
	{ "good data", 1, LINEAR_BASE, RAM, KERNEL_DATA_ATTRS, K_TABLE,
	  0 },
	{ "good text", 1, IMAGE_BASE, TEXT, KERNEL_TEXT_ATTRS, K_TABLE,
	  0 },
	{ "good user data", 0, PAGE_SIZE, RAM, USER_RW, U_TABLE, 0 },
	{ "good user text", 0, PAGE_SIZE, RAM, USER_RX, U_TABLE, 0 },
	{ "kernel RWX", 1, IMAGE_BASE, RAM,
	  KERNEL_TEXT_ATTRS & ~PT_AP_RDONLY, K_TABLE,
	  BIT(TABLE_WRITABLE_AND_EXECUTABLE) },
	{ "user RWX", 0, PAGE_SIZE, RAM, USER_RX & ~PT_AP_RDONLY,
	  U_TABLE, BIT(TABLE_WRITABLE_AND_EXECUTABLE) },
	{ "user RWX in a shared table", 0, PAGE_SIZE, RAM,
	  USER_RX & ~PT_AP_RDONLY, U_TABLE | PT_TABLE_AP_RDONLY,
	  BIT(TABLE_WRITABLE_AND_EXECUTABLE) },
	{ "a clean page in a shared table", 0, PAGE_SIZE, RAM,
	  USER_RW | PT_AP_RDONLY | PT_DBM, U_TABLE | PT_TABLE_AP_RDONLY,
	  BIT(TABLE_SHARED_AND_CLEAN) },
	{ "kernel page for EL0", 1, LINEAR_BASE, RAM,
	  KERNEL_DATA_ATTRS | PT_AP_USER, PT_TABLE_UXN,
	  BIT(TABLE_REACHABLE_FROM_EL0) |
		  BIT(TABLE_LEAF_ALONE_ALLOWS) |
		  BIT(TABLE_NOTHING_ABOVE_FORBIDS) },
	{ "kernel text for EL0", 1, IMAGE_BASE, TEXT,
	  KERNEL_TEXT_ATTRS & ~PT_UXN, PT_TABLE_AP_NOEL0,
	  BIT(TABLE_REACHABLE_FROM_EL0) |
		  BIT(TABLE_LEAF_ALONE_ALLOWS) |
		  BIT(TABLE_NOTHING_ABOVE_FORBIDS) },
	{ "AP[1] under APTable", 1, LINEAR_BASE, RAM,
	  KERNEL_DATA_ATTRS | PT_AP_USER, K_TABLE,
	  BIT(TABLE_LEAF_ALONE_ALLOWS) },
	{ "no APTable, no UXNTable", 1, LINEAR_BASE, RAM,
	  KERNEL_DATA_ATTRS, 0, BIT(TABLE_NOTHING_ABOVE_FORBIDS) },
	{ "executable linear map", 1, LINEAR_BASE, RAM,
	  KERNEL_TEXT_ATTRS, K_TABLE,
	  BIT(TABLE_EXECUTABLE_OUTSIDE_TEXT) },
	{ "writable alias of text", 1, LINEAR_BASE, TEXT,
	  KERNEL_DATA_ATTRS, K_TABLE, BIT(TABLE_TEXT_WRITABLE) },
	{ "guard of a stack", 1, VMAP_BASE, RAM, KERNEL_DATA_ATTRS,
	  K_TABLE, BIT(TABLE_GUARD_MAPPED) },
	{ "guard of the boot stack", 1, (uint64_t)_boot_stack_guard,
	  RAM, KERNEL_DATA_ATTRS, K_TABLE, BIT(TABLE_GUARD_MAPPED) },
	{ "kernel page with an ASID", 1, LINEAR_BASE, RAM,
	  KERNEL_DATA_ATTRS | PT_NG, K_TABLE,
	  BIT(TABLE_TAGGED_KERNEL_PAGE) },
	{ "no access flag", 1, LINEAR_BASE, RAM,
	  KERNEL_DATA_ATTRS & ~PT_AF, K_TABLE,
	  BIT(TABLE_ACCESS_FLAG_CLEAR) },
	{ "user page for EL1", 0, PAGE_SIZE, RAM, USER_RX & ~PT_PXN, 0,
	  BIT(TABLE_EXECUTABLE_AT_EL1) | BIT(TABLE_LEAF_ALONE_ALLOWS) |
		  BIT(TABLE_NOTHING_ABOVE_FORBIDS) },
	{ "PXN by the table only", 0, PAGE_SIZE, RAM,
	  USER_RX & ~PT_PXN, U_TABLE, BIT(TABLE_LEAF_ALONE_ALLOWS) },
	{ "global user page", 0, PAGE_SIZE, RAM, USER_RX & ~PT_NG,
	  U_TABLE, BIT(TABLE_GLOBAL_USER_PAGE) },
	{ "the kernel image for EL0", 0, PAGE_SIZE, TEXT, USER_RX,
	  U_TABLE, BIT(TABLE_FREE_PAGE_MAPPED) },
};

TEST(tables, checker_finds_what_is_planted)
{
	const paddr_t pages[] = {
		[RAM] = page_alloc_zeroed(),
		[TEXT] = boot.image,
	};

	for (size_t i = 0; i < ARRAY_SIZE(planted); i++) {
		const struct planted *p = &planted[i];

		if (!EXPECT_EQ(check_planted(p->half, p->va, pages[p->page],
					     p->attrs, p->table_attrs),
			       p->wrong)) {
			test_note("planted: %s", p->what);
		}
	}
	page_put(pages[RAM]);
}

TEST(tables, checker_finds_malformed_descriptors)
{
	struct sink discard = { discard_put };
	const paddr_t root = page_alloc_zeroed();
	uint64_t *descs = phys_to_virt(root);

	EXPECT_EQ(tables_check(&discard, root, 1), 0);
	descs[1] = 2; /* invalid, and yet not empty */
	EXPECT_EQ(tables_check(&discard, root, 1), BIT(TABLE_MALFORMED));
	if (PT_FIRST_LEVEL == 0) {
		descs[1] = 1; /* a block where there are none */
		EXPECT_EQ(tables_check(&discard, root, 1),
			  BIT(TABLE_MALFORMED));
	}
	page_put(root);
}

TEST(tables, checker_finds_a_shared_table_that_may_be_written_through)
{
	struct sink discard = { discard_put };
	const uint64_t addr = user_region(16, VM_READ | VM_WRITE);
	const paddr_t root = current->vm->arch.root;
	struct vm *other;
	uint64_t *slot;

	for (unsigned int i = 0; i < 16; i++) {
		EXPECT(user_page(addr + i * PAGE_SIZE) != NULL);
	}
	arch_vm_share_tables(true); /* whatever fork= says */
	other = vm_fork(current->vm);
	EXPECT_EQ(tables_check(&discard, root, 0), 0);
	EXPECT_EQ(tables_check(&discard, other->arch.root, 0), 0);
	slot = table_slot_of(addr, 2);
	bend(slot, *slot & ~PT_TABLE_AP_RDONLY);
	EXPECT_EQ(tables_check(&discard, root, 0),
		  BIT(TABLE_SHARED_AND_WRITABLE));
	bend(slot, *slot | PT_TABLE_AP_RDONLY);
	vm_put(other);
}

/* ---- The tables in use ---------------------------------------------- */

TEST(tables, every_descriptor_of_both_halves_is_right)
{
	EXPECT_EQ(tables_check(&console_sink, boot.ttbr_kernel, 1), 0);
	EXPECT_EQ(tables_check(&console_sink, current->vm->arch.root, 0), 0);
}

/* Whatever the others have done to them. */
TEST_LAST(tables_hold)
{
	EXPECT(tables_hold(&console_sink));
}

static struct walk_rights rights_at(uint64_t va)
{
	struct walk w;

	walk_tables(&w, va, sysreg_read(tcr_el1), sysreg_read(ttbr0_el1),
		    sysreg_read(ttbr1_el1), table_read, NULL);
	return walk_rights(&w, sysreg_read(sctlr_el1));
}

static uint64_t linear_of(const char *symbol)
{
	return LINEAR_BASE + boot.image + (uint64_t)(symbol - _image_start);
}

/* Every page of the text, and of the read-only data, seen from both sides. */
TEST(tables, text_and_rodata_are_read_only_in_the_linear_map_too)
{
	for (const char *p = _text_start; p < _rodata_end; p += PAGE_SIZE) {
		struct walk_rights image = rights_at((uint64_t)p);
		struct walk_rights linear = rights_at(linear_of(p));

		EXPECT(image.mapped && !image.el1_w);
		EXPECT_EQ(image.el1_x, p < _text_end);
		EXPECT(linear.mapped && !linear.el1_w && !linear.el1_x);
		EXPECT_EQ(linear.output, image.output);
	}
}

/* Nothing is mapped from top - 2 * STACK_SIZE on, for STACK_SIZE bytes. */
static void expect_guard_below(uint64_t top)
{
	for (uint64_t va = top - 2 * STACK_SIZE; va < top - STACK_SIZE;
	     va += PAGE_SIZE) {
		EXPECT(!rights_at(va).mapped);
	}
	EXPECT(rights_at(top - STACK_SIZE).el1_w);
	EXPECT(rights_at(top - 8).el1_w);
}

TEST(tables, guards_under_stacks_are_not_mapped)
{
	expect_guard_below((uint64_t)_boot_stack_top);
	expect_guard_below(linear_of(_boot_stack_top));
	expect_guard_below((uint64_t)current->stack);
	expect_guard_below((uint64_t)arch_cpu()->overflow_stack);
	/* And this is the stack that we are on. */
	EXPECT((uint64_t)__builtin_frame_address(0) <
		       (uint64_t)current->stack &&
	       (uint64_t)__builtin_frame_address(0) >
		       (uint64_t)current->stack - STACK_SIZE);
}

TEST(tables, devices_are_apart_and_not_executable)
{
	struct walk_rights first = rights_at(VMAP_DEVICES);

	EXPECT(first.mapped && first.el1_w && !first.el1_x && !first.user);
	EXPECT(!rights_at(VMAP_PATCH).mapped);
}

TEST(tables, identity_map_is_gone)
{
	const uint64_t address = FIELD_MASK(TTBR_EL1_BADDR);

	EXPECT(boot.ttbr_identity != 0);
	EXPECT((sysreg_read(ttbr0_el1) & address) != boot.ttbr_identity);
	EXPECT((sysreg_read(ttbr1_el1) & address) != boot.ttbr_identity);
	EXPECT(boot.ttbr_reserved != boot.ttbr_identity);
	for (paddr_t pa = boot.image;
	     pa < boot.image + (uint64_t)(_image_end - _image_start);
	     pa += PAGE_SIZE) {
		EXPECT(!rights_at(pa).mapped);
	}
}

/* ---- The reserved table --------------------------------------------- */

TEST(tables, reserved_table_is_empty)
{
	const uint64_t *descs = phys_to_virt(boot.ttbr_reserved);

	for (size_t i = 0; i < PT_ENTRIES; i++) {
		EXPECT_EQ(descs[i], 0);
	}
}

static void read_user_word(void *arg)
{
	(void)*(volatile uint64_t *)arg;
}

TEST(tables, without_an_address_space_nothing_of_it_is_seen)
{
	const uint64_t page = user_region(1, VM_READ | VM_WRITE);
	uint64_t mine, none;
	struct fault f;
	bool mapped;

	EXPECT(user_page(page) != NULL);
	mine = sysreg_read(ttbr0_el1);
	arch_vm_activate(NULL);
	none = sysreg_read(ttbr0_el1);
	mapped = rights_at(page).mapped;
	EXPECT(arch_probe(read_user_word, (void *)page, &f));
	/* The probe has put the address space back. */
	EXPECT_EQ(sysreg_read(ttbr0_el1), mine);
	EXPECT_EQ(none, boot.ttbr_reserved);
	EXPECT_EQ(FIELD_GET(TTBR_EL1_ASID, none), 0);
	EXPECT(!mapped);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_TRANSLATION);
	EXPECT_EQ(f.ttbr0, boot.ttbr_reserved);
	EXPECT_EQ(f.verdict, VERDICT_WINDOW_SHUT);
}

/* ---- The registers -------------------------------------------------- */

TEST(tables, ttbrs_hold_tables_and_the_asid)
{
	const uint64_t now = sysreg_read(ttbr0_el1);
	const uint64_t ttbr0 = uaccess_hides_ttbr0 ? arch_cpu()->user_ttbr0 :
						     now;

	EXPECT_EQ(sysreg_read(ttbr1_el1), boot.ttbr_kernel); /* ASID, CnP 0 */
	if (uaccess_hides_ttbr0) {
		EXPECT_EQ(now, boot.ttbr_reserved); /* invariant 2 */
	}
	EXPECT_EQ(ttbr0 & FIELD_MASK(TTBR_EL1_BADDR), current->vm->arch.root);
	EXPECT_EQ(FIELD_GET(TTBR_EL1_CNP, ttbr0), 0);
	EXPECT(FIELD_GET(TTBR_EL1_ASID, ttbr0) != 0);
	EXPECT_EQ(FIELD_GET(TTBR_EL1_ASID, ttbr0),
		  asid_peek(&current->vm->arch));
}

TEST(tables, tcr_is_as_documented)
{
	const uint64_t tcr = sysreg_read(tcr_el1);
	const uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1);
	const uint64_t hafdbs = FIELD_GET(ID_AA64MMFR1_EL1_HAFDBS,
					  sysreg_read(id_aa64mmfr1_el1));

	EXPECT_EQ(FIELD_GET(TCR_EL1_T0SZ, tcr), 64 - VA_BITS);
	EXPECT_EQ(FIELD_GET(TCR_EL1_T1SZ, tcr), 64 - VA_BITS);
	EXPECT_EQ(FIELD_GET(TCR_EL1_A1, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_AS, tcr), cpu_features.asid_bits == 16);
	EXPECT_EQ(FIELD_GET(TCR_EL1_TBI0, tcr), 1);
	EXPECT_EQ(FIELD_GET(TCR_EL1_TBI1, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_EPD0, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_EPD1, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_E0PD0, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_E0PD1, tcr), cpu_features.e0pd);
	/* The attributes in table descriptors count (invariants 10, 11). */
	EXPECT_EQ(FIELD_GET(TCR_EL1_HPD0, tcr), 0);
	EXPECT_EQ(FIELD_GET(TCR_EL1_HPD1, tcr), 0);
	/* The CPU notes accesses and writes where it can. */
	EXPECT_EQ(FIELD_GET(TCR_EL1_HA, tcr), hafdbs >= 1);
	EXPECT_EQ(FIELD_GET(TCR_EL1_HD, tcr), hafdbs >= 2);
	EXPECT_EQ(FIELD_GET(TCR_EL1_IPS, tcr),
		  MIN(FIELD_GET(ID_AA64MMFR0_EL1_PARANGE, mmfr0),
		      (uint64_t)TCR_EL1_IPS_48BIT));
	EXPECT_EQ(tcr, boot.tcr);
}

TEST(tables, sctlr_is_as_documented)
{
	const uint64_t sctlr = sysreg_read(sctlr_el1);

	EXPECT_EQ(FIELD_GET(SCTLR_EL1_M, sctlr), 1);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_C, sctlr), 1);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_I, sctlr), 1);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_SA, sctlr), 1);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_SA0, sctlr), 1);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_UMA, sctlr), 0);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_E0E, sctlr), 0);
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_EE, sctlr), 0);
	EXPECT_EQ(sctlr, boot.sctlr); /* what a dump of the memory has */
	if (cpu_features.pan) {
		/* 0: each exception to EL1 sets PSTATE.PAN (invariant 2). */
		EXPECT_EQ(FIELD_GET(SCTLR_EL1_SPAN, sctlr), !pan_enabled);
	}
	EXPECT_EQ(FIELD_GET(SCTLR_EL1_EPAN, sctlr),
		  pan_enabled && cpu_features.epan);
}

/* ---- Tables that are corrupt ---------------------------------------- */

struct look {
	const char *words;
	bool said;
};

/* Whether /proc/self/tables, as far as it fits, has these words. */
static void look_at_tables(void *arg)
{
	static char text[32768];
	const struct proc_file *file = proc_files_start;
	struct look *look = arg;
	const char *at = text;
	struct sink_buffer b;

	while (file < proc_files_end && strcmp(file->path, "self/tables")) {
		file++;
	}
	sink_buffer_init(&b, text, sizeof(text));
	file->show(&b.sink);
	while (*at != '\0' &&
	       strncmp(at, look->words, strlen(look->words)) != 0) {
		at++;
	}
	look->said = *at != '\0';
}

/* The view says so of this descriptor, does not fault, and goes on past it. */
static void expect_view_says(uint64_t *slot, uint64_t corrupt,
			     const char *words)
{
	struct look look = { words, false };
	const uint64_t whole = *slot;
	struct fault f;

	*slot = corrupt;
	EXPECT(!arch_probe(look_at_tables, &look, &f));
	EXPECT(look.said);
	*slot = whole;
	look_at_tables(&look);
	EXPECT(!look.said);
}

TEST(tables, a_view_of_corrupt_tables_says_so)
{
	const uint64_t page = user_region(1, VM_READ);
	const uint64_t nowhere = 0x0b000000; /* neither RAM nor a device */
	uint64_t *table, *leaf;
	struct walk w;

	EXPECT(user_page(page) != NULL);
	walk_tables(&w, page, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0, 0,
		    table_read, NULL);
	table = phys_to_virt(w.addr[2]);
	leaf = phys_to_virt(w.addr[3]);
	expect_view_says(table, (*table & ~PT_ADDR) | nowhere, "not in RAM");
	expect_view_says(table, (*table & ~PT_ADDR) | nowhere |
					PT_TABLE_AP_RDONLY,
			 "table, no write, PXN  @0xb000000\n");
	expect_view_says(leaf, *leaf & ~(uint64_t)PT_TABLE, "1 reserved\n");
}
