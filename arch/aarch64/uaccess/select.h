/* SPDX-License-Identifier: MIT */
/* select.h - choosing PAN and the user-access method: two axes, at boot. */
#pragma once

#include "lib/types.h"

/* The method in force: "ldtr". */
extern const char *uaccess_method;
/* sw_ttbr0: in the kernel TTBR0_EL1 is the reserved table. */
extern bool uaccess_hides_ttbr0;
