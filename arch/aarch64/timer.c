// SPDX-License-Identifier: MIT
/*
 * timer.c - time by the generic timer's virtual counter, and its tick.
 */
#include "arch.h"
#include "sysreg.h"

#define CNTV_CTL_ENABLE 1 /* and IMASK = 0: the interrupt is delivered */

static uint64_t timer_period; /* counter ticks between two of ours */

static uint64_t timer_count(void)
{
	isb(); /* or the counter may be read early (D12.2.1) */
	return sysreg_read(cntvct_el0);
}

uint64_t arch_counter_hz(void)
{
	return sysreg_read(cntfrq_el0);
}

uint64_t arch_time_ns(void)
{
	uint64_t hz = sysreg_read(cntfrq_el0), count = timer_count();

	/* In two parts, so that the product cannot overflow. */
	return count / hz * 1000000000 + count % hz * 1000000000 / hz;
}

void arch_timer_start(unsigned int hz)
{
	timer_period = sysreg_read(cntfrq_el0) / hz;
	sysreg_write(cntv_cval_el0, timer_count() + timer_period);
	sysreg_write(cntv_ctl_el0, CNTV_CTL_ENABLE);
	isb();
}

void arch_timer_ack(void)
{
	/* From now, not from the last: after a long pause no burst follows. */
	sysreg_write(cntv_cval_el0, timer_count() + timer_period);
	isb(); /* the line drops before the interrupt is ended */
}
