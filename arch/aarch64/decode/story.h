/* SPDX-License-Identifier: MIT */
/* story.h - between story.c, story_why.c, story_walk.c and table_view.c;
 * everybody else: decode.h. */
#pragma once

#include "decode.h"

/* "nothing is mapped there": the reason, without a full stop. */
void story_why(struct sink *out, const struct fault *f);
/* The address is so low that the pointer was a null pointer. */
bool story_is_null(const struct fault *f);
/* The word at ELR is known. */
bool story_has_insn(const struct fault *f);
/* Draws the walk; stopped marks its last level as where the fault was. sharers:
 * as in struct fault. */
void story_draw_walk(struct sink *out, const struct walk *w, uint64_t sctlr,
		     unsigned int sharers, bool stopped);
/* "table, not EL0, UXN": what a table descriptor forbids below it. */
void story_table(struct sink *out, uint64_t desc);
/* "shared by 2": how many programs have the table. */
void story_sharers(struct sink *out, unsigned int sharers);
/* "EL0 RW, EL1 RW, UXN, PXN, AF=1, nG": of a walk that found a page. */
void story_rights(struct sink *out, const struct walk *w, uint64_t sctlr);
/* One line: what AT said when it was asked; nothing if it was not. */
void story_at(struct sink *out, const struct fault *f);
