/* SPDX-License-Identifier: MIT */
/*
 * select.h - what is in force: PAN and the user-access method, two axes, both
 * chosen at boot.
 */
#pragma once

#include "methods.h"

extern const struct uaccess_method *uaccess_method;
/* Its window is TTBR0: in the kernel TTBR0_EL1 is the reserved table. */
extern bool uaccess_hides_ttbr0;
