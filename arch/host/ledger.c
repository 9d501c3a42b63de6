/* SPDX-License-Identifier: MIT */
/*
 * ledger.c - every translation that some CPU may have cached, and a copy of
 * what its instruction cache may hold. It forgets only what it is told to
 * invalidate, as the architecture allows hardware to (Arm ARM D8.14), while
 * QEMU forgets almost always.
 */
#include "ledger.h"

#include <stdlib.h>

#include "host.h"
#include "mm/page.h"

struct translation {
	struct translation *next; /* in its bucket */
	uint32_t asid;
	unsigned int prot;
	uint64_t va;
	paddr_t pa;
};

#define BUCKETS 4096
#define ASIDS   256
#define FRAMES  (HOST_RAM_END >> PAGE_SHIFT)

static struct translation *buckets[BUCKETS];
static size_t ledger_count;
static size_t ledger_asid_count[ASIDS]; /* translations of each */
static bool ledger_asid_used[ASIDS];
static uint16_t ledger_frame_count[FRAMES]; /* translations to each */
static uint32_t ledger_icache[FRAMES]; /* a checksum; 0: never synchronised */

bool host_forget_tlbi;

static struct translation **ledger_find(uint32_t asid, uint64_t va)
{
	uint64_t hash = (va >> PAGE_SHIFT) * UINT64_C(0x9e3779b97f4a7c15);
	struct translation **link = &buckets[(asid + (hash >> 40)) % BUCKETS];

	while (*link != NULL && ((*link)->asid != asid || (*link)->va != va)) {
		link = &(*link)->next;
	}
	return link;
}

/* FNV-1a over the page; never 0. */
static uint32_t ledger_checksum(paddr_t pa)
{
	const uint8_t *p = phys_to_virt(pa);
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < PAGE_SIZE; i++) {
		sum = (sum ^ p[i]) * 16777619u;
	}
	return sum | 1;
}

void ledger_enter(uint32_t asid, uint64_t va, paddr_t pa, unsigned int prot)
{
	struct translation **link = ledger_find(asid, va);
	struct translation *t = *link;

	if (t != NULL && t->pa != pa) {
		panic("0x%llx: changed without break-before-make",
		      (unsigned long long)va);
	}
	if (page_refs(pa) == 0) {
		panic("0x%llx: mapped to a page that is free",
		      (unsigned long long)va);
	}
	if (t != NULL) {
		return; /* a stale entry with other rights stays as it is */
	}
	t = malloc(sizeof(*t));
	*t = (struct translation){ .asid = asid, .prot = prot, .va = va,
				   .pa = pa };
	*link = t;
	ledger_count++;
	ledger_asid_count[asid]++;
	ledger_frame_count[pa >> PAGE_SHIFT]++;
}

static void ledger_forget(struct translation **link)
{
	struct translation *t = *link;

	*link = t->next;
	ledger_count--;
	ledger_asid_count[t->asid]--;
	ledger_frame_count[t->pa >> PAGE_SHIFT]--;
	free(t);
}

void ledger_invalidate(uint32_t asid, uint64_t va)
{
	struct translation **link = ledger_find(asid, va);

	if (*link != NULL && !host_forget_tlbi) {
		ledger_forget(link);
	}
}

uint32_t ledger_asid_alloc(void)
{
	uint32_t asid = 0;

	while (asid < ASIDS && ledger_asid_used[asid]) {
		asid++;
	}
	if (asid == ASIDS) {
		panic("the test wants more than %d address spaces", ASIDS);
	}
	if (ledger_asid_count[asid] != 0) {
		panic("ASID %u is used again with live translations", asid);
	}
	ledger_asid_used[asid] = true;
	return asid;
}

void ledger_asid_free(uint32_t asid)
{
	ledger_asid_used[asid] = false;
	if (ledger_asid_count[asid] == 0 || host_forget_tlbi) {
		return;
	}
	for (unsigned int i = 0; i < BUCKETS; i++) {
		struct translation **link = &buckets[i];

		while (*link != NULL) {
			if ((*link)->asid == asid) {
				ledger_forget(link);
			} else {
				link = &(*link)->next;
			}
		}
	}
}

void ledger_sync_icache(paddr_t pa)
{
	ledger_icache[pa >> PAGE_SHIFT] = ledger_checksum(pa);
}

/* ---- What tests ask ---------------------------------------------------------- */

paddr_t host_access(const struct arch_vm *avm, uint64_t va,
		    unsigned int access)
{
	uint64_t offset = va % PAGE_SIZE;
	struct translation *t = *ledger_find(avm->asid, va - offset);

	if (t == NULL || (t->prot & access) == 0) {
		return PADDR_NONE;
	}
	if (access == VM_EXEC &&
	    ledger_icache[t->pa >> PAGE_SHIFT] != ledger_checksum(t->pa)) {
		panic("0x%llx: fetched, but the instruction cache is stale",
		      (unsigned long long)va);
	}
	return t->pa + offset;
}

void host_page_freed(paddr_t pa)
{
	if (ledger_frame_count[pa >> PAGE_SHIFT] != 0) {
		panic("page 0x%llx is freed, but translations to it live",
		      (unsigned long long)pa);
	}
	ledger_icache[pa >> PAGE_SHIFT] = 0;
}

size_t host_ledger_count(void)
{
	return ledger_count;
}
