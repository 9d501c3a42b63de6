/* SPDX-License-Identifier: MIT */
/*
 * wrong.S - a copy with a bug that a teaching kernel has shipped (ChCore: the
 * tail beside an LDTR loop), to check the checkers of test_uaccess.c.
 */
#include "asm.h"

/*
 * size_t plain_tail_copy_from_user(void *to x0, const void __user *from x1,
 *				    size_t n x2)
 * The words are right. The last 1 to 7 bytes are loaded with EL1's own
 * rights, so a copy that is shorter than a word is not checked at all.
 */
FUNC plain_tail_copy_from_user
1:	cmp	x2, #8
	b.lo	2f
	ldtr	x4, [x1]
	EXTABLE	9f, EXTABLE_USER_LOAD
	str	x4, [x0], #8
	add	x1, x1, #8
	sub	x2, x2, #8
	b	1b
2:	cbz	x2, 9f
	ldrb	w4, [x1]		// the bug: LDTRB
	EXTABLE	9f, EXTABLE_USER_LOAD
	strb	w4, [x0], #1
	add	x1, x1, #1
	sub	x2, x2, #1
	b	2b
9:	mov	x0, x2
	ret
ENDFUNC plain_tail_copy_from_user
