// SPDX-License-Identifier: MIT
/*
 * init.c - the first C in the upper half: the CPU's own struct, its features,
 * then src/main.c. And the boot log's word on what holds and what does not.
 */
#include "arch.h"
#include "boot.h"
#include "cpu.h"
#include "cpu_features.h"
#include "decode/decode.h"
#include "dev/dev.h"
#include "decode/esr.h"
#include "extable.h"
#include "fs/file.h"
#include "init.h"
#include "ksyms.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "linker.h"
#include "sysreg.h"
#include "table_read.h"
#include "trace/trace.h"
#include "uaccess/select.h"
#include "uaccess/stats.h"

static struct cpu boot_cpu;

void arch_main(void)
{
	boot_cpu.reserved_ttbr0 = boot_cpu.user_ttbr0 = boot.ttbr_reserved;
	sysreg_write(tpidr_el1, &boot_cpu);
	cpu_features_read();
	extable_check();
	/* Shut the window from the start; the command line may differ. */
	cpu_set_pan(cpu_features.pan);
	asm volatile("msr daifclr, #4" : : : "memory"); /* SErrors, early */
	kernel_main(boot.dtb);
}

const void *arch_boot_tree(size_t *size)
{
	*size = boot.dtb_size;
	return (const void *)(VMAP_DTB + boot.dtb % PAGE_SIZE);
}

void arch_boot_image(paddr_t *start, paddr_t *end)
{
	*start = boot.image;
	*end = boot.image + (uint64_t)(_image_end - _image_start);
}

/* ---- What is in force ----------------------------------------------- */

/*
 * The invariants that this choice gives up, by number: without PAN and
 * without sw_ttbr0 nothing shuts the window (2); with plain under PAN nothing
 * can be copied (7).
 */
static const char *init_not_in_force(void)
{
	if (!pan_enabled && !uaccess_hides_ttbr0) {
		return "2 (the window is shut)";
	}
	if (strcmp(uaccess_method, "plain") == 0) {
		return "7 (what can be copied is copied)";
	}
	return NULL;
}

/*
 * An execute-only page has AP[1] = 0, so PAN lets EL1 read it unless EPAN looks
 * at UXN as well (D8.4); and with PAN = 0, or the user's table in TTBR0_EL1,
 * a window of EL1's own loads reads it in any case.
 */
const char *init_execute_only(void)
{
	if (pan_enabled && !cpu_features.epan) {
		return "no EPAN: EL1 reads execute-only pages";
	}
	if (uaccess_hides_ttbr0 || strcmp(uaccess_method, "pan") == 0) {
		return "the window shows execute-only pages";
	}
	return NULL; /* nothing shows them, or everything: invariant 2 */
}

void arch_log_features(void)
{
	const char *missing = init_not_in_force();
	const char *shown = init_execute_only();

	printk("entered at EL%u; %s pages, %u-bit addresses, %u-bit ASIDs, "
	       "%u-bit physical\n", (unsigned int)boot.entry_el, GRANULE_NAME,
	       VA_BITS, cpu_features.asid_bits, cpu_features.phys_bits);
	printk("CPU: PAN %s, EPAN %s, E0PD %s, MOPS %s, LSE %s\n",
	       cpu_features.pan ? "yes" : "no",
	       cpu_features.epan ? "yes" : "no",
	       cpu_features.e0pd ? "yes" : "no",
	       cpu_features.mops ? "yes" : "no",
	       cpu_features.lse ? "yes" : "no");
	printk("in force: pan=%s, uaccess=%s; %s%s%s%s\n",
	       pan_enabled ? "on" : "off", uaccess_method,
	       missing ? "NOT in force: invariant " : "all invariants",
	       missing ? missing : "", shown ? "; " : "", shown ? shown : "");
}

void arch_log_end(void)
{
	struct sink_buffer b;
	struct fault last;
	char text[256];

	if (!pan_enabled || strcmp(uaccess_method, "plain") != 0 ||
	    !trace_copy_last_fault(&last)) {
		return;
	}
	sink_buffer_init(&b, text, sizeof(text));
	arch_fault_sentence(&b.sink, &last);
	printk_always("PAN stopped every copy, and with them all that process "
		      "1 had to say. The last:");
	printk_always("%s", text);
}

static void uaccess_show(struct sink *out)
{
	const char *missing = init_not_in_force();
	const char *shown = init_execute_only();
	const struct {
		const char *name;
		bool has;
	} features[] = {
		{ "pan", cpu_features.pan },   { "pan2", cpu_features.pan2 },
		{ "epan", cpu_features.epan }, { "uao", cpu_features.uao },
		{ "e0pd", cpu_features.e0pd }, { "lse", cpu_features.lse },
		{ "mops", cpu_features.mops },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(features); i++) {
		sink_printf(out, "cpu_%s: %s\n", features[i].name,
			    features[i].has ? "yes" : "no");
	}
	sink_printf(out, "pan: %s\n", pan_enabled ? "on" : "off");
	sink_printf(out, "method: %s\n", uaccess_method);
	sink_printf(out, "not_in_force: %s\n", missing ? missing : "none");
	sink_printf(out, "execute_only: %s\n", shown ? shown : "-");
	stats_show(out);
}
PROC_FILE(uaccess, .path = "uaccess", .show = uaccess_show);

/* ---- The decoder, as src/ asks for it ------------------------------- */

void arch_fault_sentence(struct sink *out, const struct fault *fault)
{
	story_sentence(out, fault, ksyms_lookup);
}

void arch_fault_resolution(struct sink *out, const struct fault *fault)
{
	story_resolution(out, fault);
}

void arch_fault_story(struct sink *out, const struct fault *fault)
{
	story_print(out, fault, ksyms_lookup);
}

struct arch_fault_summary arch_fault_summary(const struct fault *fault)
{
	const bool has_level = esr_is_data_abort(fault->esr) ||
			       esr_is_instruction_abort(fault->esr);
	const int level = has_level ? esr_fault_level(fault->esr) : -1;

	return (struct arch_fault_summary){
		.pid = fault->pid,
		.el = fault->from_el,
		.level = level == FAULT_NO_LEVEL ? -1 : level,
		.class = verdict_name(fault->verdict),
	};
}

bool arch_fault_has_class(const char *name)
{
	for (enum verdict v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++) {
		if (strcmp(verdict_name(v), name) == 0) {
			return true;
		}
	}
	return false;
}

/* The user's table is meant, also where sw_ttbr0 hides it just now. */
void arch_walk_show(struct sink *out, uint64_t va)
{
	struct walk w;

	walk_tables(&w, va, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0,
		    sysreg_read(ttbr1_el1), table_read, NULL);
	story_walk(out, &w, sysreg_read(sctlr_el1));
}
