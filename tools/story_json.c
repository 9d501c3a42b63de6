/* SPDX-License-Identifier: MIT */
/*
 * story_json.c - every field of a record, by the record's own names and from
 * the table that made the record; for a fault with the sentences beside them.
 */
#include "story_json.h"

#include "decode/insn.h"
#include "lib/string.h"
#include "decode/rights.h"
#include "story_fields.h"

void story_json_string(struct sink *out, const char *text, size_t max)
{
	size_t from = 0, i = 0; /* what is before `from` is written */

	out->put(out, "\"", 1);
	for (; i < max && text[i] != '\0'; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
			out->put(out, text + from, i - from);
			sink_printf(out, "\\u%04x", c);
			from = i + 1;
		}
	}
	out->put(out, text + from, i - from);
	out->put(out, "\"", 1);
}

static void json_text(struct sink *out, const char *key, const char *text)
{
	sink_printf(out, ",\"%s\":", key);
	story_json_string(out, text, strlen(text));
}

static void json_hex(struct sink *out, const char *key, uint64_t value)
{
	sink_printf(out, ",\"%s\":\"0x%lx\"", key, value);
}

static void json_number(struct sink *out, const char *key, int64_t value)
{
	sink_printf(out, ",\"%s\":%ld", key, (long)value);
}

/* ---- Any field ------------------------------------------------------ */

static void json_integer(struct sink *out, const struct trace_field *field,
			 const void *at)
{
	const uint64_t value = field_value(field->kind, at);
	const char *name = field_enumerator(field->kind, value);

	if (name != NULL) {
		json_text(out, field->name, name);
	} else if (field->kind == FIELD_X64 || field->kind == FIELD_X32) {
		json_hex(out, field->name, value);
	} else {
		json_number(out, field->name, (int64_t)value);
	}
}

static void json_walk(struct sink *out, const struct walk *w)
{
	const char *end = walk_end_name(w->end);

	sink_printf(out, ",\"walk\":{\"half\":%u", w->half);
	json_hex(out, "va", w->va);
	json_hex(out, "ttbr", w->ttbr);
	json_text(out, "end", end != NULL ? end : "unknown");
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

static void json_at(struct sink *out, const uint64_t *par)
{
	const char *comma = "";

	sink_printf(out, ",\"at\":{");
	for (enum at_op op = 0; op < AT_COUNT; op++) {
		if (par[op] != PAR_NOT_ASKED) {
			sink_printf(out, "%s\"%s\":\"0x%lx\"", comma,
				    at_name(op), par[op]);
			comma = ",";
		}
	}
	sink_printf(out, "}");
}

static void json_field(struct sink *out, const struct trace_field *field,
		       const void *at)
{
	switch (field->kind) {
	case FIELD_NAME:
		sink_printf(out, ",\"%s\":", field->name);
		story_json_string(out, at, FIELD_NAME_SIZE);
		break;
	case FIELD_WALK:
		json_walk(out, at);
		break;
	case FIELD_PARS:
		json_at(out, at);
		break;
	default:
		json_integer(out, field, at);
		break;
	}
}

/* ---- Whole records -------------------------------------------------- */

static void json_sentences(struct sink *out, const struct fault *f,
			   story_symbol_fn *symbol)
{
	struct sink_buffer b;
	char text[320];

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
	json_text(out, "insn_name", f->insn != 0 ? insn_name(f->insn) : "");
}

void story_json(struct sink *out, const struct fault *f, unsigned long number,
		story_symbol_fn *symbol)
{
	sink_printf(out, "{\"number\":%lu", number);
	json_sentences(out, f, symbol);
	for (size_t i = 0; i < fault_description.count; i++) {
		const struct trace_field *field = &fault_description.fields[i];

		if (f->walk_valid || (field->kind != FIELD_WALK &&
				      field->kind != FIELD_PARS)) {
			json_field(out, field, (const char *)f + field->offset);
		}
	}
	sink_printf(out, "}");
}

void story_json_brief(struct sink *out, const struct fault *f,
		      story_symbol_fn *symbol)
{
	const struct walk *w = &f->walk;
	const unsigned int last = w->first + w->levels - 1u;
	struct sink_buffer b;
	char text[320];

	sink_buffer_init(&b, text, sizeof(text));
	story_sentence(&b.sink, f, symbol);
	sink_printf(out, "{\"sentence\":");
	story_json_string(out, text, strlen(text));
	sink_buffer_init(&b, text, sizeof(text));
	story_resolution(&b.sink, f);
	json_text(out, "ending", text);
	if (symbol(f->elr, text, sizeof(text))) {
		json_text(out, "symbol", text);
	} else {
		json_hex(out, "elr", f->elr);
	}
	json_hex(out, "esr", f->esr);
	if (f->left > 0) {
		json_number(out, "left", f->left);
	}
	if (f->walk_valid && w->levels > 0 && last <= 3 && w->desc[last]) {
		json_hex(out, "descriptor", w->desc[last]);
	}
	sink_printf(out, "}");
}

/* 0 is nothing, but not of an enumeration, where it is the first. And what was
 * there before is known from the event before. */
static bool is_empty(const struct trace_field *field, const void *at)
{
	if (strcmp(field->name, "from") == 0) {
		return true;
	}
	if (field->kind == FIELD_NAME) {
		return *(const char *)at == '\0';
	}
	return field_value(field->kind, at) == 0 &&
	       field_enumerator(field->kind, 0) == NULL;
}

void story_json_event(struct sink *out, const struct trace_event *e)
{
	const struct trace_description *d = trace_describe(e->id);

	sink_printf(out, "{\"sequence\":%lu", e->sequence);
	for (size_t i = 0; d != NULL && i < d->count; i++) {
		const char *at = (const char *)&e->u + d->fields[i].offset;

		if (!is_empty(&d->fields[i], at)) {
			json_field(out, &d->fields[i], at);
		}
	}
	sink_printf(out, "}");
}
