/* SPDX-License-Identifier: MIT */
/*
 * softwalk.h - the method softwalk's operations, which only tables.S knows by
 * name: each has the type of arch.h's. See softwalk.c.
 */
#pragma once

#include "arch.h"
#include "uaccess_operations.h"

#define X(_, operation, ...) \
	extern __typeof__(arch_##operation) softwalk_##operation;
UACCESS_OPERATIONS(X, )
#undef X
