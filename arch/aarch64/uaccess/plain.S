/* SPDX-License-Identifier: MIT */
/*
 * plain.S - the "before" picture: ordinary loads and stores, no window. With
 * pan=off they reach everything EL1 can reach, as in every kernel before PAN;
 * with pan=on the hardware stops each of them, which is a demonstration.
 */
#define METHOD plain
#define WINDOW NONE
#include "privileged.h"

#include "copy_template.S"
#include "string_template.S"
#include "word_template.S"
