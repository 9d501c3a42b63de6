// SPDX-License-Identifier: MIT
/*
 * probe.c - running a deliberate kernel bug and surviving it: arms the probe
 * that step 7 of fault.c looks for, and puts back what the bug upset.
 */
#include "probe.h"

#include "arch.h"
#include "careful.h"
#include "cpu_features.h"
#include "lib/string.h"
#include "linker.h"
#include "mmu.h"
#include "decode/rights.h"
#include "spinlock.h"
#include "sysreg.h"
#include "task/task.h"
#include "trace/trace.h"

static bool probe_pan_now(void)
{
	/* PSTATE.PAN reads as the register PAN: s3_0_c4_c2_3 (C5.2). */
	return cpu_features.pan &&
	       (sysreg_read(s3_0_c4_c2_3) & FIELD_MASK(SPSR_EL1_PAN));
}

static void probe_set_pan(bool on)
{
	if (!cpu_features.pan) {
		return;
	}
	if (on) {
		asm volatile(PSTATE_PAN_SET : : : "memory");
	} else {
		asm volatile(PSTATE_PAN_CLEAR : : : "memory");
	}
}

bool arch_probe(void (*fn)(void *), void *arg, struct fault *fault)
{
	struct probe p = {
		.daif = arch_irq_flags(),
		.pan = probe_pan_now(),
		.irq_depth = arch_cpu()->irq_depth,
		.faults_off = arch_cpu()->faults_off,
		.held = arch_cpu()->held,
		.fault = fault,
	};
	struct probe *outer = current->probe;
	bool caught;

	current->probe = &p;
	caught = probe_enter(&p, fn, arg);
	current->probe = outer;
	return caught;
}

void probe_catch(struct probe *p, struct frame *frame)
{
	spin_unlock_down_to(p->held);
	arch_cpu()->faults_off = p->faults_off; /* of a copy_*_nofault() */
	trace_abandon();
	arch_vm_activate(current->vm);
	frame->window_open = false;
	frame->x[0] = (uint64_t)p;
	frame->elr = (uint64_t)probe_unwind;
	frame->spsr = SPSR_EL1_M_EL1H | p->daif |
		      (p->pan ? FIELD_MASK(SPSR_EL1_PAN) : 0);
}

/* ---- One access: `make try DO=…`, `make truth` ---------------------- */

static void probe_set_uao(bool on)
{
	if (on) {
		asm volatile(PSTATE_UAO_SET : : : "memory");
	} else if (cpu_features.uao) {
		asm volatile(PSTATE_UAO_CLEAR : : : "memory");
	}
}

static bool probe_has(unsigned int pstate)
{
	return (cpu_features.pan || !(pstate & PROBE_PAN)) &&
	       (cpu_features.uao || !(pstate & PROBE_UAO));
}

struct probe_access {
	void (*op)(uint64_t addr);
	uint64_t addr;
	unsigned int pstate;
};

/* If it faults, probe_catch() puts PAN back; every exception clears UAO. */
static void probe_access_run(void *arg)
{
	const struct probe_access *a = arg;
	bool before = probe_pan_now();

	probe_set_pan(a->pstate & PROBE_PAN);
	probe_set_uao(a->pstate & PROBE_UAO);
	a->op(a->addr);
	probe_set_uao(false);
	probe_set_pan(before);
}

static void probe_fetch(uint64_t addr)
{
	((void (*)(void))addr)();
}

int arch_probe_access(const char *op, uint64_t addr, unsigned int pstate,
		      struct fault *fault)
{
	static const struct {
		char name[8];
		void (*op)(uint64_t addr);
	} ops[] = {
		{ "ldr", probe_ldr },     { "str", probe_str },
		{ "ldtr", probe_ldtr },   { "sttr", probe_sttr },
		{ "fetch", probe_fetch }, { "zva", probe_zva },
		{ "cas", probe_cas },
	};
	struct probe_access a = { NULL, addr, pstate };

	if (!probe_has(pstate)) {
		return -ENODEV;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		if (strcmp(op, ops[i].name) == 0) {
			a.op = ops[i].op;
		}
	}
	return a.op ? arch_probe(probe_access_run, &a, fault) : -EINVAL;
}

int arch_probe_ask(const char *op, uint64_t addr, unsigned int pstate,
		   uint64_t *answer)
{
	bool before = probe_pan_now();
	struct careful_result got;
	unsigned long flags;
	enum at_op at = 0;

	while (at < AT_COUNT && strcmp(op, at_name(at)) != 0) {
		at++;
	}
	if (at == AT_COUNT) {
		return -EINVAL;
	}
	if (!probe_has(pstate) || (at >= AT_S1E1RP && !cpu_features.pan2)) {
		return -ENODEV;
	}
	flags = arch_irq_save();
	probe_set_pan(pstate & PROBE_PAN);
	probe_set_uao(pstate & PROBE_UAO);
	got = careful_at(at, addr);
	probe_set_uao(false);
	probe_set_pan(before);
	arch_irq_restore(flags);
	*answer = got.value;
	return !got.ok || (got.value & FIELD_MASK(PAR_EL1_F));
}

/* Both may be cached in a TLB (see SCTLR_EL1, TCR_EL1): it is emptied. */
bool arch_probe_rules(bool epan, bool e0pd)
{
	uint64_t sctlr = sysreg_read(sctlr_el1) & ~FIELD_MASK(SCTLR_EL1_EPAN);
	uint64_t tcr = sysreg_read(tcr_el1) & ~FIELD_MASK(TCR_EL1_E0PD1);

	if (epan && cpu_features.epan && pan_enabled) {
		sctlr |= FIELD_MASK(SCTLR_EL1_EPAN);
	}
	if (e0pd && cpu_features.e0pd) {
		tcr |= FIELD_MASK(TCR_EL1_E0PD1);
	}
	sysreg_write(sctlr_el1, sctlr);
	sysreg_write(tcr_el1, tcr);
	isb();
	mmu_flush_all();
	return sctlr & FIELD_MASK(SCTLR_EL1_EPAN);
}

/* What kernel.data names: there to be written over, by the largest DC ZVA. */
static uint8_t probe_scratch[2048] __attribute__((aligned(2048)));

uint64_t arch_probe_place(const char *name)
{
	if (strcmp(name, "kernel.text") == 0) {
		return (uint64_t)probe_ret;
	}
	if (strcmp(name, "kernel.rodata") == 0) {
		return (uint64_t)_rodata_start;
	}
	if (strcmp(name, "kernel.data") == 0) {
		return (uint64_t)probe_scratch;
	}
	if (strcmp(name, "kernel.none") == 0) {
		return (uint64_t)_boot_stack_guard;
	}
	if (strcmp(name, "noncanonical") == 0) {
		return UINT64_C(1) << (VA_BITS + 1);
	}
	return 0;
}
