// SPDX-License-Identifier: MIT
/*
 * fault_record.c - what is known of a fault: read at its entry, looked up if
 * somebody wants to know, and published at its end, once (invariant 13).
 * Nothing is decided here: that is fault.c. What a record means: decode.h.
 */
#include "fault_record.h"

#include "at.h"
#include "boot.h"
#include "cpu_features.h"
#include "decode/decode.h"
#include "pgtable.h"
#include "sysreg.h"
#include "table_read.h"
#include "task/task.h"
#include "trace/trace.h"
#include "uaccess/select.h"

/* ---- Step 1: what may be another's soon ----------------------------- */

/*
 * TTBR0_EL1 as it was when the fault was taken. With sw_ttbr0 the entry has
 * replaced it by the reserved table already.
 */
static uint64_t fault_ttbr0(const struct frame *frame, unsigned int from_el)
{
	if (uaccess_hides_ttbr0 && (from_el == 0 || frame->window_open)) {
		return arch_cpu()->user_ttbr0;
	}
	return sysreg_read(ttbr0_el1);
}

static void fault_look(struct taken_fault *t);

/*
 * No more than must be read now: faults that nobody traces come here, too, and
 * there are many. What lies in the frame stays there until the end.
 */
void fault_record_begin(struct taken_fault *t, struct frame *frame,
			unsigned int from_el,
			const struct extable_entry *entry)
{
	t->frame = frame;
	t->entry = entry;
	t->from_el = from_el;
	t->type = esr_is_abort(frame->esr) ? esr_fault_type(frame->esr) :
					     FAULT_RESERVED;
	t->looked = false;
	t->start = 0;
	t->f.sequence = trace_next_sequence();
	t->f.time_entry = arch_counter();
	t->f.ttbr0 = fault_ttbr0(frame, from_el);
	t->f.left = -1;
	t->f.signal = 0;
	if (trace_faults_enabled) {
		t->start = (uint32_t)arch_instructions();
		fault_look(t); /* now: later the tables may differ */
	}
}

/* ---- The record: what every traced fault pays for ------------------- */

void (*fault_stage)(void);

/*
 * The instruction tells LDTR from LDR, which ESR does not. Where entry is known,
 * its PC is in our text; any other PC may be wild, and is read carefully.
 */
static void fault_read_insn(struct fault *f, const struct extable_entry *entry)
{
	if (entry) {
		f->insn = *(const uint32_t *)f->elr;
		return;
	}
	f->insn = 0;
	if (f->is_fetch) {
		return;
	}
	if (f->from_el == 1 ? table_read_kernel_insn(f->elr, &f->insn) :
			      table_read_user_insn(f->elr, f->tcr, f->ttbr0,
						   &f->insn)) {
		f->pan_features |= FAULT_HAS_INSN;
	}
}

/*
 * The walk as the tables stand now, and what AT says of the address. The walk
 * is first: it shows whether AT would change what it looks at (at.c).
 */
static void fault_look_at_tables(struct fault *f)
{
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		f->par[op] = PAR_NOT_ASKED;
	}
	if (unlikely(fault_stage)) {
		fault_stage();
		f->pan_features |= FAULT_STAGED;
	}
	if (f->walk_valid) {
		table_walk(&f->walk, f->far, f->tcr, f->ttbr0, f->ttbr1);
		if (unlikely(f->walk.desc[2] & PT_TABLE_AP_RDONLY)) {
			f->sharers = table_walk_sharers(&f->walk);
		}
		at_ask(f);
	} else {
		f->walk = (struct walk){ 0 }; /* no old stack in a record */
	}
}

/*
 * Fills the record, but for its end. Every traced fault pays for each
 * instruction here, so the verdict, which follows from the rest, is left to
 * whoever reads the record: arch_fault_judge(). A copy of the frame, because
 * what is stored in *f cannot change it, and the compiler knows that.
 */
static void fault_look(struct taken_fault *t)
{
	const struct frame frame = *t->frame;
	const struct cpu *cpu = arch_cpu();
	const struct task *task = cpu->task;
	struct fault *f = &t->f;

	t->looked = true;
	f->magic = FAULT_MAGIC;
	f->sharers = 0;
	f->verdict = VERDICT_NONE;
	f->from_el = t->from_el;
	f->esr = frame.esr;
	f->far = frame.far;
	f->elr = frame.elr;
	f->spsr = frame.spsr;
	f->sp = frame.sp;
	f->is_fetch = esr_is_instruction_abort(frame.esr);
	f->is_write = esr_is_write(frame.esr);
	f->walk_valid = esr_has_address(frame.esr);
	f->ttbr1 = sysreg_read(ttbr1_el1);
	f->tcr = sysreg_read(tcr_el1);
	f->sctlr = sysreg_read(sctlr_el1);
	f->asid = FIELD_GET(TTBR_EL1_ASID, f->ttbr0);
	f->cpu = cpu->id;
	f->pid = task->pid;
	f->syscall = f->from_el == 1 ? arch_task_syscall(task) : NO_SYSCALL;
	__builtin_memcpy(f->task, task->name, sizeof(f->task));
	/* What the registers in the record do not say. */
	f->pan_features =
		(cpu_features.pan ? FAULT_HAS_PAN : 0) |
		(f->ttbr0 == boot.ttbr_reserved ? FAULT_TTBR0_RESERVED : 0);
	f->extable = t->entry ? t->entry->kind & 0xff : 0;
	f->fixup = t->entry ? extable_fixup(t->entry) : 0;
	fault_read_insn(f, t->entry);
	fault_look_at_tables(f);
}

/* ---- Step 10: the end ----------------------------------------------- */

/* The one place where a record leaves: trace_fault() is called once a fault. */
void fault_record_publish(struct taken_fault *t, enum resolution how)
{
	struct fault *f = &t->f;

	f->resolution = how;
	f->time_end = arch_counter();
	f->cost = t->start == 0 ? 0 :
			(uint32_t)(arch_instructions() - t->start);
	trace_fault(f);
}

/* The tables may have changed since the fault was taken, if it was not traced:
 * that is the price of not looking at all of them. */
void fault_record_end_whole(struct taken_fault *t, enum resolution how,
			    int err)
{
	if (!t->looked) {
		fault_look(t);
	}
	t->f.pan_features |= err == -EACCES ? FAULT_NO_RIGHT :
			     err == -ENXIO  ? FAULT_PAST_FILE : 0;
	fault_record_publish(t, how);
}

/* ---- The verdict: for readers --------------------------------------- */

/* Once: the record may be a copy that had its verdict before. */
void arch_fault_judge(struct fault *f)
{
	if (f->verdict == VERDICT_NONE) {
		f->verdict = verdict_of(f);
	}
}
