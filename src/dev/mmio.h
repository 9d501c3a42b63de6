/* SPDX-License-Identifier: MIT */
/*
 * mmio.h - a device's registers: one access of exactly this size each, in
 * program order. Device memory keeps accesses to one device in order by
 * itself, so there is no barrier here. regs is what mmio_map() gave.
 */
#pragma once

#include "arch.h"
#include "dev/machine.h"

/* A device's registers, mapped; panics in the name of its driver. */
static inline void *mmio_map(struct machine_range range, const char *driver)
{
	void *regs = arch_map_device(range.start, range.end - range.start);

	if (regs == NULL) {
		panic("%s: no room to map its registers", driver);
	}
	return regs;
}

static inline uint32_t mmio_read32(const void *regs, size_t offset)
{
	return *(const volatile uint32_t *)((const char *)regs + offset);
}

static inline uint64_t mmio_read64(const void *regs, size_t offset)
{
	return *(const volatile uint64_t *)((const char *)regs + offset);
}

/* Waits until none of `bits` is 1 in the register. */
static inline void mmio_wait_clear(const void *regs, size_t offset,
				   uint32_t bits)
{
	while (mmio_read32(regs, offset) & bits) {
		arch_relax();
	}
}

static inline void mmio_write8(void *regs, size_t offset, uint8_t value)
{
	*(volatile uint8_t *)((char *)regs + offset) = value;
}

static inline void mmio_write32(void *regs, size_t offset, uint32_t value)
{
	*(volatile uint32_t *)((char *)regs + offset) = value;
}

static inline void mmio_write64(void *regs, size_t offset, uint64_t value)
{
	*(volatile uint64_t *)((char *)regs + offset) = value;
}
