/* SPDX-License-Identifier: MIT */
/*
 * trespass_run.c - runs deliberate kernel bugs, and says how they ended.
 *
 *	/proc/trespass         the list; write "NAME rw=0x… …" to run one
 *	/proc/trespass_result  what the last one did
 *	/proc/probe            one access of EL1's: write "OP WHERE PAN [UAO]"
 *
 * A bug runs in the context of the process that asked, inside arch_probe():
 * a fault ends the bug, not the kernel. An outcome is never guessed: THROUGH
 * means that the bug got the value that it read. Next: trespass/.
 */
#include "fault.h"
#include "dev/dev.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "trace/trace.h"
#include "trespass/trespass.h"

struct trespass_result {
	const struct trespass *trespass; /* NULL: none has run yet */
	struct trespass_run run;
	bool faulted; /* then fault is filled */
	struct fault fault;
};

struct probe_result {
	bool done;
	uint64_t addr;
	bool faulted;
	bool asked; /* the hardware was asked, and nothing accessed */
	uint64_t answer;
	struct fault fault;
};

/* The last results. Held only to copy them: never while a bug runs. */
static struct spinlock result_lock = SPINLOCK_INIT;
static struct trespass_result last_trespass;
static struct probe_result last_probe;

/* What raw copies of the kernel's half try to get. New for every run. */
static uint64_t kernel_secret;

/* Cuts the next word off *text; NULL when there is none. */
static char *next_word(char **text)
{
	char *word = *text, *end;

	while (*word == ' ') {
		word++;
	}
	if (*word == '\0') {
		return NULL;
	}
	end = strchr(word, ' ');
	if (end != NULL) {
		*end++ = '\0';
	}
	*text = end != NULL ? end : word + strlen(word);
	return word;
}

/* ---- /proc/trespass ------------------------------------------------- */

static const struct trespass *trespass_find(const char *name)
{
	for (const struct trespass *t = trespasses_start; t < trespasses_end;
	     t++) {
		if (strcmp(t->name, name) == 0) {
			return t;
		}
	}
	return NULL;
}

/* One word "key=0x…" of the request. Returns 0 or -EINVAL. */
static int trespass_read_place(struct trespass_run *run, char *word)
{
	const struct {
		const char *key;
		uint64_t *value;
	} places[] = {
		{ "rw", &run->user_rw },     { "ro", &run->user_ro },
		{ "text", &run->user_text }, { "null", &run->user_null },
		{ "secret", &run->secret },  { "fresh", &run->user_fresh },
		{ "xonly", &run->user_xonly },
	};
	char *value = strchr(word, '=');

	if (value == NULL) {
		return -EINVAL;
	}
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (strcmp(places[i].key, word) == 0) {
			return parse_hex(value, places[i].value);
		}
	}
	return -EINVAL;
}

static void trespass_call(void *arg)
{
	struct trespass_result *r = arg;

	r->trespass->run(&r->run);
}

static int trespass_store(char *text)
{
	static struct mutex one_at_a_time = {
		.waiters = WAITQ_INIT(one_at_a_time.waiters),
	};
	struct trespass_result r = {
		.run = { .user_null = ~UINT64_C(0),
			 .user_fresh = ~UINT64_C(0),
			 .user_xonly = ~UINT64_C(0),
			 .kernel_secret = &kernel_secret,
			 .fault = &r.fault },
	};
	const char *name = next_word(&text);
	char *word;
	int err;

	r.trespass = name != NULL ? trespass_find(name) : NULL;
	if (r.trespass == NULL) {
		return -ENOENT;
	}
	while ((word = next_word(&text)) != NULL) {
		err = trespass_read_place(&r.run, word);
		if (err != 0) {
			return err;
		}
	}
	r.run.want = r.run.secret;
	if (mutex_lock(&one_at_a_time) != 0) {
		return -EINTR;
	}
	kernel_secret = arch_time_ns() * UINT64_C(0x9e3779b97f4a7c15);
	r.faulted = arch_probe(trespass_call, &r, &r.fault) || r.run.stopped;
	mutex_unlock(&one_at_a_time);

	spin_lock(&result_lock);
	last_trespass = r;
	spin_unlock(&result_lock);
	return 0;
}

static void trespass_show(struct sink *out)
{
	for (const struct trespass *t = trespasses_start; t < trespasses_end;
	     t++) {
		sink_printf(out, "%s\t%d\t%s\t%s\n", t->name, t->invariant,
			    t->decided_by != NULL ? t->decided_by : "",
			    t->what);
	}
}

PROC_FILE(trespass, .path = "trespass", .show = trespass_show,
	  .store = trespass_store);

/* ---- /proc/trespass_result ------------------------------------------ */

/* The bug returned: what it noted in *run decides. */
static void trespass_show_returned(struct sink *out,
				   const struct trespass_run *run)
{
	if (run->skip != NULL) {
		sink_printf(out, "outcome: n/a\nverdict: %s\nproof: none\n",
			    run->skip);
	} else if (run->error != 0) {
		sink_printf(out,
			    "outcome: STOPPED\n"
			    "verdict: the access was refused\n"
			    "proof: %s (%ld)\n",
			    run->error == -EFAULT ? "-EFAULT" : "an error",
			    run->error);
	} else if (run->got == run->want) {
		sink_printf(out,
			    "outcome: THROUGH\n"
			    "verdict: nothing stopped it\n"
			    "proof: it got the value, 0x%lx\n", run->got);
	} else {
		sink_printf(out,
			    "outcome: n/a\n"
			    "verdict: it returned, but did not get the value\n"
			    "proof: it got 0x%lx; the value is 0x%lx\n",
			    run->got, run->want);
	}
}

static void trespass_result_show(struct sink *out)
{
	struct trespass_result r;

	spin_lock(&result_lock);
	r = last_trespass;
	spin_unlock(&result_lock);
	if (r.trespass == NULL) {
		sink_printf(out, "outcome: n/a\nverdict: none has run yet\n");
		return;
	}
	sink_printf(out, "name: %s\n", r.trespass->name);
	if (!r.faulted) {
		trespass_show_returned(out, &r.run);
		return;
	}
	sink_printf(out, "outcome: STOPPED\nverdict: ");
	arch_fault_sentence(out, &r.fault);
	sink_printf(out, "\nproof: ESR 0x%lx, FAR 0x%lx, ELR 0x%lx\n",
		    r.fault.esr, r.fault.far, r.fault.elr);
}

PROC_FILE(trespass_result, .path = "trespass_result",
	  .show = trespass_result_show);

/* ---- /proc/probe ---------------------------------------------------- */

/* An address, or a place of the kernel's by name. */
static int probe_read_place(const char *word, uint64_t *addr)
{
	if (parse_hex(word, addr) == 0) {
		return 0;
	}
	*addr = strcmp(word, "device") == 0 ? (uint64_t)pl011_id() :
					      arch_probe_place(word);
	return *addr != 0 ? 0 : -EINVAL;
}

/* The next word's bit if it is "1"; "0", or no word at all, is 0. */
static int probe_read_bit(char **text, unsigned int bit)
{
	const char *word = next_word(text);

	if (word != NULL && strcmp(word, "0") != 0 && strcmp(word, "1") != 0) {
		return -EINVAL;
	}
	return word != NULL && word[0] == '1' ? (int)bit : 0;
}

static int probe_run(struct probe_result *r, const char *op,
		     unsigned int pstate)
{
	int err;

	if (strcmp(op, "where") == 0) {
		return 0; /* only looks the place up */
	}
	err = arch_probe_ask(op, r->addr, pstate, &r->answer);
	r->asked = err >= 0;
	if (err == -EINVAL) {
		err = arch_probe_access(op, r->addr, pstate, &r->fault);
		r->answer = err > 0 ? r->fault.esr : 0;
	}
	r->faulted = err > 0;
	return MIN(err, 0);
}

/* "OP WHERE PAN [UAO]", or "rules EPAN E0PD": a "0" takes one out of force. */
static int probe_store(char *text)
{
	const char *op = next_word(&text);
	bool rules = op != NULL && strcmp(op, "rules") == 0;
	const char *where = rules ? NULL : next_word(&text);
	int first = probe_read_bit(&text, PROBE_PAN);
	int second = probe_read_bit(&text, PROBE_UAO);
	struct probe_result r = { .done = true };
	int err;

	if (op == NULL || first < 0 || second < 0) {
		return -EINVAL;
	}
	if (rules) {
		arch_probe_rules(first, second);
		return 0;
	}
	if (where == NULL || probe_read_place(where, &r.addr) != 0) {
		return -EINVAL;
	}
	err = probe_run(&r, op, (unsigned int)(first | second));
	if (err != 0) {
		return err;
	}

	spin_lock(&result_lock);
	last_probe = r;
	spin_unlock(&result_lock);
	return 0;
}

static void probe_show(struct sink *out)
{
	struct probe_result r;

	spin_lock(&result_lock);
	r = last_probe;
	spin_unlock(&result_lock);
	if (!r.done) {
		sink_printf(out, "none\n");
		return;
	}
	sink_printf(out, "%s\naddress: 0x%lx\nanswer: 0x%lx\n",
		    r.faulted ? "fault" : "ok", r.addr, r.answer);
	if (r.faulted && !r.asked) {
		arch_fault_story(out, &r.fault);
	}
}

PROC_FILE(probe, .path = "probe", .show = probe_show, .store = probe_store);
