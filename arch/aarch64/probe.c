// SPDX-License-Identifier: MIT
/*
 * probe.c - running a deliberate kernel bug and surviving it: arms the probe
 * that step 4 of fault.c looks for, and puts back what the bug upset.
 */
#include "probe.h"

#include "arch.h"
#include "cpu_features.h"
#include "dev/dev.h"
#include "lib/string.h"
#include "linker.h"
#include "spinlock.h"
#include "sysreg.h"
#include "task/task.h"

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
		.held = arch_cpu()->held,
		.fault = fault,
	};
	bool caught;

	current->probe = &p;
	caught = probe_enter(&p, fn, arg);
	current->probe = NULL;
	return caught;
}

void probe_catch(struct probe *p, struct frame *frame)
{
	spin_unlock_down_to(p->held);
	arch_vm_activate(current->vm);
	frame->window_open = false;
	frame->x[0] = (uint64_t)p;
	frame->elr = (uint64_t)probe_unwind;
	frame->spsr = SPSR_EL1_M_EL1H | p->daif |
		      (p->pan ? FIELD_MASK(SPSR_EL1_PAN) : 0);
}

/* ---- One access: `make try DO=…` -------------------------------------------- */

struct probe_access {
	void (*op)(uint64_t addr);
	uint64_t addr;
	bool pan;
};

static void probe_access_run(void *arg)
{
	const struct probe_access *a = arg;
	bool before = probe_pan_now();

	probe_set_pan(a->pan);
	a->op(a->addr);
	probe_set_pan(before);
}

static void probe_fetch(uint64_t addr)
{
	((void (*)(void))addr)();
}

int arch_probe_access(const char *op, uint64_t addr, bool pan,
		      struct fault *fault)
{
	static const struct {
		char name[8];
		void (*op)(uint64_t addr);
	} ops[] = {
		{ "ldr", probe_ldr },   { "str", probe_str },
		{ "ldtr", probe_ldtr }, { "sttr", probe_sttr },
		{ "fetch", probe_fetch },
	};
	struct probe_access a = { NULL, addr, pan };

	if (pan && !cpu_features.pan) {
		return -ENODEV;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		if (strcmp(op, ops[i].name) == 0) {
			a.op = ops[i].op;
		}
	}
	return a.op ? arch_probe(probe_access_run, &a, fault) : -EINVAL;
}

/* What kernel.data names: there to be written over. */
static uint64_t probe_scratch;

uint64_t arch_probe_place(const char *name)
{
	if (strcmp(name, "kernel.text") == 0) {
		return (uint64_t)probe_ret;
	}
	if (strcmp(name, "kernel.rodata") == 0) {
		return (uint64_t)_rodata_start;
	}
	if (strcmp(name, "kernel.data") == 0) {
		return (uint64_t)&probe_scratch;
	}
	if (strcmp(name, "kernel.none") == 0) {
		return (uint64_t)_boot_stack_guard;
	}
	if (strcmp(name, "device") == 0) {
		return VMAP_DEVICES;
	}
	if (strcmp(name, "noncanonical") == 0) {
		return UINT64_C(1) << (VA_BITS + 1);
	}
	return 0;
}
