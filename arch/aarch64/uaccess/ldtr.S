/* SPDX-License-Identifier: MIT */
/*
 * ldtr.S - unprivileged loads and stores, and no window. A pointer into the
 * kernel's half faults by itself, and PSTATE.PAN stays 1 throughout: PAN does
 * not look at unprivileged accesses.
 */
#define METHOD ldtr
#define WINDOW NONE
#include "unprivileged.h"

#include "copy_template.S"
#include "string_template.S"
#include "word_template.S"
