/* SPDX-License-Identifier: MIT */
/*
 * insn.h - as much of A64 as the story of a fault needs: what kind of access
 * the instruction at ELR is (Arm ARM C4.1, the encoding index).
 */
#pragma once

#include "lib/types.h"

/* "ldr", "sttr", "dc zva", …: the family, not its width; "" if not known. */
const char *insn_name(uint32_t insn);

/*
 * Whether, at EL1, this side of it (what it writes, or what it reads) asks
 * with EL0's rights: LDTR*, STTR*, and the T forms of CPY* and SET*.
 */
bool insn_is_unprivileged(uint32_t insn, bool is_write);

/* Whether it reads and writes in one: CAS, SWP, LDADD and such. */
bool insn_is_update(uint32_t insn);
