/* SPDX-License-Identifier: MIT */
/*
 * unprivileged.h - LDTR and STTR: EL1 asks with EL0's rights (Arm ARM C6.2,
 * "Load Register (unprivileged)"). The hardware checks each access as if EL0
 * made it. There is no unprivileged pair, so a pair is two instructions.
 */
#include "template.h"

#define CHUNK_BITS 8 /* offsets of LDTR and STTR reach up to 255 */

.macro LOAD_1 w, address
	USER_LOAD ldtrb	\w, [\address]
.endm
.macro LOAD_2 w, address
	USER_LOAD ldtrh	\w, [\address]
.endm
.macro LOAD_4 w, address
	USER_LOAD ldtr	\w, [\address]
.endm
.macro LOAD_8 x, address
	USER_LOAD ldtr	\x, [\address]
.endm
.macro LOAD_16 x1, x2, address, offset
	USER_LOAD ldtr	\x1, [\address, #\offset]
	USER_LOAD ldtr	\x2, [\address, #\offset+8]
.endm

.macro STORE_1 w, address
	USER_STORE sttrb \w, [\address]
.endm
.macro STORE_2 w, address
	USER_STORE sttrh \w, [\address]
.endm
.macro STORE_4 w, address
	USER_STORE sttr	\w, [\address]
.endm
.macro STORE_8 x, address
	USER_STORE sttr	\x, [\address]
.endm
.macro STORE_16 x1, x2, address, offset
	USER_STORE sttr	\x1, [\address, #\offset]
	USER_STORE sttr	\x2, [\address, #\offset+8]
.endm
