/* SPDX-License-Identifier: MIT */
/*
 * arch.c - the user's half of the contract in src/arch.h over plain memory:
 * tables are a list of spans, each a page from page_alloc(), so that they run
 * out as real ones do. Every change goes through the ledger (ledger.c), which
 * panics where real hardware might go on with a stale translation.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu.h"
#include "host.h"
#include "ledger.h"
#include "mm/page.h"

#define SPAN_PAGES (PAGE_SIZE / 16)
#define SPAN_SIZE  ((uint64_t)SPAN_PAGES * PAGE_SIZE)
#define SLOT_VALID 8u /* beside VM_READ, VM_WRITE, VM_EXEC; prot may be 0 */
#define SLOT_PROT  7u

/* The table of SPAN_SIZE bytes of addresses from base. */
struct span {
	struct span *next; /* of a higher base */
	uint64_t base;
	uint64_t slot[SPAN_PAGES]; /* page | SLOT_VALID | prot, or 0 */
};

char *host_linear;
_Thread_local struct cpu host_cpu;
_Thread_local bool host_irqs_on = true;

__attribute__((constructor)) static void host_init(void)
{
	host_linear = mmap(NULL, HOST_RAM_END, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host_linear == MAP_FAILED) {
		abort();
	}
}

void arch_clear_page(void *page)
{
	/* It was handed out: so it is no longer a freed one (inject.c). */
	ASAN_UNPOISON_MEMORY_REGION(page, PAGE_SIZE);
	memset(page, 0, PAGE_SIZE);
}

void arch_sync_icache(const void *addr, size_t len)
{
	paddr_t first = ALIGN_DOWN(virt_to_phys(addr), PAGE_SIZE);

	for (paddr_t pa = first; pa < virt_to_phys(addr) + len;
	     pa += PAGE_SIZE) {
		ledger_sync_icache(pa);
	}
}

/* ---- Tables ------------------------------------------------------------------ */

/* The link to the first span with base >= the span of va. */
static struct span **span_link(const struct arch_vm *avm, uint64_t va)
{
	struct span **link = phys_to_virt(avm->root);

	while (*link != NULL && (*link)->base + SPAN_SIZE <= va) {
		link = &(*link)->next;
	}
	return link;
}

static uint64_t *span_slot(struct span *span, uint64_t va)
{
	return &span->slot[(va - span->base) / PAGE_SIZE];
}

/* The slot of va, NULL if it has no table. */
static uint64_t *vm_slot(const struct arch_vm *avm, uint64_t va)
{
	struct span *span = *span_link(avm, va);

	return span == NULL || span->base > va ? NULL : span_slot(span, va);
}

/* The slot of va, which must be mapped. */
static uint64_t *vm_mapped_slot(const struct arch_vm *avm, uint64_t va)
{
	uint64_t *slot = vm_slot(avm, va);

	if (slot == NULL || *slot == 0) {
		panic("nothing is mapped at 0x%llx", (unsigned long long)va);
	}
	return slot;
}

/* The slot of va, its table made if there is none; NULL: out of memory. */
static uint64_t *vm_make_slot(struct arch_vm *avm, uint64_t va)
{
	struct span **link = span_link(avm, va);
	struct span *span = *link;
	paddr_t pa;

	if (span == NULL || span->base > va) {
		pa = page_alloc_zeroed();
		if (pa == PADDR_NONE) {
			return NULL;
		}
		span = phys_to_virt(pa);
		span->base = ALIGN_DOWN(va, SPAN_SIZE);
		span->next = *link;
		*link = span;
	}
	return span_slot(span, va);
}

/* ---- The contract -------------------------------------------------------------- */

int arch_vm_init(struct arch_vm *avm)
{
	avm->root = page_alloc_zeroed();
	if (avm->root == PADDR_NONE) {
		return -ENOMEM;
	}
	avm->asid = ledger_asid_alloc();
	return 0;
}

void arch_vm_destroy(struct arch_vm *avm)
{
	struct span *span = *(struct span **)phys_to_virt(avm->root);

	ledger_asid_free(avm->asid);
	while (span != NULL) {
		struct span *next = span->next;

		for (unsigned int i = 0; i < SPAN_PAGES; i++) {
			if (span->slot[i] != 0) {
				panic("a page of a dead address space is lost");
			}
		}
		page_put(virt_to_phys(span));
		span = next;
	}
	page_put(avm->root);
}

/* Writes a slot; what a CPU may then cache is entered in the ledger. */
static void vm_set_slot(struct arch_vm *avm, uint64_t *slot, uint64_t va,
			paddr_t pa, unsigned int prot)
{
	if ((prot & VM_WRITE) && (prot & VM_EXEC)) {
		panic("0x%llx is mapped writable and executable",
		      (unsigned long long)va);
	}
	*slot = pa | SLOT_VALID | prot;
	ledger_enter(avm->asid, va, pa, prot);
}

int arch_vm_map(struct arch_vm *avm, uint64_t va, paddr_t pa,
		unsigned int prot)
{
	uint64_t *slot = vm_make_slot(avm, va);

	if (slot == NULL) {
		return -ENOMEM;
	}
	if (*slot != 0) {
		panic("something is mapped at 0x%llx already",
		      (unsigned long long)va);
	}
	vm_set_slot(avm, slot, va, pa, prot);
	return 0;
}

void arch_vm_protect(struct arch_vm *avm, uint64_t va, unsigned int prot)
{
	uint64_t *slot = vm_mapped_slot(avm, va);
	paddr_t pa = ALIGN_DOWN(*slot, PAGE_SIZE);

	*slot = 0;
	ledger_invalidate(avm->asid, va);
	vm_set_slot(avm, slot, va, pa, prot);
}

void arch_vm_replace(struct arch_vm *avm, uint64_t va, paddr_t pa,
		     unsigned int prot)
{
	uint64_t *slot = vm_mapped_slot(avm, va);

	*slot = 0; /* break, before make */
	ledger_invalidate(avm->asid, va);
	vm_set_slot(avm, slot, va, pa, prot);
}

paddr_t arch_vm_unmap(struct arch_vm *avm, uint64_t va)
{
	uint64_t *slot = vm_slot(avm, va);
	paddr_t pa;

	if (slot == NULL || *slot == 0) {
		return PADDR_NONE;
	}
	pa = ALIGN_DOWN(*slot, PAGE_SIZE);
	*slot = 0;
	ledger_invalidate(avm->asid, va);
	return pa;
}

paddr_t arch_vm_lookup(const struct arch_vm *avm, uint64_t va,
		       unsigned int *prot)
{
	uint64_t *slot = vm_slot(avm, va);

	if (slot == NULL || *slot == 0) {
		*prot = 0;
		return PADDR_NONE;
	}
	*prot = *slot & SLOT_PROT;
	return ALIGN_DOWN(*slot, PAGE_SIZE);
}

void arch_vm_for_each(struct arch_vm *avm, uint64_t start, uint64_t end,
		      void (*fn)(uint64_t va, paddr_t pa, void *ctx),
		      void *ctx)
{
	struct span *span = *span_link(avm, start);

	for (; span != NULL && span->base < end; span = span->next) {
		uint64_t last = MIN(end, span->base + SPAN_SIZE);

		for (uint64_t va = MAX(start, span->base); va < last;
		     va += PAGE_SIZE) {
			uint64_t slot = *span_slot(span, va);

			if (slot != 0) {
				fn(va, ALIGN_DOWN(slot, PAGE_SIZE), ctx);
			}
		}
	}
}
