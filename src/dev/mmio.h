/* SPDX-License-Identifier: MIT */
/*
 * mmio.h - a device's registers: one access of exactly this size each, in
 * program order. Device memory keeps accesses to one device in order by
 * itself, so there is no barrier here. regs is what arch_map_device() gave.
 */
#pragma once

#include "lib/types.h"

static inline uint32_t mmio_read32(const void *regs, size_t offset)
{
	return *(const volatile uint32_t *)((const char *)regs + offset);
}

static inline uint64_t mmio_read64(const void *regs, size_t offset)
{
	return *(const volatile uint64_t *)((const char *)regs + offset);
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
