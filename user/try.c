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
 * rights of the page and not its absence. What a page and an access can be:
 * places.h. tools/try.py starts this program; truth.c tries everything.
 */
#include "places.h"

/* In force now: what PAN=- asks for. */
static const char *pan_in_force(void)
{
	char text[512], pan[16];

	file_read("/proc/uaccess", text, sizeof(text));
	view_get(text, "pan", pan, sizeof(pan));
	return strcmp(pan, "on") == 0 ? "1" : "0";
}

static char view[4096]; /* of /proc/probe */

/* ---- At EL1 --------------------------------------------------------- */

static int try_el1(const char *op, uint64_t addr, const char *pan)
{
	const char *story;
	char text[64];
	long err;

	snprintf(text, sizeof(text), "%s 0x%lx %s", op, addr, pan);
	err = file_write("/proc/probe", text);
	if (err != 0) {
		printf("try: %s: %s\n", text,
		       err == -ENODEV ? "this CPU cannot do that"
				      : errno_name(err));
		return 1;
	}
	file_read("/proc/probe", view, sizeof(view));
	if (op[0] == 's' && op[1] == '1') {
		printf("The hardware says %s: PAR_EL1 is 0x%lx.\n",
		       strncmp(view, "ok", 2) == 0 ? "yes" : "no",
		       view_number(view, "answer"));
		return 0;
	}
	if (strncmp(view, "ok", 2) == 0) {
		printf("It went through.\n");
		return 0;
	}
	story = strchr(strchr(view, '\n') + 1, '\n') + 1; /* address */
	story = strchr(story, '\n') + 1;                  /* answer */
	write(1, story, strlen(story));
	return 0;
}

/* ---- At EL0 --------------------------------------------------------- */

static void try_and_tell(const char *op, uint64_t addr)
{
	uint64_t value = access_do(op, addr);

	if (strcmp(op, "ldr") == 0 || strcmp(op, "ldtr") == 0 ||
	    strcmp(op, "fetch") == 0) {
		printf("It went through: 0x%lx.\n", value);
	} else {
		printf("It went through.\n");
	}
}

static const char *signal_name(int signal)
{
	switch (signal) {
	case SIGSEGV:
		return "SIGSEGV";
	case SIGBUS:
		return "SIGBUS";
	case SIGILL: /* AT, and CAS without LSE */
		return "SIGILL";
	case SIGKILL: /* memory was exhausted */
		return "SIGKILL";
	default:
		return "a signal that no access gives";
	}
}

static int try_el0(const char *op, uint64_t addr)
{
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		places_touch(); /* after fork, the pages must be ours again */
		try_and_tell(op, addr);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		printf("try: no child\n");
		return 1;
	}
	if (status != 0) {
		printf("It was stopped: the program was killed by %s.\n",
		       signal_name(status & 127));
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool known = false;
	uint64_t addr;

	if (argc != 5) {
		printf("usage: try OP PLACE EL PAN\n");
		return 2;
	}
	for (size_t i = 0; i < ACCESS_OPS; i++) {
		known = known || strcmp(access_ops[i], argv[1]) == 0;
	}
	if (!known) {
		printf("try: there is no access called %s\n", argv[1]);
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
