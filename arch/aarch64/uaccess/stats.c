// SPDX-License-Identifier: MIT
/*
 * stats.c - how often user memory is accessed, how much of it, and for how
 * long it is in reach. It stands between entry point and method: traced.c.
 *
 * The instructions of a window are those of the operation that opens it, as
 * the PMU counts them, less what counting itself takes. An operation that
 * took a fault or an interrupt is left out: the window was shut then, and what
 * ran was not the operation's. Faults are counted by task (fault.c), so that
 * one that sleeps does not count another's.
 */
#include "stats.h"

#include "cpu.h"
#include "install.h"
#include "select.h"
#include "task/task.h"

static struct stats {
	uint64_t calls, bytes, faults, fixups;
	uint64_t window;  /* instructions with the window open */
	uint64_t skipped; /* calls whose instructions are not in it */
} stats[GROUP_COUNT];

static bool stats_has_window[GROUP_COUNT];
static uint64_t stats_overhead; /* instructions of an operation that is none */

static void stats_add(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

/* The counter has 32 bits. */
static uint64_t stats_since(uint64_t start)
{
	return (uint32_t)(arch_instructions() - start);
}

/* Of a string, what was read of it: nobody asked for n bytes. */
static uint64_t stats_bytes(const struct uaccess_operation *op,
			    const uint64_t args[3], int64_t result)
{
	if (op->result == RESULT_STRING || op->result == RESULT_LENGTH) {
		return (uint64_t)MAX(result, (int64_t)0);
	}
	return uaccess_bytes_asked(op, args) -
	       uaccess_bytes_left(op, args, result);
}

struct arch_got stats_run(enum trace_operation which, uaccess_fn *method,
			  const uint64_t args[3])
{
	const struct uaccess_operation *op = &uaccess_operations[which];
	const struct arch_task *task = &current->arch;
	const uint64_t retries = task->copy_retries;
	const uint64_t fixups = task->copy_fixups;
	const uint64_t irqs = arch_cpu()->irqs;
	const uint64_t start = arch_instructions();
	const struct arch_got got = method(args[0], args[1], args[2]);
	const uint64_t spent = stats_since(start);
	const uint64_t fixed_up = task->copy_fixups - fixups;
	const uint64_t faults = task->copy_retries - retries + fixed_up;
	struct stats *s = &stats[op->group];

	stats_add(&s->calls, 1);
	stats_add(&s->bytes, stats_bytes(op, args, got.error));
	stats_add(&s->faults, faults);
	stats_add(&s->fixups, fixed_up);
	if (faults != 0 || arch_cpu()->irqs != irqs) {
		stats_add(&s->skipped, 1);
	} else if (stats_has_window[op->group] && spent > stats_overhead) {
		stats_add(&s->window, spent - stats_overhead);
	}
	return got;
}

/* ---- Boot ----------------------------------------------------------- */

static struct arch_got stats_nothing(uint64_t a, uint64_t b, uint64_t c)
{
	(void)a, (void)b, (void)c;
	return (struct arch_got){ 0, 0 };
}

static void stats_calibrate(void)
{
	uaccess_fn *volatile nothing = stats_nothing;
	uint64_t start;

	arch_instructions_start();
	start = arch_instructions();
	nothing(0, 0, 0);
	stats_overhead = stats_since(start);
}

void stats_begin(void)
{
	const struct uaccess_method *m = uaccess_method;

	stats_has_window[GROUP_COPIES] = stats_has_window[GROUP_WORDS] =
		uaccess_window_shuts(m->window);
	stats_has_window[GROUP_ATOMICS] = uaccess_window_shuts(
		uaccess_atomic_window(m, pan_enabled));
	stats_calibrate();
}

/* ---- /proc/uaccess -------------------------------------------------- */

void stats_show(struct sink *out)
{
	static const char *const names[GROUP_COUNT] = {
		[GROUP_COPIES] = "copies", [GROUP_WORDS] = "words",
		[GROUP_ATOMICS] = "atomics",
	};

	sink_printf(out, "stats: %s\n", uaccess_counted ? "on" : "off");
	for (unsigned int i = 0; uaccess_counted && i < GROUP_COUNT; i++) {
		const struct stats *s = &stats[i];

		sink_printf(out, "%s: %lu calls, %lu bytes, %lu faults, "
			    "%lu fixups; ", names[i], READ_ONCE(s->calls),
			    READ_ONCE(s->bytes), READ_ONCE(s->faults),
			    READ_ONCE(s->fixups));
		if (!stats_has_window[i]) {
			sink_printf(out, "no window\n");
		} else if (stats_overhead == 0) {
			sink_printf(out, "instructions are not counted here\n");
		} else {
			sink_printf(out, "window open for %lu instructions, "
				    "%lu calls left out\n",
				    READ_ONCE(s->window),
				    READ_ONCE(s->skipped));
		}
	}
}
