/* SPDX-License-Identifier: MIT */
/*
 * string_template.S - strncpy_from_user and strnlen_user, written once for the
 * methods that include it (template.h says how). Both go byte by byte until
 * the user's address is aligned, then eight at a time: so no load crosses a
 * page, and none goes past the end of the page that holds the NUL.
 */

string	.req	x0			// strnlen_user's arguments
limit	.req	x1
copy	.req	x0			// strncpy_from_user's
source	.req	x1
room	.req	x2
start	.req	x3			// where the string, or the copy, began
length	.req	x3			// takes its place once it is known
word	.req	x4			// what was read last
word32	.req	w4
nul	.req	x5			// FIND_NUL's answer; then its place
ones	.req	x7			// 0x01…01

/*
 * A byte of the word is zero exactly if (word - 0x01…01) & ~word & 0x80…80 has
 * its top bit set, or a lower byte was zero; the lowest bit set is always
 * right. Afterwards `nul` is that mask, and the flags say whether it is 0.
 */
.macro FIND_NUL
	sub	nul, word, ones
	bic	nul, nul, word
	ands	nul, nul, #0x8080808080808080
.endm

.set account, 0				// all, or an error

/*
 * long strncpy_from_user(char *copy x0, const char __user *source x1,
 *			  long room x2)
 *
 * Of the eight bytes with the NUL exactly those up to it are stored.
 */
FUNC OP(strncpy_from_user)
	mov	start, copy
	mov	ones, #0x0101010101010101
	WINDOW_OPEN
.Lodd:	tst	source, #7		// until it is aligned
	b.eq	.Leven
	cbz	room, .Lend		// no NUL in n bytes: the length is n
	LOAD_1(word32, source)
	strb	word32, [copy]
	cbz	word32, .Lend		// the NUL is stored, but not counted
	add	copy, copy, #1
	add	source, source, #1
	sub	room, room, #1
	b	.Lodd
.Leven:	subs	room, room, #8		// then by words
	b.lo	.Ltail
.Lword:	LOAD_8(word, source)		// a whole one
	FIND_NUL
	b.ne	.Lnul
	str	word, [copy], #8
	add	source, source, #8
	subs	room, room, #8
	b.hs	.Lword
.Ltail:	ands	room, room, #7		// fewer than eight, maybe without a NUL
.Lbyte:	b.eq	.Lend			// each of them
	LOAD_1(word32, source)
	strb	word32, [copy]
	cbz	word32, .Lend
	add	copy, copy, #1
	add	source, source, #1
	subs	room, room, #1
	b	.Lbyte
.Lnul:	rev	nul, nul		// the first NUL is the first bit now
	clz	nul, nul
	lsr	nul, nul, #3		// bytes before it, 0 to 7
	sub	length, copy, start
	add	length, length, nul
	add	nul, nul, #1		// the NUL goes too: 1 to 8 bytes
	tbz	nul, #3, 1f
	str	word, [copy]		// all eight
1:	tbz	nul, #2, 1f
	str	word32, [copy], #4
	lsr	word, word, #32
1:	tbz	nul, #1, 1f
	strh	word32, [copy], #2
	lsr	word, word, #16
1:	tbz	nul, #0, 1f
	strb	word32, [copy]
1:	WINDOW_SHUT
	mov	x0, length
	ret
.Lend:	WINDOW_SHUT			// `copy` has moved by the length
	sub	x0, copy, start
	ret
9:	WINDOW_SHUT
	mov	x0, #-EFAULT
	ret
ENDFUNC OP(strncpy_from_user)

/*
 * long strnlen_user(const char __user *string x0, long limit x1): the length
 * with its NUL; a number greater than the limit if there is no NUL within it;
 * 0 after a fault.
 */
FUNC OP(strnlen_user)
	mov	start, string
	mov	ones, #0x0101010101010101
	WINDOW_OPEN
.Lnext:	tst	string, #7		// bytes until it is aligned
	b.eq	.Lmany
.Lone:	cbz	limit, .Lplus		// of an unaligned word, or of the last
	LOAD_1(word32, string)
	add	string, string, #1
	sub	limit, limit, #1
	cbnz	word32, .Lnext
	b	.Lout			// the NUL is counted already
.Lmany:	cmp	limit, #8		// then words
	b.lo	.Lone
	LOAD_8(word, string)
	FIND_NUL
	b.ne	.Lhit
	add	string, string, #8
	sub	limit, limit, #8
	b	.Lmany
.Lhit:	rev	nul, nul		// the first NUL is the first bit now
	clz	nul, nul
	add	string, string, nul, lsr #3	// the bytes before the NUL
.Lplus:	add	string, string, #1	// the NUL, too; or past the limit
.Lout:	WINDOW_SHUT			// past the NUL, or past the limit
	sub	x0, string, start
	ret
9:	WINDOW_SHUT
	mov	x0, #0
	ret
ENDFUNC OP(strnlen_user)
