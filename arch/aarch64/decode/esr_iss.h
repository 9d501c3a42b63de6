/* SPDX-License-Identifier: MIT */
/* esr_iss.h - one field of an ISS; between esr_iss.c and esr.c only. */
#pragma once

#include "esr.h"

enum esr_meaning {
	NUMBER,       /* a number that needs no words */
	WORDS,        /* one text for each value */
	FAULT_STATUS, /* esr_fault_status_name() knows it */
	REGISTER,     /* a general register */
};

struct esr_field {
	uint8_t lsb, width; /* width 0 ends a list */
	const char *name;
	enum esr_meaning meaning;
	const char *const *words; /* 1 << width of them; NULL is reserved */
	/* The field exists when this one has this value; width 0: always. */
	struct {
		uint8_t lsb, width, value;
	} only_if;
};

/* The fields of this class's ISS, from bit 24 down; ends with width 0. */
const struct esr_field *esr_iss_fields(enum esr_class ec);
