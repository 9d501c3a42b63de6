/* SPDX-License-Identifier: MIT */
/* raw_window.h - the window by itself, for deliberate bugs: raw_window.c. */
#pragma once

#include "lib/types.h"

/* Whether user memory is in reach now, and should not be for long. */
bool uaccess_window_is_open(void);
