// SPDX-License-Identifier: MIT
/*
 * asm_offsets.c - the offsets that assembly uses, computed by the compiler.
 * The build compiles this to assembly and takes the `->` lines out of it.
 */
#include "boot.h"
#include "cpu.h"
#include "probe.h"
#include "task/task.h"

#define DEFINE(name, value) \
	asm volatile(".ascii \"->" #name " %0\"" : : "i"((long)(value)))

void asm_offsets(void);
void asm_offsets(void)
{
	DEFINE(FRAME_SIZE, sizeof(struct frame));
	DEFINE(FRAME_X, offsetof(struct frame, x));
	DEFINE(FRAME_LR, offsetof(struct frame, x[30]));
	DEFINE(FRAME_SP, offsetof(struct frame, sp));
	DEFINE(FRAME_ELR, offsetof(struct frame, elr));
	DEFINE(FRAME_ESR, offsetof(struct frame, esr));
	DEFINE(FRAME_RECORD, offsetof(struct frame, record));
	DEFINE(FRAME_WINDOW_OPEN, offsetof(struct frame, window_open));

	DEFINE(CPU_CURRENT, offsetof(struct cpu, task));
	DEFINE(CPU_OVERFLOW_STACK, offsetof(struct cpu, overflow_stack));
	DEFINE(CPU_USER_TTBR0, offsetof(struct cpu, user_ttbr0));
	DEFINE(CPU_RESERVED_TTBR0, offsetof(struct cpu, reserved_ttbr0));
	DEFINE(TASK_NOT_TO_EL0, offsetof(struct task, kill_signal));

	DEFINE(ARCH_TASK_X19, offsetof(struct task, arch.x19_x28));
	DEFINE(ARCH_TASK_FP, offsetof(struct task, arch.fp));
	DEFINE(ARCH_TASK_SP, offsetof(struct task, arch.sp));

	DEFINE(PROBE_X19, offsetof(struct probe, x19_x28));
	DEFINE(PROBE_FP, offsetof(struct probe, fp));
	DEFINE(PROBE_SP, offsetof(struct probe, sp));

	DEFINE(BOOT_ENTRY_EL, offsetof(struct boot, entry_el));
	DEFINE(BOOT_TTBR_IDENTITY, offsetof(struct boot, ttbr_identity));
	DEFINE(BOOT_TTBR_RESERVED, offsetof(struct boot, ttbr_reserved));
	DEFINE(BOOT_TTBR_KERNEL, offsetof(struct boot, ttbr_kernel));
	DEFINE(BOOT_MAIR, offsetof(struct boot, mair));
	DEFINE(BOOT_TCR, offsetof(struct boot, tcr));
	DEFINE(BOOT_SCTLR, offsetof(struct boot, sctlr));
}

/* What vectors.S relies on beyond the offsets. */
_Static_assert(sizeof(struct frame) % 16 == 0, "SP must stay 16-byte aligned");
_Static_assert(offsetof(struct frame, x) == 0,
	       "x0 and x1 are loaded last, and take the frame away");
_Static_assert(offsetof(struct frame, sp) == offsetof(struct frame, x[30]) + 8,
	       "x30 and sp are saved as a pair");
_Static_assert(offsetof(struct frame, spsr) == offsetof(struct frame, elr) + 8,
	       "elr and spsr are saved as a pair");
_Static_assert(offsetof(struct frame, far) == offsetof(struct frame, esr) + 8,
	       "esr and far are saved as a pair");
_Static_assert(offsetof(struct task, kill_signal) % 8 == 0 &&
	       offsetof(struct task, turn_over) ==
		       offsetof(struct task, kill_signal) + 4,
	       "what keeps a task from EL0 is one word");
