/* SPDX-License-Identifier: MIT */
/*
 * head.S - from reset to C in the upper half.
 *
 * Entered as Linux's boot protocol says: MMU and data cache off, x0 holds the
 * device tree's physical address, at EL2 or EL1. Leaves with the MMU on, in
 * TTBR1_EL1's half, TTBR0_EL1 reserved, at EL1 with SP_EL1, exceptions masked.
 * Read next: boot_map.c, which builds the tables.
 */
#include "asm.h"
#include "asm_offsets.h"
#include "boot.h"
#include "sysreg_fields.h"

/* The header that makes this file an arm64 Image (64 bytes). */
	.section .head, "ax"
	.global	_start
_start:
	b	reset
	.long	0
	.quad	0			// text_offset
	.quad	_image_size		// how much RAM we need, .bss included
	.quad	IMAGE_FLAGS
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

/* Bit 0: little-endian. 2:1: the granule. 3: anywhere in RAM, 2 MiB-aligned. */
.set IMAGE_FLAGS, (1 << 3) | (((PAGE_SHIFT - 10) / 2) << 1)

/*
 * In: x0 the device tree. x19 and x20 keep what must survive:
 */
dtb	.req	x19
entered	.req	x20

	.text
	.type	reset, %function
reset:
	msr	daifset, #0xf		// no exception until vectors exist
	mov	dtb, x0
	mrs	entered, CurrentEL
	lsr	entered, entered, #2
	cmp	entered, #2
	b.lo	1f
	bl	el2_to_el1
1:	bl	el1_init

	adr_l	x0, _image_start	// dirty lines of the loader's would
	adr_l	x1, _image_end		// overwrite what we store uncached
	bl	cache_clean_invalidate
	mov	x0, dtb			// its header is read uncached; the boot
	add	x1, dtb, #8		// protocol has only the image cleaned
	bl	cache_clean_invalidate

	adr_l	x0, _bss_start
	adr_l	x1, _bss_end
2:	cmp	x0, x1
	b.hs	3f
	stp	xzr, xzr, [x0], #16
	b	2b

3:	adr_l	x0, _boot_stack_top
	mov	sp, x0
	mov	x29, #0			// backtraces end here
	mov	x0, dtb
	bl	boot_prepare
	adr_l	x22, boot
	str	entered, [x22, #BOOT_ENTRY_EL]

	adr_l	x0, _data_start		// drop lines that were fetched while
	adr_l	x1, _image_end		// we stored with the cache off
	bl	cache_clean_invalidate

	/*
	 * The switch. The identity map makes the next instruction reachable
	 * at its physical address; then the branch leaves it for good.
	 */
	ldr	x0, [x22, #BOOT_MAIR]
	msr	mair_el1, x0
	ldr	x0, [x22, #BOOT_TCR]
	msr	tcr_el1, x0
	ldr	x0, [x22, #BOOT_TTBR_IDENTITY]
	msr	ttbr0_el1, x0
	ldr	x0, [x22, #BOOT_TTBR_KERNEL]
	msr	ttbr1_el1, x0
	isb				// the walk sees these four
	tlbi	vmalle1			// nothing from before reset
	dsb	nsh
	ic	iallu			// nor instructions
	dsb	nsh
	isb
	ldr	x0, [x22, #BOOT_SCTLR]
	ldr	x1, =upper_half
	msr	sctlr_el1, x0
	isb				// from here the MMU translates
	br	x1

upper_half:
	adr_l	x0, boot		// now adrp gives virtual addresses
	ldr	x1, [x0, #BOOT_TTBR_RESERVED]
	msr	ttbr0_el1, x1		// the identity map is gone
	isb
	tlbi	vmalle1			// and what was cached of it
	dsb	nsh
	isb
	adr_l	x1, vectors
	msr	vbar_el1, x1
	isb
	adr_l	x1, _boot_stack_top
	mov	sp, x1
	mov	x29, #0
	mov	x30, #0
	b	arch_main

/*
 * void cache_clean_invalidate(start x0, end x1): to the point of coherency.
 * Clobbers x0 to x3.
 */
cache_clean_invalidate:
	mrs	x2, ctr_el0
	ubfx	x2, x2, CTR_EL0_DMINLINE
	mov	x3, #4
	lsl	x3, x3, x2		// bytes in the smallest line
	sub	x2, x3, #1
	bic	x0, x0, x2
1:	dc	civac, x0
	add	x0, x0, x3
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret

/*
 * Leaves EL2 for EL1, so that nothing traps to an EL2 without code. Every
 * register that resets to an unknown value and could trap is named.
 * Clobbers x0, x1; returns at EL1 to x30.
 */
el2_to_el1:
	mov_q	x0, FIELD_MASK(HCR_EL2_RW) | FIELD_MASK(HCR_EL2_API) | \
		    FIELD_MASK(HCR_EL2_APK) | FIELD_MASK(HCR_EL2_ATA)
	msr	hcr_el2, x0		// EL1 is AArch64; no stage 2, no traps
	isb				// E2H says what the next three mean,
	mrs	x1, hcr_el2		// and is 1 for ever where it is RES1
	mov_q	x0, SCTLR_EL1_MMU_OFF	// reset leaves EL1's M bit unknown
	tbnz	x1, #34, 6f
	msr	sctlr_el1, x0
	mov	x0, #0x33ff
	msr	cptr_el2, x0		// FP goes through; SVE, SME: EL1 traps
	mov	x0, #3
	b	7f
6:	msr	s3_5_c1_c0_0, x0	// SCTLR_EL12
	mov	x0, #(3 << 20)
	msr	cptr_el2, x0		// FPEN, as in CPACR_EL1
	mov	x0, #(3 << 10)
7:	msr	cnthctl_el2, x0		// EL1 reads counter and timer
	msr	cntvoff_el2, xzr	// virtual time is physical time
	msr	hstr_el2, xzr		// no AArch32 traps
	msr	vttbr_el2, xzr		// VMID 0
	mrs	x0, midr_el1
	msr	vpidr_el2, x0		// EL1 sees the real MIDR
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0		// and MPIDR

	mrs	x1, id_aa64dfr0_el1
	ubfx	x1, x1, #8, #4		// PMUVer
	mov	x0, #0
	cbz	x1, 1f
	cmp	x1, #0xf
	b.eq	1f
	mrs	x0, pmcr_el0
	ubfx	x0, x0, #11, #5		// all N counters are EL1's (HPMN)
1:	msr	mdcr_el2, x0		// no debug or PMU traps

	mrs	x1, id_aa64pfr0_el1
	ubfx	x0, x1, ID_AA64PFR0_EL1_GIC
	cbz	x0, 2f
	mrs	x0, s3_4_c12_c9_5	// ICC_SRE_EL2
	orr	x0, x0, #1		// SRE: system registers here
	orr	x0, x0, #8		// Enable: and at EL1
	msr	s3_4_c12_c9_5, x0
	isb				// before ICH_HCR_EL2 is there
	mrs	x0, s3_4_c12_c9_5
	tbz	x0, #0, 2f		// the machine's GIC has none
	msr	s3_4_c12_c11_0, xzr	// ICH_HCR_EL2: no virtual interrupts

2:	mrs	x1, id_aa64mmfr1_el1
	ubfx	x0, x1, ID_AA64MMFR1_EL1_HCX
	cbz	x0, 4f
	mov	x0, #0
	mrs	x1, s3_0_c0_c6_2	// ID_AA64ISAR2_EL1
	ubfx	x1, x1, ID_AA64ISAR2_EL1_MOPS
	cbz	x1, 8f
	mov	x0, #(1 << 11)		// MSCEn: or CPY*, SET* are Undefined
8:	mrs	x1, s3_0_c0_c7_3	// ID_AA64MMFR3_EL1
	ubfx	x1, x1, ID_AA64MMFR3_EL1_TCRX
	cbz	x1, 3f
	orr	x0, x0, #(1 << 14)	// TCR2En: or TCR2_EL1 traps
3:	msr	s3_4_c1_c2_2, x0	// HCRX_EL2

4:	mrs	x1, id_aa64mmfr0_el1
	ubfx	x0, x1, ID_AA64MMFR0_EL1_FGT
	cbz	x0, 5f
	msr	s3_4_c1_c1_4, xzr	// HFGRTR_EL2: no fine-grained traps
	msr	s3_4_c1_c1_5, xzr	// HFGWTR_EL2
	msr	s3_4_c1_c1_6, xzr	// HFGITR_EL2
	msr	s3_4_c3_c1_4, xzr	// HDFGRTR_EL2
	msr	s3_4_c3_c1_5, xzr	// HDFGWTR_EL2

5:	mov	x0, #(FIELD_MASK(SPSR_EL1_DAIF) | SPSR_EL1_M_EL1H)
	msr	spsr_el2, x0
	msr	elr_el2, x30
	eret

/*
 * What EL1 and EL0 may do, before anything relies on it.
 * Clobbers x0, x1.
 */
el1_init:
	mov_q	x0, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x0		// MMU and data cache off, known rest
	isb
	msr	spsel, #1		// EL1 runs on SP_EL1
	mov	x0, #(3 << 20)
	msr	cpacr_el1, x0		// FPEN: FP/SIMD for EL0; SVE traps
	mov	x0, #2
	msr	cntkctl_el1, x0		// EL0 reads CNTVCT_EL0, no more
	mov	x0, #(1 << 12)		// TDCC: no debug channel for EL0;
	msr	mdscr_el1, x0		// no single step, no breakpoints
	msr	contextidr_el1, xzr
	msr	tpidr_el1, xzr		// no exception yet: boot_exception
	msr	tpidr_el0, xzr
	msr	tpidrro_el0, xzr	// EL0 can read it: nothing of ours
	mrs	x1, id_aa64dfr0_el1
	ubfx	x1, x1, #8, #4		// PMUVer
	cbz	x1, 1f
	cmp	x1, #0xf
	b.eq	1f
	msr	pmuserenr_el0, xzr	// no counters for EL0
1:	mrs	x1, id_aa64pfr0_el1
	ubfx	x1, x1, ID_AA64PFR0_EL1_AMU
	cbz	x1, 2f
	msr	s3_3_c13_c2_3, xzr	// AMUSERENR_EL0
2:	mrs	x1, s3_0_c0_c7_3	// ID_AA64MMFR3_EL1
	ubfx	x1, x1, ID_AA64MMFR3_EL1_TCRX
	cbz	x1, 3f
	msr	s3_0_c2_c0_3, xzr	// TCR2_EL1: descriptors hold the rights
3:	adr_l	x0, boot_vectors
	msr	vbar_el1, x0
	isb
	ret
	.ltorg

/*
 * SCTLR_EL1 before the MMU: only the bits that must be 1 in every ARMv8.0
 * (RES1 there), and they mean "as AArch64 behaves by default".
 */
.set SCTLR_EL1_MMU_OFF, FIELD_MASK(SCTLR_EL1_LSMAOE) | \
	FIELD_MASK(SCTLR_EL1_NTLSMD) | FIELD_MASK(SCTLR_EL1_SPAN) | \
	FIELD_MASK(SCTLR_EL1_EIS) | FIELD_MASK(SCTLR_EL1_TSCXT) | \
	FIELD_MASK(SCTLR_EL1_EOS)

/*
 * Until the upper half has its vectors, an exception is the end. The first is
 * told; one on the way to tell it (a HLT without a host, a stack that is not
 * mapped) waits. TPIDR_EL1 tells which it is.
 */
	.balign	2048
boot_vectors:
	.rept	16
	.balign	128
	b	boot_exception
	.endr

boot_exception:
	mrs	x0, tpidr_el1
	cbnz	x0, 1f
	mov	x0, #1
	msr	tpidr_el1, x0
	adr_l	x0, _boot_stack_top
	mov	sp, x0
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	b	boot_fault		// does not return
1:	wfi
	b	1b
