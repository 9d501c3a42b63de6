/* SPDX-License-Identifier: MIT */
/*
 * fault_record.h - a fault between its begin and its end, as fault.c has it in
 * hand: the record that will be published (struct fault), and what only the
 * handling needs.
 */
#pragma once

#include "arch_lab.h"
#include "decode/esr.h"
#include "extable.h"

struct taken_fault {
	struct fault f;
	struct frame *frame;  /* ESR, FAR, ELR and SPSR, as they were */
	const struct extable_entry *entry; /* of its PC at EL1; or NULL */
	unsigned int from_el;
	enum fault_type type; /* FAULT_RESERVED if it is not an abort */
	bool looked;          /* the record is filled, but for its end */
	uint32_t start;       /* instructions counted until then; 0: none are */
};

/* Step 1 of fault.c: exceptions are masked. */
void fault_record_begin(struct taken_fault *t, struct frame *frame,
			unsigned int from_el,
			const struct extable_entry *entry);
void fault_record_publish(struct taken_fault *t, enum resolution how);
/* Step 10: there is a record, if every fault is traced. */
static inline void fault_record_end(struct taken_fault *t, enum resolution how)
{
	if (t->looked) {
		fault_record_publish(t, how);
	}
}
/*
 * The same, of an end that is rare enough to be recorded whole, traced or not.
 * err: what vm_fault() said, or 0; the tables do not show why a page is not
 * there.
 */
void fault_record_end_whole(struct taken_fault *t, enum resolution how,
			    int err);

/*
 * For tests: called before a fault is looked at, and the record says so. It may
 * mend the tables, so that a stale translation can be shown on a machine that
 * has none (QEMU walks again on every miss).
 */
extern void (*fault_stage)(void);
