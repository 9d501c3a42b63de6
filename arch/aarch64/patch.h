/* SPDX-License-Identifier: MIT */
/* patch.h - changing the kernel's own text, one instruction at a time. */
#pragma once

#include "lib/types.h"

/*
 * Makes the instruction at `site` a branch to target (within 128 MiB).
 * Only B and NOP may be there before: those may change while another CPU
 * fetches them (Arm ARM B2.2.5, concurrent modification and execution).
 */
void patch_branch(void *site, const void *target);
