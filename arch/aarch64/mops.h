/* SPDX-License-Identifier: MIT */
/* mops.h - restarting a CPY* or SET* that met the wrong option: see mops.c. */
#pragma once

#include "lib/types.h"

/*
 * Puts the registers x and *pc back to where the prologue runs again for what
 * is left. Pure: the caller has an exception of class EC_MOPS (ESR 0x27).
 */
void mops_restart(uint64_t x[31], uint64_t *pc, uint64_t esr, uint64_t spsr);
