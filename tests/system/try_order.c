/* SPDX-License-Identifier: MIT */
/* try_order.c - what `make try FILE=` is given: snippets in an order, and one
 * that says what it does. */
#include "trespass.h"

EL1_SNIPPET("the first writes")
{
	printk("about to write");
	*(volatile uint64_t *)t->user_rw = 1;
}

EL1_SNIPPET("the second only speaks")
{
	printk("nothing to see");
}

EL1_SNIPPET("the third reads")
{
	t->got = *(volatile uint64_t *)t->user_rw;
}
