/* SPDX-License-Identifier: MIT */
/* esr_iss.h - one field of an ISS; for esr.c and the tables of fields only. */
#pragma once

#include "esr.h"

enum esr_meaning {
	NUMBER,             /* a number that needs no words */
	WORDS,              /* one text for each value */
	FAULT_STATUS,       /* esr_fault_status_name() knows it */
	INSTRUCTION_STATUS, /* the same, without what only data can have */
	GRANULE_STATUS,     /* the same, of granule protection faults alone */
	SERROR_STATUS,      /* esr_serror_status_name() */
	DEBUG_STATUS,       /* of a debug exception: one code */
	REGISTER,           /* a general register */
	REGISTER_PAIR,      /* two of them, the first with an even number */
};

struct esr_field {
	uint8_t msb, lsb;
	uint8_t els; /* IN_EL2: ESR_EL2 alone has it; 0: EL1's has it, too */
	enum esr_meaning meaning;
	const char *name; /* NULL ends a list */
	const char *const *words;
	size_t count; /* of words; what is beyond, or NULL, is reserved */
	/*
	 * For the one-line form. NULL: nothing. "": what the value means, if
	 * that has words. Else this text, if the value is not 0; a number and
	 * a register follow it.
	 */
	const char *brief;
	bool (*exists)(uint64_t esr); /* NULL: always; else the bits are RES0 */
};

/* The levels whose ESR_ELx can have something, where EL1 has not. */
enum { IN_EL2 = 1 << 2, IN_EL3 = 1 << 3 };

#define SERROR_DFSC_ASYNCHRONOUS 0x11 /* all that says more has this code */
#define DFSC_DEBUG               0x22

/* What esr_fault_status_name() says, but "reserved" for what is no status of
 * an instruction abort, of a granule protection check. */
const char *esr_instruction_status_name(unsigned int ifsc);
const char *esr_granule_status_name(unsigned int xfsc);
/* DFSC of an SError: another list than that of the aborts. */
const char *esr_serror_status_name(unsigned int dfsc);

/* The class in the Arm ARM: "ISS encoding for …"; NULL if it is reserved. */
const char *esr_class_section(enum esr_class ec);
/* The levels whose ESR_ELx alone can have the class; 0: EL1's, too. */
unsigned int esr_class_els(enum esr_class ec);

/* The fields of this class, from bit 55 down; ends with a NULL name. */
const struct esr_field *esr_iss_fields(enum esr_class ec);

/* ---- For the tables -------------------------------------------------- */

/* One row: bits, name, then whatever the field has more than a number. */
#define F(high, low, title, ...) \
	{ .msb = high, .lsb = low, .name = title, __VA_ARGS__ }
#define F_END        { .name = NULL }
#define AS(kind)     .meaning = kind
#define TEXTS(...)   (const char *const[]){ __VA_ARGS__ }
#define SAY(...)     .meaning = WORDS, .words = TEXTS(__VA_ARGS__), \
		     .count = sizeof(TEXTS(__VA_ARGS__)) / sizeof(char *)
#define LINE(text)   .brief = text /* in the one-line form, too */
#define IF(function) .exists = function
#define ONLY(levels) .els = levels

static inline bool esr_bit(uint64_t esr, unsigned int n)
{
	return esr >> n & 1;
}

extern const struct esr_field esr_data_abort[], esr_instruction_abort[],
	esr_granule_check[], esr_serror[], esr_watchpoint[];
