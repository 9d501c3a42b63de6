// SPDX-License-Identifier: MIT
/*
 * uaccess_methods.c - the user-access methods as the tests run them: each by
 * its own symbols where the CPU and the command line let it work. They come
 * from the rows of methods.h, and so does what lets them.
 */
#include "uaccess_methods.h"

#include "support.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

/* In the order of enum uaccess_window: what must be so for its accesses. */
static bool window_can_be_had(enum uaccess_window window)
{
	switch (window) {
	case WINDOW_NONE: /* the user's half is mapped all the time */
		return !uaccess_hides_ttbr0;
	case WINDOW_PAN:
		return pan_enabled;
	case WINDOW_TTBR0:
		return uaccess_hides_ttbr0;
	default:
		return true;
	}
}

bool uaccess_works(void)
{
	return uaccess_method->outcome[pan_enabled] == OUTCOME_WORKS;
}

bool tested_method_runs(const struct tested_method *m)
{
	return m->row ? m->row->outcome[pan_enabled] == OUTCOME_WORKS &&
				*cpu_feature_list[m->row->needs].has &&
				window_can_be_had(m->row->window) :
			uaccess_works();
}

bool tested_method_ignores_pan(const struct tested_method *m)
{
	return m->row && m->row->rights == RIGHTS_EL0;
}

#define M(m, needs, window, rights, off, on, compare, words)        \
	{ #m, m##_copy_from_user, m##_copy_to_user, m##_clear_user, \
	  words##_strncpy_from_user, words##_strnlen_user, false,   \
	  &uaccess_methods[METHOD_##m] },

const struct tested_method tested_methods[] = {
	UACCESS_METHODS(M)
	/* What the rest of the kernel calls, with the method in force. */
	{ "uaccess.h", copy_from_user, copy_to_user, clear_user,
	  strncpy_from_user, strnlen_user, true, NULL },
};
const size_t tested_method_count = ARRAY_SIZE(tested_methods);
