// SPDX-License-Identifier: MIT
/*
 * mops.c - the memory copy and set exception (EC 0x27; Arm ARM D1.3.6 and
 * ESR_EL1, "Memory Copy and Memory Set instructions"). A CPU may implement
 * CPY* and SET* in one of two ways, A or B, that leave different numbers in
 * the registers between prologue and epilogue. A task that is moved to a CPU
 * of the other kind takes this exception in main or epilogue. The answer: turn
 * the numbers into those of a prologue for what is left, and go back to it.
 * Pure: host tests cover option B, which QEMU does not have.
 */
#include "mops.h"

#include "sysreg_fields.h"

/* Option A keeps minus what is left in the size, and pointers to the end. */
static void mops_undo_option_a(uint64_t *dst, uint64_t *src, uint64_t *size)
{
	if (!(*size & BIT(63))) {
		return; /* backwards: the size is what is left, as it should */
	}
	*dst += *size;
	if (src) {
		*src += *size;
	}
	*size = -*size;
}

/* Option B counts down; backwards, its pointers are past the rest. */
static void mops_undo_option_b(uint64_t *dst, uint64_t *src, uint64_t size,
			       uint64_t spsr)
{
	if (src && (spsr & BIT(31))) { /* PSTATE.N: a copy from the end */
		*dst -= size;
		*src -= size;
	}
}

void mops_restart(uint64_t x[31], uint64_t *pc, uint64_t esr, uint64_t spsr)
{
	bool is_set = FIELD_GET(ESR_EL1_MOPS_MEMINST, esr);
	/* The numbers are of option A if that is the CPU's and it was right,
	 * or if it is not and it was wrong. */
	bool option_a = FIELD_GET(ESR_EL1_MOPS_OPTION_A, esr) !=
			FIELD_GET(ESR_EL1_MOPS_WRONG, esr);
	uint64_t *dst = &x[FIELD_GET(ESR_EL1_MOPS_DEST, esr) % 31];
	uint64_t *size = &x[FIELD_GET(ESR_EL1_MOPS_SIZE, esr) % 31];
	uint64_t *src = &x[FIELD_GET(ESR_EL1_MOPS_SRC, esr) % 31];

	if (is_set) {
		src = NULL; /* the field is the value's, which does not move */
	}
	if (option_a) {
		mops_undo_option_a(dst, src, size);
	} else {
		mops_undo_option_b(dst, src, *size, spsr);
	}
	/* Prologue, main and epilogue follow one another. */
	*pc -= FIELD_GET(ESR_EL1_MOPS_EPILOGUE, esr) ? 8 : 4;
}
