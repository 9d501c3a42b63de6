// SPDX-License-Identifier: MIT
/*
 * uaccess_methods.c - the user-access methods as the tests run them: each by
 * its own symbols where the CPU and the command line let it work. A new
 * method is a line here and one in uaccess_methods.h.
 */
#include "uaccess_methods.h"

#include "lib/string.h"
#include "support.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

static bool always(void)
{
	return true;
}

static bool with_pan(void)
{
	return pan_enabled;
}

/* With sw_ttbr0 the user's half is not mapped outside that method's window. */
static bool with_user_mapped(void)
{
	return !uaccess_hides_ttbr0;
}

static bool with_user_open(void)
{
	return !pan_enabled && !uaccess_hides_ttbr0;
}

static bool with_mops(void)
{
	return cpu_features.mops && !uaccess_hides_ttbr0;
}

static bool with_sw_ttbr0(void)
{
	return uaccess_hides_ttbr0;
}

bool uaccess_works(void)
{
	return !(pan_enabled && strcmp(uaccess_method, "plain") == 0);
}

#define METHOD(m, words, runs, any_pan)                                 \
	{ #m, m##_copy_from_user, m##_copy_to_user, m##_clear_user,     \
	  words##_strncpy_from_user, words##_strnlen_user, false, runs, \
	  any_pan }

const struct uaccess_method tested_methods[] = {
	METHOD(ldtr, ldtr, with_user_mapped, true),
	METHOD(pan, pan, with_pan, false),
	METHOD(plain, plain, with_user_open, false),
	METHOD(mops, ldtr, with_mops, true),
	METHOD(sw_ttbr0, sw_ttbr0, with_sw_ttbr0, false),
	METHOD(softwalk, softwalk, always, true),
	/* What the rest of the kernel calls, with the method in force. */
	{ "uaccess.h", copy_from_user, copy_to_user, clear_user,
	  strncpy_from_user, strnlen_user, true, uaccess_works, false },
};
const size_t tested_method_count = ARRAY_SIZE(tested_methods);
