/* SPDX-License-Identifier: MIT */
/* shutdown.h - the ordinary end of the machine; the other one is panic(). */
#pragma once

/* Process 1 has ended, and with it the purpose of the machine: its status is
 * the machine's. wait_status as in wait4(). Task context, no spinlock. */
__attribute__((noreturn)) void shutdown_after_process_1(int wait_status);
