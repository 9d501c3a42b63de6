/* SPDX-License-Identifier: MIT */
/*
 * textbook.h - the numbers and structures of the private system calls, for
 * the kernel and for programs alike. They are far above all of Linux's, whose
 * numbers end below 1,000. What the calls do: textbook.c.
 */
#pragma once

#include <linux/types.h>

#define __NR_silly_copy  0x10000
#define __NR_silly_time  0x10001
#define __NR_silly_path  0x10002
#define TEXTBOOK_FIRST   0x10000

struct silly_time {
	__u64 seconds;
	__u32 nanoseconds;
	__u32 reserved; /* 0: named, so that no padding is copied out */
};
