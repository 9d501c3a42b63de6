/* SPDX-License-Identifier: MIT */
/*
 * init.h - the first C function in the upper half; head.S branches to it. And
 * what the boot log says of this choice, for tests.
 */
#pragma once

#include "lib/types.h"

__noreturn void arch_main(void);
/* Where EL1 can read what EL0 may only execute, or NULL. */
const char *init_execute_only(void);
