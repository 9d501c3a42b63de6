/* SPDX-License-Identifier: MIT */
/*
 * decode.h - what a fault says, in words. Pure functions over struct fault
 * and register values, compiled for the kernel and for the host alike: a
 * panic, `make trace` and `make esr` print the same words.
 */
#pragma once

#include "fault.h"
#include "lib/sink.h"

/* ---- esr.c, esr_names.c --------------------------------------------- */

const char *esr_class_name(unsigned int ec); /* "data abort, same EL" */
/* "permission fault, level 3" */
const char *esr_fault_status_name(unsigned int fsc);
/* One line: "data abort, same EL | read | permission fault, level 3". */
void esr_print(struct sink *out, uint64_t esr);
/* Field by field with the Arm ARM section: `make esr`. */
void esr_explain(struct sink *out, uint64_t esr);

/* ---- verdict.c ------------------------------------------------------ */

/*
 * The class of a fault, from ESR, SPSR, the instruction (or its exception-
 * table entry) and the walk. What AT said is no input: the story shows it as
 * a second opinion, and says where it disagrees.
 */
enum verdict verdict_of(const struct fault *f);
const char *verdict_name(enum verdict v); /* "unmapped", "pan", … */

/* ---- story.c -------------------------------------------------------- */

/* Writes "symbol+0x10" for a code address; false if it knows none. */
typedef bool story_symbol_fn(uint64_t addr, char *buf, size_t size);
/* How a system call is called, or NULL. The kernel has no names: it is NULL
 * there, and the number must do. */
extern const char *(*story_call_name)(uint64_t number);

/* Columns: two texts share a line where they fit. The host's tools choose. */
extern unsigned int story_width;

/* The sentence: "EL1 read of 0x402000 in trespass_read_user, outside uaccess:
 * the page is EL0's and PAN=1." (one line, no newline) */
void story_sentence(struct sink *out, const struct fault *f,
		    story_symbol_fn *symbol);
/* How it ended: "exception table -> fixup, 6 bytes left" (no full stop) */
void story_resolution(struct sink *out, const struct fault *f);
/* Sentence, ESR, ELR, SPSR, the walk, AT: some 15 lines. */
void story_print(struct sink *out, const struct fault *f,
		 story_symbol_fn *symbol);
/* The walk alone, one line a level. sharers: as in struct fault. */
void story_walk(struct sink *out, const struct walk *w, uint64_t sctlr,
		unsigned int sharers);
