/* SPDX-License-Identifier: MIT */
/*
 * methods.h - the user-access methods and the operations that each of them
 * has, as two lists that C and assembly share. A new method is a line here
 * and a file of its own beside it.
 */
#pragma once

#define UACCESS_METHODS(X) \
	X(plain)           \
	X(pan)             \
	X(ldtr)

#define UACCESS_OPERATIONS(X)  \
	X(copy_from_user)      \
	X(copy_to_user)        \
	X(clear_user)          \
	X(strncpy_from_user)   \
	X(get_user_1)          \
	X(get_user_2)          \
	X(get_user_4)          \
	X(get_user_8)          \
	X(put_user_1)          \
	X(put_user_2)          \
	X(put_user_4)          \
	X(put_user_8)
