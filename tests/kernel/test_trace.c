// SPDX-License-Identifier: MIT
/*
 * test_trace.c - the rings of the trace, what an event says, and what tracing
 * costs: nothing that anybody sees when it is off, and a bounded number of
 * instructions for a fault when it is on.
 */
#include "test.h"

#include "cpu.h"
#include "cpu_features.h"
#include "decode/esr.h"
#include "extable.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "pgtable.h"
#include "support.h"
#include "sysreg.h"
#include "table_read.h"
#include "task/task.h"
#include "trace/ring.h"
#include "trace/trace.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

/* ---- The ring ------------------------------------------------------- */

#define SLOTS 8

struct ring_record {
	uint64_t number;
	uint64_t rest[7]; /* whole blocks of 64 bytes */
};

/* Returns how many wait to be taken. */
static uint64_t push_numbers(struct trace_ring *ring, uint64_t from,
			     uint64_t to)
{
	uint64_t waiting = 0;

	for (uint64_t n = from; n < to; n++) {
		struct ring_record r = { n, { n, n, n, n, n, n, n } };

		waiting = ring_push(ring, &r, sizeof(r), SLOTS);
	}
	return waiting;
}

static uint64_t taken_sum, taken_count, taken_pieces;
static bool take_refuses;

static bool take_numbers(const void *records, size_t bytes)
{
	const struct ring_record *r = records;

	if (take_refuses) {
		return false;
	}
	taken_pieces++;
	for (size_t n = 0; n < bytes / sizeof(*r); n++) {
		taken_sum += r[n].number;
		taken_count++;
	}
	return true;
}

static struct trace_ring new_ring(void)
{
	struct trace_ring ring;

	EXPECT(ring_init(&ring, sizeof(struct ring_record), SLOTS));
	taken_sum = taken_count = taken_pieces = 0;
	take_refuses = false;
	return ring;
}

TEST(trace, a_full_ring_drops_the_oldest_and_counts_it)
{
	struct trace_ring ring = new_ring();
	struct ring_record got[SLOTS];
	size_t count;

	push_numbers(&ring, 0, SLOTS);
	EXPECT_EQ(ring.dropped, 0);
	EXPECT_EQ(push_numbers(&ring, SLOTS, SLOTS + 3), SLOTS);
	EXPECT_EQ(ring.dropped, 3);
	EXPECT_EQ(ring.head, SLOTS + 3);
	count = ring_read(&ring, got);
	/* One less than there are slots: the next push is over the oldest. */
	EXPECT_EQ(count, SLOTS - 1);
	for (size_t i = 0; i < count; i++) {
		EXPECT_EQ(got[i].number, 4 + i);
		EXPECT_EQ(got[i].rest[6], 4 + i);
	}
	EXPECT(ring_read_last(&ring, &got[0]));
	EXPECT_EQ(got[0].number, SLOTS + 2);
	kfree(ring.records);
}

TEST(trace, what_the_host_has_taken_is_not_dropped)
{
	struct trace_ring ring = new_ring();

	EXPECT_EQ(push_numbers(&ring, 0, 5), 5);
	EXPECT(ring_take(&ring, take_numbers));
	EXPECT_EQ(push_numbers(&ring, 5, 11), 6);
	EXPECT(ring_take(&ring, take_numbers));
	EXPECT_EQ(taken_count, 11);
	EXPECT_EQ(taken_sum, 55);
	EXPECT_EQ(taken_pieces, 3); /* the second time around the end */
	EXPECT_EQ(ring.dropped, 0);
	kfree(ring.records);
}

TEST(trace, what_the_host_refuses_stays_until_it_is_overwritten)
{
	struct trace_ring ring = new_ring();

	push_numbers(&ring, 0, 4);
	take_refuses = true;
	EXPECT(!ring_take(&ring, take_numbers));
	take_refuses = false;
	EXPECT(ring_take(&ring, take_numbers));
	EXPECT_EQ(taken_sum, 6);
	kfree(ring.records);
}

TEST(trace, an_empty_ring_has_no_last_record)
{
	struct trace_ring ring = new_ring();
	struct ring_record got;

	EXPECT(!ring_read_last(&ring, &got));
	EXPECT_EQ(ring_read(&ring, &got), 0);
	kfree(ring.records);
}

/* ---- Recording ------------------------------------------------------ */

static void record_from_nowhere(void *arg)
{
	trace_fault(arg);
}

/* The fault in the trace's own code leaves no record, but is counted; and the
 * next one is recorded as if nothing had been. */
TEST(trace, a_fault_while_recording_is_counted_as_dropped)
{
	struct trace_counts before = trace_count(), after;
	struct fault f, last;
	uint64_t dropped;

	EXPECT(arch_probe(record_from_nowhere, (void *)(USER_END - PAGE_SIZE),
			  &f));
	after = trace_count();
	EXPECT_EQ(after.faults - before.faults, 1);
	/* In a full ring the oldest had made room for it already. */
	dropped = after.faults_dropped - before.faults_dropped;
	EXPECT(dropped == 1 || dropped == 2);
	EXPECT_EQ(arch_probe_access("ldtr", (uint64_t)current, 0, &f), 1);
	EXPECT(trace_copy_last_fault(&last));
	EXPECT_EQ(last.sequence, f.sequence);
	EXPECT_EQ(trace_count().faults_dropped, after.faults_dropped);
}

/* Meanwhile the CPU is busy: what else is recorded is counted as dropped. */
TEST(trace, a_record_that_is_filled_where_it_stays_is_the_only_one)
{
	const struct trace_counts before = trace_count();
	const unsigned long flags = arch_irq_save();
	struct fault *place = trace_fault_begin(), last;

	if (EXPECT(place != NULL)) {
		*place = (struct fault){ .sequence = trace_next_sequence() };
		EXPECT(trace_fault_begin() == NULL);
		trace_fault(place);
		trace_fault_end();
		EXPECT(trace_copy_last_fault(&last));
		EXPECT_EQ(last.sequence, trace_sequence);
		EXPECT_EQ(trace_count().faults, before.faults + 2);
		EXPECT(trace_count().faults_dropped > before.faults_dropped);
	}
	arch_irq_restore(flags);
}

/* A fault that another happened in ends after it, but is shown before it. */
TEST(trace, readers_get_faults_in_the_order_in_which_they_began)
{
	struct fault f, *all;
	uint64_t first;
	size_t count;

	EXPECT_EQ(arch_probe_access("ldtr", (uint64_t)current, 0, &f), 1);
	first = f.sequence = trace_next_sequence();
	f.sequence = trace_next_sequence();
	trace_fault(&f);
	f.sequence = first;
	trace_fault(&f);
	count = trace_copy_faults(&all);
	if (EXPECT(count >= 2)) {
		EXPECT_EQ(all[count - 2].sequence, first);
		EXPECT_EQ(all[count - 1].sequence, first + 1);
	}
	kfree(all);
}

/* A copy to where only 40 of 64 bytes fit; returns where it stopped. */
static uint64_t refused_copy(enum trace_level level)
{
	const uint64_t edge = user_region(1, VM_READ | VM_WRITE) + PAGE_SIZE;
	const enum trace_level before = trace_get_level();
	const char buf[64] = { 0 };

	EXPECT(user_page(edge - PAGE_SIZE) != NULL);
	trace_set_level(level);
	EXPECT_EQ(raw_copy_to_user((char __user *)edge - 40, buf, 64), 24);
	trace_set_level(before);
	return edge;
}

/* Its record, traced or not: all that was in force. */
static void expect_in_force(const struct fault *f, uint64_t edge)
{
	EXPECT_EQ(f->magic, FAULT_MAGIC);
	EXPECT_EQ(f->far, edge);
	EXPECT_EQ(esr_fault_type(f->esr), FAULT_TRANSLATION);
	EXPECT_EQ(f->verdict, VERDICT_UNMAPPED);
	EXPECT_EQ(f->left, 24);
	EXPECT_EQ(f->resolution, RESOLUTION_FIXUP);
	EXPECT_EQ(f->signal, 0);
	EXPECT_EQ(f->extable & EXTABLE_SIDE_MASK, EXTABLE_USER_STORE);
	EXPECT_EQ(extable_fixup(extable_find(f->elr)), f->fixup);
	EXPECT_EQ(f->insn, *(const uint32_t *)f->elr);
	EXPECT_EQ(f->ttbr0, arch_cpu()->user_ttbr0);
	EXPECT_EQ(f->asid, FIELD_GET(TTBR_EL1_ASID, f->ttbr0));
	EXPECT_EQ(f->ttbr1, sysreg_read(ttbr1_el1));
	EXPECT_EQ(f->tcr, sysreg_read(tcr_el1));
	EXPECT_EQ(f->sctlr, sysreg_read(sctlr_el1));
	EXPECT_EQ(FIELD_GET(SPSR_EL1_M, f->spsr), SPSR_EL1_M_EL1H);
	EXPECT(f->sp < (uint64_t)current->stack &&
	       f->sp >= (uint64_t)current->stack - STACK_SIZE);
	EXPECT_EQ(f->syscall, arch_task_syscall(current));
	EXPECT_EQ(f->cpu, arch_cpu()->id);
	EXPECT_EQ(f->pid, current->pid);
	EXPECT_EQ(strcmp(f->task, current->name), 0);
	EXPECT_EQ(f->from_el, 1);
	EXPECT(f->is_write && !f->is_fetch && f->walk_valid);
	EXPECT_EQ(!(f->pan_features & FAULT_HAS_PAN), !cpu_features.pan);
	EXPECT_EQ(f->walk.desc[f->walk.last] & 1, 0);
}

static bool copies_fault(void)
{
	return uaccess_works() && uaccess_method->window != WINDOW_TABLES;
}

/* What oracles cannot see from outside. */
TEST(trace, a_record_has_what_was_in_force)
{
	struct fault f;
	uint64_t edge;

	if (!copies_fault()) {
		SKIP("no copy faults here");
	}
	edge = refused_copy(TRACE_FAULTS);
	EXPECT(trace_copy_last_fault(&f));
	expect_in_force(&f, edge);
	EXPECT_EQ(f.par[AT_S1E0W] & 1, 1); /* asked, and it fails */
	EXPECT(!(f.pan_features & FAULT_NOT_TRACED));
}

/* One that nobody traces, too; and its walk is of the tables as they were, not
 * as they are when it is read. */
TEST(trace, a_record_is_the_same_when_it_is_worked_out_later)
{
	const struct trace_counts before = trace_count();
	struct fault f;
	struct walk then;
	uint64_t edge, *slot, whole;

	if (!copies_fault()) {
		SKIP("no copy faults here");
	}
	edge = refused_copy(TRACE_OFF);
	EXPECT_EQ(trace_count().faults, before.faults + 1);
	walk_tables(&then, edge, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0,
		    0, table_read, NULL);
	slot = table_slot_of(edge, PT_FIRST_LEVEL);
	whole = *slot;
	bend(slot, 0);
	EXPECT(trace_copy_last_fault(&f));
	bend(slot, whole);
	expect_in_force(&f, edge);
	EXPECT(memcmp(&f.walk, &then, sizeof(then)) == 0);
	EXPECT_EQ(f.cost, 0);
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		EXPECT_EQ(f.par[op], PAR_NOT_ASKED);
	}
	EXPECT(f.pan_features & FAULT_NOT_TRACED);
}

/* The newest events, of this kind; returns how many were found. */
static size_t newest_events(enum trace_event_id id, struct trace_event *found,
			    size_t wanted)
{
	struct trace_event *all;
	const size_t count = trace_copy_events(&all);
	size_t n = 0;

	for (size_t i = count; i > 0 && n < wanted; i--) {
		if (all[i - 1].id == id) {
			found[n++] = all[i - 1];
		}
	}
	kfree(all);
	return n;
}

TEST(trace, a_window_tells_method_direction_bytes_and_what_is_left)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	const enum trace_level before = trace_get_level();
	struct trace_event e[2];
	char buf[64] = { 0 };
	size_t left;

	trace_set_level(TRACE_ALL);
	left = raw_copy_to_user((char __user *)addr + PAGE_SIZE - 40, buf, 64);
	left += 1000 * (raw_copy_from_user(buf, (char __user *)addr, 5) != 0);
	trace_set_level(before);
	EXPECT_EQ(left, 24);
	if (!EXPECT_EQ(newest_events(TRACE_ID_window, e, 2), 2)) {
		return;
	}
	EXPECT_EQ(e[0].u.window.operation, TRACE_OPERATION_copy_from_user);
	EXPECT_EQ(e[0].u.window.direction, TRACE_DIRECTION_IN);
	EXPECT_EQ(e[0].u.window.bytes, 5);
	EXPECT_EQ(e[0].u.window.left, 0);
	EXPECT_EQ(e[1].u.window.operation, TRACE_OPERATION_copy_to_user);
	EXPECT_EQ(e[1].u.window.direction, TRACE_DIRECTION_OUT);
	EXPECT_EQ(e[1].u.window.address, addr + PAGE_SIZE - 40);
	EXPECT_EQ(e[1].u.window.bytes, 64);
	EXPECT_EQ(e[1].u.window.left, 24);
	EXPECT_EQ(strcmp(e[1].u.window.method, arch_uaccess_method()), 0);
	EXPECT_EQ(e[1].pid, current->pid);
	EXPECT(e[1].time_end >= e[1].time_entry);
}

/* All operations still do what they do, and each is recorded once. */
TEST(trace, every_operation_is_traced)
{
	const uint64_t addr = user_region(1, VM_READ | VM_WRITE);
	const enum trace_level before = trace_get_level();
	struct trace_counts counts;
	uint64_t __user *word = (uint64_t __user *)addr;
	uint64_t value = 0, found = 1;
	uint32_t found4 = 1;
	char text[16];

	EXPECT_EQ(put_user(UINT64_C(0x74786574), word), 0); /* "text" */
	trace_set_level(TRACE_ALL);
	counts = trace_count();
	EXPECT_EQ(get_user(value, word), 0);
	EXPECT_EQ(strncpy_from_user(text, (char __user *)addr, 16), 4);
	EXPECT_EQ(strnlen_user((char __user *)addr, 16), 5);
	EXPECT_EQ(cmpxchg_user_8(word, value, 7, &found), 0);
	EXPECT_EQ(cmpxchg_user_4((uint32_t __user *)addr, 7, 8, &found4), 0);
	EXPECT_EQ(clear_user((char __user *)addr, 3), 0);
	EXPECT_EQ(trace_count().events - counts.events, 6);
	trace_set_level(before);
	EXPECT_EQ(value, 0x74786574);
	EXPECT_EQ(strcmp(text, "text"), 0);
	EXPECT_EQ(found, value);
	EXPECT_EQ(found4, 7);
}

/* Each way to be refused before there is an access: one event, and no fault. */
TEST(trace, a_refusal_by_the_range_check_is_recorded)
{
	static char buf[8];
	const struct {
		uint64_t addr;
		size_t bytes;
	} cases[] = {
		{ (uint64_t)buf, 6 },      /* the kernel's */
		{ USER_END - 4, 8 },       /* across the end */
		{ 0x1000, USER_END },      /* wraps, or nearly */
		{ UINT64_C(0x5a) << 56 | 0x402000, 8 }, /* a tag */
	};
	const enum trace_level before = trace_get_level();
	struct trace_counts counts;
	struct trace_event e;

	trace_set_level(TRACE_FAULTS);
	counts = trace_count();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char __user *p = (__force char __user *)cases[i].addr;

		EXPECT_EQ(clear_user(p, cases[i].bytes), cases[i].bytes);
		EXPECT_EQ(trace_count().events - counts.events, i + 1);
		EXPECT_EQ(newest_events(TRACE_ID_refusal, &e, 1), 1);
		EXPECT_EQ(e.u.refusal.address, cases[i].addr);
		EXPECT_EQ(e.u.refusal.bytes, cases[i].bytes);
		EXPECT_EQ(e.pid, current->pid);
	}
	EXPECT_EQ(trace_count().faults, counts.faults);
	trace_set_level(TRACE_OFF);
	EXPECT_EQ(clear_user((__force char __user *)buf, 6), 6);
	trace_set_level(before);
	EXPECT_EQ(newest_events(TRACE_ID_refusal, &e, 1), 1);
	EXPECT_EQ(e.u.refusal.address, cases[3].addr);
}

/* A walk in software makes no access to what it refuses: nothing faults. */
TEST(trace, a_refusal_by_a_software_walk_is_recorded)
{
	const uint64_t addr = user_region(1, VM_READ);
	const enum trace_level before = trace_get_level();
	struct trace_event e;
	size_t left;

	if (uaccess_method->window != WINDOW_TABLES) {
		SKIP("another method: the access itself faults");
	}
	trace_set_level(TRACE_FAULTS);
	left = clear_user((char __user *)addr, 3);
	trace_set_level(before);
	EXPECT_EQ(left, 3);
	EXPECT_EQ(newest_events(TRACE_ID_refusal, &e, 1), 1);
	EXPECT_EQ(e.u.refusal.address, addr);
}

TEST(trace, off_means_off)
{
	const enum trace_level before = trace_get_level();
	uint64_t __user *word = (uint64_t __user *)
		user_region(1, VM_READ | VM_WRITE);
	struct trace_counts counts;

	trace_set_level(TRACE_OFF);
	counts = trace_count();
	EXPECT_EQ(put_user(1, word), 0); /* a page is brought in */
	EXPECT_EQ(trace_count().faults, counts.faults);
	EXPECT_EQ(trace_count().events, counts.events);
	trace_set_level(before);
}

/* ---- What it costs -------------------------------------------------- */

#define COST_PAGES 32
/* Instructions that tracing adds to a fault: 396 with GCC 12.2, which the
 * limit is made for. Other compilers may make a third more of the same source:
 * GCC 14.2 makes 469, GCC 16.2 makes 477, clang 14 makes 489. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ == 12
#define COST_LIMIT 400
#else
#define COST_LIMIT (400 + 400 / 3)
#endif

/* Instructions that the first write to a page takes: of some pages the least,
 * because an interrupt may come in between. */
static uint32_t cost_of_a_fault(enum trace_level level)
{
	const uint64_t addr = user_region(COST_PAGES, VM_READ | VM_WRITE);
	const enum trace_level before = trace_get_level();
	uint32_t least = ~0u;

	trace_set_level(level);
	arch_instructions_start();
	for (uint64_t i = 0; i < COST_PAGES; i++) {
		uint64_t __user *page =
			(uint64_t __user *)(addr + i * PAGE_SIZE);
		const uint32_t start = (uint32_t)arch_instructions();

		EXPECT_EQ(put_user(i, page), 0);
		least = MIN(least, (uint32_t)arch_instructions() - start);
	}
	trace_set_level(before);
	return least;
}

TEST(trace, a_traced_fault_costs_a_bounded_number_of_instructions)
{
	const uint32_t off = cost_of_a_fault(TRACE_OFF);
	const uint32_t on = cost_of_a_fault(TRACE_FAULTS);

	test_note("a page brought in by a copy: %u instructions, traced %u",
		  off, on);
	if (off == 0) {
		SKIP("this machine does not count instructions (-icount)");
	}
	EXPECT(on > off);
	EXPECT(on - off <= COST_LIMIT);
}
