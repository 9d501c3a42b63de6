/* SPDX-License-Identifier: MIT */
/*
 * copy_template.S - the user-access operations, written once. A method's file
 * defines its loads, stores and window, and includes this one; reading those
 * files side by side is the lesson.
 *
 * The count is exact (invariant 5) because of two rules:
 *  - An access to user memory is aligned to its own size, and a chunk of them
 *    to the chunk's size. So none crosses a page, and a fault comes at the
 *    first byte of a step or not at all. (An unaligned pair across a page's
 *    edge may store its first half before it faults.)
 *  - The kernel pointer moves only after a step is done, and is the only
 *    account of the copy: what is left is always `end - k`.
 */
#include <linux/errno.h>

#define CAT2(a, b) a##_##b
#define CAT(a, b)  CAT2(a, b)
#define OP(name)   CAT(METHOD, name)

k	.req	x0			// the kernel's side
u	.req	x1			// the user's side
n	.req	x2			// bytes to do
end	.req	x3			// where k will be when all is done

/*
 * One access to user memory; a fault goes to the next label 9. `account` says
 * which registers hold what is left, where the operation counts.
 */
.macro USER_LOAD insn:vararg
	\insn
	EXTABLE	9f, (LOAD_KIND) | account
.endm
.macro USER_STORE insn:vararg
	\insn
	EXTABLE	9f, (STORE_KIND) | account
.endm

/* dir is in (from the user) or out (to the user). */
.macro COPY_16 dir, offset
	.ifc	\dir, in
	LOAD_16	x4, x5, u, \offset
	stp	x4, x5, [k, #\offset]
	.else
	ldp	x4, x5, [k, #\offset]
	STORE_16 x4, x5, u, \offset
	.endif
.endm

.macro COPY_SMALL dir, bytes, load, store
	.ifc	\dir, in
	.if	\bytes == 8
	LOAD_8	x4, u
	str	x4, [k]
	.else
	LOAD_\bytes w4, u
	\store	w4, [k]
	.endif
	.else
	.if	\bytes == 8
	ldr	x4, [k]
	STORE_8	x4, u
	.else
	\load	w4, [k]
	STORE_\bytes w4, u
	.endif
	.endif
.endm

/* A step: copies `bytes` and then moves both pointers. */
.macro COPY_STEP dir, bytes
	.if	\bytes == 1
	COPY_SMALL \dir, 1, ldrb, strb
	.elseif	\bytes == 2
	COPY_SMALL \dir, 2, ldrh, strh
	.elseif	\bytes == 4
	COPY_SMALL \dir, 4, ldr, str
	.elseif	\bytes == 8
	COPY_SMALL \dir, 8, ldr, str
	.else
	.irp	o, 0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, \
		208, 224, 240
	.if	\o < \bytes
	COPY_16	\dir, \o
	.endif
	.endr
	.endif
	add	u, u, #\bytes
	add	k, k, #\bytes
.endm

/*
 * size_t copy(k x0, u x1, n x2), returns what is left; with the two pointers
 * swapped first for copy_to_user. Steps of 1, 2, … 128 bytes bring u to a
 * multiple of 256, as its low bits ask. If fewer bytes are left than a step
 * would take, u is aligned to that step, and what is left is smaller than it:
 * so the steps down from 128, as the bits of n ask, are aligned as well.
 */
.macro COPY dir
	add	end, k, n
	WINDOW_OPEN
	.irp	bytes, 1, 2, 4, 8, 16, 32, 64, 128
	tst	u, #\bytes
	b.eq	1f
	subs	x6, n, #\bytes
	b.lo	3f
	mov	n, x6
	COPY_STEP \dir, \bytes
1:
	.endr
2:	subs	x6, n, #256
	b.lo	3f
	mov	n, x6
	COPY_STEP \dir, 256
	b	2b
3:
	.irp	bytes, 128, 64, 32, 16, 8, 4, 2, 1
	tst	n, #\bytes
	b.eq	1f
	COPY_STEP \dir, \bytes
1:
	.endr
9:	WINDOW_SHUT			// also the fixup of every access above
	sub	x0, end, k
	ret
.endm

.set account, EXTABLE_COUNT(3, 0)	// end - k

/* size_t copy_from_user(void *to x0, const void __user *from x1, size_t n x2) */
FUNC OP(copy_from_user)
	COPY	in
ENDFUNC OP(copy_from_user)

/* size_t copy_to_user(void __user *to x0, const void *from x1, size_t n x2) */
FUNC OP(copy_to_user)
	mov	x4, x0
	mov	k, x1
	mov	u, x4
	COPY	out
ENDFUNC OP(copy_to_user)

/* A step of clear_user: the user pointer itself is the account. */
.macro CLEAR_STEP bytes
	.if	\bytes < 8
	STORE_\bytes wzr, u
	.elseif	\bytes == 8
	STORE_8	xzr, u
	.else
	.irp	o, 0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, \
		208, 224, 240
	.if	\o < \bytes
	STORE_16 xzr, xzr, u, \o
	.endif
	.endr
	.endif
	add	u, u, #\bytes
.endm

.set account, EXTABLE_COUNT(3, 1)	// end - u

/*
 * As many chunks of 256 as there are. DC ZVA clears a block of up to 2 KiB at
 * once; it has the rights of EL1, so only methods with a window may use it,
 * and only where DCZID_EL0 allows it with the usual block of 64 bytes.
 */
.macro CLEAR_CHUNKS
	.ifdef	PRIVILEGED
	mrs	x7, dczid_el0		// DZP = 0, BS = 4: 64 bytes
	cmp	x7, #4
	b.ne	5f
4:	subs	x6, n, #256
	b.lo	3f
	mov	n, x6
	.rept	4
	USER_STORE dc zva, u
	add	u, u, #64
	.endr
	b	4b
	.endif
5:	subs	x6, n, #256
	b.lo	3f
	mov	n, x6
	CLEAR_STEP 256
	b	5b
.endm

/* size_t clear_user(void __user *to x0, size_t n x1); steps as in COPY */
FUNC OP(clear_user)
	mov	n, x1
	mov	u, x0
	add	end, u, n
	WINDOW_OPEN
	.irp	bytes, 1, 2, 4, 8, 16, 32, 64, 128
	tst	u, #\bytes
	b.eq	1f
	subs	x6, n, #\bytes
	b.lo	3f
	mov	n, x6
	CLEAR_STEP \bytes
1:
	.endr
2:	CLEAR_CHUNKS
3:
	.irp	bytes, 128, 64, 32, 16, 8, 4, 2, 1
	tst	n, #\bytes
	b.eq	1f
	CLEAR_STEP \bytes
1:
	.endr
9:	WINDOW_SHUT
	sub	x0, end, u
	ret
ENDFUNC OP(clear_user)

.set account, 0			// all or -EFAULT from here on

/*
 * long strncpy_from_user(char *to x0, const char __user *from x1, long n x2)
 *
 * Eight bytes at a time while u is aligned and none of them is a NUL; else
 * byte by byte, so that nothing is stored behind the NUL. A byte of v is zero
 * exactly if (v - 0x01…01) & ~v & 0x80…80 has a bit set.
 */
FUNC OP(strncpy_from_user)
	mov	end, k			// here: where k began
	mov	x7, #0x0101010101010101
	WINDOW_OPEN
1:	tst	u, #7
	b.ne	3f
2:	subs	x6, n, #8
	b.lo	3f
	LOAD_8	x4, u
	sub	x5, x4, x7
	bic	x5, x5, x4
	ands	x5, x5, #0x8080808080808080
	b.ne	3f
	mov	n, x6
	str	x4, [k], #8
	add	u, u, #8
	b	2b
3:	cbz	n, 4f			// no NUL in n bytes: the length is n
	LOAD_1	w4, u
	strb	w4, [k]
	cbz	w4, 4f			// the NUL is stored, but not counted
	add	k, k, #1
	add	u, u, #1
	sub	n, n, #1
	b	1b
4:	WINDOW_SHUT
	sub	x0, k, end
	ret
9:	WINDOW_SHUT
	mov	x0, #-EFAULT
	ret
ENDFUNC OP(strncpy_from_user)

/*
 * long strnlen_user(const char __user *s x0, long n x1): the length with its
 * NUL; a number greater than n if there is none in n bytes; 0 after a fault.
 */
FUNC OP(strnlen_user)
	mov	n, x1
	mov	u, x0
	mov	end, x0			// here: where the string begins
	mov	x7, #0x0101010101010101
	WINDOW_OPEN
1:	tst	u, #7
	b.ne	3f
2:	subs	x6, n, #8
	b.lo	3f
	LOAD_8	x4, u
	sub	x5, x4, x7
	bic	x5, x5, x4
	ands	x5, x5, #0x8080808080808080
	b.ne	3f
	mov	n, x6
	add	u, u, #8
	b	2b
3:	cbz	n, 4f
	LOAD_1	w4, u
	add	u, u, #1
	sub	n, n, #1
	cbnz	w4, 1b
	b	5f
4:	add	u, u, #1		// one more than n
5:	WINDOW_SHUT
	sub	x0, u, end
	ret
9:	WINDOW_SHUT
	mov	x0, #0
	ret
ENDFUNC OP(strnlen_user)

/* struct arch_got get_user(const void __user *p x0): x0 error, x1 value */
.macro GET_USER bytes, reg
FUNC OP(get_user_\bytes)
	WINDOW_OPEN
	LOAD_\bytes \reg, x0
	WINDOW_SHUT
	mov	x0, #0
	ret
9:	WINDOW_SHUT
	mov	x0, #-EFAULT
	mov	x1, #0
	ret
ENDFUNC OP(get_user_\bytes)
.endm
	GET_USER 1, w1
	GET_USER 2, w1
	GET_USER 4, w1
	GET_USER 8, x1

/* int put_user(uint64_t value x0, void __user *p x1) */
.macro PUT_USER bytes, reg
FUNC OP(put_user_\bytes)
	WINDOW_OPEN
	STORE_\bytes \reg, x1
	WINDOW_SHUT
	mov	w0, #0
	ret
9:	WINDOW_SHUT
	mov	w0, #-EFAULT
	ret
ENDFUNC OP(put_user_\bytes)
.endm
	PUT_USER 1, w0
	PUT_USER 2, w0
	PUT_USER 4, w0
	PUT_USER 8, x0
