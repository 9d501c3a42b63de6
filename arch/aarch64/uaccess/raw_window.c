// SPDX-License-Identifier: MIT
/*
 * raw_window.c - the window of the method in force, without an access in it:
 * deliberate bugs leave it open, and a task switch asks whether it is.
 */
#include "raw_window.h"

#include "arch_lab.h"
#include "cpu.h"
#include "cpu_features.h"
#include "select.h"
#include "sysreg.h"

static void uaccess_set_ttbr0(uint64_t ttbr0)
{
	sysreg_write(ttbr0_el1, ttbr0);
	isb();
}

bool uaccess_window_is_open(void)
{
	if (uaccess_hides_ttbr0) {
		return sysreg_read(ttbr0_el1) != arch_cpu()->reserved_ttbr0;
	}
	/* PSTATE.PAN reads as the register PAN: s3_0_c4_c2_3 (C5.2). */
	return pan_enabled &&
	       !(sysreg_read(s3_0_c4_c2_3) & FIELD_MASK(SPSR_EL1_PAN));
}

void arch_window_open(void)
{
	if (uaccess_hides_ttbr0) {
		unsigned long flags = arch_irq_save();

		uaccess_set_ttbr0(arch_cpu()->user_ttbr0);
		arch_irq_restore(flags);
	} else if (pan_enabled) {
		asm volatile(PSTATE_PAN_CLEAR : : : "memory");
	}
}

void arch_window_leak(bool on)
{
	uint64_t sctlr = sysreg_read(sctlr_el1) & ~FIELD_MASK(SCTLR_EL1_SPAN);

	/* Without PAN it is 1 anyway: see cpu_set_pan(). */
	if (on || !pan_enabled) {
		sctlr |= FIELD_MASK(SCTLR_EL1_SPAN);
	}
	sysreg_write(sctlr_el1, sctlr);
	isb();
}

void arch_window_shut(void)
{
	if (uaccess_hides_ttbr0) {
		uaccess_set_ttbr0(arch_cpu()->reserved_ttbr0);
	} else if (pan_enabled) {
		asm volatile(PSTATE_PAN_SET : : : "memory");
	}
}
