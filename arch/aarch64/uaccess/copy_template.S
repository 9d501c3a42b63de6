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

/* The kernel's side, the user's side, bytes to do: as the arguments come. */
k	.req	x0
u	.req	x1
n	.req	x2
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

/* Where the pairs of the largest chunk lie; smaller steps use the first. */
#define OFFSETS 0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, \
	224, 240, 256, 272, 288, 304, 320, 336, 352, 368, 384, 400, 416, 432, \
	448, 464, 480, 496

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
.macro COPY_RUN dir, bytes
	.irp	offset, OFFSETS
	.if	\offset < \bytes
	COPY_16	\dir, \offset
	.endif
	.endr
.endm

/* 1, 2, 4 or 8 bytes; load and store are the kernel's side. */
.macro COPY_SMALL dir, bytes, reg, load, store
	.ifc	\dir, in
	LOAD_\bytes \reg, u
	\store	\reg, [k]
	.else
	\load	\reg, [k]
	STORE_\bytes \reg, u
	.endif
.endm

/* A step: copies `bytes`, and only then moves both pointers. */
.macro COPY_STEP dir, bytes
	.if	\bytes == 1
	COPY_SMALL \dir, 1, w4, ldrb, strb
	.elseif	\bytes == 2
	COPY_SMALL \dir, 2, w4, ldrh, strh
	.elseif	\bytes == 4
	COPY_SMALL \dir, 4, w4, ldr, str
	.elseif	\bytes == 8
	COPY_SMALL \dir, 8, x4, ldr, str
	.else
	COPY_RUN \dir, \bytes
	.endif
	add	u, u, #\bytes
	add	k, k, #\bytes
.endm

/* The bits below CHUNK_BITS, from the lowest on, and from the highest. */
.macro EACH_BIT_UP body:vararg
	.irp	bit, 0, 1, 2, 3, 4, 5, 6, 7, 8
	.if	\bit < CHUNK_BITS
	\body	\bit
	.endif
	.endr
.endm
.macro EACH_BIT_DOWN body:vararg
	.irp	bit, 8, 7, 6, 5, 4, 3, 2, 1, 0
	.if	\bit < CHUNK_BITS
	\body	\bit
	.endif
	.endr
.endm

/*
 * A step towards u's alignment, if u's bit asks for it. If fewer bytes are
 * left than it would take, u is aligned to the step, and n is smaller than
 * it: the steps down from there, as n's bits ask, are aligned as well.
 */
.macro STEP_UP step, dir, bit
	tbz	u, #\bit, 1f
	cmp	n, #(1<<\bit)
	b.lo	3f
	\step	\dir, (1<<\bit)
	sub	n, n, #(1<<\bit)
1:
.endm
.macro STEP_DOWN step, dir, bit
	tbz	n, #\bit, 1f
	\step	\dir, (1<<\bit)
1:
.endm

/*
 * The shape of every operation that counts: steps up to a chunk's alignment,
 * chunks, steps down. Behind the chunks n is negative, but its bits below
 * CHUNK_BITS are still those of what is left.
 */
.macro COPY dir
	add	end, k, n
	WINDOW_OPEN
	EACH_BIT_UP STEP_UP COPY_STEP, \dir,
	subs	n, n, #(1<<CHUNK_BITS)
	b.lo	3f
2:	COPY_STEP \dir, (1<<CHUNK_BITS)
	subs	n, n, #(1<<CHUNK_BITS)
	b.hs	2b
3:	EACH_BIT_DOWN STEP_DOWN COPY_STEP, \dir,
9:	WINDOW_SHUT			// also the fixup of every access above
	sub	x0, end, k
	ret
.endm

.set account, EXTABLE_COUNT(3, 0)	// end - k

/* size_t copy_from_user(void *to x0, const void __user *from x1, size_t n x2) */
FUNC OP(copy_from_user)
	COPY	in
ENDFUNC OP(copy_from_user)

	.unreq	k
	.unreq	u
k	.req	x1
u	.req	x0
.set account, EXTABLE_COUNT(3, 1)	// end - k again

/* size_t copy_to_user(void __user *to x0, const void *from x1, size_t n x2) */
FUNC OP(copy_to_user)
	COPY	out
ENDFUNC OP(copy_to_user)

/* A step of clear_user (dir means nothing): u itself is the account. */
.macro CLEAR_RUN bytes
	.irp	offset, OFFSETS
	.if	\offset < \bytes
	STORE_16 xzr, xzr, u, \offset
	.endif
	.endr
.endm
.macro CLEAR_STEP dir, bytes
	.if	\bytes == 1
	STORE_1	wzr, u
	.elseif	\bytes == 2
	STORE_2	wzr, u
	.elseif	\bytes == 4
	STORE_4	wzr, u
	.elseif	\bytes == 8
	STORE_8	xzr, u
	.else
	CLEAR_RUN \bytes
	.endif
	add	u, u, #\bytes
.endm

/* DC ZVA clears 64 bytes at once, one after the other, with EL1's rights. */
.macro CLEAR_CHUNK_ZVA
	.rept	(1<<CHUNK_BITS) / 64
	USER_STORE dc zva, u
	add	u, u, #64
	.endr
.endm

	.unreq	n
n	.req	x1
.set account, EXTABLE_COUNT(3, 0)	// end - u

/* size_t clear_user(void __user *to x0, size_t n x1) */
FUNC OP(clear_user)
	add	end, u, n
	WINDOW_OPEN
	EACH_BIT_UP STEP_UP CLEAR_STEP, ,
	subs	n, n, #(1<<CHUNK_BITS)
	b.lo	3f
	.ifdef	PRIVILEGED
	mrs	x4, dczid_el0
	cmp	x4, #4			// DZP = 0: allowed; BS = 4: 64 bytes
	b.ne	2f
4:	CLEAR_CHUNK_ZVA
	subs	n, n, #(1<<CHUNK_BITS)
	b.hs	4b
	b	3f
	.endif
2:	CLEAR_STEP , (1<<CHUNK_BITS)
	subs	n, n, #(1<<CHUNK_BITS)
	b.hs	2b
3:	EACH_BIT_DOWN STEP_DOWN CLEAR_STEP, ,
9:	WINDOW_SHUT
	sub	x0, end, u
	ret
ENDFUNC OP(clear_user)

.set account, 0			// all or -EFAULT from here on
	.unreq	k
	.unreq	u
	.unreq	n
k	.req	x0
u	.req	x1
n	.req	x2

/*
 * A byte of v is zero exactly if (v - 0x01…01) & ~v & 0x80…80 has its top bit
 * set, or a lower byte was zero; the lowest bit set is always right. x7 holds
 * 0x01…01; afterwards x5 is that mask, and the flags say whether it is 0.
 */
.macro FIND_NUL
	sub	x5, x4, x7
	bic	x5, x5, x4
	ands	x5, x5, #0x8080808080808080
.endm

/*
 * long strncpy_from_user(char *to x0, const char __user *from x1, long n x2)
 *
 * Byte by byte until u is aligned, then eight at a time; of the eight with the
 * NUL exactly those up to it are stored, and nothing behind it.
 */
FUNC OP(strncpy_from_user)
	mov	end, k			// here: where k began
	mov	x7, #0x0101010101010101
	WINDOW_OPEN
1:	tst	u, #7
	b.eq	2f
	cbz	n, 4f			// no NUL in n bytes: the length is n
	LOAD_1	w4, u
	strb	w4, [k]
	cbz	w4, 4f			// the NUL is stored, but not counted
	add	k, k, #1
	add	u, u, #1
	sub	n, n, #1
	b	1b
2:	subs	n, n, #8
	b.lo	5f
3:	LOAD_8	x4, u
	FIND_NUL
	b.ne	6f
	str	x4, [k], #8
	add	u, u, #8
	subs	n, n, #8
	b.hs	3b
5:	ands	n, n, #7		// the last bytes may end before a NUL
7:	b.eq	4f
	LOAD_1	w4, u
	strb	w4, [k]
	cbz	w4, 4f
	add	k, k, #1
	add	u, u, #1
	subs	n, n, #1
	b	7b
6:	rev	x5, x5			// the first NUL is the first bit now
	clz	x5, x5
	lsr	x5, x5, #3		// bytes before it, 0 to 7
	sub	end, k, end
	add	end, end, x5		// the length, from here on
	add	x5, x5, #1		// the NUL goes too: 1 to 8 bytes
	tbz	x5, #3, 8f
	str	x4, [k]
8:	tbz	x5, #2, 8f
	str	w4, [k], #4
	lsr	x4, x4, #32
8:	tbz	x5, #1, 8f
	strh	w4, [k], #2
	lsr	x4, x4, #16
8:	tbz	x5, #0, 8f
	strb	w4, [k]
8:	WINDOW_SHUT
	mov	x0, end
	ret
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
	.unreq	u
	.unreq	n
u	.req	x0
n	.req	x1
FUNC OP(strnlen_user)
	mov	end, x0			// here: where the string begins
	mov	x7, #0x0101010101010101
	WINDOW_OPEN
1:	tst	u, #7
	b.eq	2f
3:	cbz	n, 4f
	LOAD_1	w4, u
	add	u, u, #1
	sub	n, n, #1
	cbnz	w4, 1b
	b	5f
2:	cmp	n, #8
	b.lo	3b
	LOAD_8	x4, u
	FIND_NUL
	b.ne	6f
	add	u, u, #8
	sub	n, n, #8
	b	2b
6:	rev	x5, x5
	clz	x5, x5
	add	u, u, x5, lsr #3	// as many bytes stand before the NUL
4:	add	u, u, #1		// with the NUL; or one more than n
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
