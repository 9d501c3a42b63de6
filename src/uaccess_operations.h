/* SPDX-License-Identifier: MIT */
/*
 * uaccess_operations.h - the operations on user memory that arch.h declares:
 * the one list that entry points, methods, trace and statistics are made from.
 * C and assembly share it.
 *
 * X(c, name, direction, address, bytes, size, result): c is what the user of
 * the list gave it. `address` is the argument that is the user's address.
 * `bytes` is the argument that is the size; NONE: there is none, and `size`
 * bytes are meant. `result` says what x0 holds:
 *	LEFT	the bytes that are left
 *	ERROR	0, or an error: then nothing was done
 *	STRING	a length, or an error
 *	LENGTH	a length, or 0: a fault
 */
#pragma once

#define UACCESS_COPIES(X, c)                             \
	X(c, copy_from_user,    IN,   1, 2,    0, LEFT)  \
	X(c, copy_to_user,      OUT,  0, 2,    0, LEFT)  \
	X(c, clear_user,        OUT,  0, 1,    0, LEFT)

#define UACCESS_WORDS(X, c)                              \
	X(c, strncpy_from_user, IN,   1, 2,    0, STRING) \
	X(c, strnlen_user,      IN,   0, 1,    0, LENGTH) \
	X(c, get_user_1,        IN,   0, NONE, 1, ERROR) \
	X(c, get_user_2,        IN,   0, NONE, 2, ERROR) \
	X(c, get_user_4,        IN,   0, NONE, 4, ERROR) \
	X(c, get_user_8,        IN,   0, NONE, 8, ERROR) \
	X(c, put_user_1,        OUT,  1, NONE, 1, ERROR) \
	X(c, put_user_2,        OUT,  1, NONE, 2, ERROR) \
	X(c, put_user_4,        OUT,  1, NONE, 4, ERROR) \
	X(c, put_user_8,        OUT,  1, NONE, 8, ERROR)

#define UACCESS_ATOMICS(X, c)                            \
	X(c, cmpxchg_user_4,    BOTH, 0, NONE, 4, ERROR) \
	X(c, cmpxchg_user_8,    BOTH, 0, NONE, 8, ERROR)

#define UACCESS_OPERATIONS(X, c) \
	UACCESS_COPIES(X, c) UACCESS_WORDS(X, c) UACCESS_ATOMICS(X, c)
