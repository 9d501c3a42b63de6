/* SPDX-License-Identifier: MIT */
/*
 * host.h - what a test may ask of the stand-in machine: to access memory as a
 * CPU would, and to report to the ledger that a page was freed.
 *
 * The ledger is a TLB that never forgets by itself, and a cache of walks that
 * goes through every table that any walk could have come to. It forgets what
 * a TLBI of the real code asks for that, and it panics where a translation
 * outlives its owner (invariant 12), where a descriptor changes without
 * break-before-make, and where a barrier is missing.
 */
#pragma once

#include "arch.h"

/*
 * An access by EL0 to va, in the address space that is current (see
 * arch_vm_activate()). Returns the physical address, or PADDR_NONE for a
 * fault.
 */
paddr_t host_access(uint64_t va, unsigned int access);

/* The page at pa goes back to the allocator: no translation and no walk may
 * lead there. */
void host_page_freed(paddr_t pa);

/* A page was zeroed: seen by walks after the next barrier. */
void host_page_zeroed(void);

/* Translations that may be cached, in all address spaces. */
size_t host_ledger_count(void);

/* Whether this CPU has ASIDs of so many bits: few roll over often. */
void host_set_asid_bits(unsigned int bits);
/* Called before each store to a table, TLBI and barrier: what another CPU does
 * just then. NULL: nothing. */
extern void (*host_on_instruction)(void);
/* How often the whole TLB was emptied. */
extern unsigned int host_rollovers;

/*
 * Runs fn() in a child process: true if it called panic() with `words` in the
 * sentence. (Any other panic() prints its sentence and aborts the test.)
 */
bool host_panics(void (*fn)(void), const char *words);
