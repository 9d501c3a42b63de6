/* SPDX-License-Identifier: MIT */
/* in_force.h - what the boot log says of this choice, for tests. */
#pragma once

/* Where EL1 can read what EL0 may only execute, or NULL. */
const char *in_force_execute_only(void);
