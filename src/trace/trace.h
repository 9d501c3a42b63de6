/* SPDX-License-Identifier: MIT */
/*
 * trace.h - what the kernel keeps of faults, and what the rest of it may ask.
 * The records are arch/'s (struct fault); src/ passes them on. With
 * trace=faults each is written to the host's file portcullis.trace.
 */
#pragma once

#include "arch.h"

/* Whether every fault is looked at in full, resolved ones too. */
extern bool trace_faults_enabled;

/* Boot: opens the host's file if tracing is asked for. */
void trace_init(bool faults);
/* Before the machine stops: says how many records were lost, if any. */
void trace_finish(void);

/* The fault in one sentence, without a newline. Any context. */
void trace_print_sentence(struct sink *out, const struct fault *fault);
/* All of it, some 15 lines. Any context. */
void trace_print_story(struct sink *out, const struct fault *fault);
