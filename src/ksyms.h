/* SPDX-License-Identifier: MIT */
/* ksyms.h - the kernel's functions by address: for backtraces and faults. */
#pragma once

#include "lib/types.h"

/*
 * Writes "name+0x10" for the kernel function that addr lies in, and returns
 * true; an empty string and false where there is none. Any context.
 */
bool ksyms_lookup(uint64_t addr, char *buf, size_t size);
