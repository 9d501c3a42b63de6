// SPDX-License-Identifier: MIT
/*
 * test_traps.c - each kind of exception that EL1 can cause itself, caught by
 * arch_probe(): what the record says of it, that there is exactly one
 * (invariant 13), and that the kernel goes on as if nothing had been.
 */
#include <asm/unistd.h>

#include "test.h"

#include "careful.h"
#include "decode/esr.h"
#include "extable.h"
#include "fault.h"
#include "lib/string.h"
#include "linker.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "pgtable.h"
#include "probe.h"
#include "semihosting.h"
#include "support.h"
#include "sysreg.h"
#include "task/task.h"
#include "uaccess/select.h"

/* ---- The bugs: each does one thing that EL1 may not ----------------- */

static void do_brk(void *arg)
{
	(void)arg;
	asm volatile("brk #42");
}

/* No call is made: its number would be that of exit_group(). */
static void do_svc(void *arg)
{
	(void)arg;
	asm volatile("mov x8, %0\n\tsvc #7" : : "i"(__NR_exit_group)
		     : "x8", "memory");
}

static void do_undefined(void *arg)
{
	(void)arg;
	asm volatile(".inst 0");
}

/* An exception return that asks for PSTATE.IL = 1: the next instruction, any
 * at all, is refused (D1.4). */
static void do_illegal_state(void *arg)
{
	uint64_t spsr = SPSR_EL1_M_EL1H | FIELD_MASK(SPSR_EL1_DAIF) |
			FIELD_MASK(SPSR_EL1_IL);

	(void)arg;
	asm volatile("msr daifset, #0xf\n\t"
		     "adr x9, 1f\n\t"
		     "msr elr_el1, x9\n\t"
		     "msr spsr_el1, %0\n\t"
		     "eret\n"
		     "1:\tnop" : : "r"(spsr) : "x9", "memory");
}

static void do_read(void *arg)
{
	(void)*(volatile uint32_t *)arg;
}

static void do_write(void *arg)
{
	*(volatile uint32_t *)arg = 0;
}

static void do_fetch(void *arg)
{
	((void (*)(void))arg)();
}

/* Exclusive accesses must be aligned, in Normal memory too (B2.5): all of
 * them, or with FEAT_LSE2 those that cross 16 bytes. */
static void do_exclusive(void *arg)
{
	uint64_t value;

	asm volatile("ldxr %0, [%1]" : "=r"(value) : "r"(arg) : "memory");
}

/* ---- What the record says ------------------------------------------- */

struct trap_case {
	const char *what;
	void (*run)(void *arg);
	uint64_t arg;
	enum esr_class class;
	enum verdict verdict;
	enum fault_type type; /* of an abort; else FAULT_RESERVED: not asked */
	bool is_write;
};

static void expect_abort(const struct trap_case *c, const struct fault *f)
{
	EXPECT_EQ(esr_fault_type(f->esr), c->type);
	EXPECT_EQ(f->far, c->arg);
	if (c->type != FAULT_ALIGNMENT) { /* QEMU 10 calls LDXR's a write */
		EXPECT_EQ(f->is_write, c->is_write);
	}
	EXPECT_EQ(f->is_fetch, c->class == EC_INSTRUCTION_ABORT_SAME_EL);
	EXPECT(f->walk_valid);
	/* What the hardware says must be what the walk in software found. */
	if (c->type == FAULT_TRANSLATION || c->type == FAULT_PERMISSION) {
		EXPECT_EQ(esr_fault_level(f->esr), f->walk.last);
	}
}

static bool expect_trap(const struct trap_case *c)
{
	struct fault f;

	if (!EXPECT(arch_probe(c->run, (void *)c->arg, &f))) {
		return false;
	}
	if (c->type != FAULT_RESERVED) {
		expect_abort(c, &f);
	}
	EXPECT_EQ(f.magic, FAULT_MAGIC);
	EXPECT_EQ(f.from_el, 1);
	EXPECT_EQ(f.extable, 0);
	EXPECT_EQ(f.resolution, RESOLUTION_DELIBERATE);
	EXPECT_EQ(f.pid, current->pid);
	EXPECT_EQ(f.syscall, __NR_write); /* by which the tests are run */
	EXPECT_EQ(strcmp(f.task, current->name), 0);
	EXPECT_EQ(f.ttbr0, sysreg_read(ttbr0_el1));
	EXPECT_EQ(FIELD_GET(SPSR_EL1_M, f.spsr), SPSR_EL1_M_EL1H);
	EXPECT_EQ(esr_class(f.esr), c->class);
	return EXPECT_EQ(f.verdict, c->verdict);
}

static void expect_traps(const struct trap_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!expect_trap(&cases[i])) {
			test_note("the bug: %s", cases[i].what);
		}
	}
}

TEST(traps, instructions_that_el1_may_not_execute)
{
	const struct trap_case cases[] = {
		{ "BRK", do_brk, 0, EC_BRK, VERDICT_BREAKPOINT, 0, false },
		{ "SVC", do_svc, 0, EC_SVC, VERDICT_OTHER, 0, false },
		{ "UDF", do_undefined, 0, EC_UNKNOWN, VERDICT_UNDEFINED, 0,
		  false },
		{ "PSTATE.IL", do_illegal_state, 0, EC_ILLEGAL_STATE,
		  VERDICT_ILLEGAL_STATE, 0, false },
		{ "odd PC", do_fetch, (uint64_t)probe_ret + 2, EC_PC_ALIGNMENT,
		  VERDICT_PC_ALIGNMENT, 0, false },
	};

	expect_traps(cases, ARRAY_SIZE(cases));
}

TEST(traps, the_immediate_of_brk_and_the_place_are_told)
{
	struct fault f;

	EXPECT(arch_probe(do_brk, NULL, &f));
	EXPECT_EQ(FIELD_GET(ESR_EL1_IMM16, f.esr), 42);
	EXPECT_EQ(f.elr, (uint64_t)do_brk);
	EXPECT_EQ(f.insn, *(const uint32_t *)do_brk);
	EXPECT(arch_probe(do_fetch, (void *)((uint64_t)probe_ret + 2), &f));
	EXPECT_EQ(f.elr, (uint64_t)probe_ret + 2);
}

#define ABORT(what, run, arg, verdict, type, is_write)               \
	{ what, run, (uint64_t)(arg), EC_DATA_ABORT_SAME_EL, verdict, type, \
	  is_write }
#define FETCH(what, arg, verdict, type)                                     \
	{ what, do_fetch, (uint64_t)(arg), EC_INSTRUCTION_ABORT_SAME_EL, \
	  verdict, type, false }

/* With sw_ttbr0 EL1 finds the whole user half empty: what is mapped there
 * does not matter. */
static enum verdict through_ttbr0(enum verdict otherwise)
{
	return uaccess_hides_ttbr0 ? VERDICT_WINDOW_SHUT : otherwise;
}

TEST(traps, addresses_where_nothing_is)
{
	const enum verdict null = through_ttbr0(VERDICT_UNMAPPED);
	const uint64_t guard = (uint64_t)current->stack - STACK_SIZE - 8;
	const uint64_t hole = UINT64_C(1) << (VA_BITS + 1);
	const struct trap_case cases[] = {
		ABORT("read null", do_read, 0, null,
		      FAULT_TRANSLATION, false),
		ABORT("write null", do_write, 0, null,
		      FAULT_TRANSLATION, true),
		FETCH("fetch null", 0, null, FAULT_TRANSLATION),
		ABORT("read neither half", do_read, hole,
		      VERDICT_NONCANONICAL, FAULT_TRANSLATION, false),
		ABORT("write neither half", do_write, ~hole & ~3ul,
		      VERDICT_NONCANONICAL, FAULT_TRANSLATION, true),
		ABORT("read the guard of this stack", do_read, guard,
		      VERDICT_GUARD_PAGE, FAULT_TRANSLATION, false),
		ABORT("read the guard of the boot stack", do_read,
		      _boot_stack_guard, VERDICT_UNMAPPED, FAULT_TRANSLATION,
		      false),
		ABORT("read the last page", do_read, ~0ul - 7,
		      VERDICT_UNMAPPED, FAULT_TRANSLATION, false),
	};

	expect_traps(cases, ARRAY_SIZE(cases));
}

TEST(traps, what_the_tables_refuse)
{
	const uint64_t linear = LINEAR_BASE + physical_of((uint64_t)probe_ret);
	const uint64_t data = (uint64_t)&selftest_thin;
	const uint64_t user = user_region(1, VM_READ | VM_EXEC);
	const struct trap_case cases[] = {
		ABORT("write text", do_write, probe_ret, VERDICT_PERMISSION,
		      FAULT_PERMISSION, true),
		ABORT("write text in the linear map", do_write, linear,
		      VERDICT_PERMISSION, FAULT_PERMISSION, true),
		ABORT("write rodata", do_write, _rodata_start,
		      VERDICT_PERMISSION, FAULT_PERMISSION, true),
		FETCH("fetch data", data, VERDICT_PERMISSION,
		      FAULT_PERMISSION),
		FETCH("fetch rodata", _rodata_start, VERDICT_PERMISSION,
		      FAULT_PERMISSION),
		FETCH("fetch text in the linear map", linear,
		      VERDICT_PERMISSION, FAULT_PERMISSION),
		FETCH("fetch the stack", __builtin_frame_address(0),
		      VERDICT_PERMISSION, FAULT_PERMISSION),
		FETCH("fetch a device", VMAP_DEVICES, VERDICT_PERMISSION,
		      FAULT_PERMISSION),
		FETCH("fetch user text", user,
		      through_ttbr0(VERDICT_PERMISSION),
		      uaccess_hides_ttbr0 ? FAULT_TRANSLATION :
					    FAULT_PERMISSION),
	};

	EXPECT(user_page(user) != NULL);
	expect_traps(cases, ARRAY_SIZE(cases));
	EXPECT_EQ(selftest_thin != 0, 1); /* nothing was written */
}

TEST(traps, unaligned_exclusive_access)
{
	/* FEAT_LSE2 allows what stays within 16 bytes. */
	uint64_t words[4] __attribute__((aligned(16))) = { 0 };
	const struct trap_case cases[] = {
		ABORT("LDXR", do_exclusive, (char *)words + 12,
		      VERDICT_ALIGNMENT, FAULT_ALIGNMENT, false),
	};

	expect_traps(cases, ARRAY_SIZE(cases));
}

TEST(traps, unaligned_access_to_a_device)
{
	struct fault f;

	if (!arch_probe(do_read, (void *)(VMAP_DEVICES + 0x19), &f)) {
		SKIP("this QEMU lets unaligned accesses to Device memory "
		     "through");
	}
	EXPECT_EQ(f.verdict, VERDICT_ALIGNMENT);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_ALIGNMENT);
}

/* ---- Afterwards everything is as before ----------------------------- */

static struct spinlock outer_lock = SPINLOCK_INIT;
static struct spinlock inner_lock = SPINLOCK_INIT;

/* Upsets all that a bug may upset, and then faults. */
static void do_upset_all(void *arg)
{
	(void)arg;
	spin_lock_irqsave(&inner_lock);
	arch_cpu()->faults_off++;
	if (cpu_features.pan) {
		pan_set(!pan_now());
	}
	arch_vm_activate(NULL);
	asm volatile("msr daifset, #0xf\n\t"
		     "mov x19, #0\n\tmov x20, #0\n\tmov x21, #0\n\t"
		     "mov x22, #0\n\tmov x23, #0\n\tmov x24, #0\n\t"
		     "mov x25, #0\n\tmov x26, #0\n\tmov x27, #0\n\t"
		     "mov x28, #0\n\t"
		     "sub sp, sp, #512\n\t"
		     "brk #1" : : : "x19", "x20", "x21", "x22", "x23", "x24",
				    "x25", "x26", "x27", "x28", "memory");
}

TEST(traps, a_caught_bug_leaves_everything_as_it_was)
{
	const uint64_t ttbr0 = sysreg_read(ttbr0_el1);
	const unsigned long daif = arch_irq_flags();
	const bool pan = pan_now();
	struct fault f;

	for (int i = 0; i < 3; i++) {
		EXPECT(arch_probe(do_upset_all, NULL, &f));
		EXPECT(!in_atomic());
		EXPECT_EQ(arch_irq_flags(), daif);
		EXPECT(arch_irqs_enabled());
		EXPECT_EQ(pan_now(), pan);
		EXPECT_EQ(sysreg_read(ttbr0_el1), ttbr0);
		EXPECT(current->probe == NULL);
	}
	/* The lock is free again, for others too. */
	spin_lock(&inner_lock);
	spin_unlock(&inner_lock);
}

TEST(traps, locks_taken_before_the_bug_stay_held)
{
	struct fault f;

	spin_lock(&outer_lock);
	EXPECT(arch_probe(do_upset_all, NULL, &f));
	EXPECT(arch_cpu()->held == &outer_lock);
	spin_unlock(&outer_lock);
	EXPECT(!in_atomic());
}

static void do_nothing(void *arg)
{
	*(int *)arg += 1;
}

TEST(traps, no_fault_is_reported_where_there_is_none)
{
	struct fault f = { .magic = 1 };
	int runs = 0;

	EXPECT(!arch_probe(do_nothing, &runs, &f));
	EXPECT_EQ(runs, 1);
	EXPECT_EQ(f.magic, 1);
	EXPECT(current->probe == NULL);
}

/* ---- One record each ------------------------------------------------ */

TEST(traps, each_fault_leaves_one_record_and_the_sequence_rises)
{
	uint64_t before = last_fault_sequence();

	for (int i = 0; i < 5; i++) {
		struct fault f;

		EXPECT(arch_probe(i % 2 ? do_brk : do_read, NULL, &f));
		EXPECT_EQ(f.sequence, before + 1);
		EXPECT_EQ(last_fault_sequence(), f.sequence);
		EXPECT(f.time_end >= f.time_entry);
		before = f.sequence;
	}
}

#define SYS_ERRNO 0x13 /* a request of semihosting that changes nothing */

/* An address whose level-1 (or lower) table would lie outside RAM. */
static uint64_t careful_at_through_bad_table(void)
{
	const paddr_t root = page_alloc_zeroed();
	const unsigned long flags = arch_irq_save();
	struct careful_result got;

	/* 0x09f00000 is a hole in virt's memory map. */
	*(uint64_t *)phys_to_virt(root) = 0x09f00000 | PT_TABLE | PT_VALID;
	sysreg_write(ttbr0_el1, root);
	isb();
	got = careful_at(AT_S1E1R, 0);
	arch_vm_activate(current->vm);
	asm volatile("tlbi vmalle1\n\tdsb nsh\n\tisb" : : : "memory");
	arch_irq_restore(flags);
	page_put(root);
	return got.ok;
}

TEST(traps, careful_steps_leave_no_record)
{
	const uint64_t guard = (uint64_t)current->stack - STACK_SIZE - 8;
	const uint64_t par = sysreg_read(par_el1);
	const uint64_t before = last_fault_sequence();
	struct fault f;

	EXPECT_EQ(careful_read((void *)guard).ok, 0);
	EXPECT_EQ(careful_read((void *)guard).value, 0);
	EXPECT_EQ(careful_read(&par).ok, 1);
	EXPECT_EQ(careful_read(&par).value, par);
	EXPECT_EQ(careful_at(AT_S1E1R, guard).ok, 1);
	EXPECT_EQ(careful_at(AT_S1E1R, guard).value & 1, 1);
	EXPECT_EQ(careful_at(AT_S1E1R, (uint64_t)&par).value & 1, 0);
	EXPECT_EQ(careful_at_through_bad_table(), 0);
	/* Undefined where there is no host: the table knows. */
	semihosting_call(SYS_ERRNO, NULL);
	EXPECT_EQ(sysreg_read(par_el1), par);
	EXPECT_EQ(last_fault_sequence(), before);
	/* And no number was used up on the way. */
	EXPECT(arch_probe(do_brk, NULL, &f));
	EXPECT_EQ(f.sequence, before + 1);
}

/* Each twice: the second time it is the one that was found last. */
TEST(traps, the_exception_table_has_each_of_its_instructions)
{
	for (const struct extable_entry *e = extable_start; e < extable_end;
	     e++) {
		const uint64_t pc = extable_insn(e);

		if (!EXPECT(extable_find(pc) == e) ||
		    !EXPECT(extable_find(pc) == e) ||
		    !EXPECT(extable_find(pc + 1) == NULL)) {
			test_note("0x%lx", (unsigned long)pc);
		}
	}
	EXPECT(extable_find(0) == NULL);
}

/* ---- One access at a time: /proc/probe ------------------------------ */

TEST(traps, one_access_at_a_time)
{
	const uint64_t rw = user_region(1, VM_READ | VM_WRITE);
	const uint64_t ro = user_region(1, VM_READ);
	const uint64_t none = user_region(1, 0);
	const uint64_t text = (uint64_t)probe_ret;
	const enum verdict kernel = cpu_features.e0pd ? VERDICT_E0PD :
							VERDICT_UNPRIVILEGED;
	const struct {
		const char *op;
		uint64_t addr;
		enum verdict verdict; /* VERDICT_NONE: it goes through */
	} cases[] = {
		{ "ldr", rw, VERDICT_NONE },
		{ "str", rw, VERDICT_NONE },
		{ "ldtr", rw, VERDICT_NONE },
		{ "sttr", rw, VERDICT_NONE },
		{ "fetch", rw, VERDICT_PERMISSION },
		{ "ldr", ro, VERDICT_NONE },
		{ "str", ro, VERDICT_PERMISSION },
		{ "ldtr", ro, VERDICT_NONE },
		{ "sttr", ro, VERDICT_UNPRIVILEGED },
		{ "ldr", none, VERDICT_UNMAPPED },
		{ "sttr", none, VERDICT_UNMAPPED },
		{ "ldr", text, VERDICT_NONE },
		{ "str", text, VERDICT_PERMISSION },
		{ "ldtr", text, kernel },
		{ "sttr", text, kernel },
		{ "fetch", text, VERDICT_NONE },
		{ "ldtr", 0, VERDICT_UNMAPPED },
		{ "ldtr", UINT64_C(1) << (VA_BITS + 1), VERDICT_NONCANONICAL },
	};
	struct fault f;

	EXPECT(user_page(rw) != NULL && user_page(ro) != NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const bool in_user_half = cases[i].addr < USER_END;
		const enum verdict verdict = cases[i].verdict;
		const enum verdict want = in_user_half ?
						  through_ttbr0(verdict) :
							 verdict;
		const bool through = want == VERDICT_NONE;
		int result = arch_probe_access(cases[i].op, cases[i].addr,
					       false, &f);

		if (!EXPECT_EQ(result, !through) ||
		    (!through && !EXPECT_EQ(f.verdict, want))) {
			test_note("%s 0x%lx", cases[i].op,
				  (unsigned long)cases[i].addr);
		}
	}
	EXPECT_EQ(arch_probe_access("swp", rw, false, &f), -EINVAL);
	EXPECT_EQ(arch_probe_access("ldr", rw, true, &f),
		  cpu_features.pan ? 1 : -ENODEV);
}
