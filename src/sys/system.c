/* SPDX-License-Identifier: MIT */
/*
 * system.c - the system calls that ask about the machine: its name, its time.
 */
#include "sys/sys.h"

#include <linux/time.h>
#include <linux/utsname.h>

/*
 * The release begins with the version of Linux whose interface this kernel
 * follows, as far as it goes: C libraries refuse one that is too old.
 */
static const struct new_utsname system_name = {
	.sysname = "Portcullis",
	.nodename = "portcullis",
	.release = "6.1.0-portcullis",
	.version = "#1",
	.machine = "aarch64",
	.domainname = "(none)",
};

SYSCALL(uname)
{
	return copy_to_user((void __user *)args[0], &system_name,
			    sizeof(system_name)) != 0 ? -EFAULT : 0;
}

#define NS_PER_SECOND 1000000000

/*
 * All clocks are one: the time since the counter started. No real-time clock
 * is read, so that CLOCK_REALTIME begins in 1970 at every boot.
 */
SYSCALL(clock_gettime)
{
	struct __kernel_timespec time;
	uint64_t ns = arch_time_ns();

	switch ((int)args[0]) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		break;
	default:
		return -EINVAL;
	}
	time.tv_sec = (int64_t)(ns / NS_PER_SECOND);
	time.tv_nsec = (int64_t)(ns % NS_PER_SECOND);
	return copy_to_user((void __user *)args[1], &time, sizeof(time)) != 0 ?
		       -EFAULT : 0;
}
