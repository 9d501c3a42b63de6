/* SPDX-License-Identifier: MIT */
/*
 * word_template.S - get_user and put_user of 1, 2, 4 and 8 bytes, written once
 * for the methods that include it (template.h says how). A word that crosses
 * a page's edge is one access: it is done whole, or not at all.
 */

value	.req	x0			// put_user's argument
value32	.req	w0
got	.req	x1			// get_user's second result
got32	.req	w1

.set account, 0				// all, or -EFAULT

/* struct arch_got get_user(const void __user *p x0): x0 error, x1 value */
.macro GET_USER bytes, load:vararg
FUNC OP(get_user_\bytes)
	WINDOW_OPEN
	\load
	WINDOW_SHUT
	mov	x0, #0
	ret
9:	WINDOW_SHUT
	mov	x0, #-EFAULT
	mov	got, #0
	ret
ENDFUNC OP(get_user_\bytes)
.endm
	GET_USER 1, LOAD_1(got32, x0)
	GET_USER 2, LOAD_2(got32, x0)
	GET_USER 4, LOAD_4(got32, x0)
	GET_USER 8, LOAD_8(got, x0)

/* int put_user(uint64_t value x0, void __user *p x1) */
.macro PUT_USER bytes, store:vararg
FUNC OP(put_user_\bytes)
	WINDOW_OPEN
	\store
	WINDOW_SHUT
	mov	w0, #0
	ret
9:	WINDOW_SHUT
	mov	w0, #-EFAULT
	ret
ENDFUNC OP(put_user_\bytes)
.endm
	PUT_USER 1, STORE_1(value32, x1)
	PUT_USER 2, STORE_2(value32, x1)
	PUT_USER 4, STORE_4(value32, x1)
	PUT_USER 8, STORE_8(value, x1)
