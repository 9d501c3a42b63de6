/* SPDX-License-Identifier: MIT */
/*
 * fault_record.h - a fault between its begin and its end, as fault.c has it in
 * hand: the record that will be published (struct fault), and what only the
 * handling needs.
 */
#pragma once

#include "arch_lab.h"
#include "cpu.h"
#include "decode/esr.h"
#include "extable.h"
#include "sysreg.h"
#include "uaccess/select.h"

struct taken_fault {
	struct frame *frame;  /* ESR, FAR, ELR and SPSR, as they were */
	const struct extable_entry *entry; /* of its PC at EL1; or NULL */
	unsigned int from_el;
	unsigned int access;  /* VM_*, of an abort; 0: it is none */
	bool looked;          /* f is filled, but for its end */
	uint32_t start;       /* instructions counted until then; 0: none are */
	struct fault f;
};

/* What an abort wanted to do; 0: it is none. */
static inline unsigned int fault_wanted(uint64_t esr)
{
	return esr_is_data_abort(esr) ? (esr_is_write(esr) ? VM_WRITE :
							     VM_READ) :
	       esr_is_instruction_abort(esr) ? VM_EXEC : 0;
}

/*
 * TTBR0_EL1 as it was when the fault was taken. With sw_ttbr0 the entry has
 * replaced it by the reserved table already.
 */
static inline uint64_t fault_ttbr0(const struct frame *frame,
				   unsigned int from_el)
{
	if (uaccess_hides_ttbr0 && (from_el == 0 || frame->window_open)) {
		return arch_cpu()->user_ttbr0;
	}
	return sysreg_read(ttbr0_el1);
}

/*
 * The record of a fault that is traced is begun at its entry, step 1 of
 * fault.c: later, other tables may be current. Exceptions are masked.
 */
void fault_record_begin(struct taken_fault *t);
/* Step 10: it is published. */
void fault_record_publish(struct taken_fault *t, enum resolution how);

/*
 * A fault that nobody traces leaves a record only if it ends badly, and all of
 * it is of the end: the tables may have changed if vm_fault() has slept. That
 * is the price of not looking at those of every fault.
 */

/* A kernel bug: the record is whole, and judged. */
void fault_record_end_bug(struct taken_fault *t, enum resolution how);
/*
 * What was refused: AT is not asked if nobody traces. err: what vm_fault() said;
 * the tables do not show why a page is not there. The program gets a signal; the
 * record is judged.
 */
void fault_record_end_signal(struct taken_fault *t, int err, int signal);
/*
 * The same, of a copy that ends early with `left` bytes to go. A program may
 * give one bad pointer after another. So if nobody traces, the record has the
 * registers and the descriptors alone, and arch_fault_judge() works out the rest
 * for whoever reads it. Interrupts masked.
 */
void fault_record_end_copy(struct taken_fault *t, int err, int64_t left);

/*
 * For tests: called before a fault is looked at, and the record says so. It may
 * mend the tables, so that a stale translation can be shown on a machine that
 * has none (QEMU walks again on every miss).
 */
extern void (*fault_stage)(void);
