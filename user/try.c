/* SPDX-License-Identifier: MIT */
/*
 * try.c - one access to one place: what does the hardware say?
 *
 *	try OP PLACE EL PAN        try ldr user.ro 1 0
 *
 * PAN is 0, 1, or - for what is in force.
 *
 * At EL1 the kernel does it, by /proc/probe. At EL0 a child does it, and may
 * die of it. Every page is touched before, so that the access meets the
 * rights of the page and not its absence. tools/try.py starts this program.
 */
#include "rt.h"

/* ---- The places: try.ld gives each its page -------------------------- */

static volatile uint64_t rw_word = 0x7277;
static const uint64_t ro_word = 0x726f;
static const uint64_t none_word __attribute__((section(".none"))) = 0;

static __attribute__((noinline)) uint64_t text_function(void)
{
	return 42;
}

static __attribute__((noinline, section(".xonly"))) uint64_t
xonly_function(void)
{
	return 42;
}

static const struct place {
	const char *name;
	uint64_t addr;
} places[] = {
	{ "null", 0 },
	{ "user.text", (uint64_t)text_function },
	{ "user.ro", (uint64_t)&ro_word },
	{ "user.rw", (uint64_t)&rw_word },
	{ "user.data", (uint64_t)&rw_word },
	{ "user.xonly", (uint64_t)xonly_function },
	{ "user.none", (uint64_t)&none_word },
};

/* In force now: what PAN=- asks for. */
static const char *pan_in_force(void)
{
	char text[512], pan[16];

	file_read("/proc/uaccess", text, sizeof(text));
	view_get(text, "pan", pan, sizeof(pan));
	return strcmp(pan, "on") == 0 ? "1" : "0";
}

static void places_touch(void)
{
	uint64_t (*volatile text)(void) = text_function;
	uint64_t (*volatile xonly)(void) = xonly_function;

	rw_word = rw_word;
	(void)*(const volatile uint64_t *)&ro_word;
	(void)text();
	(void)xonly();
}

static char view[4096]; /* of /proc/probe */

/* The address of a place: one of ours, or one that the kernel knows. */
static bool place_find(const char *name, uint64_t *addr)
{
	char text[64], value[32];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (strcmp(places[i].name, name) == 0) {
			*addr = places[i].addr;
			return true;
		}
	}
	snprintf(text, sizeof(text), "where %s 0", name);
	if (file_write("/proc/probe", text) != 0) {
		return false;
	}
	file_read("/proc/probe", view, sizeof(view));
	view_get(view, "address", value, sizeof(value));
	*addr = 0;
	for (const char *c = value + 2; *c != '\0'; c++) {
		*addr = *addr * 16 +
			(uint64_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
	}
	return true;
}

/* ---- At EL1 ---------------------------------------------------------- */

static int try_el1(const char *op, uint64_t addr, const char *pan)
{
	const char *story;
	char text[64];
	long err;

	snprintf(text, sizeof(text), "%s 0x%lx %s", op, addr, pan);
	err = file_write("/proc/probe", text);
	if (err != 0) {
		printf("try: %s: %s\n", text,
		       err == -ENODEV ? "this CPU has no PAN"
				      : errno_name(err));
		return 1;
	}
	file_read("/proc/probe", view, sizeof(view));
	if (strncmp(view, "ok", 2) == 0) {
		printf("It went through.\n");
		return 0;
	}
	story = strchr(strchr(view, '\n') + 1, '\n') + 1;
	write(1, story, strlen(story));
	return 0;
}

/* ---- At EL0 ---------------------------------------------------------- */

/* Not inlined: the fault's story names the function it was in. */
static __attribute__((noinline)) void access_do(const char *op, uint64_t addr)
{
	uint64_t value = 0;

	if (strcmp(op, "ldr") == 0) {
		asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(addr));
	} else if (strcmp(op, "ldtr") == 0) {
		asm volatile("ldtr %0, [%1]" : "=r"(value) : "r"(addr));
	} else if (strcmp(op, "str") == 0) {
		asm volatile("str %0, [%1]"
			     :
			     : "r"(value), "r"(addr)
			     : "memory");
	} else if (strcmp(op, "sttr") == 0) {
		asm volatile("sttr %0, [%1]"
			     :
			     : "r"(value), "r"(addr)
			     : "memory");
	} else {
		value = ((uint64_t(*)(void))addr)();
	}
	if (strcmp(op, "str") == 0 || strcmp(op, "sttr") == 0) {
		printf("It went through.\n");
	} else {
		printf("It went through: 0x%lx.\n", value);
	}
}

static int try_el0(const char *op, uint64_t addr)
{
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		places_touch(); /* after fork, the pages must be ours again */
		access_do(op, addr);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		printf("try: no child\n");
		return 1;
	}
	if (status != 0) {
		printf("It was stopped: the program was killed by %s.\n",
		       (status & 127) == SIGSEGV  ? "SIGSEGV"
		       : (status & 127) == SIGBUS ? "SIGBUS"
						  : "another signal");
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const ops[] = { "ldr", "str", "ldtr", "sttr",
					   "fetch" };
	bool known = false;
	uint64_t addr;

	if (argc != 5) {
		printf("usage: try OP PLACE EL PAN\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		known = known || strcmp(ops[i], argv[1]) == 0;
	}
	if (!known) {
		printf("try: OP is ldr, str, ldtr, sttr or fetch, not %s\n",
		       argv[1]);
		return 2;
	}
	if (!place_find(argv[2], &addr)) {
		printf("try: no place is called %s\n", argv[2]);
		return 2;
	}
	if (argv[4][0] == '-') {
		argv[4] = (char *)pan_in_force();
	}
	printf("EL%s %s of %s, address 0x%lx", argv[3], argv[1], argv[2], addr);
	if (argv[3][0] == '1') {
		printf(", PAN=%s\n", argv[4]);
		places_touch();
		return try_el1(argv[1], addr, argv[4]);
	}
	printf("\n");
	return try_el0(argv[1], addr);
}
