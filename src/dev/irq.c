// SPDX-License-Identifier: MIT
/*
 * irq.c - from an interrupt to its handler. A handler runs with interrupts
 * masked and irq_depth above 0, so that nothing in it sleeps (invariant 9).
 *
 * It calls gicv2.c or gicv3.c; arch/ calls irq_dispatch().
 */
#include "dev/dev.h"
#include "dev/gic.h"

#include "cpu.h"
#include "spinlock.h"

static const struct gic_ops *gic;

/* By interrupt id: as long as the architecture's range, so never full. */
static void (*handlers[GIC_INTIDS])(void);
static struct spinlock register_lock = SPINLOCK_INIT;

void irq_init(void)
{
	gic = machine.gic_version == 2 ? &gicv2_ops : &gicv3_ops;
	gic->init();
	gic->init_cpu();
}

void irq_register(uint32_t intid, void (*handler)(void))
{
	unsigned long flags;

	if (intid >= GIC_INTIDS) {
		panic("irq_register: there is no interrupt %u", intid);
	}
	flags = spin_lock_irqsave(&register_lock);
	if (handlers[intid]) {
		panic("irq_register: interrupt %u has a handler", intid);
	}
	WRITE_ONCE(handlers[intid], handler);
	gic->enable(intid); /* from here on it may arrive */
	spin_unlock_irqrestore(&register_lock, flags);
}

void irq_raise(uint32_t intid)
{
	gic->raise(intid);
}

/* Handles what is pending, one after another, until nothing is left. */
void irq_dispatch(void)
{
	arch_cpu()->irq_depth++;
	for (;;) {
		uint32_t acked = gic->ack();
		uint32_t intid = acked & gic->id_mask;
		void (*handler)(void);

		if (intid >= GIC_INTIDS) {
			break; /* spurious: none is left */
		}
		handler = READ_ONCE(handlers[intid]);
		if (!handler) {
			panic("interrupt %u was never asked for", intid);
		}
		arch_cpu()->irqs++;
		handler();
		gic->end(acked);
	}
	arch_cpu()->irq_depth--;
}
