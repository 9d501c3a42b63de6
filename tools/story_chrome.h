/* SPDX-License-Identifier: MIT */
/*
 * story_chrome.h - a trace in Chrome's JSON format, which speedscope, Catapult
 * and Perfetto read: a track for each CPU (which task it runs) and for each
 * process (its calls, user-access windows and faults as spans), and below a
 * process's one with a mark for each fault, which says it all.
 */
#pragma once

#include "decode/decode.h"
#include "story_records.h"

/* Returns false, with errno set, where the file cannot be written. */
bool story_chrome(const struct records *r, const char *path,
		  story_symbol_fn *symbol);
