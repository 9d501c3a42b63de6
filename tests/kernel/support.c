// SPDX-License-Identifier: MIT
/* support.c - see support.h. */
#include "support.h"

#include "dev/dev.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mm/vm.h"
#include "mm/vm_fault.h"
#include "mmu.h"
#include "table_read.h"
#include "task/task.h"
#include "uaccess/select.h"

#define GAP_PAGES 16

#define SPARE_TIMER_IRQ 30 /* the physical timer's PPI */

static void (*spare_timer_rings)(void);

static void spare_timer_handler(void)
{
	sysreg_write(cntp_ctl_el0, 0);
	spare_timer_rings();
}

void interrupt_after(uint32_t ticks, void (*handler)(void))
{
	if (!spare_timer_rings) {
		irq_register(SPARE_TIMER_IRQ, spare_timer_handler);
	}
	spare_timer_rings = handler;
	sysreg_write(cntp_tval_el0, ticks);
	sysreg_write(cntp_ctl_el0, 1);
	isb();
}

bool user_region_at(uint64_t addr, unsigned int pages, unsigned int prot)
{
	return vm_add_region(current->vm, &(struct region){
		.start = addr, .end = addr + (uint64_t)pages * PAGE_SIZE,
		.prot = (uint8_t)prot, .kind = REGION_ANON,
	}) == 0;
}

uint64_t user_region(unsigned int pages, unsigned int prot)
{
	/* Half of the half: far from the program below and the stack above.
	 * Never given back, so that two callers cannot meet. */
	static uint64_t next = USER_END / 2;
	uint64_t addr = next;

	next += ((uint64_t)pages + 2 * GAP_PAGES) * PAGE_SIZE;
	return user_region_at(addr, pages, prot) ? addr : 0;
}

void *user_page(uint64_t addr)
{
	struct vm *vm = current->vm;
	void *page = NULL;
	int err;

	spin_lock(&vm->lock);
	err = vm_own_page(vm, ALIGN_DOWN(addr, (uint64_t)PAGE_SIZE), &page);
	spin_unlock(&vm->lock);
	return err == 0 ? page : NULL;
}

bool user_is_mapped(uint64_t addr)
{
	struct vm *vm = current->vm;
	struct arch_cursor at;
	paddr_t pa;

	spin_lock(&vm->lock);
	pa = arch_vm_lookup(&vm->arch, ALIGN_DOWN(addr, (uint64_t)PAGE_SIZE),
			    &at);
	spin_unlock(&vm->lock);
	return pa != PADDR_NONE;
}

void try_run(void *try)
{
	const struct try *t = try;

	if (uaccess_hides_ttbr0 && !(t->addr >> 55 & 1)) {
		arch_window_open();
	}
	if (cpu_features.pan) {
		pan_set(t->pan);
	}
	t->op(t->addr);
	if (cpu_features.pan) {
		pan_set(pan_enabled); /* a fault puts it back by itself */
	}
}

uint64_t *table_slot_of(uint64_t addr, int level)
{
	struct walk w;

	walk_tables(&w, addr, sysreg_read(tcr_el1), arch_cpu()->user_ttbr0,
		    sysreg_read(ttbr1_el1), table_read, NULL);
	return level >= w.first && level <= w.last ?
		       phys_to_virt(w.addr[level]) : NULL;
}

void bend(uint64_t *slot, uint64_t desc)
{
	WRITE_ONCE(*slot, desc);
	mmu_flush_all();
}

paddr_t physical_of(uint64_t va)
{
	struct walk w;

	walk_tables(&w, va, sysreg_read(tcr_el1), sysreg_read(ttbr0_el1),
		    sysreg_read(ttbr1_el1), table_read, NULL);
	return walk_rights(&w, sysreg_read(sctlr_el1)).output;
}

static const struct proc_file *proc_file_find(const char *path)
{
	for (const struct proc_file *p = proc_files_start; p < proc_files_end;
	     p++) {
		if (strcmp(p->path, path) == 0) {
			return p;
		}
	}
	return NULL;
}

uint64_t last_fault_sequence(void)
{
	const struct proc_file *file = proc_file_find("last_fault");
	struct sink_buffer out;
	char text[64], *end;
	uint64_t sequence = 0;

	sink_buffer_init(&out, text, sizeof(text));
	if (file != NULL) {
		file->show(&out.sink);
	}
	end = strchr(text, '\n');
	if (end != NULL && strncmp(text, "sequence: ", 10) == 0) {
		*end = '\0';
		parse_u64(text + 10, &sequence);
	}
	return sequence;
}
