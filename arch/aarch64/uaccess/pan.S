/* SPDX-License-Identifier: MIT */
/*
 * pan.S - the classic: ordinary loads and stores, with PSTATE.PAN cleared
 * around them (Arm ARM D8.4, "Privileged access never"). The window is as
 * small as the loop, and a fault that ends the copy shuts it in the fixup.
 */
#define METHOD pan
#define WINDOW PAN
#include "privileged.h"

#include "copy_template.S"
#include "string_template.S"
#include "word_template.S"
