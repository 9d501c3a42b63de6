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
#include "table_read.h"
#include "trace/trace.h"
#include "user_frame.h"

/* ---- Read at once: what will soon be another's ---------------------- */

/* The registers and the task. Of a copy of the frame, because what is stored in
 * *f cannot change it, and the compiler knows that. */
static inline __attribute__((always_inline)) void
fault_note(struct fault *f, const struct frame *at, const struct cpu *cpu,
	   uint64_t ttbr0, uint64_t syscall)
{
	const struct frame frame = *at;
	const struct task *task = cpu->task;

	f->sequence = trace_next_sequence();
	f->time_entry = arch_counter();
	f->esr = frame.esr;
	f->far = frame.far;
	f->elr = frame.elr;
	f->spsr = frame.spsr;
	f->ttbr0 = ttbr0;
	f->sctlr = sysreg_read(sctlr_el1);
	f->sp = frame.sp;
	f->syscall = syscall;
	f->signal = 0;
	f->sharers = 0;
	f->cpu = cpu->id;
	f->pid = task->pid;
	__builtin_memcpy(f->task, task->name, sizeof(f->task));
}

/* ---- Worked out: at once, or for a reader --------------------------- */

/*
 * The instruction tells LDTR from LDR, which ESR does not. Where entry is
 * known, its PC is in our text; any other PC may be wild, and is read
 * carefully.
 */
static inline void fault_read_insn(struct fault *f,
				   const struct extable_entry *entry)
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

/* What follows from that, from our text, and from what never changes. */
static inline __attribute__((always_inline)) void
fault_decode(struct fault *f, unsigned int from_el, unsigned int access,
	     const struct extable_entry *entry, uint32_t flags)
{
	f->magic = FAULT_MAGIC;
	f->from_el = from_el;
	f->verdict = VERDICT_NONE;
	f->ttbr1 = sysreg_read(ttbr1_el1);
	f->tcr = sysreg_read(tcr_el1);
	f->is_fetch = access == VM_EXEC;
	f->is_write = access == VM_WRITE;
	f->walk_valid = access != 0 && !esr_far_is_void(f->esr);
	f->asid = FIELD_GET(TTBR_EL1_ASID, f->ttbr0);
	/* What the registers in the record do not say. */
	f->pan_features = flags |
		(cpu_features.pan ? FAULT_HAS_PAN : 0) |
		(f->ttbr0 == boot.ttbr_reserved ? FAULT_TTBR0_RESERVED : 0);
	f->extable = entry ? entry->kind & 0xff : 0;
	f->fixup = entry ? extable_fixup(entry) : 0;
	fault_read_insn(f, entry);
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		f->par[op] = PAR_NOT_ASKED;
	}
}

void (*fault_stage)(void);

/* The walk as the tables stand now. */
static void fault_walk(struct fault *f)
{
	if (unlikely(fault_stage)) {
		fault_stage();
		f->pan_features |= FAULT_STAGED;
	}
	if (f->walk_valid) {
		table_walk(&f->walk, f->far, f->tcr, f->ttbr0, f->ttbr1);
		if (unlikely(f->walk.desc[2] & PT_TABLE_AP_RDONLY)) {
			f->sharers = table_walk_sharers(&f->walk);
		}
	} else {
		f->walk = (struct walk){ 0 }; /* no old stack in a record */
	}
}

static inline void fault_look(struct taken_fault *t, uint32_t start)
{
	const struct extable_entry *entry = t->entry;
	const unsigned int from_el = t->from_el, access = t->access;
	const struct cpu *cpu = arch_cpu();
	struct fault *f = &t->f;

	t->looked = true;
	t->start = start;
	fault_note(f, t->frame, cpu, fault_ttbr0(t->frame, from_el),
		   from_el == 1 ? task_syscall(cpu->task) : NO_SYSCALL);
	f->left = -1;
	fault_decode(f, from_el, access, entry, 0);
	fault_walk(f);
}

/* The walk is first: it shows whether AT would change what it looks at. */
static void fault_look_and_ask(struct taken_fault *t, uint32_t start)
{
	fault_look(t, start);
	if (t->f.walk_valid) {
		at_ask(&t->f);
	}
}

/* Every traced fault pays for each instruction here, so the verdict, which
 * follows from the rest, is left to whoever reads the record. */
void fault_record_begin(struct taken_fault *t)
{
	fault_look_and_ask(t, (uint32_t)arch_instructions());
}

/* ---- Step 10: the end ----------------------------------------------- */

/* A record leaves here, once a fault; or at the end of
 * fault_record_end_copy(). */
void fault_record_publish(struct taken_fault *t, enum resolution how)
{
	struct fault *f = &t->f;

	f->resolution = how;
	f->time_end = arch_counter();
	f->cost = t->start == 0 ? 0 :
			(uint32_t)(arch_instructions() - t->start);
	trace_fault(f);
}

void fault_record_end_bug(struct taken_fault *t, enum resolution how)
{
	if (!t->looked) {
		fault_look_and_ask(t, 0);
	}
	fault_record_publish(t, how);
	arch_fault_judge(&t->f);
}

/* What vm_fault() said of what it refused, which the tables do not show. */
static inline enum resolution fault_refusal(struct fault *f, int err,
					    enum resolution how)
{
	if (likely(err == -EFAULT)) {
		return how;
	}
	f->pan_features |= err == -EACCES ? FAULT_NO_RIGHT :
			   err == -ENXIO  ? FAULT_PAST_FILE : 0;
	return err == -ENOMEM ? RESOLUTION_OUT_OF_MEMORY : how;
}

/* The whole record, but for its end; AT is not asked if nobody traces. */
static void fault_look_at_refused(struct taken_fault *t)
{
	if (!t->looked) {
		fault_look(t, 0);
		t->f.pan_features |= FAULT_NOT_TRACED;
	}
}

void fault_record_end_signal(struct taken_fault *t, int err, int signal)
{
	fault_look_at_refused(t);
	t->f.signal = signal;
	fault_record_publish(t, fault_refusal(&t->f, err, RESOLUTION_SIGNAL));
	arch_fault_judge(&t->f);
}

#define NOT_LINEAR (PT_ADDR & ~(BIT(LINEAR_BITS) - 1)) /* cannot be RAM */

/* The descriptors that a walk of va meets, and no more: walk_again() is for
 * readers. Returns the one of a level-3 table that fork shares; or 0. */
static inline uint64_t fault_keep_walk(struct walk *w, uint64_t va,
				       uint64_t ttbr)
{
	uint64_t desc = ttbr, shared = 0;
	unsigned int n = 0;

	w->end = WALK_KEPT;
	w->levels = 4; /* as many as it will ask for */
#pragma GCC unroll 4
	for (int level = PT_FIRST_LEVEL; level <= 3; level++) {
		const uint64_t index = pgtable_index(va, level);
		const uint64_t pa = (desc & PT_ADDR) + 8 * index;

		if ((desc & NOT_LINEAR) ||
		    !careful_load((uint64_t *)(LINEAR_BASE + pa), &desc)) {
			w->levels = n;
			break;
		}
		w->desc[n++] = desc;
		if ((desc & (PT_VALID | PT_TABLE)) != (PT_VALID | PT_TABLE)) {
			break;
		}
		if (level == 2) {
			shared = desc & PT_TABLE_AP_RDONLY ? desc : 0;
		}
	}
	return shared;
}

/* A copy's window is open (step 6), so the program's table is in force. */
void fault_record_end_copy(struct taken_fault *t, int err, int64_t left)
{
	struct fault *f = t->looked ? NULL : trace_fault_begin();
	const struct cpu *cpu = arch_cpu();
	uint64_t shared;

	if (unlikely(f == NULL)) {
		fault_look_at_refused(t);
		t->f.left = left;
		fault_record_publish(t, fault_refusal(&t->f, err,
						      RESOLUTION_FIXUP));
		return;
	}
	fault_note(f, t->frame, cpu, cpu->user_ttbr0, task_syscall(cpu->task));
	shared = fault_keep_walk(&f->walk, f->far, f->far & BIT(55) ?
					sysreg_read(ttbr1_el1) : f->ttbr0);
	f->left = left;
	f->pan_features = 0;
	f->resolution = fault_refusal(f, err, RESOLUTION_FIXUP);
	f->cost = 0; /* not counted */
	f->time_end = f->time_entry;
	if (unlikely(shared)) {
		f->sharers = table_sharers(shared);
	}
	trace_fault_end();
}

/* ---- For readers ---------------------------------------------------- */

/* Once: the record may be a copy that had its verdict before. */
void arch_fault_judge(struct fault *f)
{
	if (f->walk.end == WALK_KEPT) {
		fault_decode(f, 1, fault_wanted(f->esr), extable_find(f->elr),
			     f->pan_features | FAULT_NOT_TRACED);
		walk_again(&f->walk, f->far, f->tcr, f->ttbr0, f->ttbr1);
	}
	if (f->verdict == VERDICT_NONE) {
		f->verdict = verdict_of(f);
	}
}
