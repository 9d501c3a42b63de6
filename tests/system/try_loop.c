/* SPDX-License-Identifier: MIT */
/* try_loop.c - what `make try FILE=` is given: a snippet without an end. */
#include "trespass.h"

EL1_SNIPPET("loops for ever")
{
	for (;;) {
		t->got++;
	}
}
