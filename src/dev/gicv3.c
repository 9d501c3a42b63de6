// SPDX-License-Identifier: MIT
/*
 * gicv3.c - the GIC of version 3: a distributor for the shared interrupts, a
 * redistributor for each CPU with its private ones, both in memory, and the
 * CPU's interface in system registers, which is arch/'s (arch_gicv3_*).
 *
 * Every interrupt is put into group 1, the one that arrives as an IRQ; where
 * firmware keeps group 0 to itself these writes are ignored, and it is so
 * already. Next: irq.c, which calls this.
 */
#include "dev/gic.h"

#include "dev/dev.h"
#include "dev/mmio.h"

#define GICD_CTLR_RWP	      (UINT32_C(1) << 31) /* a write is under way */
#define GICD_CTLR_ARE	      (UINT32_C(1) << 4)  /* route by affinity */
#define GICD_CTLR_ENABLE_GRP1 (UINT32_C(1) << 1)

/* A redistributor: a page of control, then one with the ids 0 to 31. */
#define GICR_FRAME		   0x10000
#define GICR_CTLR		   0x0000
#define GICR_CTLR_RWP		   (UINT32_C(1) << 3)
#define GICR_TYPER		   0x0008
#define GICR_TYPER_VLPIS	   (UINT64_C(1) << 1) /* two more frames */
#define GICR_TYPER_LAST		   (UINT64_C(1) << 4)
#define GICR_TYPER_AFFINITY(typer) ((uint32_t)((typer) >> 32))
#define GICR_WAKER		   0x0014
#define GICR_WAKER_SLEEP	   (UINT32_C(1) << 1)
#define GICR_WAKER_ASLEEP	   (UINT32_C(1) << 2)
/* The second page has the distributor's registers for these ids. */
#define GICR_PRIVATE GICR_FRAME

#define GICV3_INTID  0xffffff

static void *dist, *redists;

static void gicv3_init(void)
{
	uint32_t lines;

	dist = mmio_map(machine.gic_dist, "gicv3");
	redists = mmio_map(machine.gic_cpu, "gicv3");
	mmio_write32(dist, GICD_CTLR, 0);
	mmio_wait_clear(dist, GICD_CTLR, GICD_CTLR_RWP);
	lines = GICD_TYPER_LINES(mmio_read32(dist, GICD_TYPER));
	for (uint32_t id = GIC_FIRST_SHARED; id < lines; id += 32) {
		mmio_write32(dist, GIC_BIT_REGISTER(GICD_ICENABLER, id), ~0u);
		mmio_write32(dist, GIC_BIT_REGISTER(GICD_IGROUPR, id), ~0u);
	}
	mmio_write32(dist, GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	mmio_wait_clear(dist, GICD_CTLR, GICD_CTLR_RWP);
}

/* The redistributor of the CPU that calls: the one with its affinity. */
static void *gicv3_find_redist(void)
{
	const size_t size = machine.gic_cpu.end - machine.gic_cpu.start;
	size_t offset = 0;

	while (offset + 2 * GICR_FRAME <= size) {
		char *redist = (char *)redists + offset;
		uint64_t typer = mmio_read64(redist, GICR_TYPER);

		if (GICR_TYPER_AFFINITY(typer) == arch_cpu_affinity()) {
			return redist;
		}
		if (typer & GICR_TYPER_LAST) {
			break;
		}
		offset += (typer & GICR_TYPER_VLPIS ? 4 : 2) * GICR_FRAME;
	}
	panic("gicv3: no redistributor for CPU %#x", arch_cpu_affinity());
}

static void gicv3_init_cpu(void)
{
	char *redist = gicv3_find_redist();
	char *private = redist + GICR_PRIVATE;
	uint32_t waker = mmio_read32(redist, GICR_WAKER);

	mmio_write32(redist, GICR_WAKER, waker & ~GICR_WAKER_SLEEP);
	mmio_wait_clear(redist, GICR_WAKER, GICR_WAKER_ASLEEP);
	mmio_write32(private, GICD_ICENABLER, ~0u);
	mmio_write32(private, GICD_IGROUPR, ~0u);
	mmio_wait_clear(redist, GICR_CTLR, GICR_CTLR_RWP);
	arch_gicv3_cpu_init();
}

/* Where GICD_IROUTER wants the four affinity levels of this CPU. */
static uint64_t gicv3_route(void)
{
	uint64_t affinity = arch_cpu_affinity();

	return (affinity >> 24) << 32 | (affinity & 0xffffff);
}

static void gicv3_enable(uint32_t id)
{
	void *regs = dist;

	if (id < GIC_FIRST_SHARED) {
		regs = (char *)gicv3_find_redist() + GICR_PRIVATE;
	} else {
		mmio_write64(dist, GICD_IROUTER + 8 * id, gicv3_route());
	}
	mmio_write8(regs, GICD_IPRIORITYR + id, GIC_PRIORITY);
	mmio_write32(regs, GIC_BIT_REGISTER(GICD_ISENABLER, id), GIC_BIT(id));
}

const struct gic_ops gicv3_ops = {
	.init = gicv3_init,
	.init_cpu = gicv3_init_cpu,
	.enable = gicv3_enable,
	.raise = arch_gicv3_raise,
	.ack = arch_gicv3_ack,
	.end = arch_gicv3_end,
	.id_mask = GICV3_INTID,
};
