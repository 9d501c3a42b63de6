/* SPDX-License-Identifier: MIT */
/*
 * semihosting.h - requests to the host through HLT #0xF000 (Arm's
 * "Semihosting for AArch32 and AArch64"). Without such a host HLT is
 * Undefined; the exception table then makes the request return -1.
 */
#pragma once

#include "lib/types.h"

#define SEMIHOSTING_OPEN          0x01
#define SEMIHOSTING_WRITE0        0x04
#define SEMIHOSTING_WRITE         0x05
#define SEMIHOSTING_EXIT_EXTENDED 0x20

/* hlt.S: w0 the operation, x1 its parameter; -1 where there is none. */
long semihosting_call(unsigned int operation, const void *parameter);

void semihosting_write0(const char *text);
/* Ends the machine with this status (0 to 255); returns where it cannot. */
void semihosting_exit(int status);
