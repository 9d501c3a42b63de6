// SPDX-License-Identifier: MIT
/*
 * test_pan.c - invariant 2: PSTATE.PAN is 1 at every EL1 instruction outside a
 * user-access window. What the hardware does for it (the fault, the entry,
 * ERET), and what the kernel must not forget: after a copy that failed, after
 * a fault or an interrupt inside the window, in a new task.
 */
#include "test.h"

#include "decode/decode.h"
#include "decode/esr.h"
#include "extable.h"
#include "fault.h"
#include "in_force.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "support.h"
#include "task/task.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_methods.h"

#define WORD UINT64_C(0x1122334455667788)

/* Why a test of this file cannot be run here, or NULL. */
static const char *pan_missing(void)
{
	if (!cpu_features.pan) {
		return "this CPU has no PAN";
	}
	return pan_enabled ? NULL : "the command line says pan=off";
}

/* A new page of this process with WORD in it, brought in; its address. */
static uint64_t page_with_word(unsigned int prot)
{
	const uint64_t addr = user_region(1, prot);
	uint64_t *page = user_page(addr);

	if (EXPECT(page != NULL)) {
		*page = WORD;
	}
	return addr;
}

struct direct {
	uint64_t addr;
	uint64_t got;
	bool pan; /* PSTATE.PAN as the access finds it */
};

static void direct_read(void *arg)
{
	struct direct *s = arg;

	pan_set(s->pan);
	s->got = *(volatile uint64_t *)s->addr;
}

static void direct_write(void *arg)
{
	struct direct *s = arg;

	pan_set(s->pan);
	*(volatile uint64_t *)s->addr = 0;
}

/* ---- The fault ------------------------------------------------------ */

TEST(pan, a_direct_read_is_a_permission_fault_at_level_3)
{
	struct direct s = { .pan = true };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(arch_probe(direct_read, &s, &f));
	EXPECT_EQ(esr_class(f.esr), EC_DATA_ABORT_SAME_EL);
	EXPECT_EQ(esr_fault_type(f.esr), FAULT_PERMISSION);
	EXPECT_EQ(esr_fault_level(f.esr), 3);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 1);
	EXPECT_EQ(f.far, s.addr);
	EXPECT_EQ(f.verdict, VERDICT_PAN);
	EXPECT_EQ(s.got, 0);
	EXPECT(pan_now());
}

TEST(pan, a_direct_write_is_stopped_and_writes_nothing)
{
	struct direct s = { .pan = true };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(arch_probe(direct_write, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PAN);
	EXPECT(f.is_write);
	EXPECT_EQ(*(uint64_t *)user_page(s.addr), WORD);
}

TEST(pan, with_pan_clear_the_same_read_goes_through)
{
	struct direct s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ | VM_WRITE);
	EXPECT(!arch_probe(direct_read, &s, &f));
	pan_set(true);
	EXPECT_EQ(s.got, WORD);
}

/* ---- Exceptions arm it, and ERET puts it back ----------------------- */

/*
 * The handler's own access to EL0's page would fault, though the interrupted
 * code had PAN clear: AT S1E1RP, executed by the handler, obeys its PSTATE.PAN
 * (FEAT_PAN2), and S1E1R on the same page does not.
 */
TEST(pan, the_handler_runs_with_pan_set)
{
	struct direct s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	if (!cpu_features.pan2) {
		SKIP("this CPU has no AT S1E1RP (FEAT_PAN2)");
	}
	s.addr = page_with_word(VM_READ); /* a write to it faults */
	EXPECT(arch_probe(direct_write, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PERMISSION);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 0);
	EXPECT_EQ(FIELD_GET(PAR_EL1_F, f.par[AT_S1E1R]), 0);
	EXPECT_EQ(FIELD_GET(PAR_EL1_F, f.par[AT_S1E1RP]), 1);
	EXPECT_EQ(FIELD_GET(PAR_EL1_FST, f.par[AT_S1E1RP]), 0x0f);
	EXPECT(pan_now());
}

/* The probe writes the saved SPSR with PAN as it was when it was armed. */
TEST(pan, clearing_pan_in_the_saved_spsr_takes_effect_after_eret)
{
	struct direct s = { .pan = true };
	bool after;
	uint64_t got;
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ);
	pan_set(false);
	EXPECT(arch_probe(direct_read, &s, &f));
	after = pan_now();
	got = *(volatile uint64_t *)s.addr;
	pan_set(true);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 1);
	EXPECT(!after);
	EXPECT_EQ(got, WORD);
}

TEST(pan, a_fault_taken_with_pan_clear_arms_it_again)
{
	struct direct s = { .pan = false };
	struct fault f;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	s.addr = page_with_word(VM_READ);
	EXPECT(arch_probe(direct_write, &s, &f));
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, f.spsr), 0);
	EXPECT(pan_now());
	/* And it is in force: the next direct read is stopped. */
	s.pan = true;
	EXPECT(arch_probe(direct_read, &s, &f));
	EXPECT_EQ(f.verdict, VERDICT_PAN);
}

/* ---- An interrupt in the window ------------------------------------- */

static volatile bool interrupted, pan_in_handler;

static void note_pan(void)
{
	pan_in_handler = pan_now();
	interrupted = true;
}

/* Lets an interrupt come now, and waits for it. */
static void be_interrupted(void)
{
	interrupted = false;
	interrupt_after(1, note_pan);
	while (!interrupted) {
		arch_relax();
	}
}

/* ---- Every way into the kernel -------------------------------------- */

/* This test runs inside a write(2): EL0 came in with PAN = 0. */
TEST(pan, a_system_call_runs_with_pan_set)
{
	const struct frame *frame = (struct frame *)current->stack - 1;

	if (pan_missing()) {
		SKIP(pan_missing());
	}
	EXPECT_EQ(FIELD_GET(SPSR_EL1_PAN, frame->spsr), 0);
	EXPECT_EQ(FIELD_GET(SPSR_EL1_M, frame->spsr), SPSR_EL1_M_EL0T);
	EXPECT(pan_now());
}

/* What the boot log and /proc/uaccess say, tried: by a direct access, by a copy. */
TEST(pan, execute_only_pages_are_read_where_the_log_says)
{
	const uint64_t addr = user_region(1, VM_EXEC);
	const char *where = in_force_execute_only();
	const char *said = where ? where : "";
	const bool no_epan = strncmp(said, "no EPAN", 7) == 0;
	const bool el1_copies = uaccess_method->rights == RIGHTS_EL1;
	uint64_t word = 0;
	struct fault f;

	if (!pan_enabled && !uaccess_hides_ttbr0) {
		SKIP("nothing guards any page: invariant 2 is not in force");
	}
	EXPECT(user_page(addr) != NULL);
	EXPECT_EQ(arch_probe_access("ldr", addr, pan_enabled ? PROBE_PAN : 0,
				    &f), !no_epan);
	EXPECT_EQ(copy_from_user(&word, (__force void __user *)addr, 8) == 0,
		  strncmp(said, "the window", 10) == 0 ||
			  (no_epan && el1_copies));
}

/* With pan=off nothing in the kernel may set it. */
TEST(pan, pan_off_means_off_everywhere)
{
	struct fault f;
	struct direct s = { .pan = false };

	if (!cpu_features.pan) {
		SKIP("this CPU has no PAN");
	}
	if (pan_enabled) {
		SKIP("the command line does not say pan=off");
	}
	EXPECT(!pan_now());
	be_interrupted();
	EXPECT(!pan_in_handler);
	s.addr = page_with_word(VM_READ);
	EXPECT(arch_probe(direct_write, &s, &f));
	EXPECT(!pan_now());
	/* sw_ttbr0 stops it in its own way. */
	EXPECT_EQ(arch_probe(direct_read, &s, &f), uaccess_hides_ttbr0);
	EXPECT_EQ(s.got, uaccess_hides_ttbr0 ? 0 : WORD);
}
