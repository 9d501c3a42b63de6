/* SPDX-License-Identifier: MIT */
/* try_snippet.c - what `make try FILE=` is given: two snippets for EL1. */
#include "trespass.h"

EL1_SNIPPET("reads a page of the program's")
{
	t->got = *(volatile uint64_t *)t->user_rw;
}

EL1_SNIPPET("asks for it properly")
{
	const void __user *from = (__force const void __user *)t->user_rw;

	if (copy_from_user(&t->got, from, sizeof(t->got)) != 0) {
		t->error = -EFAULT;
	}
}
