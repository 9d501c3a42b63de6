/* SPDX-License-Identifier: MIT */
/* at.h - asking the hardware's own walk (AT) about a fault's address. */
#pragma once

#include "fault.h"

/*
 * Fills f->par with what each AT says of f->far, where asking changes
 * nothing; the rest stays PAR_NOT_ASKED. f->walk must be filled; interrupts
 * masked.
 */
void at_ask(struct fault *f);
