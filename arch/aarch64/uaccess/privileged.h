/* SPDX-License-Identifier: MIT */
/*
 * privileged.h - ordinary loads and stores, with EL1's own rights: what plain
 * and pan have in common. Nothing in these instructions knows that the
 * address is a user's; only access_ok() stands before a kernel pointer.
 */
#include "template.h"

.set PRIVILEGED, 1			// DC ZVA may clear, too
#define CHUNK_BITS 9 /* offsets of LDP and STP reach up to 504 */
#define STEPS_UP   0, 1, 2, 3, 4, 5, 6, 7, 8
#define STEPS_DOWN 8, 7, 6, 5, 4, 3, 2, 1, 0

#define LOAD_1(w, p)  USER_LOAD ldrb w, [p]
#define LOAD_2(w, p)  USER_LOAD ldrh w, [p]
#define LOAD_4(w, p)  USER_LOAD ldr w, [p]
#define LOAD_8(x, p)  USER_LOAD ldr x, [p]
#define LOAD_16(a, b, p, offset) USER_LOAD ldp a, b, [p, offset]

#define STORE_1(w, p) USER_STORE strb w, [p]
#define STORE_2(w, p) USER_STORE strh w, [p]
#define STORE_4(w, p) USER_STORE str w, [p]
#define STORE_8(x, p) USER_STORE str x, [p]
#define STORE_16(a, b, p, offset) USER_STORE stp a, b, [p, offset]
