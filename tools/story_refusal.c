/* SPDX-License-Identifier: MIT */
/* story_refusal.c - see story_refusal.h. */
#include "story_refusal.h"

#include "story_fields.h"

#define ADDRESS ((UINT64_C(1) << 56) - 1) /* what a tag leaves */

static bool is_in_half(uint64_t start, uint64_t bytes, uint64_t end)
{
	return bytes <= end && start <= end - bytes;
}

/* What the check has against it follows from the numbers. */
static void print_why(struct sink *out, const struct trace_refusal *r,
		      uint64_t end)
{
	if (is_in_half(r->address, r->bytes, end)) {
		sink_printf(out, "Softwalk looked first: the tables and the "
				 "program's mappings do not allow it");
	} else if (is_in_half(r->address & ADDRESS, r->bytes, end)) {
		sink_printf(out, "The range check (access_ok): 0x%02x is a "
				 "tag, and the program has not asked for tags",
			    (unsigned int)(r->address >> 56));
	} else {
		sink_printf(out, "The range check (access_ok): not wholly in "
				 "the user's half, below 0x%lx", end);
	}
}

void story_refusal(struct sink *out, const struct trace_event *e,
		   uint64_t user_end)
{
	const struct trace_refusal *r = &e->u.refusal;
	const char *call = call_name(r->call);

	sink_printf(out, "EL1 access to 0x%lx, %lu byte%s: refused before it "
			 "was made\n    ",
		    r->address, r->bytes, r->bytes == 1 ? "" : "s");
	print_why(out, r, user_end);
	sink_printf(out, ".\n    pid %d, CPU %u", e->pid, e->cpu);
	if (r->call != ~UINT64_C(0)) {
		sink_printf(out, ", in system call %lu", r->call);
	}
	if (call != NULL) {
		sink_printf(out, ", %s()", call);
	}
	sink_printf(out, "\n");
}
