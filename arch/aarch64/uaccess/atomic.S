/* SPDX-License-Identifier: MIT */
/*
 * atomic.S - compare-and-exchange on user memory. There is no unprivileged
 * atomic instruction before FEAT_LSUI, so this opens a window under every
 * method but softwalk, ldtr and mops too, and only access_ok() stands before a
 * kernel pointer. Three windows (none, PAN, TTBR0) times LSE or LL/SC times 4
 * or 8 bytes; install.c chooses.
 *
 * CAS reports WnR = 0 for a page that is not mapped and 1 for one that is
 * read-only, so its table entry accepts either.
 */
#include <linux/errno.h>

#include "windows.h"

	.arch_extension lse

/* An exclusive pair may fail for no reason; after so many times: -EAGAIN. */
#define ATTEMPTS 128

/*
 * struct arch_got cmpxchg(void __user *p x0, uint64_t old x1, uint64_t new x2)
 * x0: 0, -EFAULT or -EAGAIN; x1: the value found, 0 after an error. It is
 * *p == old if the exchange was made.
 */
.macro CMPXCHG prefix, window, bytes, p
FUNC \prefix\()_cmpxchg_user_\bytes
	OPEN_\window
	mov	w4, #ATTEMPTS
1:	ldaxr	\p\()3, [x0]		// acquire: what follows stays after it
	EXTABLE	9f, EXTABLE_USER_BOTH | KIND_\window
	cmp	\p\()3, \p\()1
	b.ne	2f			// another value: nothing is stored
	stlxr	w5, \p\()2, [x0]	// fails if another has written
	EXTABLE	9f, EXTABLE_USER_BOTH | KIND_\window
	cbz	w5, 2f
	subs	w4, w4, #1		// never for ever with the window open
	b.ne	1b
	SHUT_\window
	mov	x0, #-EAGAIN		// the caller may sleep, and try again
	mov	x1, #0
	ret
2:	SHUT_\window
	mov	x0, #0
	mov	x1, x3			// what was found
	ret
9:	SHUT_\window
	mov	x0, #-EFAULT
	mov	x1, #0
	ret
ENDFUNC \prefix\()_cmpxchg_user_\bytes

FUNC \prefix\()_lse_cmpxchg_user_\bytes
	OPEN_\window
	casal	\p\()1, \p\()2, [x0]	// x1 is what was found
	EXTABLE	9f, EXTABLE_USER_BOTH | KIND_\window
	SHUT_\window
	mov	x0, #0
	ret
9:	SHUT_\window
	mov	x0, #-EFAULT
	mov	x1, #0
	ret
ENDFUNC \prefix\()_lse_cmpxchg_user_\bytes
.endm

	CMPXCHG	unwindowed, NONE, 4, w
	CMPXCHG	unwindowed, NONE, 8, x
	CMPXCHG	panwindow, PAN, 4, w
	CMPXCHG	panwindow, PAN, 8, x
	CMPXCHG	ttbr0window, TTBR0, 4, w
	CMPXCHG	ttbr0window, TTBR0, 8, x
