/* SPDX-License-Identifier: MIT */
/*
 * predict.c - a seeded set of accesses, for `make predict` to ask about: what
 * each is, the walk of its address before it, and whether it went
 * through. Why not, the trace knows.
 *
 *	predict SEED COUNT
 */
#include "places.h"

static const char *const predict_places[] = {
	"null", "user.text", "user.ro", "user.rw", "user.xonly", "user.none",
	"kernel.text", "kernel.rodata", "kernel.data", "kernel.none",
	"noncanonical",
};
#define PLACES (sizeof(predict_places) / sizeof(*predict_places))

static const char *const el0_ops[] = { "ldr", "str", "fetch" };
static const char *const el1_ops[] = { "ldr", "str", "ldtr", "sttr", "fetch" };

static uint64_t random_state;

static uint64_t random_below(uint64_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) +
		       UINT64_C(1442695040888963407);
	return (random_state >> 33) % n;
}

struct question {
	const char *op, *place;
	uint64_t addr;
	int el, pan;
};

static bool cpu_has_pan(void)
{
	char text[512], value[8];

	file_read("/proc/uaccess", text, sizeof(text));
	return strcmp(view_get(text, "cpu_pan", value, sizeof(value)),
		      "yes") == 0;
}

/* What the CPU has decides, too. */
static void show_cpu(void)
{
	static const char *const keys[] = { "cpu_pan", "cpu_epan", "cpu_e0pd" };
	char text[512], value[8];

	file_read("/proc/uaccess", text, sizeof(text));
	printf("@cpu");
	for (int i = 0; i < 3; i++) {
		printf(" %s=%s", keys[i] + 4,
		       view_get(text, keys[i], value, sizeof(value)));
	}
	printf("\n");
}

static struct question question_next(bool pan)
{
	struct question q = { .el = random_below(3) > 0 };

	q.place = predict_places[random_below(PLACES)];
	q.op = q.el ? el1_ops[random_below(5)] : el0_ops[random_below(3)];
	q.pan = q.el && pan && random_below(2);
	place_find(q.place, &q.addr);
	return q;
}

static void show_walk(uint64_t addr)
{
	static char text[2048];

	snprintf(text, sizeof(text), "0x%lx", addr);
	file_write("/proc/walk", text);
	file_read("/proc/walk", text, sizeof(text));
	printf("@walk\n%s@\n", text);
}

/* Whether it went through. */
static bool run_el1(const struct question *q)
{
	static char view[4096];

	snprintf(view, sizeof(view), "%s 0x%lx %d", q->op, q->addr, q->pan);
	if (file_write("/proc/probe", view) != 0) {
		return false;
	}
	file_read("/proc/probe", view, sizeof(view));
	return strncmp(view, "ok", 2) == 0;
}

/* The child does all of it: its tables are not its parent's. */
static bool run_el0(const struct question *q)
{
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		places_touch();
		show_walk(q->addr);
		access_do(q->op, q->addr);
		exit(0);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	while (*text >= '0' && *text <= '9') {
		value = 10 * value + (uint64_t)(*text++ - '0');
	}
	return value;
}

int main(int argc, char **argv)
{
	const uint64_t count = argc > 2 ? number(argv[2]) : 10;
	const bool pan = cpu_has_pan();

	show_cpu();
	random_state = argc > 1 ? number(argv[1]) : 1;
	random_below(1);
	for (uint64_t i = 0; i < count; i++) {
		const struct question q = question_next(pan);

		printf("@access %d %s 0x%lx %d %s\n", q.el, q.op, q.addr, q.pan,
		       q.place);
		places_touch();
		if (q.el) {
			show_walk(q.addr);
		}
		printf("@result %s\n",
		       (q.el ? run_el1(&q) : run_el0(&q)) ? "ok" : "fault");
	}
	printf("@end\n");
	return 0;
}
