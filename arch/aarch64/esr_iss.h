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
	struct {
		uint8_t lsb, width, value;
	} only_if; /* it exists when that field has this value; width 0: always */
};

/* The fields of this class's ISS, from bit 24 down; ends with width 0. */
const struct esr_field *esr_iss_fields(enum esr_class ec);
