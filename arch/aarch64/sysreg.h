/* SPDX-License-Identifier: MIT */
/*
 * sysreg.h - reading and writing system registers from C. The fields of each
 * register are in sysreg_fields.h, under Arm's own names. And the barriers
 * and TLB maintenance that go with them, each one instruction: so that
 * tests/host/mm can run the code that uses them over a model of a CPU.
 */
#pragma once

#include "sysreg_fields.h"

#ifdef TEST_ON_HOST
#include "cpu_model.h" /* arch/host: sysreg_write(), dsb(), tlbi() and so on */
#else

#define sysreg_read(name)                                          \
	({                                                         \
		uint64_t sysreg_value;                             \
		asm volatile("mrs %0, " #name : "=r"(sysreg_value)); \
		sysreg_value;                                      \
	})
#define sysreg_write(name, value)                                  \
	asm volatile("msr " #name ", %x0"                          \
		     : : "rZ"((uint64_t)(value)) : "memory")

#define isb() asm volatile("isb" : : : "memory")
#define dsb(domain) asm volatile("dsb " #domain : : : "memory")
#define dmb(domain) asm volatile("dmb " #domain : : : "memory")
#define tlbi(op, operand) \
	asm volatile("tlbi " #op ", %0" : : "r"(operand) : "memory")
#define tlbi_all(op) asm volatile("tlbi " #op : : : "memory")

/* PSTATE.PAN: MSR PAN, #imm needs FEAT_PAN; the encoding does not (C6.2). */
#define PSTATE_PAN_SET   ".inst 0xd500419f\n" /* msr pan, #1 */
#define PSTATE_PAN_CLEAR ".inst 0xd500409f\n" /* msr pan, #0 */
/* PSTATE.UAO likewise: FEAT_UAO. */
#define PSTATE_UAO_SET   ".inst 0xd500417f\n" /* msr uao, #1 */
#define PSTATE_UAO_CLEAR ".inst 0xd500407f\n" /* msr uao, #0 */

#endif
