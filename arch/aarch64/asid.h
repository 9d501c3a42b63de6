/* SPDX-License-Identifier: MIT */
/*
 * asid.h - which number tags an address space's translations. The bits above
 * the number are its generation. When the numbers run out, a new generation
 * begins, the TLB is emptied once, and each address space gets a new number
 * when it next runs. So no number is reused while old translations have it.
 */
#pragma once

#include "arch.h"

/* The ASID of *avm in the current generation, made if need be. Interrupts
 * masked, and TTBR0_EL1 to be written with it before they are unmasked. */
uint64_t asid_current(struct arch_vm *avm);
/* The ASID that *avm's translations may carry now; 0: it has none. */
uint64_t asid_peek(const struct arch_vm *avm);
