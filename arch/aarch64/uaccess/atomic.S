/* SPDX-License-Identifier: MIT */
/*
 * atomic.S - compare-and-exchange on user memory. There is no unprivileged
 * atomic instruction before FEAT_LSUI, so this opens a window under every
 * method but softwalk, ldtr and mops too, and only access_ok() stands before a
 * kernel pointer. Three windows (none, PAN, TTBR0) times LSE or LL/SC times 4
 * or 8 bytes; select.c chooses.
 *
 * CAS reports WnR = 0 for a page that is not mapped and 1 for one that is
 * read-only, so its table entry accepts either.
 */
#include <linux/errno.h>

#include "../asm.h"
#include "asm_offsets.h"

	.arch_extension pan
	.arch_extension lse

.set KIND_unwindowed, EXTABLE_USER_BOTH
.set KIND_panwindow, EXTABLE_USER_BOTH | EXTABLE_WINDOW
.set KIND_ttbr0window, EXTABLE_USER_BOTH | EXTABLE_WINDOW

/* An exclusive pair may fail for no reason; after so many times: -EAGAIN. */
#define ATTEMPTS 128

.macro OPEN_unwindowed
.endm
.macro SHUT_unwindowed
.endm
.macro OPEN_panwindow
	msr	pan, #0
.endm
.macro SHUT_panwindow
	msr	pan, #1
.endm
.macro OPEN_ttbr0window
	mrs	x9, daif
	msr	daifset, #2
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_USER_TTBR0]
	msr	ttbr0_el1, x10
	isb
	msr	daif, x9
.endm
.macro SHUT_ttbr0window
	mrs	x10, tpidr_el1
	ldr	x10, [x10, #CPU_RESERVED_TTBR0]
	msr	ttbr0_el1, x10
	isb
.endm

/*
 * struct arch_got cmpxchg(void __user *p x0, uint64_t old x1, uint64_t new x2)
 * x0: 0, -EFAULT or -EAGAIN; x1: the value found, 0 after an error. It is
 * *p == old if the exchange was made.
 */
.macro CMPXCHG window, bytes, p
FUNC \window\()_cmpxchg_user_\bytes
	OPEN_\window
	mov	w4, #ATTEMPTS
1:	ldaxr	\p\()3, [x0]
	EXTABLE	9f, KIND_\window
	cmp	\p\()3, \p\()1
	b.ne	2f
	stlxr	w5, \p\()2, [x0]
	EXTABLE	9f, KIND_\window
	cbz	w5, 2f
	subs	w4, w4, #1
	b.ne	1b
	SHUT_\window
	mov	x0, #-EAGAIN
	mov	x1, #0
	ret
2:	SHUT_\window
	mov	x0, #0
	mov	x1, x3
	ret
9:	SHUT_\window
	mov	x0, #-EFAULT
	mov	x1, #0
	ret
ENDFUNC \window\()_cmpxchg_user_\bytes

FUNC \window\()_lse_cmpxchg_user_\bytes
	OPEN_\window
	casal	\p\()1, \p\()2, [x0]
	EXTABLE	9f, KIND_\window
	SHUT_\window
	mov	x0, #0
	ret
9:	SHUT_\window
	mov	x0, #-EFAULT
	mov	x1, #0
	ret
ENDFUNC \window\()_lse_cmpxchg_user_\bytes
.endm

	.irp	window, unwindowed, panwindow, ttbr0window
	CMPXCHG	\window, 4, w
	CMPXCHG	\window, 8, x
	.endr
