/* SPDX-License-Identifier: MIT */
/*
 * privileged.h - ordinary loads and stores, with EL1's own rights: what plain
 * and pan have in common. Nothing in these instructions knows that the
 * address is a user's; only access_ok() stands before a kernel pointer.
 */
#include "template.h"

.set PRIVILEGED, 1			// DC ZVA may clear, too
#define CHUNK_BITS 9 /* offsets of LDP and STP reach up to 504 */

.macro LOAD_1 w, address
	USER_LOAD ldrb	\w, [\address]
.endm
.macro LOAD_2 w, address
	USER_LOAD ldrh	\w, [\address]
.endm
.macro LOAD_4 w, address
	USER_LOAD ldr	\w, [\address]
.endm
.macro LOAD_8 x, address
	USER_LOAD ldr	\x, [\address]
.endm
.macro LOAD_16 x1, x2, address, offset
	USER_LOAD ldp	\x1, \x2, [\address, #\offset]
.endm

.macro STORE_1 w, address
	USER_STORE strb	\w, [\address]
.endm
.macro STORE_2 w, address
	USER_STORE strh	\w, [\address]
.endm
.macro STORE_4 w, address
	USER_STORE str	\w, [\address]
.endm
.macro STORE_8 x, address
	USER_STORE str	\x, [\address]
.endm
.macro STORE_16 x1, x2, address, offset
	USER_STORE stp	\x1, \x2, [\address, #\offset]
.endm
