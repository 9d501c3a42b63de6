/* SPDX-License-Identifier: MIT */
/*
 * sysreg_names.c - system registers and instructions by name. The names are
 * data (sysregs.def, which says where they come from); what is not there is
 * shown by its numbers, as an assembler takes it.
 */
#include "sysreg_names.h"

#include "lib/string.h"

/* The eight names that differ in op2, with blanks between them. */
static const struct {
	uint8_t op0, op1, crn, crm;
	const char *names;
} rows[] = {
#define R(op0, op1, crn, crm, names) { op0, op1, crn, crm, names },
#include "sysregs.def"
#undef R
};

/*
 * MSR (immediate): op1 and op2 choose a field of PSTATE, CRm is the value; for
 * some, the bits of CRm in `mask` choose, too.
 */
static const struct pstate_field {
	uint8_t op1, op2, mask, crm;
	const char *name;
} pstate_fields[] = {
	{ 0, 3, 0, 0, "UAO" },       { 0, 4, 0, 0, "PAN" },
	{ 0, 5, 0, 0, "SPSel" },     { 1, 0, 0xe, 0, "ALLINT" },
	{ 1, 0, 0xe, 2, "PM" },      { 3, 1, 0, 0, "SSBS" },
	{ 3, 2, 0, 0, "DIT" },       { 3, 3, 0xe, 2, "SVCRSM" },
	{ 3, 3, 0xe, 4, "SVCRZA" },  { 3, 3, 0xe, 6, "SVCRSMZA" },
	{ 3, 4, 0, 0, "TCO" },       { 3, 6, 0, 0, "DAIFSet" },
	{ 3, 7, 0, 0, "DAIFClr" },
};

/* The row of a place; NULL if it has no names. */
static const char *find_row(const struct sysreg_access *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].op0 == a->op0 && rows[i].op1 == a->op1 &&
		    rows[i].crn == a->crn && rows[i].crm == a->crm) {
			return rows[i].names;
		}
	}
	return NULL;
}

/* Copies word number op2 of the row to `name`; "" if there is none. */
static void find_name(const struct sysreg_access *a, char *name, size_t size)
{
	const char *word = find_row(a);
	char *end;

	for (unsigned int i = 0; word != NULL && i < a->op2; i++) {
		word = strchr(word, ' ');
		word = word != NULL ? word + 1 : NULL;
	}
	strlcpy(name, word != NULL && word[0] != '-' ? word : "", size);
	end = strchr(name, ' ');
	if (end != NULL) {
		*end = '\0';
	}
	end = strchr(name, '/'); /* after it, the name for a write */
	if (end != NULL && a->read) {
		*end = '\0';
	} else if (end != NULL) {
		memmove(name, end + 1, strlen(end));
	}
}

/* The field of an MSR (immediate); NULL if it is none, or has no name. */
static const struct pstate_field *find_pstate_field(struct sysreg_access a)
{
	for (size_t i = 0; i < ARRAY_SIZE(pstate_fields); i++) {
		const struct pstate_field *f = &pstate_fields[i];

		if (a.op0 == 0 && a.crn == 4 && f->op1 == a.op1 &&
		    f->op2 == a.op2 && f->crm == (a.crm & f->mask)) {
			return f;
		}
	}
	return NULL;
}

bool sysreg_swap_back(struct sysreg_access *a)
{
	struct sysreg_access swapped = *a;

	swapped.op1 = a->op2;
	swapped.op2 = a->op1;
	if (find_pstate_field(*a) != NULL ||
	    find_pstate_field(swapped) == NULL) {
		return false;
	}
	*a = swapped;
	return true;
}

/* SYS and SYSL: "dc CVAU, x0", "tlbi VMALLE1", "gicr x0, CDIA", "trcit x0". */
static void print_instruction(struct sink *out, const struct sysreg_access *a,
			      char *name, const char *x)
{
	char numbers[24];
	char *what = strchr(name, ':');
	const char *first, *second;

	snprintf(numbers, sizeof(numbers), "#%u, c%u, c%u, #%u", a->op1, a->crn,
		 a->crm, a->op2);
	if (name[0] == '\0') {
		name = a->read ? "sysl" : "sys";
		what = numbers;
	} else if (what != NULL) {
		*what++ = '\0';
	} else {
		what = "";
	}
	x = a->rt == 31 ? "" : x;
	first = a->read ? x : what;
	second = a->read ? what : x;
	sink_printf(out, "%s%s%s%s%s%s", name, a->pair ? "p" : "",
		    first[0] ? " " : "", first, !second[0] ? "" :
		    first[0] ? ", " : " ", second);
}

void sysreg_print(struct sink *out, const struct sysreg_access *a)
{
	const struct pstate_field *field = find_pstate_field(*a);
	char x[12], name[32];

	snprintf(x, sizeof(x), a->rt == 31 ? "xzr" :
		 a->pair ? "x%u, x%u" : "x%u", a->rt, a->rt + 1);
	find_name(a, name, sizeof(name));
	if (field != NULL) {
		sink_printf(out, "msr %s, #%u", field->name,
			    a->crm & ~field->mask);
		return;
	}
	if (a->op0 == 1) {
		print_instruction(out, a, name, x);
		return;
	}
	if (name[0] == '\0') {
		snprintf(name, sizeof(name), "s%u_%u_c%u_c%u_%u", a->op0,
			 a->op1, a->crn, a->crm, a->op2);
	}
	if (a->read) {
		sink_printf(out, "mr%ss %s, %s", a->pair ? "r" : "", x, name);
	} else {
		sink_printf(out, "msr%s %s, %s", a->pair ? "r" : "", name, x);
	}
}

bool sysreg_of_insn(struct sysreg_access *a, uint32_t insn)
{
	*a = (struct sysreg_access){
		.op0 = insn >> 19 & 3, .op1 = insn >> 16 & 7,
		.crn = insn >> 12 & 15, .crm = insn >> 8 & 15,
		.op2 = insn >> 5 & 7, .rt = insn & 31,
		.read = insn >> 21 & 1,
	};
	/* op0 = 0 has hints and barriers, too: only MSR (immediate) is one. */
	return insn >> 22 == 0xd5000000 >> 22 &&
	       (a->op0 != 0 || (a->crn == 4 && a->rt == 31 && !a->read));
}
