/* SPDX-License-Identifier: MIT */
/*
 * fault_maker.h - puts a fault together by hand, as the hardware reports it,
 * with a walk of 4 KiB pages and 48-bit addresses that ends as the test asks.
 */
#pragma once

#include "host.h"

#include "decode/decode.h"
#include "extable.h"
#include "sysreg_fields.h"

#define KERNEL UINT64_C(0xffff000040001000)
#define VMAP   UINT64_C(0xffffc00000000000)

/* Bits of descriptors, of SPSR_EL1, and of instructions, by hand. */
#define AF       (UINT64_C(1) << 10)
#define NG       (UINT64_C(1) << 11)
#define PXN      (UINT64_C(1) << 53)
#define UXN      (UINT64_C(1) << 54)
#define USER_RW  (0x40 | AF | NG | PXN | UXN)
#define USER_RO  (0xc0 | AF | NG | PXN | UXN)
#define USER_RX  (0xc0 | AF | NG | PXN)
#define USER_X   (0x80 | AF | NG | PXN) /* execute-only: AP[1] = 0 */
#define KERN_RW  (0x00 | AF | PXN | UXN)
#define KERN_TEXT (0x80 | AF | UXN)
#define EL0T     0
#define EL1H     5
#define EL1H_PAN (5 | 1 << 22)
#define EL1H_UAO (5 | 1 << 23)
#define LDR      0xf9400020u /* ldr x0, [x1] */
#define STR      0xf9000020u /* str x0, [x1] */
#define LDTR     0xf8400820u /* ldtr x0, [x1] */
#define STTR     0xf8000820u /* sttr x0, [x1] */
#define DC_ZVA   0xd50b7420u /* dc zva, x0 */
#define DC_CIVAC 0xd50b7e20u /* dc civac, x0 */
#define LDADD    0xf8e00041u /* ldaddal x0, x1, [x2] */
#define CASA     0xc8e07c41u /* casa x0, x1, [x2] */
#define ALL      FAULT_HAS_PAN
#define EPAN_SET (1u << 30) /* SCTLR_EL1.EPAN: no bit of the record's own */
#define E0PD_SET (1u << 31) /* TCR_EL1.E0PD1 */

enum walk_kind {
	NO_WALK, MAPPED, SHARED, EMPTY, EMPTY_AT_0, BAD, OUTSIDE, NEITHER,
	OFF, BIG
};

struct row {
	enum verdict verdict;
	uint64_t esr, far, spsr;
	enum walk_kind walk;
	uint64_t page; /* attributes of the level-3 descriptor */
	uint32_t insn;
	uint16_t extable;
	uint32_t features;
	const char *sentence;
};

static inline void make_walk(struct walk *w, const struct row *r)
{
	static const uint8_t ends[] = {
		[NO_WALK] = WALK_INVALID, [MAPPED] = WALK_PAGE,
		[SHARED] = WALK_PAGE, [EMPTY] = WALK_INVALID,
		[EMPTY_AT_0] = WALK_INVALID, [BAD] = WALK_RESERVED,
		[OUTSIDE] = WALK_OUTSIDE_RAM, [NEITHER] = WALK_NONCANONICAL,
		[OFF] = WALK_DISABLED, [BIG] = WALK_ADDRESS_SIZE,
	};

	*w = (struct walk){
		.va = r->walk == NEITHER || r->far >> 55 & 1 ? r->far :
			r->far & ~UINT64_C(0) >> 8, /* TBI0 = 1 */
		.half = r->far >> 55 & 1, .end = ends[r->walk],
		.first = 0, .last = 3, .levels = 4, .page_shift = 12,
		.va_bits = 48, .ttbr = UINT64_C(1) << 48 | 0x42030000,
	};
	for (int level = 0; level < 4; level++) {
		w->addr[level] = 0x42030000 + 0x1000ul * level;
		w->desc[level] = w->addr[level] + 0x1003;
	}
	w->desc[3] = w->end == WALK_PAGE ? 0x42099003 | r->page :
		     r->walk == BAD ? 1 : 0;
	if (r->walk == SHARED) {
		w->desc[2] |= UINT64_C(1) << 62; /* APTable[1] */
	}
	if (r->walk == EMPTY_AT_0) {
		w->levels = 1;
		w->last = 0;
		w->desc[0] = 0;
	}
	if (r->walk == NEITHER || r->walk == OFF) {
		w->levels = 0;
		w->last = 0;
	}
}

static inline struct fault make_fault(const struct row *r)
{
	struct fault f = {
		.magic = FAULT_MAGIC, .esr = r->esr, .far = r->far,
		.elr = 0xffff800000081230, .spsr = r->spsr,
		.insn = r->insn, .extable = r->extable,
		.pan_features = r->features & ~(EPAN_SET | E0PD_SET),
		.sctlr = r->features & EPAN_SET ?
				 FIELD_MASK(SCTLR_EL1_EPAN) : 0,
		.tcr = r->features & E0PD_SET ?
			       FIELD_MASK(TCR_EL1_E0PD1) : 0,
		.walk_valid = r->walk != NO_WALK,
		.syscall = ~UINT64_C(0), .left = -1, .sp = 0x7ff8,
		.from_el = (r->spsr & 15) != EL0T, .pid = 1, .task = "test",
		.sharers = r->walk == SHARED ? 2 : 0,
	};
	const unsigned int ec = r->esr >> 26;

	f.is_fetch = ec == 0x20 || ec == 0x21;
	f.is_write = !f.is_fetch && (ec == 0x24 || ec == 0x25) &&
		     (r->esr & 1 << 6) && !(r->esr & 1 << 8);
	memset(f.par, 0xff, sizeof(f.par));
	if (f.walk_valid) {
		make_walk(&f.walk, r);
	} else {
		memset(&f.walk, 0xa5, sizeof(f.walk)); /* must not be read */
	}
	f.verdict = verdict_of(&f);
	return f;
}

/* story_symbol_fn: the same function everywhere. */
static inline bool one_symbol(uint64_t addr, char *buf, size_t size)
{
	kernel_snprintf(buf, size, "some_function+0x%lx", addr & 0xfff);
	return true;
}

/* In a static buffer. */
static inline const char *story_of(const struct fault *f,
				   story_symbol_fn *symbol)
{
	static char text[4096];
	struct sink_buffer b;

	sink_buffer_init(&b, text, sizeof(text));
	story_print(&b.sink, f, symbol);
	EXPECT(b.len < sizeof(text));
	return text;
}
