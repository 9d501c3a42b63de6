/* SPDX-License-Identifier: MIT */
/*
 * insn.c - which family an instruction belongs to, by a table of masks (Arm
 * ARM C4.1). The first row that fits counts, so the special ones come first.
 */
#include "insn.h"

struct insn_family {
	uint32_t mask, value;
	const char *store, *load; /* load: if the load bit says so */
	uint32_t load_bits;       /* any of these set: a load */
};

/* One that reads and writes in one has one name; so has "atomic", but of what
 * that family is nothing more is known. */
#define UPDATE(mask, value, name) { mask, value, name, name, 0 }
#define ATOMIC(opcode, name) UPDATE(0x3f20fc00, 0x38200000 | (opcode), name)
#define PAIR(opcode, name)   UPDATE(0xff20fc00, 0x19200000 | (opcode), name)

#define L_BIT    (1u << 22)
#define OPC_BITS (3u << 22) /* of a general register: 0 store, else load */

static const struct insn_family families[] = {
	/* Loads and stores. Bit 26 says vector: open where both exist. */
	{ 0x3f200c00, 0x38000800, "sttr", "ldtr", OPC_BITS },
#define FIRST_UPDATE 1
	ATOMIC(0x0000, "ldadd"), ATOMIC(0x1000, "ldclr"),
	ATOMIC(0x2000, "ldeor"), ATOMIC(0x3000, "ldset"),
	ATOMIC(0x4000, "ldsmax"), ATOMIC(0x5000, "ldsmin"),
	ATOMIC(0x6000, "ldumax"), ATOMIC(0x7000, "ldumin"),
	ATOMIC(0x8000, "swp"), PAIR(0x1000, "ldclrp"), PAIR(0x3000, "ldsetp"),
	PAIR(0x8000, "swpp"), UPDATE(0x3fa07c00, 0x08a07c00, "cas"),
	UPDATE(0xbfa07c00, 0x08207c00, "casp"),
#define UPDATES 14
	{ 0x3f20fc00, 0x3820c000, "ldapr", "ldapr", 0 },
	{ 0x3f200c00, 0x38200000, "atomic", "atomic", 0 },
	{ 0x3fa00000, 0x08800000, "stlr", "ldar", L_BIT },
	{ 0x3f000000, 0x08000000, "store exclusive", "load exclusive", L_BIT },
	{ 0x3a000000, 0x28000000, "stp", "ldp", L_BIT },
	{ 0x3b000000, 0x18000000, "ldr", "ldr", 0 },
	{ 0x3f000000, 0x39000000, "str", "ldr", OPC_BITS },
	{ 0x3f000000, 0x38000000, "str", "ldr", OPC_BITS },
	{ 0x3b000000, 0x39000000, "str", "ldr", L_BIT },
	{ 0x3b000000, 0x38000000, "str", "ldr", L_BIT },
	{ 0x3fe00c00, 0x19c00400, "set", "set", 0 },
	{ 0x3fe00c00, 0x1dc00400, "setg", "setg", 0 },
	{ 0x3f200c00, 0x19000400, "cpyf", "cpyf", 0 },
	{ 0x3f200c00, 0x1d000400, "cpy", "cpy", 0 },
	/* System instructions. */
	{ 0xffffffe0, 0xd50b7420, "dc zva", "", 0 },
	{ 0xfff8fe00, 0xd5087800, "at", "", 0 },
	{ 0xfff8f000, 0xd5087000, "dc or ic", "", 0 },
	{ 0xffe0001f, 0xd4000001, "svc", "", 0 },
	{ 0xffe0001f, 0xd4200000, "brk", "", 0 },
	{ 0xffe0001f, 0xd4400000, "hlt", "", 0 },
	{ 0xffffffff, 0xd69f03e0, "eret", "", 0 },
	{ 0xffff0000, 0x00000000, "udf", "", 0 },
};

/* The first row that fits, or NULL. */
static const struct insn_family *insn_family(uint32_t insn)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if ((insn & families[i].mask) == families[i].value) {
			return &families[i];
		}
	}
	return NULL;
}

const char *insn_name(uint32_t insn)
{
	const struct insn_family *f = insn_family(insn);

	return !f ? "" : insn & f->load_bits ? f->load : f->store;
}

bool insn_is_update(uint32_t insn)
{
	const struct insn_family *f = insn_family(insn);

	return f >= &families[FIRST_UPDATE] &&
	       f < &families[FIRST_UPDATE + UPDATES];
}

/* MOPS: T for what is written; for what is read, of which SET* has nothing. */
#define MOPS_WRITE_T (1u << 12)
#define MOPS_READ_T  (1u << 13) /* "non-temporal" in SET* */

bool insn_is_unprivileged(uint32_t insn, bool is_write)
{
	if ((insn & 0x3b200c00) == 0x19000400) {
		const bool set = (insn & OPC_BITS) == OPC_BITS;

		return is_write ? insn & MOPS_WRITE_T :
				  !set && (insn & MOPS_READ_T);
	}
	return (insn & families[0].mask) == families[0].value;
}
