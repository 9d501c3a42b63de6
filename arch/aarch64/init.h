/* SPDX-License-Identifier: MIT */
/* init.h - the first C function in the upper half; head.S branches to it. */
#pragma once

#include "lib/types.h"

__noreturn void arch_main(void);
