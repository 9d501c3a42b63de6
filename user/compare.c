/* SPDX-License-Identifier: MIT */
/*
 * compare.c - runs every deliberate kernel bug, then measures what crossings
 * cost. One line each for tools/compare.py: `@trespass {…}`, `@cost {…}`.
 *
 * Every bug runs in a child of its own, which has pages of its own: what one
 * bug breaks, the next does not see. Whatever the kernel says, the child
 * looks at its memory itself. With names as arguments, only those are run.
 * Next: src/trespass_run.c, the other side.
 */
#include "rt.h"

/* ---- What there is to trespass on ----------------------------------- */

/* compare.ld puts this page at address 0. */
static volatile uint64_t null_page[512] __attribute__((section(".null")));
static volatile uint64_t rw_page[512] __attribute__((aligned(4096))) = { 1 };
static const uint64_t ro_page[1] = { 0x0123456789abcdef };

static __attribute__((noinline)) uint64_t text_function(void)
{
	return 42;
}

/* Nothing touches it: it is not mapped when a bug comes. */
static volatile char fresh_pages[2 * 65536];

static __attribute__((noinline, section(".xonly"))) uint64_t
xonly_function(void)
{
	return 42;
}

/* A different one each time: a bug cannot have it by accident. */
static uint64_t new_secret(void)
{
	struct __kernel_timespec now = { 0 };

	syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
	return ((uint64_t)now.tv_nsec + (uint64_t)getpid()) *
	       0x9e3779b97f4a7c15;
}

/*
 * Touches every page, so that each is mapped, with all the rights it can
 * have, when the bug comes: it must be stopped by these rights or not at all.
 */
static uint64_t pages_prepare(void)
{
	uint64_t secret = new_secret();
	uint64_t (*volatile text)(void) = text_function;
	uint64_t (*volatile xonly)(void) = xonly_function;

	rw_page[0] = secret;
	null_page[0] = secret;
	(void)*(const volatile uint64_t *)ro_page;
	(void)text();
	(void)xonly();
	return secret;
}

/* ---- One trespass --------------------------------------------------- */

/* A line of /proc/trespass, cut at its tabs. */
struct trespass {
	char *name, *invariant, *decided_by, *what;
};

/* One line of output, collected so that it is one write(). */
struct line {
	char text[2048];
	size_t len;
};

static void line_put(struct line *l, const char *text)
{
	for (; *text != '\0' && l->len < sizeof(l->text); text++) {
		l->text[l->len++] = *text;
	}
}

/* A JSON string: quoted, with what must be escaped. */
static void line_put_string(struct line *l, const char *text)
{
	char c[3] = { 0 };

	line_put(l, "\"");
	for (; *text != '\0'; text++) {
		c[0] = *text == '"' || *text == '\\' ? '\\' : *text;
		c[1] = c[0] == '\\' ? *text : '\0';
		line_put(l, c);
	}
	line_put(l, "\"");
}

static void print_result(const struct trespass *t, const char *outcome,
			 const char *verdict, const char *proof,
			 const char *page)
{
	const struct {
		const char *key, *value;
	} fields[] = {
		{ "name", t->name },	{ "decided_by", t->decided_by },
		{ "what", t->what },	{ "outcome", outcome },
		{ "verdict", verdict }, { "proof", proof },
		{ "page", page },
	};
	struct line line = { .len = 0 };

	line_put(&line, "@trespass {\"invariant\":");
	line_put(&line, t->invariant);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		line_put(&line, ",");
		line_put_string(&line, fields[i].key);
		line_put(&line, ":");
		line_put_string(&line, fields[i].value);
	}
	line_put(&line, "}\n");
	write(1, line.text, line.len);
}

/*
 * A bug that came back with an error: the copy in it met a fault, which the
 * kernel recorded. What that record says is the verdict.
 */
static void verdict_of_error(const char *last_before, char *verdict,
			     size_t size)
{
	char last[512], sequence[32];

	file_read("/proc/last_fault", last, sizeof(last));
	view_get(last, "sequence", sequence, sizeof(sequence));
	if (strcmp(last_before, sequence) != 0) {
		view_get(last, "sentence", verdict, size);
	}
}

/* In the child: runs it, and looks at the pages afterwards. */
static void trespass_run(const struct trespass *t)
{
	uint64_t secret = pages_prepare();
	char text[600], outcome[16], verdict[256], proof[128], last[32];
	bool same;
	long err;

	file_read("/proc/last_fault", text, sizeof(text));
	view_get(text, "sequence", last, sizeof(last));

	snprintf(text, sizeof(text),
		 "%s rw=%p ro=%p text=%p null=%p fresh=%p xonly=%p "
		 "secret=0x%lx",
		 t->name, (const void *)rw_page, (const void *)ro_page,
		 (const void *)text_function, (const void *)null_page,
		 (const void *)&fresh_pages[65536],
		 (const void *)xonly_function, secret);
	err = file_write("/proc/trespass", text);
	if (err != 0) {
		print_result(t, "n/a", "the kernel refused to run it",
			     errno_name(err), "unchanged");
		return;
	}
	same = rw_page[0] == secret && null_page[0] == secret;
	file_read("/proc/trespass_result", text, sizeof(text));
	view_get(text, "outcome", outcome, sizeof(outcome));
	view_get(text, "verdict", verdict, sizeof(verdict));
	view_get(text, "proof", proof, sizeof(proof));
	if (strncmp(proof, "-E", 2) == 0) {
		verdict_of_error(last, verdict, sizeof(verdict));
	}
	print_result(t, outcome, verdict, proof,
		     same ? "unchanged" : "changed");
}

static void trespass_run_in_child(const struct trespass *t)
{
	int status = 0;
	long pid;

	printf("@run %s\n", t->name); /* if the kernel stops: this one did it */
	pid = fork();
	if (pid == 0) {
		trespass_run(t);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		print_result(t, "n/a", "its process did not come back", "",
			     "unknown");
	}
}

/* Cuts text at the first `c`; returns what follows. */
static char *cut(char *text, char c)
{
	char *at = strchr(text, c);

	if (at == NULL) {
		return text + strlen(text);
	}
	*at = '\0';
	return at + 1;
}

/* Whether name is one of the arguments, or one of them with a number. */
static bool is_wanted(const char *name, char **wanted)
{
	size_t len;

	if (wanted[0] == NULL) {
		return true;
	}
	for (; *wanted != NULL; wanted++) {
		len = strlen(*wanted);
		if (strncmp(name, *wanted, len) == 0 &&
		    (name[len] == '\0' ||
		     (name[len] == '_' && name[len + 1] >= '2' &&
		      name[len + 1] <= '9'))) {
			return true;
		}
	}
	return false;
}

/* Returns how many ran, or -errno. */
static long trespass_run_all(char **wanted)
{
	static char list[16384];
	long ran = 0, err = file_read("/proc/trespass", list, sizeof(list));
	struct trespass t;

	if (err < 0) {
		return err;
	}
	for (char *line = list, *next; *line != '\0'; line = next) {
		next = cut(line, '\n');
		t.name = line;
		t.invariant = cut(t.name, '\t');
		t.decided_by = cut(t.invariant, '\t');
		t.what = cut(t.decided_by, '\t');
		if (is_wanted(t.name, wanted)) {
			trespass_run_in_child(&t);
			ran++;
		}
	}
	return ran;
}

/* ---- Costs ---------------------------------------------------------- */

/* Under icount, one instruction is one nanosecond: the clock counts them. */
static uint64_t clock_now(void)
{
	struct __kernel_timespec now = { 0 };

	syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int file, zeroes; /* this program; /dev/zero */
static char buffer[4096];
static struct new_utsname system_name;

static void cost_nothing(void)
{
	asm volatile("");
}

static void cost_getppid(void)
{
	getppid();
}

static void cost_uname(void)
{
	uname(&system_name);
}

/* Reads one struct iovec of 16 bytes, and writes nothing. */
static void cost_writev_iovec(void)
{
	static const uint64_t iovec[2];

	syscall3(__NR_writev, 1, (long)iovec, 1);
}

static void cost_lseek(void)
{
	lseek(file, 0, SEEK_SET);
}

static void cost_read_8(void)
{
	lseek(file, 0, SEEK_SET);
	read(file, buffer, 8);
}

static void cost_read_512(void)
{
	lseek(file, 0, SEEK_SET);
	read(file, buffer, 512);
}

static void cost_read_4096(void)
{
	lseek(file, 0, SEEK_SET);
	read(file, buffer, 4096);
}

static void cost_zero_4096(void)
{
	read(zeroes, buffer, 4096);
}

static void cost_heap_page(void)
{
	uint64_t end = brk(0);

	brk(end + 4096);
	*(volatile char *)end = 1;
	brk(end);
}

static void cost_fork_exit_wait(void)
{
	long pid = fork();

	if (pid == 0) {
		exit(0);
	}
	waitpid(pid, NULL, 0);
}

/*
 * What is measured, and what of it is not meant. The clock may step by 16
 * instructions: over 100 times, that is less than half of one for each.
 */
static const struct cost {
	const char *name;
	void (*work)(void), (*without)(void);
	unsigned int times;
} costs[] = {
	{ "getppid", cost_getppid, cost_nothing, 100 },
	{ "uname, 390 bytes out", cost_uname, cost_nothing, 100 },
	{ "writev, 16 bytes in", cost_writev_iovec, cost_nothing, 100 },
	{ "read 8 bytes", cost_read_8, cost_lseek, 100 },
	{ "read 512 bytes", cost_read_512, cost_lseek, 100 },
	{ "read 4096 bytes", cost_read_4096, cost_lseek, 100 },
	{ "read 4096 bytes of /dev/zero", cost_zero_4096, cost_nothing, 100 },
	{ "heap page: get, touch, free", cost_heap_page, cost_nothing, 100 },
	{ "fork, exit, wait", cost_fork_exit_wait, cost_nothing, 20 },
};

static uint64_t cost_run(void (*work)(void), unsigned int times)
{
	uint64_t start = clock_now();

	for (unsigned int i = 0; i < times; i++) {
		work();
	}
	return clock_now() - start;
}

/*
 * The least of three: the first may meet a page that is not there yet, and a
 * tick of the timer comes into one of the two others at most.
 */
static uint64_t cost_least(void (*work)(void), unsigned int times)
{
	uint64_t least = UINT64_MAX, now;

	for (int i = 0; i < 3; i++) {
		now = cost_run(work, times);
		least = now < least ? now : least;
	}
	return least;
}

static void cost_print_all(void)
{
	uint64_t tenths;

	file = (int)open("/bin/compare", O_RDONLY);
	zeroes = (int)open("/dev/zero", O_RDONLY);
	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++) {
		const struct cost *c = &costs[i];

		tenths = (cost_least(c->work, c->times) -
			  cost_least(c->without, c->times)) *
			 10 / c->times;
		printf("@cost {\"name\":\"%s\",\"instructions\":%lu.%lu}\n",
		       c->name, tenths / 10, tenths % 10);
	}
}

/*
 * What is in force: /proc/uaccess, each line a pair. tools/compare.py asked
 * for it, but may not have got it.
 */
static void print_settings(void)
{
	char text[2048], *next, *value;
	struct line line = { .len = 0 };

	file_read("/proc/uaccess", text, sizeof(text));
	for (char *key = text; (value = strchr(key, ':')) != NULL; key = next) {
		next = strchr(value, '\n');
		*value = *next++ = '\0';
		line_put(&line, key == text ? "@settings {" : ",");
		line_put_string(&line, key);
		line_put(&line, ":");
		line_put_string(&line, value + 2);
	}
	line_put(&line, "}\n");
	write(1, line.text, line.len);
}

int main(int argc, char **argv)
{
	long ran;

	print_settings();
	ran = trespass_run_all(argv + 1);

	if (ran <= 0) {
		printf("compare: no such trespass, or no /proc/trespass\n");
		return 1;
	}
	if (argc == 1) {
		cost_print_all();
	}
	printf("@end\n");
	return 0;
}
