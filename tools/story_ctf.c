/* SPDX-License-Identifier: MIT */
/*
 * story_ctf.c - see story_ctf.h. Metadata and streams come from the same
 * tables (events.h, fault.h): both walk them field by field, so they cannot
 * differ. All is aligned to bytes; a stream is one packet.
 */
#include "story_ctf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "story_fields.h"

#define CTF_MAGIC 0xc1fc1fc1u

/* ---- Metadata ------------------------------------------------------- */

static const char *const integer_types[FIELD_KIND_COUNT] = {
	[FIELD_U8] = "u8", [FIELD_U16] = "u16", [FIELD_U32] = "u32",
	[FIELD_U64] = "u64", [FIELD_X16] = "x16", [FIELD_X32] = "x32",
	[FIELD_X64] = "x64", [FIELD_S32] = "s32", [FIELD_S64] = "s64",
};

static void write_integer_types(FILE *out)
{
	static const struct {
		const char *name, *attributes;
	} types[] = {
		{ "u8", "size = 8; base = dec" },
		{ "u16", "size = 16; base = dec" },
		{ "u32", "size = 32; base = dec" },
		{ "u64", "size = 64; base = dec" },
		{ "x16", "size = 16; base = hex" },
		{ "x32", "size = 32; base = hex" },
		{ "x64", "size = 64; base = hex" },
		{ "s32", "size = 32; signed = true; base = dec" },
		{ "s64", "size = 64; signed = true; base = dec" },
		{ "moment", "size = 64; map = clock.counter.value" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		fprintf(out, "typealias integer { align = 8; %s; } := %s;\n",
			types[i].attributes, types[i].name);
	}
}

/* "enum : u64 { "in" = 0, "out" = 1 }" */
static void write_enumeration(FILE *out, enum field_kind kind)
{
	const char *name;

	fprintf(out, "enum : u%zu {", 8 * field_size(kind));
	for (unsigned int i = 0; (name = field_enumerator(kind, i)); i++) {
		fprintf(out, "%s \"%s\" = %u", i > 0 ? "," : "", name, i);
	}
	fprintf(out, " }");
}

/* Calls by their names; -1 is a fault outside any. */
static void write_calls(FILE *out)
{
	fprintf(out, "enum : s64 { \"none\" = -1");
	for (unsigned int i = 0; i < CALL_LIMIT; i++) {
		if (call_name(i) != NULL) {
			fprintf(out, ", \"%s\" = %u", call_name(i), i);
		}
	}
	fprintf(out, " }");
}

static void write_walk_type(FILE *out)
{
	fprintf(out, "struct {");
	for (size_t i = 0; i < walk_field_count; i++) {
		const struct walk_field *w = &walk_fields[i];

		fprintf(out, " %s %s", integer_types[w->field.kind],
			w->field.name);
		if (w->count > 1) {
			fprintf(out, "[%zu]", w->count);
		}
		fprintf(out, ";");
	}
	fprintf(out, " }");
}

static void write_field_type(FILE *out, const struct trace_field *field)
{
	fprintf(out, "\t\t");
	if (integer_types[field->kind] != NULL) {
		fprintf(out, "%s", integer_types[field->kind]);
	} else if (field->kind == FIELD_NAME) {
		fprintf(out, "string");
	} else if (field->kind == FIELD_PARS) {
		fprintf(out, "x64");
	} else if (field->kind == FIELD_CALL) {
		write_calls(out);
	} else if (field->kind == FIELD_WALK) {
		write_walk_type(out);
	} else {
		write_enumeration(out, field->kind);
	}
	fprintf(out, " %s%s;\n", field->name,
		field->kind == FIELD_PARS ? "[6]" : "");
}

/* What the stream says of every record already. */
static bool is_in_header(const struct trace_field *field)
{
	static const char *const names[] = {
		"magic", "sequence", "time_entry", "time_end", "cpu", "pid",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(field->name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

#define FAULT_ID TRACE_ID_COUNT /* after the events' */

static void write_event_type(FILE *out, unsigned int id,
			     const struct trace_description *d)
{
	fprintf(out, "event {\n\tname = \"%s\";\n\tid = %u;\n"
		"\tstream_id = 0;\n\tfields := struct {\n", d->name, id);
	for (size_t i = 0; i < d->count; i++) {
		if (!is_in_header(&d->fields[i])) {
			write_field_type(out, &d->fields[i]);
		}
	}
	if (id == FAULT_ID) { /* put_words() */
		fprintf(out, "\t\tstring symbol;\n\t\tstring sentence;\n");
	}
	fprintf(out, "\t};\n};\n");
}

#define UUID_SIZE 16 /* bytes */

/* The same trace has the same one: a hash of its records' places in it. Version
 * 8 is that of a UUID which its maker's own way makes (RFC 9562). */
static void make_uuid(const struct records *r, uint8_t *uuid)
{
	uint64_t h[2] = { UINT64_C(0xcbf29ce484222325), r->count }; /* FNV-1a */

	for (size_t i = 0; i < r->count; i++) {
		const struct record *one = &r->all[i];

		h[0] = (h[0] ^ one->time_entry) * UINT64_C(0x100000001b3);
		h[0] = (h[0] ^ one->time_end) * UINT64_C(0x100000001b3);
		h[1] = (h[1] ^ h[0] ^ one->id) * UINT64_C(0x100000001b3);
		h[1] ^= h[1] >> 29; /* so that high bits reach the low ones */
	}
	memcpy(uuid, h, UUID_SIZE);
	uuid[6] = (uint8_t)(0x80 | (uuid[6] & 0x0f));
	uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3f));
}

static void write_uuid(FILE *out, const uint8_t *uuid)
{
	for (size_t i = 0; i < UUID_SIZE; i++) {
		fprintf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ?
			"-" : "", uuid[i]);
	}
}

static void write_metadata(FILE *out, uint64_t hz, const uint8_t *uuid)
{
	fprintf(out, "/* CTF 1.8 */\n\n");
	fprintf(out, "clock {\n\tname = \"counter\";\n\tdescription = "
		"\"CNTVCT_EL0\";\n\tfreq = %lu;\n};\n",
		hz > 0 ? hz : 1000000000);
	write_integer_types(out);
	fprintf(out, "trace {\n\tmajor = 1;\n\tminor = 8;\n"
		"\tbyte_order = le;\n\tuuid = \"");
	write_uuid(out, uuid);
	fprintf(out, "\";\n\tpacket.header := struct { x32 magic; "
		"u8 uuid[%d]; u32 stream_id; };\n};\n", UUID_SIZE);
	fprintf(out, "env {\n\ttrace_name = \"portcullis\";\n"
		"\ttracer_name = \"portcullis\";\n};\n");
	fprintf(out, "stream {\n\tid = 0;\n"
		"\tevent.header := struct { u16 id; moment timestamp; };\n"
		"\tevent.context := struct { u64 sequence; s32 pid; "
		"u64 duration; };\n"
		"\tpacket.context := struct { moment timestamp_begin; "
		"moment timestamp_end;\n\t\tu64 content_size; "
		"u64 packet_size; u64 events_discarded; u32 cpu_id; };\n};\n");
	for (unsigned int id = 0; id < TRACE_ID_COUNT; id++) {
		write_event_type(out, id, trace_describe(id));
	}
	write_event_type(out, FAULT_ID, &fault_description);
}

/* ---- Streams -------------------------------------------------------- */

static void put(FILE *out, const void *data, size_t size)
{
	fwrite(data, 1, size, out);
}

static void put_int(FILE *out, uint64_t value, size_t size)
{
	put(out, &value, size); /* little-endian */
}

static void put_walk(FILE *out, const char *walk)
{
	for (size_t i = 0; i < walk_field_count; i++) {
		const struct walk_field *w = &walk_fields[i];

		put(out, walk + w->field.offset,
		    w->count * field_size(w->field.kind));
	}
}

static void put_field(FILE *out, const struct trace_field *field,
		      const char *at)
{
	if (field->kind == FIELD_NAME) {
		put(out, at, strnlen(at, FIELD_NAME_SIZE));
		put_int(out, 0, 1);
	} else if (field->kind == FIELD_WALK) {
		put_walk(out, at);
	} else {
		put(out, at, field_size(field->kind));
	}
}

/* Of a fault what its numbers mean, for readers that know no AArch64. */
static void put_words(FILE *out, const struct fault *f, story_symbol_fn *symbol)
{
	struct sink_buffer b;
	char text[320];

	if (!symbol(f->elr, text, sizeof(text))) {
		text[0] = '\0';
	}
	put(out, text, strlen(text) + 1);
	sink_buffer_init(&b, text, sizeof(text));
	story_sentence(&b.sink, f, symbol);
	put(out, text, strlen(text) + 1);
}

static void put_record(FILE *out, const struct records *all,
		       const struct record *r, story_symbol_fn *symbol)
{
	const struct trace_description *d = &fault_description;
	unsigned int id = FAULT_ID;
	union record_data data;
	const char *base = (const char *)&data.fault;

	record_read(all, r, &data);
	if (r->id != RECORD_FAULT) {
		id = r->id;
		d = trace_describe(id);
		base = (const char *)&data.event.u;
	}
	put_int(out, id, 2);
	put_int(out, r->time_entry, 8);
	put_int(out, r->sequence, 8);
	put_int(out, (uint64_t)r->pid, 4);
	put_int(out, data.head.time_end - data.head.time_entry, 8);
	for (size_t i = 0; i < d->count; i++) {
		if (!is_in_header(&d->fields[i])) {
			put_field(out, &d->fields[i],
				  base + d->fields[i].offset);
		}
	}
	if (id == FAULT_ID) {
		put_words(out, &data.fault, symbol);
	}
}

#define PACKET_HEADER 68 /* bytes: as write_metadata() says */

struct packet {
	uint64_t begin, end; /* the times of its first and last event */
	uint64_t dropped;    /* on this CPU, before its end */
	uint64_t bytes;      /* with this header */
	unsigned int cpu;
	const uint8_t *uuid;
};

static void put_packet(FILE *out, const struct packet *p)
{
	put_int(out, CTF_MAGIC, 4);
	put(out, p->uuid, UUID_SIZE);
	put_int(out, 0, 4);
	put_int(out, p->begin, 8);
	put_int(out, p->end, 8);
	put_int(out, 8 * p->bytes, 8);
	put_int(out, 8 * p->bytes, 8);
	put_int(out, p->dropped, 8);
	put_int(out, p->cpu, 4);
}

struct ctf {
	const struct records *records;
	const char *directory;
	story_symbol_fn *symbol;
	uint8_t uuid[UUID_SIZE];
};

/* An empty packet, and one with all records: readers take the difference of
 * two packets for what was dropped (babeltrace2 2.1 says nothing of one:
 * findings/babeltrace2_discarded.sh). */
static bool write_stream(FILE *out, unsigned int cpu, const struct ctf *ctf,
			 const struct record **mine, size_t count,
			 uint64_t dropped)
{
	struct packet p = { .begin = mine[0]->time_entry,
			    .end = mine[0]->time_entry,
			    .bytes = PACKET_HEADER,
			    .cpu = cpu,
			    .uuid = ctf->uuid };

	put_packet(out, &p);
	p.end = mine[count - 1]->time_entry;
	p.dropped = dropped;
	put_packet(out, &p);
	for (size_t i = 0; i < count; i++) {
		put_record(out, ctf->records, mine[i], ctf->symbol);
	}
	p.bytes = (uint64_t)ftell(out) - PACKET_HEADER;
	fseek(out, PACKET_HEADER, SEEK_SET);
	put_packet(out, &p);
	return !ferror(out);
}

static FILE *open_in(const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return fopen(path, "wb");
}

/* The records of one CPU; false: they could not be written. */
static bool story_ctf_cpu(const struct ctf *ctf, unsigned int cpu,
			  uint64_t dropped)
{
	const struct records *r = ctf->records;
	const struct record **mine = calloc(r->count + 1, sizeof(*mine));
	size_t count = 0;
	char name[32];
	FILE *out;
	bool ok;

	for (size_t i = 0; mine != NULL && i < r->count; i++) {
		const struct record *one = r->by_time[i];

		if (one->cpu == cpu &&
		    (one->id == RECORD_FAULT ||
		     trace_describe(one->id) != NULL)) {
			mine[count++] = one;
		}
	}
	ok = mine != NULL;
	if (count > 0) {
		snprintf(name, sizeof(name), "cpu%u", cpu);
		out = open_in(ctf->directory, name);
		ok = out != NULL &&
		     write_stream(out, cpu, ctf, mine, count, dropped);
		ok = out != NULL && fclose(out) == 0 && ok;
	}
	free(mine);
	return ok;
}

bool story_ctf(const struct records *r, const char *directory,
	       story_symbol_fn *symbol)
{
	struct ctf ctf = { r, directory, symbol, { 0 } };
	struct trace_event end;
	uint64_t dropped = 0;
	bool ok;
	FILE *out;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
		return false;
	}
	out = open_in(directory, "metadata");
	if (out == NULL) {
		return false;
	}
	make_uuid(r, ctf.uuid);
	write_metadata(out, r->hz, ctf.uuid);
	ok = fclose(out) == 0;
	if (records_last(r, TRACE_ID_end, &end)) {
		dropped = end.u.end.faults_dropped + end.u.end.events_dropped;
	}
	for (unsigned int cpu = 0; ok && cpu < r->cpus; cpu++) {
		ok = story_ctf_cpu(&ctf, cpu, cpu == 0 ? dropped : 0);
	}
	return ok;
}
