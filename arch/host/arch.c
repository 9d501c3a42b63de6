/* SPDX-License-Identifier: MIT */
/*
 * arch.c - the rest of the contract in src/arch.h that src/mm needs on the
 * host: RAM, this CPU, pages cleared and made executable. The tables are the
 * real code's: arch/aarch64/user_map.c, user_cursor.c, asid.c and pgtable.c are
 * compiled for the host too, over the model of a CPU in ledger.c.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu.h"
#include "cpu_features.h"
#include "dev/dev.h"
#include "host.h"
#include "ledger.h"
#include "mmu.h"
#include "trace/trace.h"
#include "uaccess/select.h"

char *host_linear;
_Thread_local struct cpu host_cpu; /* its reserved table is none, 0 */
_Thread_local bool host_irqs_on = true;

/* What the real code asks of the rest of arch/aarch64. */
struct cpu_features cpu_features = { .asid_bits = 8 };
bool pan_enabled, uaccess_hides_ttbr0;
bool trace_events_enabled;

__attribute__((constructor)) static void host_init(void)
{
	host_linear = mmap(NULL, HOST_RAM_END, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host_linear == MAP_FAILED) {
		abort();
	}
	arch_vm_share_tables(true);
}

void host_set_asid_bits(unsigned int bits)
{
	cpu_features.asid_bits = bits;
}

void printk(const char *fmt, ...)
{
	(void)fmt;
}

void printk_always(const char *fmt, ...)
{
	(void)fmt;
}

const char *mmu_hierarchy_is_off(void)
{
	return NULL;
}

struct trace_span trace_span_begin(void)
{
	return (struct trace_span){ 0 };
}

#define FIELD_UNUSED(T, kind, name) (void)name;
#define E(event)                                                         \
	void trace_emit_##event(const struct trace_span *span            \
				TRACE_FIELDS_##event(FIELD_PARAMETER, )) \
	{                                                                \
		(void)span;                                              \
		TRACE_FIELDS_##event(FIELD_UNUSED, )                     \
	}
TRACE_EVENTS(E)
#undef E

void arch_copy_page(void *to, const void *from)
{
	memcpy(to, from, PAGE_SIZE);
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
		icache_sync(pa);
	}
}
