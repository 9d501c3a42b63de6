/* SPDX-License-Identifier: MIT */
/* story_json.h - a fault record as JSON, for other people's tools. */
#pragma once

#include "decode.h"

/* One object on one line. 64-bit values are strings ("0x…"): JSON's numbers
 * lose bits above 53. */
void story_json(struct sink *out, const struct fault *f, unsigned long number,
		story_symbol_fn *symbol);
