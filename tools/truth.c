/* SPDX-License-Identifier: MIT */
/*
 * truth.c - `make truth`: what every access to every kind of page meets, by
 * the model that verdicts are drawn from (arch/aarch64/decode/rights.c), compared cell
 * by cell with what user/truth.c found on the machine, and printed.
 *
 * The kinds of page are written down here once more, from the Arm ARM's
 * tables: the prediction knows nothing of the machine but which features it
 * has. So a wrong model, a wrong descriptor in the kernel and a CPU that does
 * otherwise all show up as a cell that differs. Reads user/truth.c's lines
 * from stdin; fails if a cell differs or was not run. With --parallel the
 * emulator's CPUs run in parallel, which changes one bit: see model_wnr().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "decode/esr.h"
#include "decode/rights.h"
#include "sysreg_fields.h"

/* ---- Kinds of page: columns ----------------------------------------- */

#define USER (FIELD_MASK(DESC_AF) | FIELD_MASK(DESC_PXN))
#define KERN (FIELD_MASK(DESC_AF) | FIELD_MASK(DESC_UXN))
#define AP1  FIELD_MASK(DESC_AP1) /* EL0 has data access, too */
#define AP2  FIELD_MASK(DESC_AP2) /* read-only */
#define UXN  FIELD_MASK(DESC_UXN)
#define PXN  FIELD_MASK(DESC_PXN)

#define LOW     UINT64_C(0x0000000000402000)
#define HIGH    UINT64_C(0xffff800000002000)
#define NEITHER UINT64_C(0x0002000000000000)

/* A level that depends on what else is mapped nearby. */
#define ANY_LEVEL (-1)

static const struct page_kind {
	const char *title;
	uint64_t va;
	enum walk_end end;
	int level;
	uint64_t desc;
} kinds[] = {
	{ "text", LOW, WALK_PAGE, 3, USER | AP1 | AP2 },
	{ "ro", LOW, WALK_PAGE, 3, USER | AP1 | AP2 | UXN },
	{ "rw", LOW, WALK_PAGE, 3, USER | AP1 | UXN },
	{ "xonly", LOW, WALK_PAGE, 3, USER | AP2 },
	{ "none", LOW, WALK_INVALID, 3, 0 },
	{ "unmap", LOW, WALK_INVALID, ANY_LEVEL, 0 },
	{ "text", HIGH, WALK_PAGE, 3, KERN | AP2 },
	{ "ro", HIGH, WALK_PAGE, 3, KERN | AP2 | PXN },
	{ "rw", HIGH, WALK_PAGE, 3, KERN | PXN },
	{ "dev", HIGH, WALK_PAGE, 3, KERN | PXN },
	{ "unmap", HIGH, WALK_INVALID, ANY_LEVEL, 0 },
	{ "half", NEITHER, WALK_NONCANONICAL, 0, 0 },
};
#define KINDS  ARRAY_SIZE(kinds)
#define DEVICE 9
#define FIRST_KERN 6 /* of the kernel's half; the last is in neither */
#define WIDE 100     /* columns that all need beside each other */

static struct walk kind_walk(const struct page_kind *k)
{
	struct walk w = {
		.va = k->va, .half = k->va >> 63, .end = (uint8_t)k->end,
		.last = 3, .levels = 4, .page_shift = 12, .va_bits = 48,
	};

	w.desc[3] = k->desc | (k->end == WALK_PAGE ? 3 : 0);
	return w;
}

/* ---- Accesses: rows ------------------------------------------------- */

enum { PAN = 1, EPAN = 2, E0PD = 4, UAO = 8, SETTINGS = 16 };

static const struct {
	const char *name, *title;
	enum access_kind kind;
	bool unprivileged;
} ops[] = {
	{ "ldr", "ldr", ACCESS_READ, false },
	{ "str", "str", ACCESS_WRITE, false },
	{ "ldtr", "ldtr", ACCESS_READ, true },
	{ "sttr", "sttr", ACCESS_WRITE, true },
	{ "fetch", "fetch", ACCESS_FETCH, false },
	{ "zva", "dc zva", ACCESS_WRITE, false },
	{ "cas", "cas", ACCESS_UPDATE, false },
	{ "s1e0r", "at s1e0r", 0, false },
	{ "s1e0w", "at s1e0w", 0, false },
	{ "s1e1r", "at s1e1r", 0, false },
	{ "s1e1w", "at s1e1w", 0, false },
	{ "s1e1rp", "at s1e1rp", 0, false },
	{ "s1e1wp", "at s1e1wp", 0, false },
};
enum { OPS = ARRAY_SIZE(ops), FETCH = 4, ZVA = 5, CAS = 6, FIRST_AT = 7 };

/* What the machine said it has, and what it found. */
static struct {
	unsigned int settings; /* PAN | … */
	bool pan2, lse;
	bool parallel;
} cpu;
static char answers[2][OPS][SETTINGS][KINDS][24];

/* Whether user/truth.c runs this row on this CPU. */
static bool row_exists(int el, int op, unsigned int settings)
{
	if (settings & ~cpu.settings) {
		return false;
	}
	if (el == 0) {
		return !(settings & (PAN | UAO)) &&
		       (op < FIRST_AT || op == FIRST_AT + AT_S1E1R);
	}
	return op < FIRST_AT + AT_S1E1RP || cpu.pan2;
}

/*
 * The settings that this access looks at. Under all others the row is the
 * same: they are run and compared, and not printed again.
 */
static unsigned int settings_that_matter(int el, int op, unsigned int settings)
{
	const unsigned int pan = settings & PAN ? PAN | EPAN : PAN;

	if (op >= FIRST_AT) {
		return el == 0 ? 0 :
		       op < FIRST_AT + AT_S1E1R ? E0PD :
		       op < FIRST_AT + AT_S1E1RP ? 0 : pan;
	}
	if (el == 0) {
		return E0PD;
	}
	if (ops[op].unprivileged) {
		return settings & UAO ? UAO | pan : UAO | E0PD;
	}
	return op == FETCH ? 0 : pan;
}

/* ---- What the result must be ---------------------------------------- */

struct prediction {
	bool not_tried, undefined;
	struct model model;
	bool wnr; /* ESR_EL1.WnR of a data abort */
};

static struct access row_access(int el, int op, unsigned int settings,
				uint64_t va)
{
	const struct access now = {
		.kind = ops[op].kind,
		.el = (uint8_t)el,
		.unprivileged = ops[op].unprivileged,
		.uao = settings & UAO,
		.pan = settings & PAN,
		.epan = settings & EPAN,
		.e0pd = (settings & E0PD) && va >> 63,
	};

	return op < FIRST_AT ? now : at_access(op - FIRST_AT, &now);
}

static struct prediction predict(int el, int op, unsigned int settings,
				 const struct page_kind *kind)
{
	const struct access access = row_access(el, op, settings, kind->va);
	const struct walk walk = kind_walk(kind);
	struct prediction p = {
		.undefined = (op == CAS && !cpu.lse) ||
			     (op >= FIRST_AT && el == 0),
		/* See is_not_tried() in user/truth.c. */
		.not_tried = el == 1 && (op == ZVA || op == CAS) &&
			     kind == &kinds[DEVICE],
		.model = model_access(&walk, &access, 0),
	};

	p.wnr = model_wnr(&p.model, &access, cpu.parallel);
	if (p.model.verdict == VERDICT_UNMAPPED) {
		p.model.level = (int8_t)kind->level;
	}
	return p;
}

static enum fault_type expected_type(enum model_result result)
{
	return result == MODEL_TRANSLATION_FAULT ? FAULT_TRANSLATION :
	       result == MODEL_PERMISSION_FAULT  ? FAULT_PERMISSION :
						   FAULT_RESERVED;
}

static bool status_agrees(const struct model *m, uint64_t esr)
{
	return esr_fault_type(esr) == expected_type(m->result) &&
	       (m->level == ANY_LEVEL || esr_fault_level(esr) == m->level);
}

/* Class, fault status and direction: all that the syndrome says. */
static bool syndrome_agrees(int el, int op, const struct prediction *p,
			    uint64_t esr)
{
	const enum esr_class lower = op == FETCH ?
		EC_INSTRUCTION_ABORT_LOWER_EL : EC_DATA_ABORT_LOWER_EL;

	if (p->undefined) {
		return esr_class(esr) == EC_UNKNOWN;
	}
	if (op >= FIRST_AT) { /* PAR_EL1, whose FST is a DFSC */
		return status_agrees(&p->model, FIELD_GET(PAR_EL1_FST, esr));
	}
	return (int)esr_class(esr) == (int)lower + el &&
	       status_agrees(&p->model, esr) &&
	       (op == FETCH ||
		FIELD_GET(ESR_EL1_DABT_WNR, esr) == p->wnr);
}

static bool cell_agrees(int el, int op, const struct prediction *p,
			const char *answer)
{
	if (p->not_tried) {
		return strcmp(answer, "-") == 0;
	}
	if (strcmp(answer, "ok") == 0) {
		return !p->undefined && p->model.result == MODEL_ALLOWED;
	}
	return strncmp(answer, "0x", 2) == 0 &&
	       (p->undefined || p->model.result != MODEL_ALLOWED) &&
	       syndrome_agrees(el, op, p, strtoull(answer, NULL, 16));
}

/* ---- Printing ------------------------------------------------------- */

/* The reason in a few letters: the legend says which fault it is. */
static void cell_reason(const struct prediction *p, char *text, size_t size)
{
	static const char *const words[VERDICT_COUNT] = {
		[VERDICT_NONE] = "ok",       [VERDICT_UNMAPPED] = "tran",
		[VERDICT_PAN] = "PAN",       [VERDICT_NONCANONICAL] = "tran",
		[VERDICT_EPAN] = "EPAN",     [VERDICT_E0PD] = "E0PD",
	};
	const char *word = words[p->model.verdict];

	if (p->not_tried || p->undefined) {
		snprintf(text, size, "%s", p->not_tried ? "-" : "und");
	} else if (word != NULL) {
		snprintf(text, size, "%s", word);
	} else { /* "AP[1] = 0: …": the field */
		snprintf(text, size, "%.*s",
			 (int)strcspn(p->model.why, "[ "), p->model.why);
	}
}

/* Which access it is, with those settings that are in `shown`. */
static void row_label(int el, int op, unsigned int settings,
		      unsigned int shown, char *text, size_t size)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} names[] = { { UAO, "UAO" }, { PAN, "PAN" }, { EPAN, "EPAN" },
		      { E0PD, "E0PD" } };
	int n = snprintf(text, size, "EL%d %s", el, ops[op].title);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (shown & cpu.settings & names[i].bit) {
			n += snprintf(text + n, size - (size_t)n, " %s=%d",
				      names[i].name,
				      (settings & names[i].bit) != 0);
		}
	}
}

/* The columns that are printed now: all, or one half where they do not fit. */
static struct {
	size_t first, end;
} part = { 0, KINDS };

static void print_head(void)
{
	const bool has_user = part.first < FIRST_KERN;
	const bool has_kern = part.end > FIRST_KERN;

	printf("%27s", "");
	if (has_user) {
		printf(has_kern ? " %-35s" : " %s", "user's half");
	}
	if (has_kern) {
		printf(" %-29s in no", "kernel's half");
	}
	printf("\n%27s", "");
	for (size_t i = part.first; i < part.end; i++) {
		printf(i + 1 < part.end ? " %-5s" : " %s\n", kinds[i].title);
	}
}

static void print_row(int el, int op, unsigned int settings)
{
	char text[64];

	row_label(el, op, settings, settings_that_matter(el, op, settings),
		  text, sizeof(text));
	printf("%-27s", text);
	for (size_t i = part.first; i < part.end; i++) {
		const struct prediction p = predict(el, op, settings,
						    &kinds[i]);
		const bool good = cell_agrees(el, op, &p,
					      answers[el][op][settings][i]);

		cell_reason(&p, text, sizeof(text));
		/* The last one ends the line: no spaces after it. */
		printf(" %s%-*s", good ? "" : "!",
		       i + 1 == part.end ? 0 : good ? 5 : 4, text);
	}
	printf("\n");
}

static void print_legend(void)
{
	printf("\n"
	       "  ok            it goes through\n"
	       "  AP, UXN, PXN  permission fault: this field of the "
	       "descriptor says no\n"
	       "  PAN, EPAN     permission fault: PSTATE.PAN is 1, and EL0 "
	       "may access\n"
	       "                (execute) the page\n"
	       "  E0PD          translation fault, level 0: EL0's rights end "
	       "at the\n"
	       "                kernel's half\n"
	       "  tran          translation fault: nothing is mapped\n"
	       "  und           the instruction is undefined here\n"
	       "  -             not tried: Device memory has rules of its "
	       "own for it\n");
}

/* One line for a cell that is not as the model says. */
static void print_difference(int el, int op, unsigned int settings, size_t i)
{
	const char *answer = answers[el][op][settings][i];
	const struct prediction p = predict(el, op, settings, &kinds[i]);
	char label[64], reason[16], said[128];
	struct sink_buffer b;

	row_label(el, op, settings, ~0u, label, sizeof(label));
	cell_reason(&p, reason, sizeof(reason));
	snprintf(said, sizeof(said), "%s", answer[0] ? answer : "nothing");
	if (strncmp(answer, "0x", 2) == 0 && op < FIRST_AT) {
		sink_buffer_init(&b, said, sizeof(said));
		esr_print(&b.sink, strtoull(answer, NULL, 16));
	}
	printf("DIFFERS  %s, %s half, %s\n"
	       "    the model says: %s, level %d%s\n"
	       "    the machine:    %s\n",
	       label, kinds[i].va >> 63 ? "kernel's" : "user's",
	       kinds[i].title, reason, p.model.level,
	       p.wnr ? ", a write" : "", said);
}

/* ---- Reading -------------------------------------------------------- */

static void read_cpu(char *words)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} names[] = { { "pan", PAN }, { "uao", UAO }, { "epan", EPAN },
		      { "e0pd", E0PD } };

	for (char *word = strtok(words, " \r\n"); word != NULL;
	     word = strtok(NULL, " \r\n")) {
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			if (strcmp(word, names[i].name) == 0) {
				cpu.settings |= names[i].bit;
			}
		}
		cpu.pan2 = cpu.pan2 || strcmp(word, "pan2") == 0;
		cpu.lse = cpu.lse || strcmp(word, "lse") == 0;
	}
}

/* "EL OP PAN UAO EPAN E0PD ANSWER …" */
static void read_row(char *words)
{
	unsigned int el, pan, uao, epan, e0pd, settings;
	int at = 0, op = 0;
	char name[8], *word;

	if (sscanf(words, "%u %7s %u %u %u %u %n", &el, name, &pan, &uao,
		   &epan, &e0pd, &at) != 6 || el > 1) {
		return; /* and the row is missing */
	}
	while (op < OPS && strcmp(ops[op].name, name) != 0) {
		op++;
	}
	settings = (pan ? PAN : 0) | (uao ? UAO : 0) | (epan ? EPAN : 0) |
		   (e0pd ? E0PD : 0);
	word = strtok(words + at, " \r\n");
	for (size_t i = 0; op < OPS && i < KINDS && word != NULL; i++) {
		snprintf(answers[el][op][settings][i],
			 sizeof(answers[el][op][settings][i]), "%s", word);
		word = strtok(NULL, " \r\n");
	}
}

/* ---- All of it ------------------------------------------------------ */

/* Calls fn for each row that must be there; returns the sum of its results. */
static unsigned int each_row(unsigned int (*fn)(int el, int op,
						unsigned int settings))
{
	unsigned int sum = 0;

	for (int el = 0; el < 2; el++) {
		for (int op = 0; op < OPS; op++) {
			for (unsigned int s = 0; s < SETTINGS; s++) {
				sum += row_exists(el, op, s) ?
					       fn(el, op, s) : 0;
			}
		}
	}
	return sum;
}

static unsigned int show(int el, int op, unsigned int settings)
{
	if (settings & ~settings_that_matter(el, op, settings)) {
		return 0;
	}
	print_row(el, op, settings);
	return 1;
}

static unsigned int count(int el, int op, unsigned int settings)
{
	(void)el, (void)op, (void)settings;
	return KINDS;
}

static unsigned int judge(int el, int op, unsigned int settings)
{
	unsigned int wrong = 0;

	for (size_t i = 0; i < KINDS; i++) {
		const struct prediction p = predict(el, op, settings,
						    &kinds[i]);

		if (!cell_agrees(el, op, &p, answers[el][op][settings][i])) {
			print_difference(el, op, settings, i);
			wrong++;
		}
	}
	return wrong;
}

static void print_table(void)
{
	const char *columns = getenv("COLUMNS");

	if (columns != NULL && strtoul(columns, NULL, 10) >= WIDE) {
		print_head();
		each_row(show);
		return;
	}
	part.end = FIRST_KERN;
	print_head();
	each_row(show);
	printf("\n");
	part.first = FIRST_KERN;
	part.end = KINDS;
	print_head();
	each_row(show);
}

int main(int argc, char **argv)
{
	unsigned int wrong;
	char line[1024];
	bool ended = false;

	cpu.parallel = argc > 1 && strcmp(argv[1], "--parallel") == 0;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strncmp(line, "@cpu", 4) == 0) {
			read_cpu(line + 4);
		} else if (strncmp(line, "@row ", 5) == 0) {
			read_row(line + 5);
		}
		ended = ended || strncmp(line, "@end", 4) == 0;
	}
	print_table();
	print_legend();
	wrong = each_row(judge);
	printf("\n%u cells, with every setting that this CPU has: %u differ "
	       "from the model%s\n", each_row(count), wrong,
	       ended ? "" : ", and the program did not come to its end");
	return wrong > 0 || !ended;
}
