/* SPDX-License-Identifier: MIT */
/*
 * cpu_features.h - what this CPU can do, read once from the ID registers, and
 * what the kernel made of it: PAN and the user-access method are two separate
 * choices, always.
 */
#pragma once

#include "lib/types.h"

#if PAGE_SHIFT == 12
#define GRANULE_NAME "4K"
#elif PAGE_SHIFT == 14
#define GRANULE_NAME "16K"
#else
#define GRANULE_NAME "64K"
#endif

struct cpu_features {
	bool pan;    /* FEAT_PAN: PSTATE.PAN exists */
	bool pan2;   /* FEAT_PAN2: AT S1E1RP, S1E1WP */
	bool epan;   /* FEAT_PAN3: SCTLR_EL1.EPAN */
	bool e0pd;   /* FEAT_E0PD */
	bool uao;    /* FEAT_UAO: PSTATE.UAO exists */
	bool lse;    /* FEAT_LSE */
	bool mops;   /* FEAT_MOPS */
	bool hw_af;  /* FEAT_HAFDBS: the CPU sets the access flag itself, */
	bool hw_dbm; /* and makes a clean page writable when it is written */
	unsigned int asid_bits;  /* 8 or 16 */
	unsigned int phys_bits;  /* what TCR_EL1.IPS was set to */
	unsigned int zva_size;   /* bytes that DC ZVA clears; 0: forbidden */
	unsigned int dcache_line, icache_line; /* bytes, the smallest */
	bool idc, dic; /* CTR_EL0: what instruction coherence does not need */
};

extern struct cpu_features cpu_features;
void cpu_features_read(void);

/* Whether PSTATE.PAN is 1 outside user-access windows: pan=on. */
extern bool pan_enabled;
/* Chooses pan=on or off for this CPU; on needs cpu_features.pan. */
void cpu_set_pan(bool on);
