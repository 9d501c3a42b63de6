/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - what arch.c tells the ledger: see host.h for what it is. Each
 * function panics where the change it is told of breaks invariant 12.
 */
#pragma once

#include "lib/types.h"

/* A valid descriptor was written: any CPU may have cached it since. */
void ledger_enter(uint32_t asid, uint64_t va, paddr_t pa, unsigned int prot);
/* TLBI VAE1IS with the ASID; TLBI ASIDE1IS is part of ledger_asid_free(). */
void ledger_invalidate(uint32_t asid, uint64_t va);

/* An ASID that no address space has, the lowest: reuse comes soon. */
uint32_t ledger_asid_alloc(void);
void ledger_asid_free(uint32_t asid);

/* Fetches see the page as it is now. */
void ledger_sync_icache(paddr_t pa);
