/* SPDX-License-Identifier: MIT */
/*
 * console.h - between the files of src/dev/ that make up the console: the
 * UART below, the line discipline above, and the output that both share.
 */
#pragma once

#include "lib/types.h"

bool pl011_ready(void); /* pl011_init() has been called */
/* Text to the console, whole, and not mixed with other output. Any context. */
void console_put(const char *text, size_t len);
