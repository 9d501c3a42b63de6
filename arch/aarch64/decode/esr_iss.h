/* SPDX-License-Identifier: MIT */
/* esr_iss.h - one field of an ISS; between esr_iss.c and esr.c only. */
#pragma once

#include "esr.h"

enum esr_meaning {
	NUMBER,       /* a number that needs no words */
	WORDS,        /* one text for each value */
	FAULT_STATUS, /* esr_fault_status_name() knows it */
	SERROR_STATUS, /* esr_serror_status_name() */
	DEBUG_STATUS, /* of a debug exception: one code */
	REGISTER,     /* a general register */
};

struct esr_field {
	uint8_t lsb, width; /* width 0 ends a list */
	const char *name;
	enum esr_meaning meaning;
	const char *const *words; /* 1 << width of them; NULL is reserved */
	/* The field exists when these bits of ESR_EL1 have this value. */
	struct {
		uint32_t mask, value;
	} only_if;
};

#define SERROR_DFSC_ASYNCHRONOUS 0x11 /* the only code that makes AET valid */
#define DFSC_DEBUG               0x22

/* DFSC of an SError: another list than that of the aborts. */
const char *esr_serror_status_name(unsigned int dfsc);
/* "uncontainable", …: SError's AET; NULL for what is reserved. */
const char *esr_serror_type(uint64_t esr);

/* The fields of this class's ISS, from bit 24 down; ends with width 0. */
const struct esr_field *esr_iss_fields(enum esr_class ec);
