// SPDX-License-Identifier: MIT
/*
 * gicv2.c - the GIC of version 2: a distributor, and for each CPU an
 * interface whose registers lie in memory at the same address for all.
 *
 * Without the security extensions, as on `virt`, every interrupt is of group
 * 0 and is signalled as an IRQ; with them, the same bits that are set here
 * mean group 1. Next: irq.c, which calls this, and gicv3.c beside it.
 */
#include "dev/gic.h"

#include "dev/dev.h"
#include "dev/mmio.h"

#define GICD_SGIR      0xf00
#define GICD_SGIR_SELF (UINT32_C(2) << 24)

#define GICC_CTLR   0x00
#define GICC_PMR    0x04
#define GICC_IAR    0x0c
#define GICC_EOIR   0x10

#define GICC_IAR_ID 0x3ff /* above it: the CPU that sent a software one */

static void *dist, *cpu_interface;

static void gicv2_init(void)
{
	uint32_t lines;

	dist = mmio_map(machine.gic_dist, "gicv2");
	cpu_interface = mmio_map(machine.gic_cpu, "gicv2");
	mmio_write32(dist, GICD_CTLR, 0);
	lines = GICD_TYPER_LINES(mmio_read32(dist, GICD_TYPER));
	for (uint32_t id = GIC_FIRST_SHARED; id < lines; id += 32) {
		mmio_write32(dist, GIC_BIT_REGISTER(GICD_ICENABLER, id), ~0u);
	}
	mmio_write32(dist, GICD_CTLR, 1);
}

static void gicv2_init_cpu(void)
{
	/* The registers of ids 0 to 31 are banked: each CPU sees its own. */
	mmio_write32(dist, GICD_ICENABLER, ~0u);
	mmio_write32(cpu_interface, GICC_PMR, 0xff); /* let all through */
	mmio_write32(cpu_interface, GICC_CTLR, 1);
}

static void gicv2_enable(uint32_t id)
{
	uint32_t this_cpu = mmio_read32(dist, GICD_ITARGETSR) & 0xff;

	mmio_write8(dist, GICD_IPRIORITYR + id, GIC_PRIORITY);
	if (id >= GIC_FIRST_SHARED) {
		/* With one CPU the register reads 0, and needs no target. */
		mmio_write8(dist, GICD_ITARGETSR + id, (uint8_t)this_cpu);
	}
	mmio_write32(dist, GIC_BIT_REGISTER(GICD_ISENABLER, id), GIC_BIT(id));
}

static void gicv2_raise(uint32_t id)
{
	mmio_write32(dist, GICD_SGIR, GICD_SGIR_SELF | id);
}

static uint32_t gicv2_ack(void)
{
	return mmio_read32(cpu_interface, GICC_IAR);
}

static void gicv2_end(uint32_t acked)
{
	mmio_write32(cpu_interface, GICC_EOIR, acked);
}

const struct gic_ops gicv2_ops = {
	.init = gicv2_init,
	.init_cpu = gicv2_init_cpu,
	.enable = gicv2_enable,
	.raise = gicv2_raise,
	.ack = gicv2_ack,
	.end = gicv2_end,
	.id_mask = GICC_IAR_ID,
};
