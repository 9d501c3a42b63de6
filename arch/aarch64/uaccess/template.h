/* SPDX-License-Identifier: MIT */
/*
 * template.h - what the three templates have in common. A method's file says
 * METHOD (the first part of its functions' names) and WINDOW (of windows.h),
 * then includes its loads and stores (privileged.h or unprivileged.h), then
 * the templates.
 *
 * Label 9 is the fixup of every access to user memory, in each function.
 */
#include <linux/errno.h>

#include "windows.h"

#define CAT2(a, b) a##_##b
#define CAT(a, b)  CAT2(a, b)
#define OP(name)    CAT(METHOD, name)
#define WINDOW_OPEN CAT(OPEN, WINDOW)
#define WINDOW_SHUT CAT(SHUT, WINDOW)
#define WINDOW_KIND CAT(KIND, WINDOW)

/*
 * One access to user memory, with its exception-table entry. `account` says
 * which registers hold what is left, where the operation counts.
 */
.macro USER_LOAD insn:vararg
	\insn
	EXTABLE	9f, EXTABLE_USER_LOAD | WINDOW_KIND | account
.endm
.macro USER_STORE insn:vararg
	\insn
	EXTABLE	9f, EXTABLE_USER_STORE | WINDOW_KIND | account
.endm
