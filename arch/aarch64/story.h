/* SPDX-License-Identifier: MIT */
/* story.h - between story.c and story_walk.c; everybody else: decode.h. */
#pragma once

#include "decode.h"

/* Draws the walk; stopped marks its last level as where the fault was. */
void story_draw_walk(struct sink *out, const struct walk *w, uint64_t sctlr,
		     bool stopped);
/* One line: what AT said when it was asked; nothing if it was not. */
void story_at(struct sink *out, const struct fault *f);
