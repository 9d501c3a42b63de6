/* SPDX-License-Identifier: MIT */
/*
 * tour.c - five crossings of the border, each one made here and now: what
 * the call returned, and what the kernel recorded about it. Nothing below
 * knows the answers; it knows only what a crossing must never do.
 *
 * With -i it waits for Enter in between. It ends with 0 exactly if all five
 * went as they should under the settings in force. Next: hello.c.
 */
#include "rt.h"

static bool interactive;

/* ---- What the kernel says ------------------------------------------- */

static char settings[512];     /* /proc/uaccess */
static char fault_before[512]; /* /proc/last_fault, before the crossing */
static char fault_after[512];

/* Whether the crossing faulted; what was recorded is then in fault_after. */
static bool recorded_fault(void)
{
	file_read("/proc/last_fault", fault_after, sizeof(fault_after));
	return strcmp(fault_before, fault_after) != 0;
}

/* A sentence: what was done on one line, and what stopped it on the next. */
static void print_sentence(char *sentence)
{
	char *why = strchr(sentence, ':');

	if (why == NULL || why[1] != ' ') {
		printf("     %s\n", sentence);
		return;
	}
	*why = '\0';
	printf("     %s:\n     %s\n", sentence, why + 2);
}

static bool setting_is(const char *key, const char *wanted)
{
	char value[64];

	view_get(settings, key, value, sizeof(value));
	return strcmp(value, wanted) == 0;
}

/*
 * Whether a bad address that is in the user's half must have faulted: the
 * software walk finds out without trying.
 */
static bool copies_fault(void)
{
	return !setting_is("window", "TABLES");
}

/* How the crossing ended; without: why it did so without a fault. */
static void print_record(const char *without)
{
	char line[256];

	if (!recorded_fault()) {
		printf("     no fault: %s\n", without);
		return;
	}
	print_sentence(view_get(fault_after, "sentence", line, sizeof(line)));
	view_get(fault_after, "resolution", line, sizeof(line));
	printf("     ended by: %s\n", line);
}

/* ---- What it prints ------------------------------------------------- */

static void crossing_begin(int nth, const char *title, const char *call)
{
	char c = '\0';

	if (interactive && nth > 1) {
		printf("     [Enter] ");
		while (read(0, &c, 1) == 1 && c != '\n') {
		}
	}
	printf("\n%d/5  %-18s %s\n", nth, title, call);
	file_read("/proc/last_fault", fault_before, sizeof(fault_before));
}

/* The result of a call, and whether it is the one that must be. */
static bool crossing_end(long result, bool good)
{
	if (result < 0) {
		printf("     = -%s", errno_name(result));
	} else {
		printf("     = %ld", result);
	}
	printf("%s\n", good ? "" : "        NOT AS IT SHOULD BE");
	return good;
}

/* ---- The five ------------------------------------------------------- */

static bool cross_good_call(void)
{
	static const char text[] = "     hello, kernel\n";
	char call[64];
	long n;

	snprintf(call, sizeof(call), "write(1, %p, %zu)", (const void *)text,
		 strlen(text));
	crossing_begin(1, "A good call", call);
	n = write(1, text, strlen(text));
	return crossing_end(n, n == (long)strlen(text));
}

static bool cross_null_pointer(void)
{
	long n;

	crossing_begin(2, "A null pointer", "write(1, 0x0, 6)");
	n = write(1, (const void *)0, 6);
	print_record("the kernel walked the tables itself, and found no page");
	return crossing_end(n, n == -EFAULT &&
				       recorded_fault() == copies_fault());
}

static bool cross_kernel_pointer(void)
{
	/* Bit 55 is set: the kernel's half, whatever is mapped there. */
	void *kernel = (void *)0xffff000000000000;
	static const uint64_t word = 0x6d696e65;
	char call[64];
	long n;

	snprintf(call, sizeof(call), "silly_copy(%p, %p, 8)",
		 (const void *)&word, kernel);
	crossing_begin(3, "A kernel pointer", call);
	n = silly_copy(&word, kernel, sizeof(word));
	print_record("the range check refused the address before any access");
	return crossing_end(n, n == -EFAULT && !recorded_fault());
}

/* The heap's last byte is the last of a page: nothing is mapped after it. */
static char *heap_end(void)
{
	const uint64_t largest_page = 64 * 1024;
	uint64_t end = (brk(0) + 2 * largest_page - 1) & ~(largest_page - 1);

	return brk(end) == end ? (char *)end : NULL;
}

static bool cross_page_edge(void)
{
	char *edge = heap_end();
	int fd = (int)open("/init", O_RDONLY);
	char call[64];
	long n;

	snprintf(call, sizeof(call), "read(%d, %p, 8): /init", fd, edge - 4);
	crossing_begin(4, "A page edge", call);
	if (edge == NULL || fd < 0) {
		return crossing_end(fd, false);
	}
	n = read(fd, edge - 4, 8);
	close(fd);
	print_record("the kernel walked the tables itself, page by page");
	if (n > 0) {
		printf("     before the edge: %02x %02x %02x %02x\n", edge[-4],
		       edge[-3], edge[-2], edge[-1]);
	}
	return crossing_end(n, n == 4 && memcmp(edge - 4, "\177ELF", 4) == 0);
}

static bool cross_kernel_bug(void)
{
	static volatile uint64_t secret = 0x5ec2e7;
	char text[512], outcome[16], missing[64], line[256];
	long err;

	snprintf(text, sizeof(text), "the kernel itself dereferences %p",
		 (const void *)&secret);
	crossing_begin(5, "A kernel bug", text);
	secret = secret + 1; /* the page is here, and writable */
	snprintf(text, sizeof(text), "read_user rw=%p secret=0x%lx",
		 (const void *)&secret, secret);
	err = file_write("/proc/trespass", text);
	if (err != 0) {
		return crossing_end(err, false);
	}
	file_read("/proc/trespass_result", text, sizeof(text));
	view_get(text, "outcome", outcome, sizeof(outcome));
	print_sentence(view_get(text, "verdict", line, sizeof(line)));
	view_get(text, "proof", line, sizeof(line));
	printf("     = %s: %s\n", outcome, line);
	/* What decides is whether the window is shut: PAN, or sw_ttbr0. */
	view_get(settings, "not_in_force", missing, sizeof(missing));
	if (strncmp(missing, "2 ", 2) != 0) {
		return strcmp(outcome, "STOPPED") == 0;
	}
	printf("     PAN is off%s: EL1 may do what EL0 may\n",
	       setting_is("cpu_pan", "no") ? ", this CPU has none" : "");
	return strcmp(outcome, "THROUGH") == 0;
}

/* ---- The tour ------------------------------------------------------- */

static void print_settings(void)
{
	char pan[64], method[64], missing[256];

	file_read("/proc/uaccess", settings, sizeof(settings));
	printf("EL0 is here: process %ld. In force: pan=%s, uaccess=%s.\n",
	       getpid(), view_get(settings, "pan", pan, sizeof(pan)),
	       view_get(settings, "method", method, sizeof(method)));
	view_get(settings, "not_in_force", missing, sizeof(missing));
	if (strcmp(missing, "none") != 0) {
		printf("Not in force: %s\n", missing);
	}
}

static void print_next(void)
{
	printf("\nNow you:  edit user/hello.c, then   make try "
	       "FILE=user/hello.c\n"
	       "          one access of the kernel's  make try "
	       "DO=\"ldr user.data\" PAN=0\n"
	       "          every bug, PAN off and on   make compare\n"
	       "          every fault, explained      make trace\n");
}

int main(int argc, char **argv)
{
	static bool (*const crossings[])(void) = {
		cross_good_call, cross_null_pointer, cross_kernel_pointer,
		cross_page_edge, cross_kernel_bug,
	};
	int failed = 0;

	interactive = argc > 1 && strcmp(argv[1], "-i") == 0;
	print_settings();
	for (size_t i = 0; i < sizeof(crossings) / sizeof(*crossings); i++) {
		if (!crossings[i]()) {
			failed++;
		}
	}
	if (failed > 0) {
		printf("\n%d of 5 crossings did not go as they should.\n",
		       failed);
		return 1;
	}
	print_next();
	return 0;
}
