/* SPDX-License-Identifier: MIT */
/*
 * arch_types.h - the sizes and structs of the stand-in for arch/aarch64: what
 * src/mm, src/spinlock.c and the real user_map.c, user_cursor.c, asid.c and
 * pgtable.c need to run natively, and nothing else. "Physical RAM" is one
 * large private mapping of the process, filled as it is touched.
 * Next: host.h, what tests may ask of this machine.
 */
#pragma once

#include <linux/errno.h>

#include "arch_vm.h" /* of arch/aarch64 */
#include "layout.h"
#include "lib/types.h"

#define USER_END (UINT64_C(1) << VA_BITS)

struct frame {
	uint64_t pc;
};

struct arch_task {
	uint64_t pc;
};

#define HOST_RAM_END (UINT64_C(1) << 34) /* above any bank of a test */

extern char *host_linear; /* the linear map: physical address 0 */

static inline void *phys_to_virt(paddr_t pa)
{
	return host_linear + pa;
}

static inline paddr_t virt_to_phys(const void *va)
{
	return (paddr_t)((uintptr_t)va - (uintptr_t)host_linear);
}

static inline bool virt_is_linear(const void *p)
{
	return virt_to_phys(p) < HOST_RAM_END;
}
