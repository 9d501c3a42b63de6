// SPDX-License-Identifier: MIT
/*
 * main.c - asks the machine one question a line, first with the MMU off, then
 * through tables of its own. See run.sh.
 */
#include <stdint.h>

#define READ(reg)                                        \
	({                                               \
		uint64_t value;                          \
		asm volatile("mrs %0, " reg : "=r"(value)); \
		value;                                   \
	})
#define WRITE(reg, value) \
	asm volatile("msr " reg ", %0; isb" ::"r"((uint64_t)(value)) : "memory")

/* Descriptors */
#define TABLE	 3ul
#define BLOCK	 1ul
#define PAGE	 3ul
#define NORMAL	 (0ul << 2)
#define DEVICE	 (1ul << 2)
#define EL0	 (1ul << 6)
#define RO	 (1ul << 7)
#define INNER	 (3ul << 8)
#define AF	 (1ul << 10)
#define NG	 (1ul << 11)
#define DBM	 (1ul << 51)
#define NEVER_X	 (3ul << 53)
#define KERNEL	 (NORMAL | INNER | AF | NEVER_X)

/* TCR_EL1: both halves 48 bits and 4 KiB, cacheable, 48 bits of output */
#define TCR	 (16 | 1 << 8 | 1 << 10 | 3 << 12 | 16 << 16 | 1ul << 23 | \
		  2ul << 30 | 5ul << 32)
#define TCR_HA	 (1ul << 39)
#define TCR_HD	 (1ul << 40)

#define SIZE	 4096
#define BASE	 0x80000000ul /* here lie the pages of level3 */
#define NOWHERE	 (BASE + 0x100000)

/* What the last exception said; esr 0: there was none. */
struct {
	uint64_t esr, far;
} fault;
void run_at_el0(uint64_t pc, uint64_t x0);

static uint64_t level0[512] __attribute__((aligned(SIZE)));
static uint64_t level1[512] __attribute__((aligned(SIZE)));
static uint64_t level2[512] __attribute__((aligned(SIZE)));
static uint64_t level3[512] __attribute__((aligned(SIZE)));
static uint8_t memory[16][SIZE] __attribute__((aligned(SIZE)));

/* ---- Saying it ------------------------------------------------------ */

static void say(const char *text)
{
	while (*text != '\0') {
		*(volatile uint32_t *)0x9000000 = (uint8_t)*text++; /* PL011 */
	}
}

static void say_hex(const char *what, uint64_t value)
{
	char digit[2] = { 0 };
	int shift = 60;

	say(what);
	say(" 0x");
	while (shift > 0 && value >> shift == 0) {
		shift -= 4;
	}
	for (; shift >= 0; shift -= 4) {
		digit[0] = "0123456789abcdef"[value >> shift & 15];
		say(digit);
	}
}

static void say_register(const char *name, uint64_t value)
{
	say_hex(name, value);
	say("\n");
}

static void say_outcome(const char *what)
{
	say(what);
	if (fault.esr == 0) {
		say(": goes through\n");
		return;
	}
	say_hex(": ESR", fault.esr);
	say_hex(" FAR", fault.far);
	say("\n");
	fault.esr = 0;
}

/* One instruction, with %0 an address; x9 and x10 are its to change. */
#define ASK(what, insn, address)                                         \
	do {                                                             \
		asm volatile(".arch armv8.1-a\n" insn                    \
			     ::"r"((uint64_t)(address))                  \
			     : "x9", "x10", "memory");                   \
		say_outcome(what);                                       \
	} while (0)

/* What AT answers, and what has become of the descriptor. */
#define ASK_AT(what, op, page)                                           \
	do {                                                             \
		asm volatile("at " op ", %0; isb" ::"r"(BASE + (page) * SIZE)); \
		say_hex(what ": PAR", READ("par_el1"));                  \
		say_register(" descriptor", level3[page]);               \
	} while (0)

/* ---- The tables ----------------------------------------------------- */

static void flush(void)
{
	asm volatile("dsb ish; tlbi vmalle1; dsb ish; isb" ::: "memory");
}

/* Page n of BASE is memory[n]. */
static void map(int n, uint64_t attributes)
{
	level3[n] = 0;
	flush();
	level3[n] = (uint64_t)memory[n] | attributes | PAGE;
	flush();
}

static void mmu_on(uint64_t sctlr)
{
	const uint64_t hafdbs = READ("id_aa64mmfr1_el1") & 15;

	level0[0] = (uint64_t)level1 | TABLE;
	level1[0] = 0 | DEVICE | AF | NEVER_X | BLOCK;
	level1[1] = 0x40000000 | NORMAL | INNER | AF | BLOCK;
	level1[BASE >> 30] = (uint64_t)level2 | TABLE;
	level2[0] = (uint64_t)level3 | TABLE;
	WRITE("mair_el1", 0x00ff);
	WRITE("tcr_el1", TCR | (hafdbs > 0 ? TCR_HA : 0) |
				 (hafdbs > 1 ? TCR_HD : 0));
	WRITE("ttbr0_el1", level0);
	flush();
	WRITE("sctlr_el1", (sctlr & ~2ul) | 1 << 12 | 1 << 2 | 1);
}

/* ---- The questions -------------------------------------------------- */

static void say_features(uint64_t sctlr)
{
	say_register("SCTLR_EL1 at entry", sctlr);
	say_register("CTR_EL0", READ("ctr_el0"));
	say_register("CNTFRQ_EL0", READ("cntfrq_el0"));
	say_register("ID_AA64PFR0_EL1", READ("id_aa64pfr0_el1"));
	say_register("ID_AA64PFR1_EL1", READ("id_aa64pfr1_el1"));
	say_register("ID_AA64PFR2_EL1", READ("s3_0_c0_c4_2"));
	say_register("ID_AA64ISAR0_EL1", READ("id_aa64isar0_el1"));
	say_register("ID_AA64ISAR1_EL1", READ("id_aa64isar1_el1"));
	say_register("ID_AA64ISAR2_EL1", READ("s3_0_c0_c6_2"));
	say_register("ID_AA64ISAR3_EL1", READ("s3_0_c0_c6_3"));
	say_register("ID_AA64MMFR0_EL1", READ("id_aa64mmfr0_el1"));
	say_register("ID_AA64MMFR1_EL1", READ("id_aa64mmfr1_el1"));
	say_register("ID_AA64MMFR2_EL1", READ("id_aa64mmfr2_el1"));
	say_register("ID_AA64MMFR3_EL1", READ("s3_0_c0_c7_3"));
	say_register("ID_AA64MMFR4_EL1", READ("s3_0_c0_c7_4"));
}

static void ask_alignment(void)
{
	const uint64_t normal = BASE, device = BASE + SIZE;

	map(0, KERNEL);
	map(1, DEVICE | AF | NEVER_X);
	ASK("Normal, LDXR within 16 bytes", "ldxr x9, [%0]", normal + 4);
	ASK("Normal, LDAR within 16 bytes", "ldar x9, [%0]", normal + 4);
	ASK("Normal, LDADD within 16 bytes", "ldadd x9, x10, [%0]", normal + 4);
	ASK("Normal, LDXR across 16 bytes", "ldxr x9, [%0]", normal + 12);
	ASK("Device, unaligned LDR", "ldr x9, [%0]", device + 1);
	ASK("Device, unaligned STR", "str xzr, [%0]", device + 1);
	ASK("Device, DC ZVA", "dc zva, %0", device);
	WRITE("sctlr_el1", READ("sctlr_el1") | 1 << 3); /* SA */
	ASK("SP misaligned, SA=1",
	    "mov x9, sp; sub x10, x9, #8; mov sp, x10; ldr x10, [sp]; mov sp, x9",
	    0);
}

static void ask_cache_maintenance(void)
{
	map(2, KERNEL | RO);
	ASK("DC IVAC of a read-only page", "dc ivac, %0", BASE + 2 * SIZE);
	ASK("DC IVAC of nothing", "dc ivac, %0", NOWHERE);
	ASK("DC CIVAC of nothing", "dc civac, %0", NOWHERE);
	ASK("DC CVAC of nothing", "dc cvac, %0", NOWHERE);
	ASK("IC IVAU of nothing", "ic ivau, %0", NOWHERE);
}

static void ask_at(void)
{
	ASK_AT("AT S1E1R of a Device page", "s1e1r", 1);
	map(3, KERNEL | RO | DBM);
	ASK_AT("AT S1E1W of a clean DBM page", "s1e1w", 3);
	map(3, KERNEL | RO | DBM);
	ASK("STR to a clean DBM page", "str xzr, [%0]", BASE + 3 * SIZE);
	say_register("  descriptor", level3[3]);
	map(4, KERNEL & ~AF);
	ASK_AT("AT S1E1R of a page without AF", "s1e1r", 4);
}

static void ask_tables(void)
{
	uint64_t *edge = (uint64_t *)&memory[5][SIZE - 8];

	map(5, KERNEL);
	*edge = 0;
	ASK("STP across the edge to nothing",
	    "mov x9, #-1; stp x9, x9, [%0]", BASE + 6 * SIZE - 8);
	say_register("  its first half", *edge);
	level0[1] = 0 | KERNEL | BLOCK;
	flush();
	ASK("block descriptor at level 0", "ldr x9, [%0]",
	    1ul << 39 | (uint64_t)memory);
}

static uint64_t read_page(int n)
{
	return *(volatile uint64_t *)(BASE + (uint64_t)n * SIZE);
}

/* Page 7 becomes another page, without a TLBI. */
static void replace(int with, uint64_t attributes)
{
	level3[7] = (uint64_t)memory[with] | attributes | NG | PAGE;
	asm volatile("dsb ish; isb" ::: "memory");
}

static void ask_tlb(void)
{
	const uint64_t asid1 = (uint64_t)level0 | 1ul << 48;
	const uint64_t asid2 = (uint64_t)level0 | 2ul << 48;

	memory[5][0] = 1;
	memory[6][0] = 2;
	WRITE("ttbr0_el1", asid1);
	replace(5, KERNEL);
	read_page(7);
	replace(6, KERNEL);
	say_register("page 1 replaced by 2, no TLBI: reads", read_page(7));
	WRITE("ttbr0_el1", asid2);
	WRITE("ttbr0_el1", asid1);
	say_register("  after another ASID and back:", read_page(7));
	replace(5, KERNEL);
	asm volatile("tlbi vae1, %0; dsb ish; isb"
		     ::"r"(9ul << 48 | (BASE + 7 * SIZE) >> 12) : "memory");
	say_register("2 replaced by 1, TLBI of a wrong ASID: reads",
		     read_page(7));
	replace(5, KERNEL | RO);
	flush();
	read_page(7);
	replace(5, KERNEL);
	ASK("RO becomes RW, no TLBI: STR", "str xzr, [%0]", BASE + 7 * SIZE);
	WRITE("ttbr0_el1", level0);
}

static void ask_el0(const char *what, uint32_t insn)
{
	uint32_t *code = (uint32_t *)memory[8];

	code[0] = insn;
	code[1] = 0xd4000001; /* svc #0 */
	asm volatile("dsb ish; ic iallu; dsb ish; isb" ::: "memory");
	run_at_el0(BASE + 8 * SIZE, ~0ul);
	say(what);
	say_register(": ends with ESR", fault.esr);
	fault.esr = 0;
}

static void ask_traps(void)
{
	map(8, NORMAL | INNER | AF | RO | EL0 | 1ul << 53);
	/* nTWE, nTWI and UMA are 0: all of it is trapped. */
	WRITE("sctlr_el1", READ("sctlr_el1") & ~(1ul << 18 | 1 << 16 | 1 << 9));
	ask_el0("EL0 MSR DAIFSET, #2", 0xd50342df);
	ask_el0("EL0 WFI", 0xd503207f);
	ask_el0("EL0 WFE", 0xd503205f);
	ask_el0("EL0 WFIT X0", 0xd5031020);
	ask_el0("EL0 WFET X0", 0xd5031000);
}

void main(uint64_t sctlr)
{
	say_features(sctlr);
	ASK("MMU off, unaligned LDR", "ldr x9, [%0]", memory[0] + 1);
	ASK("MMU off, DC ZVA", "dc zva, %0", memory[0]);
	mmu_on(sctlr);
	ask_alignment();
	ask_cache_maintenance();
	ask_at();
	ask_tables();
	ask_tlb();
	ask_traps();
}
