// SPDX-License-Identifier: MIT
/*
 * boot_map.c - the first translation tables, and the values that the MMU is
 * switched on with. Runs with the MMU off, at physical addresses: so it is
 * built with -mstrict-align (memory is Device now, and an unaligned access
 * would fault), calls nothing that has pointers in its data, and whatever is
 * wrong is said through semihosting, since no UART is known yet.
 *
 * Invariant 11 holds from the first translated instruction: text is RX,
 * rodata R, data RW; nothing is ever mapped otherwise. The identity map is of
 * the image's text only, read-only, and is used for some ten instructions.
 */
#include "boot.h"

#include "arch.h"
#include "cpu_features.h"
#include "linker.h"
#include "mmu_attrs.h"
#include "semihosting.h"
#include "sysreg.h"

struct boot boot;

static __noreturn void boot_stop(void)
{
	semihosting_write0("\n");
	semihosting_exit(125);
	for (;;) {
		arch_wait_for_interrupt();
	}
}

static __noreturn void boot_fail(const char *why)
{
	semihosting_write0("Portcullis cannot start: ");
	semihosting_write0(why);
	boot_stop();
}

static void boot_write_register(const char *name, uint64_t value)
{
	char digits[sizeof("0123456789abcdef")];

	for (int i = 0; i < 16; i++) {
		digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
	}
	digits[16] = '\0';
	semihosting_write0(name);
	semihosting_write0(digits);
}

void boot_fault(uint64_t esr, uint64_t elr, uint64_t far)
{
	semihosting_write0("Portcullis cannot start: unexpected exception,");
	boot_write_register(" ESR_EL1 0x", esr);
	boot_write_register(" ELR_EL1 0x", elr);
	boot_write_register(" FAR_EL1 0x", far);
	boot_stop();
}

paddr_t boot_table_alloc(uint64_t linear)
{
	paddr_t pa = boot.tables_next;
	paddr_t end = boot.image + ((uint64_t)_boot_tables_end -
				    (uint64_t)_image_start);
	uint64_t *words = (uint64_t *)(pa + linear);

	if (pa >= end) {
		return PADDR_NONE;
	}
	boot.tables_next += PAGE_SIZE;
	for (unsigned int i = 0; i < PT_ENTRIES; i++) {
		WRITE_ONCE(words[i], 0);
	}
	return pa;
}

static paddr_t boot_table_alloc_physical(void)
{
	return boot_table_alloc(0);
}

/*
 * The granule must be there before the MMU is switched on: afterwards it is
 * too late to say so. ID_AA64MMFR0_EL1 counts "supported" differently for
 * each of the three.
 */
static bool boot_granule_supported(uint64_t mmfr0)
{
	switch (PAGE_SHIFT) {
	case 12:
		return FIELD_GET(ID_AA64MMFR0_EL1_TGRAN4, mmfr0) < 8;
	case 14:
		return FIELD_GET(ID_AA64MMFR0_EL1_TGRAN16, mmfr0) != 0;
	default:
		return FIELD_GET(ID_AA64MMFR0_EL1_TGRAN64, mmfr0) < 8;
	}
}

/* TCR_EL1: one field a line. Both halves are alike but for the TTBR. */
static uint64_t boot_tcr(uint64_t mmfr0, uint64_t mmfr1, uint64_t mmfr2)
{
	uint64_t tg0 = PAGE_SHIFT == 12 ? TCR_EL1_TG0_4K :
		       PAGE_SHIFT == 14 ? TCR_EL1_TG0_16K :
					  TCR_EL1_TG0_64K;
	uint64_t tg1 = PAGE_SHIFT == 12 ? TCR_EL1_TG1_4K :
		       PAGE_SHIFT == 14 ? TCR_EL1_TG1_16K :
					  TCR_EL1_TG1_64K;
	uint64_t parange = FIELD_GET(ID_AA64MMFR0_EL1_PARANGE, mmfr0);
	bool asid16 = FIELD_GET(ID_AA64MMFR0_EL1_ASIDBITS, mmfr0) == 2;
	bool e0pd = FIELD_GET(ID_AA64MMFR2_EL1_E0PD, mmfr2) != 0;
	uint64_t hafdbs = FIELD_GET(ID_AA64MMFR1_EL1_HAFDBS, mmfr1);

	return FIELD_PREP(TCR_EL1_T0SZ, 64 - VA_BITS) |
	       FIELD_PREP(TCR_EL1_T1SZ, 64 - VA_BITS) |
	       FIELD_PREP(TCR_EL1_TG0, tg0) |
	       FIELD_PREP(TCR_EL1_TG1, tg1) |
	       /* The walk reads tables as C writes them: cached, shareable. */
	       FIELD_PREP(TCR_EL1_IRGN0, TCR_EL1_RGN_WBWA) |
	       FIELD_PREP(TCR_EL1_ORGN0, TCR_EL1_RGN_WBWA) |
	       FIELD_PREP(TCR_EL1_SH0, TCR_EL1_SH_INNER) |
	       FIELD_PREP(TCR_EL1_IRGN1, TCR_EL1_RGN_WBWA) |
	       FIELD_PREP(TCR_EL1_ORGN1, TCR_EL1_RGN_WBWA) |
	       FIELD_PREP(TCR_EL1_SH1, TCR_EL1_SH_INNER) |
	       /* The CPU's physical size, but no 52 bits: other tables. */
	       FIELD_PREP(TCR_EL1_IPS,
			  MIN(parange, (uint64_t)TCR_EL1_IPS_48BIT)) |
	       FIELD_PREP(TCR_EL1_A1, 0) | /* the ASID is TTBR0_EL1's */
	       FIELD_PREP(TCR_EL1_AS, asid16) |
	       FIELD_PREP(TCR_EL1_TBI0, 1) | /* Linux's ABI: tags are ignored */
	       FIELD_PREP(TCR_EL1_TBI1, 0) | /* the kernel uses none */
	       /* EL0's accesses to our half fault before any walk, always in
	        * the same time: no probing of what is mapped (FEAT_E0PD). */
	       FIELD_PREP(TCR_EL1_E0PD1, e0pd) |
	       /* The CPU notes itself what was accessed, and what written
	        * (HAFDBS): /proc/self/smaps. Else a fault does: vm_fault.c. */
	       FIELD_PREP(TCR_EL1_HA, hafdbs >= 1) |
	       FIELD_PREP(TCR_EL1_HD, hafdbs >= 2);
}

/* SCTLR_EL1 with the MMU on: one bit a line. Bits not named are 0. */
static uint64_t boot_sctlr(void)
{
	return FIELD_MASK(SCTLR_EL1_M) |  /* translate */
	       FIELD_MASK(SCTLR_EL1_C) |  /* data cache */
	       FIELD_MASK(SCTLR_EL1_I) |  /* instruction cache */
	       FIELD_MASK(SCTLR_EL1_SA) | /* SP alignment, at EL1 */
	       FIELD_MASK(SCTLR_EL1_SA0) | /* and at EL0 */
	       /* A = 0: unaligned accesses to Normal memory are fine. */
	       /* WXN = 0: no page is writable and executable anyhow, and the
	        * tables say so themselves (invariant 11). */
	       /* SPAN = 0: every exception to EL1 sets PSTATE.PAN (invariant
	        * 2); it is RES1, ignored, where there is no PAN. */
	       FIELD_MASK(SCTLR_EL1_DZE) |  /* EL0 may DC ZVA, as on Linux */
	       FIELD_MASK(SCTLR_EL1_UCT) |  /* EL0 reads CTR_EL0 */
	       FIELD_MASK(SCTLR_EL1_UCI) |  /* EL0 cleans its caches */
	       FIELD_MASK(SCTLR_EL1_NTWI) | /* EL0's WFI does not trap */
	       FIELD_MASK(SCTLR_EL1_NTWE) |
	       FIELD_MASK(SCTLR_EL1_MSCEN) | /* EL0 has CPY*, SET* (MOPS) */
	       /* RES1 where the CPU lacks the feature of each: */
	       FIELD_MASK(SCTLR_EL1_EOS) | FIELD_MASK(SCTLR_EL1_EIS) |
	       FIELD_MASK(SCTLR_EL1_TSCXT) | FIELD_MASK(SCTLR_EL1_NTLSMD) |
	       FIELD_MASK(SCTLR_EL1_LSMAOE) | FIELD_MASK(SCTLR_EL1_SED) |
	       FIELD_MASK(SCTLR_EL1_ITD);
}

/* Maps the symbols [start, end) of the image at virtual - delta. */
static void boot_map_part(const struct pgtable *pt, const char *start,
			  const char *end, uint64_t delta, uint64_t attrs)
{
	/* With the MMU off a symbol's address is physical. */
	paddr_t pa = (paddr_t)start;

	if (pgtable_map(pt, pa + delta, pa, (uint64_t)(end - start), attrs,
			false) != 0) {
		boot_fail("the early tables are too small for the image");
	}
}

/* The whole image, but for the guard under the boot stack. */
static void boot_map_image(const struct pgtable *pt, uint64_t delta,
			   uint64_t text_attrs)
{
	boot_map_part(pt, _text_start, _text_end, delta, text_attrs);
	boot_map_part(pt, _rodata_start, _rodata_end, delta,
		      KERNEL_RODATA_ATTRS);
	boot_map_part(pt, _data_start, _data_end, delta, KERNEL_DATA_ATTRS);
	boot_map_part(pt, _boot_stack, _image_end, delta, KERNEL_DATA_ATTRS);
}

/* The size that the tree's header gives; its first words are big-endian. */
static uint64_t boot_dtb_size(paddr_t dtb)
{
	const uint32_t *header = (const uint32_t *)dtb;

	if (dtb == 0 || !IS_ALIGNED(dtb, 8)) {
		boot_fail("x0 does not point to a device tree");
	}
	if (__builtin_bswap32(header[0]) != 0xd00dfeed) {
		boot_fail("the device tree has a wrong magic number");
	}
	if (__builtin_bswap32(header[1]) > BOOT_DTB_MAX) {
		boot_fail("the device tree says that it is over 2 MiB");
	}
	return __builtin_bswap32(header[1]);
}

static void boot_map_dtb(const struct pgtable *kernel, paddr_t dtb)
{
	paddr_t start = ALIGN_DOWN(dtb, (paddr_t)PAGE_SIZE);
	paddr_t end = ALIGN_UP(dtb + boot.dtb_size, (paddr_t)PAGE_SIZE);

	if (pgtable_map(kernel, VMAP_DTB, start, end - start,
			KERNEL_RODATA_ATTRS, false) != 0) {
		boot_fail("the early tables are too small for the tree");
	}
}

void boot_prepare(paddr_t dtb)
{
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1);
	struct pgtable identity, kernel;

	if (!boot_granule_supported(mmfr0)) {
		boot_fail("this CPU has no " GRANULE_NAME " granule");
	}
	boot.image = (uint64_t)_image_start;
	boot.tables_next = (paddr_t)_boot_tables_start;
	boot.dtb = dtb;
	boot.dtb_size = boot_dtb_size(dtb);

	identity = kernel = (struct pgtable){
		.root = boot_table_alloc_physical(),
		.alloc = boot_table_alloc_physical,
	};
	kernel.root = boot_table_alloc_physical();
	kernel.table_attrs = KERNEL_TABLE_ATTRS;
	boot.ttbr_reserved = boot_table_alloc_physical(); /* stays empty */
	boot.ttbr_identity = identity.root;
	boot.ttbr_kernel = kernel.root;

	boot_map_part(&identity, _text_start, _text_end, 0, KERNEL_TEXT_ATTRS);
	boot_map_image(&kernel, IMAGE_BASE - boot.image, KERNEL_TEXT_ATTRS);
	/* In the linear map the text is not executable, and never writable. */
	boot_map_image(&kernel, LINEAR_BASE, KERNEL_RODATA_ATTRS);
	boot_map_dtb(&kernel, dtb);

	boot.mair = MAIR_EL1_VALUE;
	boot.tcr = boot_tcr(mmfr0, sysreg_read(id_aa64mmfr1_el1),
			    sysreg_read(id_aa64mmfr2_el1));
	boot.sctlr = boot_sctlr();
}
