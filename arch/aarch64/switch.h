/* SPDX-License-Identifier: MIT */
/* switch.h - the assembly of task switching: see switch.S and vectors.S. */
#pragma once

#include "arch.h"

void task_switch_stacks(struct task *prev, struct task *next);
void task_start_kernel(void);
void task_start_user(void);
void fpsimd_save(struct fpsimd *state);
void fpsimd_load(const struct fpsimd *state);
__noreturn void return_to_user(void);
