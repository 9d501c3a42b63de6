/* SPDX-License-Identifier: MIT */
/*
 * fields.h - the kinds of field that a record of the trace is made of, and
 * what each is in C. A record is a list of F(T, kind, name): with F as
 * FIELD_MEMBER the list becomes a struct, with other macros the text printer,
 * CTF's metadata and JSON. So a field is written down once, and nowhere can
 * it be forgotten. The lists: events.h, and FAULT_FIELDS in fault.h.
 */
#pragma once

#include "lib/types.h"

/* X is printed in hexadecimal; the others after S32 are not plain numbers. */
#define FIELD_KINDS(K)                                                   \
	K(U8, uint8_t) K(U16, uint16_t) K(U32, uint32_t) K(U64, uint64_t) \
	K(X16, uint16_t) K(X32, uint32_t) K(X64, uint64_t)               \
	K(S32, int32_t) K(S64, int64_t)                                  \
	K(NAME, field_name)         /* text, ended by NUL or by its end */ \
	K(CALL, uint64_t)           /* number of a system call, or ~0 */ \
	K(OPERATION, uint64_t)      /* enum trace_operation */           \
	K(DIRECTION, uint64_t)      /* enum trace_direction */           \
	K(SCOPE, uint64_t)          /* enum trace_scope */               \
	K(VERDICT, uint16_t)        /* enum verdict */                   \
	K(RESOLUTION, uint16_t)     /* enum resolution */                \
	K(PARS, field_pars)         /* answers of AT, by enum at_op */   \
	K(WALK, struct walk)

#define FIELD_NAME_SIZE 16
typedef char field_name[FIELD_NAME_SIZE];
typedef uint64_t field_pars[6];
struct walk;

enum field_kind {
#define K(kind, type) FIELD_##kind,
	FIELD_KINDS(K)
#undef K
	FIELD_KIND_COUNT
};

#define K(kind, type) typedef type field_type_##kind;
FIELD_KINDS(K)
#undef K

#define FIELD_MEMBER(T, kind, name) field_type_##kind name;
/* For a function that takes the fields, after another argument. */
#define FIELD_PARAMETER(T, kind, name) , const field_type_##kind name
