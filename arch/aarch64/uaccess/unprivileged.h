/* SPDX-License-Identifier: MIT */
/*
 * unprivileged.h - LDTR and STTR: EL1 asks with EL0's rights (Arm ARM C6.2,
 * "Load Register (unprivileged)"). The hardware checks each access as if EL0
 * made it. There is no unprivileged pair, so a pair is two instructions.
 */
#include "template.h"

#define CHUNK_BITS 8 /* offsets of LDTR and STTR reach up to 255 */
#define STEPS_UP   0, 1, 2, 3, 4, 5, 6, 7
#define STEPS_DOWN 7, 6, 5, 4, 3, 2, 1, 0

#define LOAD_1(w, p)  USER_LOAD ldtrb w, [p]
#define LOAD_2(w, p)  USER_LOAD ldtrh w, [p]
#define LOAD_4(w, p)  USER_LOAD ldtr w, [p]
#define LOAD_8(x, p)  USER_LOAD ldtr x, [p]
#define LOAD_16(a, b, p, offset) \
	USER_LOAD ldtr a, [p, offset]; USER_LOAD ldtr b, [p, offset + 8]

#define STORE_1(w, p) USER_STORE sttrb w, [p]
#define STORE_2(w, p) USER_STORE sttrh w, [p]
#define STORE_4(w, p) USER_STORE sttr w, [p]
#define STORE_8(x, p) USER_STORE sttr x, [p]
#define STORE_16(a, b, p, offset) \
	USER_STORE sttr a, [p, offset]; USER_STORE sttr b, [p, offset + 8]
