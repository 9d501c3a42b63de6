/* SPDX-License-Identifier: MIT */
/* esr_text.h - what the decoder says of a syndrome, for its two tests. */
#pragma once

#include "host.h"

#include "decode/decode.h"

/* The text that esr_print() or esr_explain() gives, in a static buffer. */
static inline const char *text_of(void (*print)(struct sink *out, uint64_t esr),
			   uint64_t esr)
{
	static char text[4096];
	struct sink_buffer b;

	sink_buffer_init(&b, text, sizeof(text));
	print(&b.sink, esr);
	EXPECT(b.len < sizeof(text));
	return text;
}
