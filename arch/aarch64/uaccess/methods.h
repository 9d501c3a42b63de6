/* SPDX-License-Identifier: MIT */
/*
 * methods.h - the operations that a user-access method has, in three groups,
 * as lists that C and assembly share. What they do: src/arch.h. Who provides
 * which: select.c.
 */
#pragma once

#define UACCESS_COPIES(X) \
	X(copy_from_user) \
	X(copy_to_user)   \
	X(clear_user)

#define UACCESS_WORDS(X)     \
	X(strncpy_from_user) \
	X(strnlen_user)      \
	X(get_user_1)        \
	X(get_user_2)        \
	X(get_user_4)        \
	X(get_user_8)        \
	X(put_user_1)        \
	X(put_user_2)        \
	X(put_user_4)        \
	X(put_user_8)

#define UACCESS_ATOMICS(X) \
	X(cmpxchg_user_4)  \
	X(cmpxchg_user_8)

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* Addresses of code, in the order of the lists: tables.S. */
typedef const uint64_t uaccess_code[];

extern uaccess_code uaccess_copies_doors, uaccess_copies_plain,
	uaccess_copies_pan, uaccess_copies_ldtr, uaccess_copies_mops,
	uaccess_copies_sw_ttbr0, uaccess_copies_softwalk,
	uaccess_copies_traced;
extern uaccess_code uaccess_words_doors, uaccess_words_plain,
	uaccess_words_pan, uaccess_words_ldtr, uaccess_words_sw_ttbr0,
	uaccess_words_softwalk, uaccess_words_traced;
extern uaccess_code uaccess_atomics_doors, uaccess_atomics_unwindowed,
	uaccess_atomics_unwindowed_lse, uaccess_atomics_panwindow,
	uaccess_atomics_panwindow_lse, uaccess_atomics_ttbr0window,
	uaccess_atomics_ttbr0window_lse,
	uaccess_atomics_softwalk, uaccess_atomics_traced;

/* A hook of vectors.S and its stub, each relative to its own field. */
struct uaccess_hook {
	int32_t site, stub;
};
extern const struct uaccess_hook hooks_start[], hooks_end[];
#endif
