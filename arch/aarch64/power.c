// SPDX-License-Identifier: MIT
/*
 * power.c - switching the machine off: with an exit status where a host
 * listens to semihosting, else by PSCI, which has none.
 */
#include "arch.h"
#include "semihosting.h"

#define PSCI_SYSTEM_OFF 0x84000008 /* DEN0022, section 5.1 */

static bool power_by_hvc;

void arch_power_by_hvc(void)
{
	power_by_hvc = true;
}

void arch_power_off(int status)
{
	register uint64_t x0 asm("x0") = PSCI_SYSTEM_OFF;

	semihosting_exit(status);
	if (power_by_hvc) {
		asm volatile("hvc #0"
			     : "+r"(x0) : : "x1", "x2", "x3", "memory");
	} else {
		asm volatile("smc #0"
			     : "+r"(x0) : : "x1", "x2", "x3", "memory");
	}
	arch_irq_disable();
	for (;;) {
		arch_wait_for_interrupt();
	}
}
