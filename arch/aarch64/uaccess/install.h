/* SPDX-License-Identifier: MIT */
/* install.h - the code of the operations that is in force: install.c. */
#pragma once

#include "methods.h"
#include "trace/trace.h"

/* Boot: the entry points lead to uaccess_method, which has been chosen. */
void uaccess_install(void);
/* The address of each operation's code, by the method in force. */
extern uint64_t uaccess_code[TRACE_OPERATION_COUNT];
/* What is observed at each operation: traced.c. */
extern bool uaccess_traced, uaccess_counted;
