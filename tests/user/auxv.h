/* SPDX-License-Identifier: MIT */
/* auxv.h - what the kernel tells a program after argv and the environment. */
#pragma once

#include "rt.h"

/* AT_PAGESZ: the kernel may be built for other pages. */
static inline size_t auxv_page_size(char **argv)
{
	const uint64_t *auxv;

	for (int nulls = 0; nulls < 2; argv++) {
		nulls += *argv == NULL;
	}
	for (auxv = (uint64_t *)argv; auxv[0] != AT_PAGESZ; auxv += 2) {
	}
	return auxv[1];
}
