/* SPDX-License-Identifier: MIT */
/* ledger.h - what the files of the model of a CPU ask of each other. */
#pragma once

#include "lib/types.h"

/* Fetches see the page as it is now. */
void icache_sync(paddr_t pa);
/* Whether its bytes have changed since then. */
bool icache_is_stale(paddr_t pa);
void icache_forget(paddr_t pa);
