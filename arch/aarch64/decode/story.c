/* SPDX-License-Identifier: MIT */
/*
 * story.c - a fault in sentences: who did what, why it stopped, what
 * became of it; then the evidence: ESR, ELR, SPSR, the hardware's second
 * opinion. No colour here (tools/story_lines.c adds it). Why it stopped:
 * story_why.c. The walk is drawn by story_walk.c.
 */
#include "story.h"

#include "esr.h"
#include "extable.h"
#include "insn.h"
#include "lib/signals.h"
#include "lib/string.h"
#include "rights.h"
#include "sysreg_fields.h"

/* The symbol without its offset, for a sentence; false if none is known. */
static bool function_name(const struct fault *f, story_symbol_fn *symbol,
			  char *buf, size_t size)
{
	char *plus;

	if (symbol == NULL || !symbol(f->elr, buf, size)) {
		return false;
	}
	plus = strchr(buf, '+');
	if (plus != NULL) {
		*plus = '\0';
	}
	return true;
}

/* ---- Who did what --------------------------------------------------- */

static const char *access_word(const struct fault *f)
{
	if (f->is_fetch) {
		return "fetch from";
	}
	if (FIELD_GET(ESR_EL1_DABT_CM, f->esr)) {
		return "cache maintenance of";
	}
	if (fault_access(f).kind == ACCESS_UPDATE) {
		return "update of"; /* the same, whatever WnR says */
	}
	return f->is_write ? "write to" : "read of";
}

/* The address as the program gave it, and what became of a tag in it. */
static void print_address(struct sink *out, const struct fault *f)
{
	sink_printf(out, "0x%lx", f->far);
	if (f->far != f->walk.va) {
		sink_printf(out, " (tag 0x%02x ignored)",
			    (unsigned int)(f->far >> 56));
	}
}

static void print_abort_who(struct sink *out, const struct fault *f)
{
	sink_printf(out, "EL%u %s ", f->from_el, access_word(f));
	if (f->walk_valid) {
		print_address(out, f);
	} else {
		sink_printf(out, "an unknown address");
	}
}

static void print_other_who(struct sink *out, const struct fault *f)
{
	sink_printf(out, "EL%u ", f->from_el);
	switch ((enum verdict)f->verdict) {
	case VERDICT_UNDEFINED:
		sink_printf(out, "executed an instruction that it may not");
		break;
	case VERDICT_EXTERNAL:
		sink_printf(out, "was interrupted by an SError");
		break;
	case VERDICT_BREAKPOINT:
		sink_printf(out, "executed ");
		esr_print(out, f->esr);
		break;
	case VERDICT_PC_ALIGNMENT:
		sink_printf(out, "jumped to 0x%lx", f->elr);
		break;
	case VERDICT_SP_ALIGNMENT:
		sink_printf(out, "used the stack pointer 0x%lx", f->sp);
		break;
	case VERDICT_ILLEGAL_STATE:
		sink_printf(out, "was entered with PSTATE.IL = 1");
		break;
	default:
		sink_printf(out, "met an exception: ");
		esr_print(out, f->esr);
		break;
	}
}

static void print_who(struct sink *out, const struct fault *f,
		      story_symbol_fn *symbol)
{
	const bool jumped = f->is_fetch || f->verdict == VERDICT_PC_ALIGNMENT;
	char name[48];

	if (esr_is_abort(f->esr)) {
		print_abort_who(out, f);
	} else {
		print_other_who(out, f);
	}
	/* After a jump ELR is where it went, not where it came from. */
	if (!jumped && function_name(f, symbol, name, sizeof(name))) {
		sink_printf(out, " in %s", name);
	}
	if (f->extable & EXTABLE_SIDE_MASK) {
		sink_printf(out, ", inside uaccess");
	} else if (f->from_el == 1 && f->walk_valid && !f->is_fetch &&
		   f->walk.half == 0) {
		sink_printf(out, ", outside uaccess");
	}
}

/* ---- The sentence ---------------------------------------------------- */

void story_sentence(struct sink *out, const struct fault *f,
		    story_symbol_fn *symbol)
{
	print_who(out, f, symbol);
	sink_printf(out, ": ");
	story_why(out, f);
	sink_printf(out, ".");
}

/* ---- How it ended --------------------------------------------------- */

/* What does the same, checked and with a way out; "": nothing does. */
static const char *advice_instead(const struct fault *f)
{
	if (f->verdict == VERDICT_UNPRIVILEGED || /* refused as well */
	    FIELD_GET(ESR_EL1_DABT_CM, f->esr)) {
		return "";
	}
	if (fault_access(f).kind == ACCESS_UPDATE) {
		return "use cmpxchg_user()";
	}
	if (strcmp(insn_name(f->insn), "dc zva") == 0) {
		return "use clear_user()";
	}
	return f->is_write ? "use put_user()" : "use get_user()";
}

/* What to write in place of the bug; "" where there is no general advice. */
static const char *advice_on_access(const struct fault *f)
{
	const uint16_t side = f->extable & EXTABLE_SIDE_MASK;

	if (side == 0 && f->walk.half == 0) {
		return story_is_null(f) ? "a null pointer" : advice_instead(f);
	}
	if (side == (f->is_write ? EXTABLE_USER_LOAD : EXTABLE_USER_STORE)) {
		return "the kernel's own buffer is bad";
	}
	if (f->verdict == VERDICT_PAN && (f->extable & EXTABLE_WINDOW)) {
		return "nothing opened the window";
	}
	return "";
}

static const char *advice(const struct fault *f)
{
	if (!f->walk_valid) {
		return "";
	}
	if (f->verdict == VERDICT_GUARD_PAGE) {
		return "use less stack";
	}
	if (f->is_fetch) {
		return f->walk.half == 0 ? "EL1 never executes EL0's pages" :
					   "a jump to memory that is not code";
	}
	return advice_on_access(f);
}

void story_resolution(struct sink *out, const struct fault *f)
{
#define R(name, data, words) words,
	static const char *const texts[] = { RESOLUTIONS(R) };
#undef R
	unsigned int how = f->resolution;

	if (how == RESOLUTION_OUT_OF_MEMORY) {
		sink_printf(out, "%s", texts[how]);
		how = f->from_el == 0 ? RESOLUTION_SIGNAL : RESOLUTION_FIXUP;
	}
	sink_printf(out, "%s", how < RESOLUTION_COUNT ? texts[how] : "?");
	if (how == RESOLUTION_FIXUP && f->left >= 0) {
		sink_printf(out, ", %ld byte%s left", f->left,
			    f->left == 1 ? "" : "s");
	} else if (how == RESOLUTION_SIGNAL) {
		sink_printf(out, "%s", signal_name(f->signal));
	} else if ((how == RESOLUTION_DELIBERATE ||
		    how == RESOLUTION_KERNEL_BUG) && advice(f)[0] != '\0') {
		sink_printf(out, ": %s", advice(f));
	}
}

/* ---- The whole story ------------------------------------------------ */

/* Makes the first letter of a sentence a capital one. */
static void capitalise(char *text)
{
	if (text[0] >= 'a' && text[0] <= 'z') {
		text[0] -= 'a' - 'A';
	}
}

unsigned int story_width = 80;

/* A text in as many lines as it needs: they break at a space. */
static void print_text(struct sink *out, const char *text)
{
	size_t indent = 4, length;

	while (strlen(text) + indent > story_width) {
		length = story_width - indent;
		while (length > 0 && text[length] != ' ') {
			length--;
		}
		if (length == 0) {
			break;
		}
		sink_printf(out, "%*s%.*s\n", (int)indent, "", (int)length,
			    text);
		text += length + 1;
		indent = 8;
	}
	sink_printf(out, "%*s%s", (int)indent, "", text);
}

/* Two texts on one line, or on two where they do not fit. */
static void print_pair(struct sink *out, const char *left, const char *right)
{
	const bool fits = strlen(left) + strlen(right) + 8 <= story_width;

	print_text(out, left);
	sink_printf(out, "%s%s%s\n", fits ? "" : "\n",
		    right[0] != '\0' ? "    " : "", right);
}

/* "Permission fault, level 3: why.    Resolution." */
static void print_verdict_line(struct sink *out, const struct fault *f)
{
	char why[240], end[80];
	struct sink_buffer b;

	sink_buffer_init(&b, why, sizeof(why));
	if (esr_is_abort(f->esr)) {
		sink_printf(&b.sink, "%s: ",
			    esr_fault_status_name(
				    FIELD_GET(ESR_EL1_DABT_DFSC, f->esr)));
	}
	story_why(&b.sink, f);
	sink_printf(&b.sink, ".");
	capitalise(why);
	sink_buffer_init(&b, end, sizeof(end));
	story_resolution(&b.sink, f);
	sink_printf(&b.sink, ".");
	capitalise(end);
	print_pair(out, why, end);
}

static void print_spsr(struct sink *out, const struct fault *f)
{
	static const char *const modes[16] = {
		[SPSR_EL1_M_EL0T] = "EL0t", [SPSR_EL1_M_EL1T] = "EL1t",
		[SPSR_EL1_M_EL1H] = "EL1h", [SPSR_EL1_M_EL2T] = "EL2t",
		[SPSR_EL1_M_EL2H] = "EL2h",
	};
	const char *mode = modes[FIELD_GET(SPSR_EL1_M, f->spsr)];

	if (FIELD_GET(SPSR_EL1_NRW, f->spsr)) {
		mode = "AArch32";
	}
	sink_printf(out, "SPSR: %s", mode != NULL ? mode : "no such mode");
	if (f->from_el == 1 && (f->pan_features & FAULT_HAS_PAN)) {
		sink_printf(out, ", PAN=%u",
			    (unsigned int)FIELD_GET(SPSR_EL1_PAN, f->spsr));
	}
	if (FIELD_GET(SPSR_EL1_UAO, f->spsr)) {
		sink_printf(out, ", UAO=1");
	}
	if (FIELD_GET(SPSR_EL1_IL, f->spsr)) {
		sink_printf(out, ", IL=1");
	}
	if (FIELD_GET(SPSR_EL1_I, f->spsr)) {
		sink_printf(out, ", IRQs masked");
	}
}

static const char *extable_text(uint16_t kind)
{
	static const char *const sides[4] = {
		[0] = "exception table: a careful access",
		[EXTABLE_USER_LOAD] = "exception table: EL0 load",
		[EXTABLE_USER_STORE] = "exception table: EL0 store",
		[EXTABLE_USER_BOTH] = "exception table: EL0 atomic",
	};

	return kind == 0 ? "no exception-table entry" :
			   sides[kind & EXTABLE_SIDE_MASK];
}

static void print_elr(struct sink *out, const struct fault *f,
		      story_symbol_fn *symbol)
{
	char where[52], elr[160], spsr[64];
	struct sink_buffer b;

	if (symbol == NULL || !symbol(f->elr, where, sizeof(where))) {
		snprintf(where, sizeof(where), "0x%lx", f->elr);
	}
	sink_buffer_init(&b, elr, sizeof(elr));
	sink_printf(&b.sink, "ELR %s", where);
	if (story_has_insn(f) && insn_name(f->insn)[0] != '\0') {
		sink_printf(&b.sink, ": %s", insn_name(f->insn));
	}
	if (f->from_el == 1 && !f->is_fetch) {
		sink_printf(&b.sink, ", %s%s", extable_text(f->extable),
			    f->extable & EXTABLE_WINDOW ? " in window" : "");
	}
	sink_buffer_init(&b, spsr, sizeof(spsr));
	print_spsr(&b.sink, f);
	print_pair(out, elr, spsr);
}

const char *(*story_call_name)(uint64_t number);

static void print_task(struct sink *out, const struct fault *f)
{
	const char *call = NULL;
	char who[96], cost[40] = "";
	struct sink_buffer b;

	sink_buffer_init(&b, who, sizeof(who));
	sink_printf(&b.sink, "task %.*s, pid %d, CPU %u",
		    (int)strnlen(f->task, sizeof(f->task)), f->task, f->pid,
		    f->cpu);
	if (f->from_el == 1 && f->syscall != ~UINT64_C(0)) {
		call = story_call_name ? story_call_name(f->syscall) : NULL;
		sink_printf(&b.sink, ", in system call %lu", f->syscall);
	}
	if (call != NULL) {
		sink_printf(&b.sink, ", %s()", call);
	}
	if (f->cost != 0) {
		snprintf(cost, sizeof(cost), "handled in %lu instructions",
			 f->cost);
	}
	print_pair(out, who, cost);
}

/* Whether the fault stopped where the walk ended, so that it can be marked. */
static bool walk_is_where_it_stopped(const struct fault *f)
{
	return esr_is_abort(f->esr) && f->verdict != VERDICT_STALE &&
	       f->verdict != VERDICT_E0PD &&
	       esr_fault_level(f->esr) == f->walk.last;
}

void story_print(struct sink *out, const struct fault *f,
		 story_symbol_fn *symbol)
{
	print_who(out, f, symbol);
	sink_printf(out, "\n");
	print_verdict_line(out, f);
	sink_printf(out, "    ESR 0x%08lx   ", f->esr);
	esr_print(out, f->esr);
	sink_printf(out, "\n");
	print_elr(out, f, symbol);
	print_task(out, f);
	if (f->walk_valid) {
		story_draw_walk(out, &f->walk, f->sctlr, f->sharers,
				walk_is_where_it_stopped(f));
		story_at(out, f);
	}
}
