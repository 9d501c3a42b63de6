/* SPDX-License-Identifier: MIT */
/* ledger.h - what arch.c reports to the ledger. What it is: host.h. */
#pragma once

#include "lib/types.h"

/* Fetches see the page as it is now. */
void ledger_sync_icache(paddr_t pa);
