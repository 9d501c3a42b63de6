// SPDX-License-Identifier: MIT
/* methods.c - the rows of methods.h, for C; and what follows from a row. */
#include "methods.h"

#include "arch.h"
#include "code.h"

#define M(name_, needs_, window_, rights_, off_, on_, compare_, words_) \
	[METHOD_##name_] = {                                            \
		.name = #name_,                                         \
		.needs = CPU_##needs_,                                  \
		.window = WINDOW_##window_,                             \
		.rights = RIGHTS_##rights_,                             \
		.outcome = { OUTCOME_##off_, OUTCOME_##on_ },           \
		.code = uaccess_code_##name_,                           \
	},
const struct uaccess_method uaccess_methods[] = { UACCESS_METHODS(M) };
#undef M

#define M(name, ...) "|" #name
const char arch_uaccess_choices[] = "auto" UACCESS_METHODS(M);

enum uaccess_window uaccess_atomic_window(const struct uaccess_method *m,
					  bool pan)
{
	if (m->window == WINDOW_TABLES || m->window == WINDOW_TTBR0) {
		return m->window;
	}
	return pan && m->outcome[pan] == OUTCOME_WORKS ? WINDOW_PAN :
							 WINDOW_NONE;
}
