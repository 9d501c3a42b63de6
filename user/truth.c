/* SPDX-License-Identifier: MIT */
/*
 * truth.c - every access to every kind of page, under every setting that this
 * CPU has: what does the machine do? It does not know what is right. One line
 * each for the model on the host (tools/truth.c) to judge:
 *
 *	@cpu pan pan2 uao …
 *	@row EL OP PAN UAO EPAN E0PD  ANSWER …
 *
 * with an answer for each place, in the order of the list below: "ok", the
 * syndrome (ESR_EL1, or PAR_EL1 for AT), or "-" where it was not tried.
 */
#include "places.h"

static const char *const columns[] = {
	"user.text", "user.ro", "user.rw", "user.xonly", "user.none", "null",
	"kernel.text", "kernel.rodata", "kernel.data", "device", "kernel.none",
	"noncanonical",
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

/* Which switches there are, and what they are set to. */
struct settings {
	bool pan, uao, epan, e0pd;
};
static struct settings cpu;
static bool cpu_pan2;

static uint64_t addresses[COLUMNS];

static bool is_at(const char *op)
{
	return op[0] == 's' && op[1] == '1';
}

/*
 * With EL1's rights on Device memory, DC ZVA takes an alignment fault, and
 * what an atomic does is the memory system's business (Arm ARM B2.2.6,
 * C6.2.124). QEMU models neither: a real access would reach the device.
 */
static bool is_not_tried(int el, const char *op, const char *column)
{
	return el == 1 && strcmp(column, "device") == 0 &&
	       (strcmp(op, "zva") == 0 || strcmp(op, "cas") == 0);
}

/* ---- Lines ---------------------------------------------------------- */

static char line[512];
static size_t line_length;

static void line_add(const char *word)
{
	line_length += (size_t)snprintf(line + line_length,
					sizeof(line) - line_length, "%s ",
					word);
}

static void line_begin(int el, const char *op, const struct settings *s)
{
	line_length = (size_t)snprintf(line, sizeof(line),
				       "@row %d %s %d %d %d %d ", el, op,
				       s->pan, s->uao, s->epan, s->e0pd);
}

static void line_end(void)
{
	line[line_length - 1] = '\n';
	write(1, line, line_length);
}

/* ---- At EL1: the kernel does it, and survives ----------------------- */

static void try_el1(const char *op, uint64_t addr, const struct settings *s)
{
	static char view[4096];
	char text[64];

	snprintf(text, sizeof(text), "%s 0x%lx %d %d", op, addr, s->pan,
		 s->uao);
	if (file_write("/proc/probe", text) != 0) {
		line_add("-");
		return;
	}
	file_read("/proc/probe", view, sizeof(view));
	if (strncmp(view, "ok", 2) == 0) {
		line_add("ok");
		return;
	}
	snprintf(text, sizeof(text), "0x%lx", view_number(view, "answer"));
	line_add(text);
}

/* ---- At EL0: a child does it, and may die of it --------------------- */

static void try_el0(const char *op, uint64_t addr)
{
	static char view[4096];
	char text[32] = "ok";
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		places_touch(); /* after fork, the pages must be ours again */
		access_do(op, addr);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		snprintf(text, sizeof(text), "-");
	} else if (status != 0) {
		file_read("/proc/last_fault", view, sizeof(view));
		snprintf(text, sizeof(text), "0x%lx",
			 view_number(view, "esr"));
	}
	line_add(text);
}

/* ---- Everything ----------------------------------------------------- */

static void try_row(int el, const char *op, const struct settings *s)
{
	line_begin(el, op, s);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (is_not_tried(el, op, columns[i])) {
			line_add("-");
		} else if (el == 1) {
			try_el1(op, addresses[i], s);
		} else {
			try_el0(op, addresses[i]);
		}
	}
	line_end();
}

/* EL1 first: a fork() takes the right to write from this process's pages. */
static void try_rows(const struct settings *s)
{
	for (size_t i = 0; i < ACCESS_OPS; i++) {
		if (cpu_pan2 || strlen(access_ops[i]) < strlen("s1e1rp")) {
			try_row(1, access_ops[i], s);
		}
	}
	for (size_t i = 0; i < ACCESS_OPS; i++) {
		/* What PSTATE is at EL1 means nothing here; nor which AT. */
		if (!s->pan && !s->uao &&
		    (!is_at(access_ops[i]) ||
		     strcmp(access_ops[i], "s1e1r") == 0)) {
			try_row(0, access_ops[i], s);
		}
	}
}

/* Each switch off, and on if this CPU has it. */
static void try_all(void)
{
	struct settings s;
	char text[32];

	for (unsigned int bits = 0; bits < 16; bits++) {
		s = (struct settings){ bits & 1, bits & 2, bits & 4, bits & 8 };
		if ((s.pan && !cpu.pan) || (s.uao && !cpu.uao) ||
		    (s.epan && !cpu.epan) || (s.e0pd && !cpu.e0pd)) {
			continue;
		}
		snprintf(text, sizeof(text), "rules %d %d", s.epan, s.e0pd);
		file_write("/proc/probe", text);
		places_touch();
		try_rows(&s);
	}
	file_write("/proc/probe", "rules 1 1");
}

static bool cpu_has(const char *feature)
{
	char text[512], key[16], value[8];

	file_read("/proc/uaccess", text, sizeof(text));
	snprintf(key, sizeof(key), "cpu_%s", feature);
	view_get(text, key, value, sizeof(value));
	if (strcmp(value, "yes") != 0) {
		return false;
	}
	line_add(feature);
	return true;
}

int main(void)
{
	line_add("@cpu");
	cpu.pan = cpu_has("pan");
	cpu_pan2 = cpu_has("pan2");
	cpu.epan = cpu_has("epan");
	cpu.uao = cpu_has("uao");
	cpu.e0pd = cpu_has("e0pd");
	cpu_has("lse");
	line_end();
	for (size_t i = 0; i < COLUMNS; i++) {
		if (!place_find(columns[i], &addresses[i])) {
			printf("truth: no place is called %s\n", columns[i]);
			return 1;
		}
	}
	try_all();
	printf("@end\n");
	return 0;
}
