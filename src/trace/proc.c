// SPDX-License-Identifier: MIT
/*
 * proc.c - the trace at run time: /proc/last_fault, and /proc/trace, which
 * shows what the rings still hold. Words written to it set the level (off,
 * faults, all) and a filter: pid=N, class=NAME (a verdict's), el=0|1,
 * level=N (of the table where it stopped), events (light ones are listed
 * too); "any" drops the filter. A filter hides, it never keeps a fault from
 * being recorded.
 */
#include "trace/trace.h"

#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "spinlock.h"

#define FILTER_ANY (~UINT64_C(0))

struct trace_filter {
	uint64_t pid, el, level; /* or FILTER_ANY */
	char class[20];          /* of a verdict, or "" */
	bool events;
};

#define FILTER_NONE { FILTER_ANY, FILTER_ANY, FILTER_ANY, "", false }
static struct spinlock filter_lock = SPINLOCK_INIT;
static struct trace_filter filter = FILTER_NONE;

static struct trace_filter filter_copy(void)
{
	unsigned long flags = spin_lock_irqsave(&filter_lock);
	struct trace_filter copy = filter;

	spin_unlock_irqrestore(&filter_lock, flags);
	return copy;
}

static bool filter_value_passes(uint64_t wanted, int64_t value)
{
	return wanted == FILTER_ANY || wanted == (uint64_t)value;
}

static bool filter_passes(const struct trace_filter *want,
			  const struct fault *f)
{
	const struct arch_fault_summary is = arch_fault_summary(f);

	return filter_value_passes(want->pid, is.pid) &&
	       filter_value_passes(want->el, is.el) &&
	       filter_value_passes(want->level, is.level) &&
	       (want->class[0] == '\0' || strcmp(want->class, is.class) == 0);
}

static const char *const level_names[] = {
	[TRACE_OFF] = "off", [TRACE_FAULTS] = "faults", [TRACE_ALL] = "all",
};

/* ---- Reading /proc/trace -------------------------------------------- */

static void filter_show_number(struct sink *out, const char *name,
			       uint64_t value)
{
	if (value != FILTER_ANY) {
		sink_printf(out, " %s=%lu", name, value);
	}
}

static void trace_show_head(struct sink *out, const struct trace_filter *want)
{
	const struct trace_counts n = trace_count();

	sink_printf(out, "trace: %s\nrecorded: %lu faults, %lu events\n"
		    "dropped: %lu faults, %lu events\nfilter:",
		    level_names[trace_get_level()], n.faults, n.events,
		    n.faults_dropped, n.events_dropped);
	filter_show_number(out, "pid", want->pid);
	filter_show_number(out, "el", want->el);
	filter_show_number(out, "level", want->level);
	if (want->class[0] != '\0') {
		sink_printf(out, " class=%s", want->class);
	}
	sink_printf(out, "%s\n", want->events ? " events" : "");
}

static void trace_show_events(struct sink *out,
			      const struct trace_filter *want)
{
	struct trace_event *events;
	const size_t count = trace_copy_events(&events);

	for (size_t i = 0; i < count; i++) {
		if (filter_value_passes(want->pid, events[i].pid)) {
			sink_printf(out, "%lu pid=%d ", events[i].sequence,
				    events[i].pid);
			trace_print_event(out, &events[i]);
			sink_printf(out, "\n");
		}
	}
	kfree(events);
}

static void trace_show(struct sink *out)
{
	const struct trace_filter want = filter_copy();
	struct fault *faults;
	const size_t count = trace_copy_faults(&faults);

	trace_show_head(out, &want);
	for (size_t i = 0; i < count; i++) {
		if (filter_passes(&want, &faults[i])) {
			sink_printf(out, "\n#%lu  ", faults[i].sequence);
			arch_fault_story(out, &faults[i]);
		}
	}
	kfree(faults);
	if (want.events) {
		sink_printf(out, "\n");
		trace_show_events(out, &want);
	}
}

/* ---- Writing to it -------------------------------------------------- */

static int filter_set(struct trace_filter *f, const char *word)
{
	if (strcmp(word, "any") == 0) {
		*f = (struct trace_filter)FILTER_NONE;
		return 0;
	}
	if (strcmp(word, "events") == 0) {
		f->events = true;
		return 0;
	}
	if (strncmp(word, "class=", 6) == 0) {
		strlcpy(f->class, word + 6, sizeof(f->class));
		return arch_fault_has_class(word + 6) ? 0 : -EINVAL;
	}
	if (strncmp(word, "pid=", 4) == 0) {
		return parse_u64(word + 4, &f->pid);
	}
	if (strncmp(word, "el=", 3) == 0) {
		return parse_u64(word + 3, &f->el);
	}
	return strncmp(word, "level=", 6) == 0 ?
		       parse_u64(word + 6, &f->level) : -EINVAL;
}

/* A word is a level, or one of the filter's. */
static int trace_store_word(struct trace_filter *f, int *level,
			    const char *word)
{
	for (int i = TRACE_OFF; i <= TRACE_ALL; i++) {
		if (strcmp(word, level_names[i]) == 0) {
			*level = i;
			return 0;
		}
	}
	return *word == '\0' ? 0 : filter_set(f, word);
}

/* All of the words, or none if one of them is wrong. */
static int trace_store(char *text)
{
	struct trace_filter new = filter_copy();
	int err = 0, level = -1;
	unsigned long flags;

	while (err == 0 && text != NULL) {
		char *end = strchr(text, ' ');

		if (end != NULL) {
			*end++ = '\0';
		}
		err = trace_store_word(&new, &level, text);
		text = end;
	}
	if (err != 0) {
		return err;
	}
	flags = spin_lock_irqsave(&filter_lock);
	filter = new;
	spin_unlock_irqrestore(&filter_lock, flags);
	if (level >= 0) {
		trace_set_level((enum trace_level)level);
	}
	return 0;
}
PROC_FILE(trace, .path = "trace", .show = trace_show, .store = trace_store);

/* ---- /proc/last_fault ----------------------------------------------- */

static void last_fault_show(struct sink *out)
{
	struct fault last;

	if (!trace_copy_last_fault(&last)) {
		return; /* nothing yet: an empty file */
	}
	sink_printf(out, "sequence: %lu\nesr: 0x%lx\nsentence: ", last.sequence,
		    last.esr);
	arch_fault_sentence(out, &last);
	sink_printf(out, "\nresolution: ");
	arch_fault_resolution(out, &last);
	sink_printf(out, "\n");
	arch_fault_story(out, &last);
}
PROC_FILE(last_fault, .path = "last_fault", .show = last_fault_show);
