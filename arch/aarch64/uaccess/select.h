/* SPDX-License-Identifier: MIT */
/* select.h - choosing PAN and the user-access method: two axes, at boot. */
#pragma once

#include "lib/types.h"

/* The method in force: "ldtr". */
extern const char *uaccess_method;
/* Its operations' code, by the lists of methods.h. */
struct uaccess_in_force {
	const uint64_t *copies, *words, *atomics;
};
extern struct uaccess_in_force uaccess_in_force;
/* Who looks on at each operation: traced.c. */
extern bool uaccess_traced, uaccess_counted;
/* sw_ttbr0: in the kernel TTBR0_EL1 is the reserved table. */
extern bool uaccess_hides_ttbr0;
/* Whether user memory is in reach now, and ought not to be for long. */
bool uaccess_window_is_open(void);
