/* SPDX-License-Identifier: MIT */
/*
 * story_ctf.h - a trace in the Common Trace Format 1.8: a folder with the
 * text file `metadata` and one stream a CPU, for babeltrace2 and its like.
 */
#pragma once

#include "decode/decode.h"
#include "story_records.h"

/* Returns false, with errno set, where the folder cannot be written. */
bool story_ctf(const struct records *r, const char *directory,
	       story_symbol_fn *symbol);
