// SPDX-License-Identifier: MIT
/*
 * fault.c - what becomes of a fault. It reads downwards, in ten steps:
 *
 *  1. The frame has ESR, FAR, ELR and SPSR. If somebody traces, the rest is
 *     looked at now, while interrupts are masked: after another task has run,
 *     other tables may be current.
 *  2. An external error stops the machine: no software can mend it.
 *  3. From EL0: vm_fault() brings the page in, or the program is signalled.
 *  4. From EL1, and the PC has no exception-table entry: a kernel bug.
 *  5. The access is on the kernel's side of a copy: a kernel bug.
 *  6. The access needs an open window, and the window is shut: a kernel bug.
 *     (The tables allow the access, so a retry would fault again, for ever.)
 *  7. A kernel bug that a probe has committed on purpose is survived.
 *  8. In a copy that may sleep, vm_fault() brings the page in: a retry.
 *  9. Otherwise the copy ends early: the entry's fixup.
 * 10. Each fault leaves one record, with its end (fault_record.c).
 *
 * Three invariants meet here: only the user's side of a copy is fixed up (4),
 * what can be brought in is brought in, also during a copy (7), and each
 * fault leaves one record (13).
 *
 * Why a table decides: ESR and SPSR.PAN cannot tell a copy that met a bad
 * pointer from a kernel bug. A plain load stopped by PAN and an LDTR of a
 * kernel page report the same. Read next: extable.h, fault_record.c.
 */
#include "fault.h"

#include <linux/signal.h>

#include "boot.h"
#include "decode/esr.h"
#include "extable.h"
#include "fault_record.h"
#include "mm/vm.h"
#include "probe.h"
#include "spinlock.h"
#include "sysreg_fields.h"
#include "task/sched.h"
#include "trace/trace.h"
#include "uaccess/select.h"

static const char from_outside[] = "an error outside the CPU's own rules";

/* In the order of this file, which is that of the steps. */
static inline void fault_begin(struct taken_fault *t, struct frame *frame,
			       unsigned int from_el,
			       const struct extable_entry *entry);
static bool fault_is_own(const struct extable_entry *entry);
static bool fault_is_external(const struct taken_fault *t);
static void fault_of_program(struct taken_fault *t);
static int fault_signal(const struct taken_fault *t);
static const char *fault_find_bug(const struct taken_fault *t);
static bool fault_is_users_side(const struct taken_fault *t);
static bool fault_window_shut(const struct taken_fault *t);
static void fault_kernel_bug(struct taken_fault *t, const char *what);
static bool fault_probe_fires(void);
static void fault_in_copy(struct taken_fault *t);
static bool fault_may_sleep(const struct frame *frame);
static void fault_fix_up(struct taken_fault *t, int err);
static int64_t fault_bytes_left(const struct taken_fault *t);
static bool fault_may_resolve(const struct taken_fault *t);
static bool fault_in_user_half(const struct frame *frame);
static inline int fault_resolve(const struct taken_fault *t,
				struct task *task);
static void fault_end(struct taken_fault *t, enum resolution how);
static __noreturn void fault_panic(struct taken_fault *t, const char *what);

/*
 * From vectors.S, by trap.c; interrupts are masked. When they return, the frame
 * is what is gone on with: the same instruction, a fixup, or a probe's end.
 */
void fault_from_el0(struct frame *frame)
{
	struct taken_fault t;

	fault_begin(&t, frame, 0, NULL); /* step 1 */
	if (unlikely(fault_is_external(&t))) {
		fault_kernel_bug(&t, from_outside);
	} else {
		fault_of_program(&t);
	}
}

void fault_from_el1(struct frame *frame)
{
	const struct extable_entry *entry = extable_find(frame->elr);
	struct taken_fault t;
	const char *bug;

	if (unlikely(fault_is_own(entry))) {
		frame->elr = extable_fixup(entry);
		return;
	}
	fault_begin(&t, frame, 1, entry); /* step 1 */
	if (unlikely(fault_is_external(&t))) {
		fault_kernel_bug(&t, from_outside);
	} else if (unlikely((bug = fault_find_bug(&t)) != NULL)) {
		fault_kernel_bug(&t, bug);
	} else {
		fault_in_copy(&t);
	}
}

/* Faults that nobody traces come here, too, and there are many: what lies in
 * the frame stays there until the end. */
static inline void fault_begin(struct taken_fault *t, struct frame *frame,
			       unsigned int from_el,
			       const struct extable_entry *entry)
{
	t->frame = frame;
	t->entry = entry;
	t->from_el = from_el;
	t->access = fault_wanted(frame->esr);
	t->looked = false;
	if (unlikely(trace_faults_enabled)) {
		fault_record_begin(t);
	}
}

/*
 * Our own careful steps: AT, a read of what may not be RAM, HLT where no host
 * listens. They are part of looking at a fault, so they leave no record, and
 * looking never recurses.
 */
static bool fault_is_own(const struct extable_entry *entry)
{
	return entry && !(entry->kind & EXTABLE_SIDE_MASK);
}

/* Step 2. */
static bool fault_is_external(const struct taken_fault *t)
{
	return !esr_is_of_tables(t->frame->esr) &&
	       esr_is_external(t->frame->esr);
}

/*
 * Step 3: EL0 gets its page, or its signal. All of it with interrupts on: EL0
 * had them on, and bringing a page in may sleep.
 */
static void fault_of_program(struct taken_fault *t)
{
	int how = -EFAULT;

	/* FAR is in the frame: another exception may come. */
	arch_irq_enable();
	if (likely(fault_may_resolve(t))) {
		how = fault_resolve(t, current);
	}
	if (likely(how > 0)) {
		fault_end(t, how);
		return;
	}
	fault_record_end_signal(t, how, how == -ENOMEM ? SIGKILL :
					how == -ENXIO  ? SIGBUS :
							 fault_signal(t));
	task_signal_current(t->f.signal, &t->f);
}

/* The signal that Linux sends for what EL0 did. */
static int fault_signal(const struct taken_fault *t)
{
	switch (esr_class(t->frame->esr)) {
	case EC_INSTRUCTION_ABORT_LOWER_EL:
	case EC_DATA_ABORT_LOWER_EL:
		return esr_fault_type(t->frame->esr) == FAULT_ALIGNMENT ?
			       SIGBUS : SIGSEGV;
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

/* Steps 4 to 6: what is wrong; NULL if a user access met what it may meet. */
static const char *fault_find_bug(const struct taken_fault *t)
{
	if (!fault_is_users_side(t)) {
		return !t->entry || t->access == VM_EXEC ?
			       "unexpected kernel fault" :
		       t->access == 0 ?
			       "a user access raised something other than a "
			       "data abort" :
			       "a fault on the kernel's side of a copy";
	}
	if ((t->entry->kind & EXTABLE_WINDOW) && fault_in_user_half(t->frame) &&
	    fault_window_shut(t)) {
		return "a user access with the window shut";
	}
	return NULL;
}

/* Step 5: an entry is about one side only (an atomic's: about both), and WnR
 * must say that side. */
static bool fault_is_users_side(const struct taken_fault *t)
{
	_Static_assert(EXTABLE_USER_LOAD == VM_READ &&
		       EXTABLE_USER_STORE == VM_WRITE &&
		       EXTABLE_USER_BOTH == (VM_READ | VM_WRITE),
		       "a side and the access that it allows are one bit");
	return t->entry && (t->entry->kind & EXTABLE_SIDE_MASK & t->access);
}

/*
 * Step 6: PAN kept the access out, or the reserved table in place of the
 * user's did (sw_ttbr0). vm_fault() would find the page mapped and say "try
 * again", without end.
 */
static bool fault_window_shut(const struct taken_fault *t)
{
	return (t->frame->spsr & FIELD_MASK(SPSR_EL1_PAN)) ||
	       (uaccess_hides_ttbr0 &&
		fault_ttbr0(t->frame, 1) == boot.ttbr_reserved &&
		current->vm); /* without one, the open window shows nothing */
}

/*
 * Step 7. The probe gets a copy of the record, and the CPU goes on where
 * arch_probe() was called. This is no exception-table entry: the instruction
 * has no way out of its own, and invariants 3 and 4 stay true.
 */
static void fault_kernel_bug(struct taken_fault *t, const char *what)
{
	if (!fault_probe_fires()) {
		fault_panic(t, what);
	}
	fault_record_end_bug(t, RESOLUTION_DELIBERATE);
	*current->probe->fault = t->f;
	probe_catch(current->probe, t->frame);
}

/* Armed on this task, and not by what an interrupt has interrupted. */
static bool fault_probe_fires(void)
{
	return current->probe &&
	       current->probe->irq_depth == arch_cpu()->irq_depth;
}

/*
 * Step 8. Only here, after the table has said that the instruction may fault,
 * and before its fixup: so no page is brought in for a kernel bug, and -EFAULT
 * means that the page cannot be had (invariant 7).
 */
static void fault_in_copy(struct taken_fault *t)
{
	struct task *task = current;
	int how = -EFAULT;

	if (fault_may_resolve(t) && task->vm && fault_may_sleep(t->frame)) {
		arch_irq_enable();
		sched_give_way(); /* pages without end: others have a turn */
		how = fault_resolve(t, task);
		arch_irq_disable();
	}
	if (how > 0) {
		task->arch.copy_retries++;
		fault_end(t, how);
	} else {
		task->arch.copy_fixups++;
		fault_fix_up(t, how);
	}
}

/* It had interrupts on, and holds no spinlock (invariant 9). */
static bool fault_may_sleep(const struct frame *frame)
{
	return !(frame->spsr & FIELD_MASK(SPSR_EL1_I)) && !in_atomic();
}

/* Step 9. err: why the page could not be brought in. */
static void fault_fix_up(struct taken_fault *t, int err)
{
	fault_record_end_copy(t, err, fault_bytes_left(t));
	t->frame->elr = extable_fixup(t->entry);
}

#define SPSR_MOPS_OPTION_B BIT(29) /* PSTATE.C, in CPY* and SET* */

/* What a copy has left to do, as its fixup is about to compute. */
static int64_t fault_bytes_left(const struct taken_fault *t)
{
	const struct frame *frame = t->frame;
	uint32_t kind = t->entry->kind;
	uint64_t at = frame->x[EXTABLE_COUNT_AT(kind)];

	if (!(kind & EXTABLE_COUNTED)) {
		return -1;
	}
	if ((kind & EXTABLE_MOPS) && !(frame->spsr & SPSR_MOPS_OPTION_B)) {
		at += frame->x[EXTABLE_COUNT_REST(kind)];
	}
	return (int64_t)(frame->x[EXTABLE_COUNT_END(kind)] - at);
}

/* ---- Steps 3 and 8: bringing a page in ------------------------------ */

/* Never for an address of the kernel's half: vm_fault() knows only users'. */
static bool fault_may_resolve(const struct taken_fault *t)
{
	return t->access != 0 && esr_is_of_tables(t->frame->esr) &&
	       fault_in_user_half(t->frame);
}

static bool fault_in_user_half(const struct frame *frame)
{
	return !(frame->far & BIT(55)); /* whatever the tag says (D8.8) */
}

/*
 * "Spurious" (the tables allow it already) is believed once per PC and FAR: the
 * second time running something else refuses, and to retry for ever would hang,
 * as NetBSD/arm did.
 */
static inline int fault_resolve(const struct taken_fault *t, struct task *task)
{
	const struct frame *frame = t->frame;
	struct arch_task *own = &task->arch;
	int how = vm_fault(task->vm, arch_untag(frame->far), t->access);

	if (how == RESOLUTION_SPURIOUS) {
		if (own->spurious_pc == frame->elr &&
		    own->spurious_far == frame->far) {
			how = -EFAULT;
		}
		own->spurious_pc = frame->elr;
		own->spurious_far = frame->far;
	} else if (how > 0) {
		own->spurious_pc = 0;
	}
	return how;
}

/* ---- The end -------------------------------------------------------- */

/* Step 10, of a fault that was resolved. */
static void fault_end(struct taken_fault *t, enum resolution how)
{
	if (unlikely(t->looked)) {
		fault_record_publish(t, how);
	}
}

static __noreturn void fault_panic(struct taken_fault *t, const char *what)
{
	fault_record_end_bug(t, RESOLUTION_KERNEL_BUG);
	panic_fault(what, &t->f);
}

void fault_stop(struct frame *frame, unsigned int from_el, const char *what)
{
	struct taken_fault t;

	fault_begin(&t, frame, from_el,
		    from_el == 1 ? extable_find(frame->elr) : NULL);
	fault_panic(&t, what);
}
