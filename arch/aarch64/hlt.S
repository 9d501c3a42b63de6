/* SPDX-License-Identifier: MIT */
/* hlt.S - the one instruction that asks the host: see semihosting.h. */
#include "asm.h"

/* long semihosting_call(unsigned int operation w0, const void *parameter x1) */
FUNC semihosting_call
	hlt	#0xf000
	EXTABLE	1f, EXTABLE_HLT
	ret
1:	mov	x0, #-1			// Undefined: there is no host
	ret
ENDFUNC semihosting_call
