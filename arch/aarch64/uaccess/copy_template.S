/* SPDX-License-Identifier: MIT */
/*
 * copy_template.S - copy_from_user, copy_to_user and clear_user, written once
 * for the methods that include it (template.h says how).
 *
 * The count is exact (invariant 5) because of two rules:
 *  - An access to user memory is aligned to its own size, and a chunk of them
 *    to the chunk's size. So none crosses a page, and a fault comes at the
 *    first byte of a step or not at all. (An unaligned pair across a page's
 *    edge may store its first half before it faults.)
 *  - The pointer moves only after a step is done, and is the only account of
 *    the copy: what is left is always the end minus the pointer.
 *
 * All three have one shape, and CHUNK_BITS makes the chunk 256 or 512 bytes:
 *  - Up: a step of 1, 2, 4, 8, … bytes for each low bit (STEPS_UP) of the
 *    user's address that is set, until the address is aligned to a chunk. If fewer bytes are
 *    left than the step would take, the address is aligned to that step, and
 *    all smaller steps that n's bits ask for are aligned as well: go down.
 *  - Chunks, as long as there is a whole one. After them n is negative, but
 *    its bits below CHUNK_BITS are still those of what is left.
 *  - Down: a step for each of these bits (STEPS_DOWN), from the largest on.
 * Labels: 1 the next step, 2 a chunk (4 by DC ZVA), 3 down, 9 the end, by a
 * fault or without one.
 */

to	.req	x0			// the arguments, as they come
from	.req	x1
n	.req	x2			// bytes to do
clear_n	.req	x1			// clear_user's: its second argument
end	.req	x3			// where the pointer will be at the end
data	.req	x4			// what is on its way
data32	.req	w4
more	.req	x5			// the second half of a pair

/* Where the pairs of the largest chunk lie; smaller steps use the first. */
#define OFFSETS 0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, \
	224, 240, 256, 272, 288, 304, 320, 336, 352, 368, 384, 400, 416, 432, \
	448, 464, 480, 496

/* ---- copy_from_user ------------------------------------------------- */

/* A step: copies `bytes`, and only then moves both pointers. */
.macro COPY_IN bytes
	.if	\bytes == 1
	LOAD_1(data32, from)
	strb	data32, [to]
	.elseif	\bytes == 2
	LOAD_2(data32, from)
	strh	data32, [to]
	.elseif	\bytes == 4
	LOAD_4(data32, from)
	str	data32, [to]
	.elseif	\bytes == 8
	LOAD_8(data, from)
	str	data, [to]
	.else
	.irp	offset, OFFSETS
	.if	\offset < \bytes
	LOAD_16(data, more, from, \offset)
	stp	data, more, [to, #\offset] // the kernel's side: no entry
	.endif
	.endr
	.endif
	add	from, from, #\bytes	// the step is done: now it counts
	add	to, to, #\bytes
.endm

.set account, EXTABLE_COUNT(3, 0)	// end - to

/* size_t copy_from_user(void *to x0, const void __user *from x1, size_t n x2) */
FUNC OP(copy_from_user)
	add	end, to, n		// where it will be at the end
	WINDOW_OPEN
	.irp	bit, STEPS_UP
	tbz	from, #\bit, 1f		// aligned so far
	cmp	n, #(1<<\bit)
	b.lo	3f			// fewer are left: go down
	COPY_IN	(1<<\bit)
	sub	n, n, #(1<<\bit)
1:
	.endr
	subs	n, n, #(1<<CHUNK_BITS)
	b.lo	3f			// not one whole chunk
2:	COPY_IN	(1<<CHUNK_BITS)
	subs	n, n, #(1<<CHUNK_BITS)
	b.hs	2b			// n is still 0 or more: another chunk
3:	.irp	bit, STEPS_DOWN
	tbz	n, #\bit, 1f		// this bit of what is left is 0
	COPY_IN	(1<<\bit)
1:
	.endr
9:	WINDOW_SHUT			// on every way out
	sub	x0, end, to		// what was not done, exactly
	ret
ENDFUNC OP(copy_from_user)

/* ---- copy_to_user --------------------------------------------------- */

.macro COPY_OUT bytes
	.if	\bytes == 1
	ldrb	data32, [from]
	STORE_1(data32, to)
	.elseif	\bytes == 2
	ldrh	data32, [from]
	STORE_2(data32, to)
	.elseif	\bytes == 4
	ldr	data32, [from]
	STORE_4(data32, to)
	.elseif	\bytes == 8
	ldr	data, [from]
	STORE_8(data, to)
	.else
	.irp	offset, OFFSETS
	.if	\offset < \bytes
	ldp	data, more, [from, #\offset] // the kernel's side: no entry
	STORE_16(data, more, to, \offset)
	.endif
	.endr
	.endif
	add	to, to, #\bytes		// the step is done: now it counts
	add	from, from, #\bytes
.endm

.set account, EXTABLE_COUNT(3, 1)	// end - from

/* size_t copy_to_user(void __user *to x0, const void *from x1, size_t n x2) */
FUNC OP(copy_to_user)
	add	end, from, n
	WINDOW_OPEN
	.irp	bit, STEPS_UP
	tbz	to, #\bit, 1f		// aligned so far
	cmp	n, #(1<<\bit)
	b.lo	3f			// fewer are left: go down
	COPY_OUT (1<<\bit)
	sub	n, n, #(1<<\bit)
1:
	.endr
	subs	n, n, #(1<<CHUNK_BITS)
	b.lo	3f			// not one whole chunk
2:	COPY_OUT (1<<CHUNK_BITS)
	subs	n, n, #(1<<CHUNK_BITS)
	b.hs	2b			// n is still 0 or more: another chunk
3:	.irp	bit, STEPS_DOWN
	tbz	n, #\bit, 1f		// this bit of what is left is 0
	COPY_OUT (1<<\bit)
1:
	.endr
9:	WINDOW_SHUT			// on every way out
	sub	x0, end, from		// what was not done, exactly
	ret
ENDFUNC OP(copy_to_user)

/* ---- clear_user ----------------------------------------------------- */

.macro CLEAR bytes
	.if	\bytes == 1
	STORE_1(wzr, to)
	.elseif	\bytes == 2
	STORE_2(wzr, to)
	.elseif	\bytes == 4
	STORE_4(wzr, to)
	.elseif	\bytes == 8
	STORE_8(xzr, to)
	.else
	.irp	offset, OFFSETS
	.if	\offset < \bytes
	STORE_16(xzr, xzr, to, \offset)
	.endif
	.endr
	.endif
	add	to, to, #\bytes
.endm

.set account, EXTABLE_COUNT(3, 0)	// end - to

/* size_t clear_user(void __user *to x0, size_t n x1) */
FUNC OP(clear_user)
	add	end, to, clear_n
	WINDOW_OPEN
	.irp	bit, STEPS_UP
	tbz	to, #\bit, 1f		// aligned so far
	cmp	clear_n, #(1<<\bit)
	b.lo	3f			// fewer are left: go down
	CLEAR	(1<<\bit)
	sub	clear_n, clear_n, #(1<<\bit)
1:
	.endr
	subs	clear_n, clear_n, #(1<<CHUNK_BITS)
	b.lo	3f
	.ifdef	PRIVILEGED		// DC ZVA has EL1's rights
	mrs	data, dczid_el0
	cmp	data, #4		// DZP = 0: allowed; BS = 4: 64 bytes
	b.ne	2f
4:	.rept	(1<<CHUNK_BITS) / 64
	USER_STORE dc zva, to		// reports WnR = 1: a store's entry
	add	to, to, #64
	.endr
	subs	clear_n, clear_n, #(1<<CHUNK_BITS)
	b.hs	4b
	b	3f
	.endif
2:	CLEAR	(1<<CHUNK_BITS)
	subs	clear_n, clear_n, #(1<<CHUNK_BITS)
	b.hs	2b			// n is still 0 or more: another chunk
3:	.irp	bit, STEPS_DOWN
	tbz	clear_n, #\bit, 1f	// this bit of what is left is 0
	CLEAR	(1<<\bit)
1:
	.endr
9:	WINDOW_SHUT			// on every way out
	sub	x0, end, to		// what was not done, exactly
	ret
ENDFUNC OP(clear_user)
