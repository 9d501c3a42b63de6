/* SPDX-License-Identifier: MIT */
/*
 * layout.h - the shape of the two halves. Plain numbers only: C, assembly and
 * link.ld all read it. GRANULE and VA_BITS come from the build.
 *
 *	0x0000000000000000  user: TTBR0_EL1
 *	KERNEL_HALF         kernel: TTBR1_EL1
 *	  LINEAR_BASE       RAM: virtual = LINEAR_BASE + physical
 *	  IMAGE_BASE        the kernel image
 *	  VMAP_BASE         kernel stacks with guards, then devices
 */
#pragma once

#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12 /* 12, 14 or 16: 4 KiB, 16 KiB or 64 KiB */
#endif
#ifndef VA_BITS
#define VA_BITS 48
#endif
#define PAGE_SIZE (1 << PAGE_SHIFT)

/* The linear map gets half of the kernel's half, so RAM must end below it. */
#define LINEAR_BITS (VA_BITS - 1)

/* With 48 bits: 0xffff000000000000, 0xffff800000000000, 0xffffc00000000000. */
#define KERNEL_HALF (0xffffffffffffffff << VA_BITS)
#define IMAGE_BASE  (0xffffffffffffffff << (VA_BITS - 1))
#define VMAP_BASE   (0xffffffffffffffff << (VA_BITS - 2))
#define LINEAR_BASE KERNEL_HALF

/*
 * A kernel stack is STACK_SIZE bytes in the upper half of a slot twice as
 * large; nothing is mapped in the lower half. So bit STACK_SHIFT of SP is 1
 * on every good stack and 0 once it has overflowed: one test in vectors.S.
 */
#if PAGE_SHIFT > 14
#define STACK_SHIFT PAGE_SHIFT
#else
#define STACK_SHIFT 14
#endif
#define STACK_SIZE (1 << STACK_SHIFT)
#define VMAP_DEVICES (VMAP_BASE + (1 << 30)) /* stacks below, devices above */
