// SPDX-License-Identifier: MIT
/*
 * fault.c - what becomes of a fault, read from top to bottom. Three invariants
 * meet here: only the user's side of a copy is fixed up (4), what can be
 * brought in is brought in, also during a copy (7), and each fault leaves one
 * record (13).
 *
 * ESR and SPSR.PAN cannot tell a copy that met a bad pointer from a kernel
 * bug: a plain load stopped by PAN and an LDTR of a kernel page report the
 * same. The exception table decides. Read next: extable.h, decode.h.
 */
#include "fault.h"

#include <linux/signal.h>

#include "at.h"
#include "boot.h"
#include "cpu_features.h"
#include "decode/decode.h"
#include "dev/dev.h"
#include "decode/esr.h"
#include "extable.h"
#include "lib/string.h"
#include "mm/vm.h"
#include "probe.h"
#include "spinlock.h"
#include "sysreg.h"
#include "table_read.h"
#include "task/task.h"
#include "trace/trace.h"
#include "trap.h"
#include "uaccess/select.h"

#define SPSR_MOPS_OPTION_B BIT(29) /* PSTATE.C, in CPY* and SET* */

void (*fault_stage)(void);

/* FAR_EL1 holds the address of an abort, unless ESR says that it does not. */
static bool fault_has_address(uint64_t esr)
{
	return (esr_is_data_abort(esr) || esr_is_instruction_abort(esr)) &&
	       !(esr & FIELD_MASK(ESR_EL1_DABT_FNV));
}

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

/* The cheap half of step 1: what lies in the frame and in registers. */
static void fault_begin(struct fault *f, const struct frame *frame,
			unsigned int from_el)
{
	uint64_t esr = frame->esr;
	bool data = esr_is_data_abort(esr);

	f->magic = 0; /* until fault_look() */
	f->sequence = trace_next_sequence();
	f->time_entry = sysreg_read(cntvct_el0);
	f->cost = 0; /* not counted, unless fault_handle() begins to */
	f->esr = esr;
	f->far = frame->far;
	f->elr = frame->elr;
	f->ttbr0 = fault_ttbr0(frame, from_el);
	f->spsr = frame->spsr;
	f->sp = frame->sp;
	f->from_el = from_el;
	f->is_fetch = esr_is_instruction_abort(esr);
	/* WnR is 1 for cache maintenance and AT too, which store nothing. */
	f->is_write = data && (esr & FIELD_MASK(ESR_EL1_DABT_WNR)) &&
		      !(esr & FIELD_MASK(ESR_EL1_DABT_CM));
	f->left = -1;
	f->resolution = RESOLUTION_NONE;
	f->signal = 0;
	f->walk_valid = false;
	f->verdict = VERDICT_NONE; /* until arch_fault_judge() */
}

static uint32_t fault_features(const struct fault *f)
{
	return (cpu_features.pan ? FAULT_HAS_PAN : 0) |
	       (cpu_features.pan2 ? FAULT_HAS_PAN2 : 0) |
	       (f->sctlr & FIELD_MASK(SCTLR_EL1_EPAN) ? FAULT_HAS_EPAN : 0) |
	       (f->tcr & FIELD_MASK(TCR_EL1_E0PD1) ? FAULT_HAS_E0PD : 0) |
	       (f->ttbr0 == boot.ttbr_reserved ? FAULT_TTBR0_RESERVED : 0);
}

/* Where entry is known, its PC is in our text; any other PC may be wild. */
static void fault_read_insn(struct fault *f, const struct extable_entry *entry)
{
	f->insn = 0;
	if (entry) {
		f->insn = *(const uint32_t *)f->elr;
	} else if (!f->is_fetch &&
		   (f->from_el == 1 ?
			    table_read_kernel_insn(f->elr, &f->insn) :
			    table_read_user_insn(f->elr, f->tcr, f->ttbr0,
						 &f->insn))) {
		f->pan_features |= FAULT_HAS_INSN;
	}
}

/*
 * The dear half: the walk as the tables stand now, and what AT says. Each
 * instruction here is paid by every fault that is traced, so the verdict,
 * which follows from what is gathered, is left to whoever reads it.
 */
static void fault_look(struct fault *f, const struct extable_entry *entry)
{
	const struct task *task = current;

	f->magic = FAULT_MAGIC;
	f->ttbr1 = sysreg_read(ttbr1_el1);
	f->tcr = sysreg_read(tcr_el1);
	f->sctlr = sysreg_read(sctlr_el1);
	f->asid = FIELD_GET(TTBR_EL1_ASID, f->ttbr0);
	f->cpu = arch_cpu()->id;
	f->pid = task->pid;
	f->syscall = f->from_el == 1 ? arch_task_syscall(task) : NO_SYSCALL;
	__builtin_memcpy(f->task, task->name, sizeof(f->task));
	f->pan_features = fault_features(f);
	f->extable = entry ? entry->kind & 0xff : 0;
	f->fixup = entry ? extable_fixup(entry) : 0;
	fault_read_insn(f, entry);
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		f->par[op] = PAR_NOT_ASKED;
	}
	f->walk_valid = fault_has_address(f->esr);
	if (unlikely(fault_stage)) {
		fault_stage();
		f->pan_features |= FAULT_STAGED;
	}
	if (f->walk_valid) {
		table_walk(&f->walk, f->far, f->tcr, f->ttbr0, f->ttbr1);
		at_ask(f);
	} else {
		f->walk = (struct walk){ 0 }; /* no old stack in a record */
	}
}

void arch_fault_judge(struct fault *f)
{
	if (f->verdict == VERDICT_NONE && f->magic == FAULT_MAGIC) {
		f->verdict = verdict_of(f);
	}
}

void fault_describe(struct fault *f, const struct frame *frame,
		    unsigned int from_el)
{
	fault_begin(f, frame, from_el);
	fault_look(f, from_el == 1 ? extable_find(frame->elr) : NULL);
	arch_fault_judge(f);
}

/* Step 10: one record, by the CPU that ends the fault. */
static void fault_end(struct fault *f, enum resolution how)
{
	f->resolution = how;
	f->time_end = sysreg_read(cntvct_el0);
	if (f->cost != 0) {
		f->cost = (uint32_t)(arch_instructions() - f->cost);
	}
	if (f->magic == FAULT_MAGIC) {
		trace_fault(f);
	}
}

/*
 * An end that is rare enough to be recorded whole, traced or not. err: what
 * vm_fault() said, or 0; the tables cannot say it of a page that is not there.
 */
static void fault_end_told(struct fault *f, enum resolution how, int err,
			   const struct extable_entry *entry)
{
	if (f->magic != FAULT_MAGIC) {
		fault_look(f, entry);
	}
	f->pan_features |= err == -EACCES ? FAULT_NO_RIGHT :
			   err == -ENXIO  ? FAULT_PAST_FILE : 0;
	fault_end(f, how);
}

static __noreturn void fault_kernel_bug(struct fault *f, const char *what,
					const struct extable_entry *entry)
{
	fault_end_told(f, RESOLUTION_KERNEL_BUG, 0, entry);
	arch_fault_judge(f);
	panic_fault(what, f);
}

/* Translation, access-flag and permission faults: vm_fault() may know how. */
static bool fault_may_resolve(const struct fault *f)
{
	enum fault_type type;

	if (!fault_has_address(f->esr)) {
		return false;
	}
	type = esr_fault_type(f->esr);
	return type == FAULT_TRANSLATION || type == FAULT_ACCESS_FLAG ||
	       type == FAULT_PERMISSION;
}

static bool fault_in_user_half(const struct fault *f)
{
	return !(f->far & BIT(55)); /* whatever the tag says (D8.8) */
}

/*
 * Lets vm_fault() bring the page in. "Spurious" (the tables allow it already)
 * is believed once per PC and FAR: the second time running something else
 * refuses, and to retry for ever would hang (facts: NetBSD/arm did).
 */
static int fault_resolve(struct fault *f)
{
	struct task *task = current;
	unsigned int access = f->is_fetch ? VM_EXEC :
			      f->is_write ? VM_WRITE : VM_READ;
	int how = vm_fault(task->vm, arch_untag(f->far), access);

	if (how == RESOLUTION_SPURIOUS) {
		if (task->arch.spurious_pc == f->elr &&
		    task->arch.spurious_far == f->far) {
			how = -EFAULT;
		}
		task->arch.spurious_pc = f->elr;
		task->arch.spurious_far = f->far;
	} else if (how > 0) {
		task->arch.spurious_pc = 0;
	}
	return how;
}

/* The signal that Linux sends for what EL0 did. */
static int fault_signal(const struct fault *f)
{
	switch (esr_class(f->esr)) {
	case EC_INSTRUCTION_ABORT_LOWER_EL:
	case EC_DATA_ABORT_LOWER_EL:
		return esr_fault_type(f->esr) == FAULT_ALIGNMENT ? SIGBUS :
								   SIGSEGV;
	case EC_PC_ALIGNMENT:
	case EC_SP_ALIGNMENT:
		return SIGBUS;
	case EC_BRK:
	case EC_BREAKPOINT_LOWER_EL:
	case EC_WATCHPOINT_LOWER_EL:
	case EC_SOFTWARE_STEP_LOWER_EL:
		return SIGTRAP;
	case EC_FP_EXCEPTION:
		return SIGFPE;
	default: /* Undefined, traps of what EL0 may not do, illegal state */
		return SIGILL;
	}
}

/* Step 2: what no software can mend is named, and stops the machine. */
static const char fault_external_bug[] =
	"an error outside the CPU's own rules";

/* Step 3: EL0 gets its page, or its signal. */
static void fault_from_el0(struct fault *f)
{
	int how = -EFAULT;

	if (likely(fault_may_resolve(f) && fault_in_user_half(f))) {
		arch_irq_enable();
		how = fault_resolve(f);
	} else if (esr_is_external(f->esr)) {
		fault_kernel_bug(f, fault_external_bug, NULL);
	}
	if (how > 0) {
		fault_end(f, how);
		return;
	}
	arch_irq_enable();
	f->signal = how == -ENOMEM ? SIGKILL :
		    how == -ENXIO  ? SIGBUS :
				     fault_signal(f);
	fault_end_told(f, how == -ENOMEM ? RESOLUTION_OUT_OF_MEMORY :
					   RESOLUTION_SIGNAL, how, NULL);
	arch_fault_judge(f);
	task_signal_current(f->signal, f);
}

/* Step 5: an entry is about one side only; WnR must say that side. */
static bool fault_is_users_side(const struct fault *f,
				const struct extable_entry *entry)
{
	switch (entry->kind & EXTABLE_SIDE_MASK) {
	case EXTABLE_USER_LOAD:
		return !f->is_write;
	case EXTABLE_USER_STORE:
		return f->is_write;
	default:
		return true; /* an atomic: either */
	}
}

/* PAN, or the reserved table in place of the user's, kept the access out. */
static bool fault_window_shut(const struct fault *f)
{
	return (f->spsr & FIELD_MASK(SPSR_EL1_PAN)) ||
	       (uaccess_hides_ttbr0 && f->ttbr0 == boot.ttbr_reserved &&
		current->vm); /* without one, the open window shows nothing */
}

/*
 * Step 2, and 4 to 6: what makes a fault at EL1 a kernel bug, or NULL if it is
 * a user access that met what user accesses may meet.
 */
static const char *fault_find_bug(const struct fault *f,
				  const struct extable_entry *entry)
{
	if (esr_is_external(f->esr)) {
		return fault_external_bug;
	}
	if (f->is_fetch || !entry) {
		return "a fault that nothing expected";
	}
	if (!esr_is_data_abort(f->esr)) {
		return "an exception in a user access that is no data abort";
	}
	if (!fault_is_users_side(f, entry)) {
		return "a fault on the kernel's side of a copy";
	}
	if ((entry->kind & EXTABLE_WINDOW) && fault_in_user_half(f) &&
	    fault_window_shut(f)) {
		return "a user access with the window shut";
	}
	return NULL;
}

/* Step 8: the interrupted code may sleep, so the page may be brought in. */
static bool fault_may_sleep(const struct fault *f)
{
	return !(f->spsr & FIELD_MASK(SPSR_EL1_I)) && !in_atomic();
}

/* Step 8: > 0 if the page was brought in, and the access is to be retried. */
static int fault_resolve_in_copy(struct fault *f)
{
	int how;

	if (!fault_in_user_half(f) || !fault_may_resolve(f) || !current->vm ||
	    !fault_may_sleep(f)) {
		return -EFAULT;
	}
	arch_irq_enable();
	task_give_way(); /* a long copy of pages not there: here it may sleep */
	how = fault_resolve(f);
	arch_irq_disable();
	if (how > 0) {
		fault_end(f, how);
	}
	return how;
}

/* What a copy has left to do, as its fixup is about to compute. */
static int64_t fault_bytes_left(const struct frame *frame, uint32_t kind)
{
	uint64_t at = frame->x[EXTABLE_COUNT_AT(kind)];

	if (!(kind & EXTABLE_COUNTED)) {
		return -1;
	}
	if ((kind & EXTABLE_MOPS) && !(frame->spsr & SPSR_MOPS_OPTION_B)) {
		at += frame->x[EXTABLE_COUNT_REST(kind)];
	}
	return (int64_t)(frame->x[EXTABLE_COUNT_END(kind)] - at);
}

/* Step 9. err: why the page could not be brought in. */
static void fault_fix_up(struct fault *f, struct frame *frame,
			 const struct extable_entry *entry, int err)
{
	current->arch.copy_fixups++;
	f->left = fault_bytes_left(frame, entry->kind);
	fault_end_told(f, err == -ENOMEM ? RESOLUTION_OUT_OF_MEMORY :
					   RESOLUTION_FIXUP, err, entry);
	frame->elr = extable_fixup(entry);
}

/* Armed on this task, and not by what an interrupt has interrupted. */
static bool fault_probe_fires(void)
{
	return current->probe &&
	       current->probe->irq_depth == arch_cpu()->irq_depth;
}

static void fault_from_el1(struct fault *f, struct frame *frame,
			   const struct extable_entry *entry)
{
	const char *bug = fault_find_bug(f, entry);
	int how;

	if (bug && fault_probe_fires()) {
		/* Step 7: the bug is deliberate: put back what it upset. */
		fault_end_told(f, RESOLUTION_DELIBERATE, 0, entry);
		arch_fault_judge(f);
		*current->probe->fault = *f;
		probe_catch(current->probe, frame);
	} else if (bug) {
		fault_kernel_bug(f, bug, entry);
	} else {
		current->arch.copy_faults++;
		how = fault_resolve_in_copy(f);
		if (how <= 0) {
			fault_fix_up(f, frame, entry, how);
		}
	}
}

/*
 * Our own careful steps: AT, a read of what may not be RAM, HLT where no host
 * listens. They are part of looking at a fault, so they leave no record, and
 * looking never recurses.
 */
static bool fault_fix_up_own(struct frame *frame,
			     const struct extable_entry *entry)
{
	if (!entry || (entry->kind & EXTABLE_SIDE_MASK)) {
		return false;
	}
	frame->elr = extable_fixup(entry);
	return true;
}

void fault_handle(struct frame *frame, unsigned int from_el)
{
	const struct extable_entry *entry =
		from_el == 1 ? extable_find(frame->elr) : NULL;
	struct fault f;

	if (fault_fix_up_own(frame, entry)) {
		return;
	}
	/* Step 1, with exceptions still masked: later the tables may differ. */
	fault_begin(&f, frame, from_el);
	if (trace_faults_enabled) {
		f.cost = arch_instructions();
		fault_look(&f, entry);
	}
	if (from_el == 0) {
		fault_from_el0(&f);
	} else {
		fault_from_el1(&f, frame, entry);
	}
}
