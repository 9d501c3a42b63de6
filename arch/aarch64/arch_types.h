/* SPDX-License-Identifier: MIT */
/*
 * arch_types.h - what src/ must know of AArch64 at compile time: sizes, and
 * the structs that are part of its own.
 */
#pragma once

#include <linux/errno.h>

#include "arch_vm.h"
#include "layout.h"
#include "lib/types.h"

#define USER_END (UINT64_C(1) << VA_BITS) /* first address not the user's */
/* RAM beyond this physical address does not fit the linear map. */
#define ARCH_RAM_LIMIT (UINT64_C(1) << LINEAR_BITS)

/*
 * The registers of what an exception interrupted, as vectors.S saves them.
 * asm_offsets.c gives the offsets to assembly. 16-byte multiple: SP's rule.
 */
struct frame {
	uint64_t x[31];
	uint64_t sp;   /* SP_EL0, or SP_EL1 before the exception */
	uint64_t elr;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
	uint64_t record[2]; /* frame record {x29, elr}: backtraces go on */
	uint64_t window_open; /* sw_ttbr0: TTBR0_EL1 was the user's, at EL1 */
	uint64_t reserved;    /* SP stays a multiple of 16 */
};

struct fpsimd {
	__uint128_t v[32];
	uint32_t fpsr, fpcr;
} __attribute__((aligned(16)));

/* What arch_task_switch() keeps of a task that does not run. */
struct arch_task {
	uint64_t x19_x28[10];
	uint64_t fp, pc, sp; /* x29, x30, SP_EL1 */
	uint64_t tpidr_el0;
	uint64_t spurious_pc, spurious_far; /* retried once: see fault.c */
	uint64_t copy_retries, copy_fixups;  /* of faults in user accesses */
	struct fpsimd fpsimd;
};

static inline void *phys_to_virt(paddr_t pa)
{
	return (void *)(LINEAR_BASE + pa);
}

/* Only for addresses in the linear map: pages and kmalloc() objects. */
static inline paddr_t virt_to_phys(const void *va)
{
	return (paddr_t)va - LINEAR_BASE;
}

/* Whether p is in the linear map's range at all. */
static inline bool virt_is_linear(const void *p)
{
	return (uint64_t)p >= LINEAR_BASE && (uint64_t)p < IMAGE_BASE;
}

/*
 * Clears bit 55: what comes out is never in the kernel's half, whatever a
 * mispredicted range check let through. One instruction, on no branch.
 */
static inline uint64_t arch_mask_user(uint64_t addr)
{
	asm("bic %0, %0, #(1 << 55)" : "+r"(addr)); /* opaque: not optimised */
	return addr;
}

/* Removes the tag of a user pointer (TBI): bit 55 is copied to 63:56. */
static inline uint64_t arch_untag(uint64_t addr)
{
	return (uint64_t)((int64_t)(addr << 8) >> 8);
}

/* get_user/put_user by size; x0 and x1 carry the error and the value. */
struct arch_got {
	int64_t error;
	uint64_t value;
};
struct arch_got arch_get_user_1(const void __user *p);
struct arch_got arch_get_user_2(const void __user *p);
struct arch_got arch_get_user_4(const void __user *p);
struct arch_got arch_get_user_8(const void __user *p);
int arch_put_user_1(uint64_t value, void __user *p);
int arch_put_user_2(uint64_t value, void __user *p);
int arch_put_user_4(uint64_t value, void __user *p);
int arch_put_user_8(uint64_t value, void __user *p);

/* old and new are zero-extended; the value found is 0 after an error. */
struct arch_got arch_cmpxchg_user_4(void __user *p, uint64_t old,
				    uint64_t new);
struct arch_got arch_cmpxchg_user_8(void __user *p, uint64_t old,
				    uint64_t new);

void arch_bad_user_size(void)
	__attribute__((error("get_user/put_user: not 1, 2, 4 or 8 bytes")));

#define arch_get_user(valp, p)                                          \
	({                                                              \
		struct arch_got got_ = { 0, 0 };                        \
		switch (sizeof(*(p))) {                                 \
		case 1: got_ = arch_get_user_1(p); break;               \
		case 2: got_ = arch_get_user_2(p); break;               \
		case 4: got_ = arch_get_user_4(p); break;               \
		case 8: got_ = arch_get_user_8(p); break;               \
		default: arch_bad_user_size();                          \
		}                                                       \
		*(valp) = (__typeof__(*(valp)))got_.value;              \
		(int)got_.error;                                        \
	})

#define arch_put_user(value, p)                                         \
	({                                                              \
		uint64_t put_ = (uint64_t)(value);                      \
		int put_err_ = -EFAULT;                                 \
		switch (sizeof(*(p))) {                                 \
		case 1: put_err_ = arch_put_user_1(put_, p); break;     \
		case 2: put_err_ = arch_put_user_2(put_, p); break;     \
		case 4: put_err_ = arch_put_user_4(put_, p); break;     \
		case 8: put_err_ = arch_put_user_8(put_, p); break;     \
		default: arch_bad_user_size();                          \
		}                                                       \
		put_err_;                                               \
	})
