/* SPDX-License-Identifier: MIT */
/* story_refusal.h - the story of a user access that was refused before it was
 * made, and so left no fault. */
#pragma once

#include "lib/sink.h"
#include "trace/events.h"

/* Three lines. user_end: the first address that is not the user's. */
void story_refusal(struct sink *out, const struct trace_event *e,
		   uint64_t user_end);
