// SPDX-License-Identifier: MIT
/*
 * mops_test.c - restarting CPY* and SET* (arch/aarch64/mops.c) from every
 * state that the Arm ARM allows in the registers: option A and B, forwards and
 * backwards, from main and epilogue. QEMU has option A alone; here is B too.
 */
#include "mops.h"
#include "sysreg_fields.h"
#include "test.h"

#define DST 10
#define SRC 11
#define LEN 12
#define PC  0x1000
#define N   BIT(31) /* PSTATE.N: option B copies from the end */

struct mops_case {
	const char *what;
	bool set, option_a, wrong, epilogue;
	uint64_t spsr;
	uint64_t dst, src, len;                /* as the exception finds them */
	uint64_t to_dst, to_src, to_len, to_pc; /* as a prologue wants them */
};

/* 100 bytes from 0x5000 to 0x7000, of which 40 are done (60 are left). */
static const struct mops_case cases[] = {
	{ "copy, A, forwards", false, true, false, false, 0,
	  0x7064, 0x5064, (uint64_t)-60, 0x7028, 0x5028, 60, PC - 4 },
	{ "copy, A, forwards, epilogue", false, true, false, true, 0,
	  0x7064, 0x5064, (uint64_t)-60, 0x7028, 0x5028, 60, PC - 8 },
	{ "copy, A, backwards", false, true, false, false, 0,
	  0x7000, 0x5000, 60, 0x7000, 0x5000, 60, PC - 4 },
	{ "copy, B, forwards", false, false, false, false, 0,
	  0x7028, 0x5028, 60, 0x7028, 0x5028, 60, PC - 4 },
	{ "copy, B, backwards", false, false, false, true, N,
	  0x703c, 0x503c, 60, 0x7000, 0x5000, 60, PC - 8 },
	{ "copy, a CPU of A finds B's numbers", false, true, true, false, 0,
	  0x7028, 0x5028, 60, 0x7028, 0x5028, 60, PC - 4 },
	{ "copy, a CPU of B finds A's numbers", false, false, true, false, 0,
	  0x7064, 0x5064, (uint64_t)-60, 0x7028, 0x5028, 60, PC - 4 },
	{ "set, A", true, true, false, false, 0,
	  0x7064, 0x55, (uint64_t)-60, 0x7028, 0x55, 60, PC - 4 },
	{ "set, B; N means nothing", true, false, false, true, N,
	  0x7028, 0x55, 60, 0x7028, 0x55, 60, PC - 8 },
	{ "nothing is left", false, true, false, true, 0,
	  0x7064, 0x5064, 0, 0x7064, 0x5064, 0, PC - 8 },
};

TEST(mops, restart_from_every_state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mops_case *c = &cases[i];
		uint64_t x[31] = { [DST] = c->dst, [SRC] = c->src,
				   [LEN] = c->len };
		uint64_t pc = PC;
		uint64_t esr = FIELD_PREP(ESR_EL1_MOPS_MEMINST, c->set) |
			       FIELD_PREP(ESR_EL1_MOPS_OPTION_A, c->option_a) |
			       FIELD_PREP(ESR_EL1_MOPS_WRONG, c->wrong) |
			       FIELD_PREP(ESR_EL1_MOPS_EPILOGUE, c->epilogue) |
			       FIELD_PREP(ESR_EL1_MOPS_DEST, DST) |
			       FIELD_PREP(ESR_EL1_MOPS_SRC, SRC) |
			       FIELD_PREP(ESR_EL1_MOPS_SIZE, LEN);

		mops_restart(x, &pc, esr, c->spsr);
		if (!EXPECT_EQ(x[DST], c->to_dst) ||
		    !EXPECT_EQ(x[SRC], c->to_src) ||
		    !EXPECT_EQ(x[LEN], c->to_len) ||
		    !EXPECT_EQ(pc, c->to_pc)) {
			test_note("in: %s", c->what);
		}
	}
}
