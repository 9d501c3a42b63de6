// SPDX-License-Identifier: MIT
/*
 * fault_text.c - a fault and a walk in words, as src/ asks for them: decode/
 * has the words, and knows neither this kernel's symbols nor its registers.
 */
#include "arch_lab.h"
#include "cpu.h"
#include "decode/decode.h"
#include "decode/esr.h"
#include "ksyms.h"
#include "lib/string.h"
#include "sysreg.h"
#include "table_read.h"

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
	story_walk(out, &w, sysreg_read(sctlr_el1), table_walk_sharers(&w));
}
