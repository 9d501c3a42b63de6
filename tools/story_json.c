/* SPDX-License-Identifier: MIT */
/*
 * story_json.c - every field of a fault record, by the record's own names,
 * with the sentences beside them.
 */
#include "story_json.h"

#include "insn.h"
#include "lib/string.h"

static const char *const resolutions[RESOLUTION_COUNT] = {
	[RESOLUTION_NONE] = "none",
	[RESOLUTION_DEMAND_ZERO] = "demand-zero",
	[RESOLUTION_DEMAND_FILE] = "demand-file",
	[RESOLUTION_COPY_ON_WRITE] = "copy-on-write",
	[RESOLUTION_STACK_GROWTH] = "stack-growth",
	[RESOLUTION_ACCESS_FLAG] = "access-flag",
	[RESOLUTION_SPURIOUS] = "spurious",
	[RESOLUTION_FIXUP] = "fixup",
	[RESOLUTION_SIGNAL] = "signal",
	[RESOLUTION_DELIBERATE] = "deliberate",
	[RESOLUTION_KERNEL_BUG] = "kernel-bug",
};

static const char *const at_names[AT_COUNT] = {
	[AT_S1E0R] = "s1e0r", [AT_S1E0W] = "s1e0w",
	[AT_S1E1R] = "s1e1r", [AT_S1E1W] = "s1e1w",
	[AT_S1E1RP] = "s1e1rp", [AT_S1E1WP] = "s1e1wp",
};

static const char *const walk_ends[] = {
	[WALK_PAGE] = "page", [WALK_BLOCK] = "block",
	[WALK_INVALID] = "invalid", [WALK_RESERVED] = "reserved",
	[WALK_OUTSIDE_RAM] = "outside-ram",
	[WALK_NONCANONICAL] = "noncanonical", [WALK_DISABLED] = "disabled",
	[WALK_ADDRESS_SIZE] = "address-size",
};

static void json_string(struct sink *out, const char *text, size_t max)
{
	sink_printf(out, "\"");
	for (size_t i = 0; i < max && text[i] != '\0'; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
			sink_printf(out, "\\u%04x", c);
		} else {
			sink_printf(out, "%c", c);
		}
	}
	sink_printf(out, "\"");
}

static void json_text(struct sink *out, const char *key, const char *text)
{
	sink_printf(out, ",\"%s\":", key);
	json_string(out, text, strlen(text));
}

static void json_hex(struct sink *out, const char *key, uint64_t value)
{
	sink_printf(out, ",\"%s\":\"0x%lx\"", key, value);
}

static void json_number(struct sink *out, const char *key, int64_t value)
{
	sink_printf(out, ",\"%s\":%ld", key, value);
}

static void json_sentences(struct sink *out, const struct fault *f,
			   story_symbol_fn *symbol)
{
	struct sink_buffer b;
	char text[320];

	json_text(out, "verdict", verdict_name(f->verdict));
	json_text(out, "resolution", f->resolution < RESOLUTION_COUNT ?
				      resolutions[f->resolution] : "unknown");
	sink_buffer_init(&b, text, sizeof(text));
	story_sentence(&b.sink, f, symbol);
	json_text(out, "sentence", text);
	sink_buffer_init(&b, text, sizeof(text));
	story_resolution(&b.sink, f);
	json_text(out, "ending", text);
	sink_buffer_init(&b, text, sizeof(text));
	esr_print(&b.sink, f->esr);
	json_text(out, "esr_text", text);
	if (symbol != NULL && symbol(f->elr, text, sizeof(text))) {
		json_text(out, "elr_symbol", text);
	}
}

static void json_registers(struct sink *out, const struct fault *f)
{
	json_hex(out, "esr", f->esr);
	json_hex(out, "far", f->far);
	json_hex(out, "elr", f->elr);
	json_hex(out, "spsr", f->spsr);
	json_hex(out, "sp", f->sp);
	json_hex(out, "ttbr0", f->ttbr0);
	json_hex(out, "ttbr1", f->ttbr1);
	json_hex(out, "tcr", f->tcr);
	json_hex(out, "sctlr", f->sctlr);
	json_hex(out, "insn", f->insn);
	json_text(out, "insn_name", f->insn != 0 ? insn_name(f->insn) : "");
}

static void json_walk(struct sink *out, const struct walk *w)
{
	sink_printf(out, ",\"walk\":{\"half\":%u", w->half);
	json_hex(out, "va", w->va);
	json_hex(out, "ttbr", w->ttbr);
	json_text(out, "end", w->end < ARRAY_SIZE(walk_ends) &&
				      walk_ends[w->end] != NULL ?
			      walk_ends[w->end] : "unknown");
	json_number(out, "page_shift", w->page_shift);
	json_number(out, "va_bits", w->va_bits);
	sink_printf(out, ",\"levels\":[");
	for (int i = 0, l = w->first; i < w->levels && l <= 3; i++, l++) {
		sink_printf(out, "%s{\"level\":%d,\"index\":%u", i ? "," : "",
			    l, walk_index(w, l));
		json_hex(out, "addr", w->addr[l]);
		json_hex(out, "desc", w->desc[l]);
		sink_printf(out, "}");
	}
	sink_printf(out, "]}");
}

static void json_at(struct sink *out, const struct fault *f)
{
	const char *comma = "";

	sink_printf(out, ",\"at\":{");
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		if (f->par[op] != PAR_NOT_ASKED) {
			sink_printf(out, "%s\"%s\":\"0x%lx\"", comma,
				    at_names[op], f->par[op]);
			comma = ",";
		}
	}
	sink_printf(out, "}");
}

void story_json(struct sink *out, const struct fault *f, unsigned long number,
		story_symbol_fn *symbol)
{
	sink_printf(out, "{\"number\":%lu", number);
	json_number(out, "sequence", (int64_t)f->sequence);
	json_number(out, "time_entry", (int64_t)f->time_entry);
	json_number(out, "time_end", (int64_t)f->time_end);
	json_number(out, "cpu", f->cpu);
	json_number(out, "pid", f->pid);
	sink_printf(out, ",\"task\":");
	json_string(out, f->task, sizeof(f->task));
	json_number(out, "asid", f->asid);
	json_number(out, "from_el", f->from_el);
	json_number(out, "syscall", (int64_t)f->syscall); /* -1: none */
	json_sentences(out, f, symbol);
	json_number(out, "left", f->left);
	json_number(out, "signal", f->signal);
	json_number(out, "is_write", f->is_write);
	json_number(out, "is_fetch", f->is_fetch);
	json_number(out, "extable", f->extable);
	json_hex(out, "fixup", f->fixup);
	json_number(out, "pan_features", f->pan_features);
	json_registers(out, f);
	if (f->walk_valid) {
		json_walk(out, &f->walk);
		json_at(out, f);
	}
	sink_printf(out, "}\n");
}
