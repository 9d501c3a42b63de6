/* SPDX-License-Identifier: MIT */
/*
 * gic.h - what irq.c asks of an Arm Generic Interrupt Controller, version 2
 * or 3, and the distributor's registers, which both have in the same places
 * (IHI 0048 section 4.3, IHI 0069 section 12.9).
 *
 * Interrupt ids: 0 to 15 are sent by software, 16 to 31 belong to one CPU
 * (its timer), 32 to 1019 are shared by all, 1020 and up mean "none".
 */
#pragma once

#include "lib/types.h"

#define GIC_FIRST_SHARED	32u
#define GIC_INTIDS		1020u /* all interrupts have a smaller id */

#define GICD_CTLR		0x0000
#define GICD_TYPER		0x0004
#define GICD_TYPER_LINES(typer) (32 * (((typer)&0x1f) + 1))
#define GICD_IGROUPR		0x0080 /* a bit for each id */
#define GICD_ISENABLER		0x0100
#define GICD_ICENABLER		0x0180
#define GICD_IPRIORITYR		0x0400 /* a byte for each id */
#define GICD_ITARGETSR		0x0800 /* a byte for each id; version 2 */
#define GICD_IROUTER		0x6000 /* 8 bytes for each id; version 3 */

/* The register with the bit of intid, in an array of one bit for each id. */
#define GIC_BIT_REGISTER(base, intid) ((base) + 4 * ((intid) / 32))
#define GIC_BIT(intid)		      (UINT32_C(1) << ((intid) % 32))

/* One priority for all: there is no nesting, so a handler runs to its end. */
#define GIC_PRIORITY 0xa0

struct gic_ops {
	void (*init)(void);	/* the distributor; every interrupt off */
	void (*init_cpu)(void); /* the interface of the CPU that calls */
	void (*enable)(uint32_t intid); /* a shared one comes to this CPU */
	void (*raise)(uint32_t intid); /* below 16, on the CPU that calls */
	/* What ack() returned goes back to end(); its low bits are the id. */
	uint32_t (*ack)(void);
	void (*end)(uint32_t acked);
	uint32_t id_mask;
};

extern const struct gic_ops gicv2_ops, gicv3_ops;
