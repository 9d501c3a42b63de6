// SPDX-License-Identifier: MIT
/*
 * trace.c - one record for each fault (invariant 13): the last one is kept to
 * be asked for (/proc/last_fault), and with trace=faults each goes to the
 * host. A record that the host did not take is counted, and the count is said.
 */
#include "trace/trace.h"

#include "dev/dev.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "spinlock.h"

bool trace_faults_enabled;

static struct spinlock trace_lock = SPINLOCK_INIT; /* over all below */
static int trace_file = -1;
static uint64_t trace_dropped;
static struct fault trace_last; /* sequence 0: there was none */

void trace_init(bool faults)
{
	if (!faults) {
		return;
	}
	trace_file = arch_host_open("portcullis.trace");
	if (trace_file < 0) {
		printk_always("trace: the host does not take the file "
			      "portcullis.trace; faults are not recorded");
		return;
	}
	trace_faults_enabled = true;
}

void trace_fault(const struct fault *fault)
{
	/* In a panic nothing waits: the lock may be ours already. */
	bool locked = !arch_cpu()->panicking;
	unsigned long flags = 0;

	if (locked) {
		flags = spin_lock_irqsave(&trace_lock);
	}
	trace_last = *fault;
	if (trace_faults_enabled &&
	    arch_host_write(trace_file, fault, sizeof(*fault)) != 0) {
		trace_dropped++;
	}
	if (locked) {
		spin_unlock_irqrestore(&trace_lock, flags);
	}
}

void trace_finish(void)
{
	if (trace_dropped != 0) {
		printk_always("trace: %llu records were dropped",
			      (unsigned long long)trace_dropped);
	}
}

void trace_print_sentence(struct sink *out, const struct fault *fault)
{
	arch_fault_sentence(out, fault);
}

void trace_print_story(struct sink *out, const struct fault *fault)
{
	arch_fault_story(out, fault);
}

/* ---- /proc/last_fault ------------------------------------------------------ */

static void last_fault_show(struct sink *out)
{
	unsigned long flags = spin_lock_irqsave(&trace_lock);
	struct fault last = trace_last;

	spin_unlock_irqrestore(&trace_lock, flags);
	if (last.sequence == 0) {
		return; /* nothing yet: an empty file */
	}
	sink_printf(out, "sequence: %llu\nsentence: ",
		    (unsigned long long)last.sequence);
	arch_fault_sentence(out, &last);
	sink_printf(out, "\nresolution: ");
	arch_fault_resolution(out, &last);
	sink_printf(out, "\n");
	arch_fault_story(out, &last);
}
PROC_FILE(last_fault, .path = "last_fault", .show = last_fault_show);
