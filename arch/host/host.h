/* SPDX-License-Identifier: MIT */
/*
 * host.h - what a test may ask of the stand-in machine: to access memory as a
 * CPU would, to tell the ledger that a page was freed, and to break the TLB
 * maintenance on purpose, so that the ledger is seen to notice.
 */
#pragma once

#include "arch.h"

/*
 * The ledger is a TLB that never forgets by itself: it holds each (ASID, VA)
 * that was ever mapped and not invalidated since. host_access() is an access
 * by EL0 on a CPU with that TLB, so it meets every stale entry. It returns
 * the physical address, or PADDR_NONE for a fault.
 */
paddr_t host_access(const struct arch_vm *avm, uint64_t va,
		    unsigned int access);

/* The page at pa goes back to the allocator: no translation may lead there. */
void host_page_freed(paddr_t pa);

/* Translations that may be cached, in all address spaces. */
size_t host_ledger_count(void);

/* While set, arch_vm_*() leave the TLB alone: the mutant of invariant 12. */
extern bool host_forget_tlbi;

/*
 * Runs fn() in a child process: true if it called panic() with `words` in the
 * sentence. (Any other panic() prints its sentence and aborts the test.)
 */
bool host_panics(void (*fn)(void), const char *words);
