// SPDX-License-Identifier: MIT
/*
 * in_force.c - what is in force: the CPU's features, PAN, the method of user
 * access, and which invariants do not hold with these. The boot log and
 * /proc/uaccess say it.
 */
#include "in_force.h"

#include "arch_lab.h"
#include "boot.h"
#include "cpu_features.h"
#include "dev/dev.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "uaccess/select.h"
#include "uaccess/stats.h"

/*
 * The invariants that this choice gives up, by number: without PAN and
 * without a window of TTBR0 nothing shuts it (2); where PAN stops every copy,
 * nothing can be copied (7).
 */
static const char *in_force_missing(void)
{
	if (!pan_enabled && !uaccess_hides_ttbr0) {
		return "2 (the window is shut)";
	}
	if (arch_uaccess_stopped()) {
		return "7 (what can be copied is copied)";
	}
	return NULL;
}

/*
 * An execute-only page has AP[1] = 0, so PAN lets EL1 read it unless EPAN looks
 * at UXN as well (D8.4); and with PAN = 0, or the user's table in TTBR0_EL1,
 * a window of EL1's own loads reads it in any case.
 */
const char *in_force_execute_only(void)
{
	if (pan_enabled && !cpu_features.epan) {
		return "no EPAN: EL1 reads execute-only pages";
	}
	if (uaccess_window_shuts(uaccess_method->window)) {
		return "the window shows execute-only pages";
	}
	return NULL; /* nothing shows them, or everything: invariant 2 */
}

void arch_log_features(void)
{
	const char *missing = in_force_missing();
	const char *shown = in_force_execute_only();

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
	       pan_enabled ? "on" : "off", uaccess_method->name,
	       missing ? "NOT in force: invariant " : "all invariants",
	       missing ? missing : "", shown ? "; " : "", shown ? shown : "");
}

bool arch_uaccess_stopped(void)
{
	return uaccess_method->outcome[pan_enabled] == OUTCOME_STOPPED;
}

static void in_force_show(struct sink *out)
{
	static const char *const windows[] = {
#define W(window, ...) #window,
		UACCESS_WINDOWS(W)
	};
	const struct uaccess_method *m = uaccess_method;
	const char *missing = in_force_missing();
	const char *shown = in_force_execute_only();

	for (unsigned int i = CPU_NOTHING + 1; i < CPU_FEATURE_COUNT; i++) {
		sink_printf(out, "cpu_%s: %s\n", cpu_feature_list[i].name,
			    *cpu_feature_list[i].has ? "yes" : "no");
	}
	sink_printf(out, "pan: %s\n", pan_enabled ? "on" : "off");
	sink_printf(out, "method: %s\n", m->name);
	sink_printf(out, "window: %s\n", windows[m->window]);
	sink_printf(out, "rights: %s\n",
		    m->rights == RIGHTS_EL0 ? "EL0" : "EL1");
	sink_printf(out, "choices: %s\n", arch_uaccess_choices);
	sink_printf(out, "not_in_force: %s\n", missing ? missing : "none");
	sink_printf(out, "execute_only: %s\n", shown ? shown : "-");
	stats_show(out);
}
PROC_FILE(uaccess, .path = "uaccess", .show = in_force_show);
