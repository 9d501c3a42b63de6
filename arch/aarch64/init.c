// SPDX-License-Identifier: MIT
/*
 * init.c - the first C in the upper half: the CPU's own struct and its
 * features, then src/main.c. Read next: that.
 */
#include "init.h"

#include "arch.h"
#include "boot.h"
#include "cpu.h"
#include "cpu_features.h"
#include "extable.h"
#include "linker.h"
#include "sysreg.h"

static struct cpu boot_cpu;

void arch_main(void)
{
	boot_cpu.reserved_ttbr0 = boot_cpu.user_ttbr0 = boot.ttbr_reserved;
	sysreg_write(tpidr_el1, &boot_cpu);
	cpu_features_read();
	extable_check();
	/* Shut the window from the start; the command line may differ. */
	cpu_set_pan(cpu_features.pan);
	asm volatile("msr daifclr, #4" : : : "memory"); /* SErrors, early */
	kernel_main(boot.dtb);
}

const void *arch_boot_tree(size_t *size)
{
	*size = boot.dtb_size;
	return (const void *)(VMAP_DTB + boot.dtb % PAGE_SIZE);
}

void arch_boot_image(paddr_t *start, paddr_t *end)
{
	*start = boot.image;
	*end = boot.image + (uint64_t)(_image_end - _image_start);
}
