/* SPDX-License-Identifier: MIT */
/* story_json.h - records as JSON, for other people's tools. */
#pragma once

#include "decode/decode.h"
#include "trace/events.h"

/* A fault as one object, without a newline. 64-bit values are strings
 * ("0x…"): JSON's numbers lose bits above 53. */
void story_json(struct sink *out, const struct fault *f, unsigned long number,
		story_symbol_fn *symbol);
/* Of a fault what a picture shows: the sentence, the ending, and what they say
 * in numbers; without what is empty. */
void story_json_brief(struct sink *out, const struct fault *f,
		      story_symbol_fn *symbol);
/* What an event has of its own, as an object; without what is empty. */
void story_json_event(struct sink *out, const struct trace_event *e);
/* Text as a JSON string, at most max bytes of it. */
void story_json_string(struct sink *out, const char *text, size_t max);
