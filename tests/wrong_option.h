/* SPDX-License-Identifier: MIT */
/*
 * wrong_option.h - for the tests of the memory copy and set exception, at EL1
 * and at EL0: a copy of which the CPU must say that it began elsewhere.
 */
#pragma once

/*
 * What the prologue left is of option A, the only one that QEMU has; here it
 * becomes what option B would have left, and PSTATE.C (bit 29 of NZCV) says
 * so. Then main must raise the exception. CPYFP, CPYFM and CPYFE follow one
 * another, for the restart. The first prologue is another one, on its own: the
 * assembler warns of that, so it is written as a number.
 */
static inline void copy_with_wrong_option(char *to, const char *from,
					  unsigned long n)
{
	register char *x0 asm("x0") = to;
	register const char *x1 asm("x1") = from;
	register unsigned long x2 asm("x2") = n;

	asm volatile("	.arch_extension mops\n"
		     "	.inst	0x19010440\n" /* cpyfp [x0]!, [x1]!, x2! */
		     "	add	x0, x0, x2\n" /* x2 is minus the rest */
		     "	add	x1, x1, x2\n"
		     "	neg	x2, x2\n"
		     "	mrs	x9, nzcv\n"
		     "	eor	x9, x9, #(1 << 29)\n"
		     "	msr	nzcv, x9\n"
		     "	b	1f\n"
		     "	cpyfp	[x0]!, [x1]!, x2!\n"
		     "1:	cpyfm	[x0]!, [x1]!, x2!\n"
		     "	cpyfe	[x0]!, [x1]!, x2!\n"
		     : "+r"(x0), "+r"(x1), "+r"(x2)
		     : : "x9", "memory", "cc");
}
