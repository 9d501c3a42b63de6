/* SPDX-License-Identifier: MIT */
/*
 * story_chrome.h - a trace in Chrome's JSON format, for chrome://tracing and
 * Perfetto's viewer: a track for each CPU (which task it runs) and for each
 * process (its calls and user-access windows as spans, its faults as marks).
 */
#pragma once

#include "decode/decode.h"
#include "story_records.h"

/* Returns false, with errno set, where the file cannot be written. */
bool story_chrome(const struct records *r, const char *path,
		  story_symbol_fn *symbol);
