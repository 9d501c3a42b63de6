/* SPDX-License-Identifier: MIT */
/*
 * plain.S - the "before" picture: ordinary loads and stores, no window. With
 * pan=off they reach everything EL1 can reach, as in every kernel before PAN;
 * with pan=on the hardware stops each of them, which is a demonstration.
 */
#include "../asm.h"
#include "privileged.h"

#define METHOD     plain
#define LOAD_KIND  EXTABLE_USER_LOAD
#define STORE_KIND EXTABLE_USER_STORE

.macro WINDOW_OPEN
.endm
.macro WINDOW_SHUT
.endm

#include "copy_template.S"
