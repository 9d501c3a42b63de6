/* SPDX-License-Identifier: MIT */
/*
 * sw_ttbr0.S - PAN in software, for CPUs without it: in the kernel TTBR0_EL1
 * is the reserved, empty table, so that no user address translates at all.
 * The window is the user's table. vectors.S does the same at the border (its
 * hooks), so an exception in the window shuts it and puts it back.
 */
#define METHOD sw_ttbr0
#define WINDOW TTBR0
#include "privileged.h"

#include "copy_template.S"
#include "string_template.S"
#include "word_template.S"
