// SPDX-License-Identifier: MIT
/*
 * uaccess_methods.c - the user-access methods as the tests run them: each by
 * its own symbols where PAN, as the command line has set it, lets it work.
 * A new method is a line here and one in uaccess_methods.h.
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

static bool with_pan_on(void)
{
	return pan_enabled;
}

static bool with_pan_off(void)
{
	return !pan_enabled;
}

bool uaccess_works(void)
{
	return !(pan_enabled && strcmp(uaccess_method, "plain") == 0);
}

#define METHOD(m, runs)                                             \
	{ #m, m##_copy_from_user, m##_copy_to_user, m##_clear_user, \
	  m##_strncpy_from_user, false, runs }

const struct uaccess_method uaccess_methods[] = {
	METHOD(ldtr, always),
	METHOD(pan, with_pan_on),
	METHOD(plain, with_pan_off),
	{ "uaccess.h", copy_from_user, copy_to_user, clear_user,
	  strncpy_from_user, true, uaccess_works },
};
const size_t uaccess_method_count = ARRAY_SIZE(uaccess_methods);
