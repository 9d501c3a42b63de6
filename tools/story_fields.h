/* SPDX-License-Identifier: MIT */
/*
 * story_fields.h - the table of a fault's fields, and the names of its
 * enumerations: what JSON, CTF and Chrome's format are made of. The table of
 * the light events is src/trace/events.h.
 */
#pragma once

#include "decode/decode.h"
#include "trace/events.h"

extern const struct trace_description fault_description;
/* struct walk, which is one field of a fault, field by field; an array is its
 * first element with a count. */
struct walk_field {
	struct trace_field field;
	size_t count;
};
extern const struct walk_field walk_fields[];
extern const size_t walk_field_count;

/* How an enumerator is called; NULL: the kind has none of this value. */
const char *field_enumerator(enum field_kind kind, uint64_t value);
const char *resolution_name(unsigned int resolution);
const char *walk_end_name(unsigned int end);
/* "write" for 64; NULL: no call of this kernel. */
const char *call_name(uint64_t number);
/* "EFAULT" for -14, which a call returned; NULL: it has not failed. */
const char *error_name(int64_t result);
#define CALL_LIMIT 0x10010 /* above the number of any call */

/* Bytes of one field of this kind. */
size_t field_size(enum field_kind kind);
bool field_is_signed(enum field_kind kind);
/* The value of an integer field of any size. */
uint64_t field_value(enum field_kind kind, const void *at);
