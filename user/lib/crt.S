/* SPDX-License-Identifier: MIT */
/*
 * crt.S - where a program begins. The kernel enters at _start with the stack
 * that Linux lays out, and every other register 0:
 *
 *	sp -> argc | argv[0] … argv[argc-1] | NULL | envp[0] … | NULL | auxv …
 *
 * The invariant: whatever main() returns becomes the exit status. Next:
 * rt.h, the system calls.
 */
#include <asm/unistd.h>

	.text
	.globl	_start
	.type	_start, %function
_start:
	mov	x29, #0			/* a backtrace ends here */
	mov	x30, #0
	ldr	x0, [sp]		/* argc */
	add	x1, sp, #8		/* argv */
	add	x2, x1, x0, lsl #3
	add	x2, x2, #8		/* envp: after argv's NULL */
	bl	main
	mov	x8, #__NR_exit_group	/* status in x0 */
	svc	#0
	.size	_start, . - _start
