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

/*
 * The features that this kernel asks about by name, in the order in which
 * /proc/uaccess has them: X(name, NAME, ID_AA64*, its field, at least).
 */
#define CPU_FEATURES(X)                                               \
	X(pan,  PAN,  mmfr1, MMFR1_EL1_PAN,    1) /* PSTATE.PAN */     \
	X(pan2, PAN2, mmfr1, MMFR1_EL1_PAN,    2) /* AT S1E1RP, WP */  \
	X(epan, EPAN, mmfr1, MMFR1_EL1_PAN,    3) /* FEAT_PAN3 */      \
	X(uao,  UAO,  mmfr2, MMFR2_EL1_UAO,    1) /* PSTATE.UAO */     \
	X(e0pd, E0PD, mmfr2, MMFR2_EL1_E0PD,   1) /* TCR_EL1.E0PD1 */  \
	X(lse,  LSE,  isar0, ISAR0_EL1_ATOMIC, 2) /* CAS, LDADD, … */  \
	X(mops, MOPS, isar2, ISAR2_EL1_MOPS,   1) /* CPY*, SET* */

enum cpu_feature {
	CPU_NOTHING, /* what every CPU has */
#define X(name, NAME, ...) CPU_##NAME,
	CPU_FEATURES(X)
#undef X
	CPU_FEATURE_COUNT
};

struct cpu_features {
#define X(name, ...) bool name;
	CPU_FEATURES(X)
#undef X
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
/* The same by enum cpu_feature, and what to say where it is missing. */
extern const struct cpu_feature_entry {
	const char *name, *missing;
	const bool *has;
} cpu_feature_list[CPU_FEATURE_COUNT];

/* Whether PSTATE.PAN is 1 outside user-access windows: pan=on. */
extern bool pan_enabled;
/* Chooses pan=on or off for this CPU; on needs cpu_features.pan. */
void cpu_set_pan(bool on);
