/* SPDX-License-Identifier: MIT */
/* select.h - choosing PAN and the user-access method: two axes, at boot. */
#pragma once

#include "lib/types.h"

/* The method in force: "ldtr". */
extern const char *uaccess_method;
