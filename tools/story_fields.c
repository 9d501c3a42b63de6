/* SPDX-License-Identifier: MIT */
/* story_fields.c - see story_fields.h. */
#include "story_fields.h"

#include <string.h>

/* The numbers of arm64, on any host: it uses the generic table. */
#define __ARCH_WANT_NEW_STAT
#include <asm-generic/unistd.h>

#include "sys/calls.h"
#include "sys/textbook.h"

#include "../user/lib/errnos.h"

#define FIELD(T, kind, name) TRACE_FIELD(T, kind, name)
static const struct trace_field fault_fields[] = {
	FAULT_FIELDS(FIELD, fault)
};
const struct trace_description fault_description = {
	"fault", fault_fields, ARRAY_SIZE(fault_fields),
};

const struct walk_field walk_fields[] = {
	{ { "va", FIELD_X64, offsetof(struct walk, va) }, 1 },
	{ { "ttbr", FIELD_X64, offsetof(struct walk, ttbr) }, 1 },
	{ { "half", FIELD_U8, offsetof(struct walk, half) }, 1 },
	{ { "end", FIELD_U8, offsetof(struct walk, end) }, 1 },
	{ { "first", FIELD_U8, offsetof(struct walk, first) }, 1 },
	{ { "last", FIELD_U8, offsetof(struct walk, last) }, 1 },
	{ { "page_shift", FIELD_U8, offsetof(struct walk, page_shift) }, 1 },
	{ { "va_bits", FIELD_U8, offsetof(struct walk, va_bits) }, 1 },
	{ { "flags", FIELD_U8, offsetof(struct walk, flags) }, 1 },
	{ { "levels", FIELD_U8, offsetof(struct walk, levels) }, 1 },
	{ { "addr", FIELD_X64, offsetof(struct walk, addr) }, 4 },
	{ { "desc", FIELD_X64, offsetof(struct walk, desc) }, 4 },
};
const size_t walk_field_count = ARRAY_SIZE(walk_fields);
_Static_assert(sizeof(struct walk) == 8 * (2 + 1 + 4 + 4),
	       "struct walk has a field that the table lacks");

const char *resolution_name(unsigned int resolution)
{
#define R(name, data, words) data,
	static const char *const names[] = { RESOLUTIONS(R) };
#undef R

	return resolution < ARRAY_SIZE(names) ? names[resolution] : NULL;
}

const char *walk_end_name(unsigned int end)
{
	static const char *const names[] = {
		[WALK_PAGE] = "page", [WALK_BLOCK] = "block",
		[WALK_INVALID] = "invalid", [WALK_RESERVED] = "reserved",
		[WALK_OUTSIDE_RAM] = "outside-ram",
		[WALK_NONCANONICAL] = "noncanonical",
		[WALK_DISABLED] = "disabled",
		[WALK_ADDRESS_SIZE] = "address-size",
	};

	return end < ARRAY_SIZE(names) ? names[end] : NULL;
}

const char *call_name(uint64_t number)
{
	static const char *const names[] = {
#define CALL(name) [__NR_##name] = #name
#define C(name, function) CALL(name),
		SYSCALLS(C)
	};
	static const char *const in_vain[] = { /* what else programs ask for */
		CALL(mremap), CALL(execve), CALL(rt_sigaction),
		CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(kill),
		CALL(tgkill), CALL(ioctl), CALL(readv), CALL(pread64),
		CALL(pwrite64), CALL(dup), CALL(dup3), CALL(pipe2), CALL(ppoll),
		CALL(fcntl), CALL(getdents64), CALL(nanosleep),
		CALL(clock_nanosleep), CALL(futex), CALL(getrandom),
		CALL(newfstatat), CALL(readlinkat), CALL(getcwd), CALL(chdir),
		CALL(prlimit64), CALL(set_robust_list), CALL(getuid),
#undef CALL
	};
#define CALL(name) [__NR_##name - TEXTBOOK_FIRST] = #name
	static const char *const textbook[] = { TEXTBOOK_CALLS(C) };
#undef CALL
#undef C

	if (number < ARRAY_SIZE(names) && names[number] != NULL) {
		return names[number];
	}
	if (number < ARRAY_SIZE(in_vain)) {
		return in_vain[number];
	}
	number -= TEXTBOOK_FIRST;
	return number < ARRAY_SIZE(textbook) ? textbook[number] : NULL;
}

const char *error_name(int64_t result)
{
#define E(name) [name] = #name,
	static const char *const names[] = { ERRNOS(E) };
#undef E

	if (result >= 0 || result < -4095) { /* as Linux's own libraries do */
		return NULL;
	}
	return -result < (int64_t)ARRAY_SIZE(names) && names[-result] != NULL ?
		       names[-result] : "unknown";
}

const char *field_enumerator(enum field_kind kind, uint64_t value)
{
	switch (kind) {
	case FIELD_VERDICT:
		return value < VERDICT_COUNT ?
			       verdict_name((enum verdict)value) : NULL;
	case FIELD_RESOLUTION:
		return resolution_name((unsigned int)value);
	default:
		return trace_enumerator(kind, value);
	}
}

size_t field_size(enum field_kind kind)
{
	static const size_t sizes[] = {
#define K(kind_, type) sizeof(field_type_##kind_),
		FIELD_KINDS(K)
#undef K
	};

	return sizes[kind];
}

bool field_is_signed(enum field_kind kind)
{
	/* "No system call" is -1 to a reader, and not a number of 20 digits. */
	return kind == FIELD_S32 || kind == FIELD_S64 || kind == FIELD_CALL;
}

uint64_t field_value(enum field_kind kind, const void *at)
{
	const size_t size = field_size(kind);
	uint64_t value = 0;

	if (size > sizeof(value)) {
		return 0;
	}
	memcpy(&value, at, size); /* little-endian, as the records are */
	if (field_is_signed(kind) && size < 8 && value >> (8 * size - 1)) {
		value |= ~UINT64_C(0) << (8 * size);
	}
	return value;
}
