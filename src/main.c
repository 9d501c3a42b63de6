// SPDX-License-Identifier: MIT
/*
 * main.c - the boot, in the order that the parts need each other, and the
 * making of process 1. arch/ calls kernel_main() when C can run in the upper
 * half; nothing has been read yet but the CPU's own registers.
 */
#include "arch_lab.h"
#include "cpu.h"
#include "dev/dev.h"
#include "fs/file.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "params.h"
#include "task/exec.h"
#include "task/sched.h"
#include "trace/trace.h"

#define TICK_HZ 100

/* ---- Memory --------------------------------------------------------- */

/* Gives [start, end) to the page allocator, but for what is taken. */
static void main_add_free_ram(paddr_t start, paddr_t end,
			      const struct machine_range *taken, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		paddr_t hole = ALIGN_DOWN(taken[i].start, (paddr_t)PAGE_SIZE);
		paddr_t hole_end = ALIGN_UP(taken[i].end, (paddr_t)PAGE_SIZE);

		if (hole < end && start < hole_end) {
			if (start < hole) {
				main_add_free_ram(start, hole, taken, count);
			}
			start = hole_end;
			i = (size_t)-1; /* an earlier one may begin here */
		}
		if (start >= end) {
			return;
		}
	}
	page_add_ram(start, end);
}

/* Maps one bank and hands it out. Partial pages at its ends are left. */
static void main_add_bank(const struct machine_range *bank,
			  const struct machine_range *taken, size_t count)
{
	paddr_t start = ALIGN_UP(bank->start, (paddr_t)PAGE_SIZE);
	paddr_t end = ALIGN_DOWN(MIN(bank->end, (paddr_t)ARCH_RAM_LIMIT),
				 (paddr_t)PAGE_SIZE);

	if (end < ALIGN_DOWN(bank->end, (paddr_t)PAGE_SIZE)) {
		printk("RAM from 0x%lx on does not fit the linear map",
		       MAX(start, end));
	}
	if (start < end) {
		arch_map_ram(start, end);
		main_add_free_ram(start, end, taken, count);
	}
}

/*
 * The bank with the image comes first: its tables come from the pool that is
 * part of the image, and then there are pages for all others.
 */
static void main_add_ram(paddr_t dtb, size_t dtb_size)
{
	struct machine_range taken[MACHINE_MAX_BANKS + 3];
	size_t count = machine.reserved_count;
	paddr_t image, image_end;

	memcpy(taken, machine.reserved, sizeof(machine.reserved));
	arch_boot_image(&image, &image_end);
	taken[count++] = (struct machine_range){ image, image_end };
	taken[count++] = (struct machine_range){ dtb, dtb + dtb_size };
	taken[count++] = machine.initrd;

	for (int pass = 0; pass < 2; pass++) {
		for (unsigned int i = 0; i < machine.ram_count; i++) {
			const struct machine_range *bank = &machine.ram[i];
			bool first = image >= bank->start && image < bank->end;

			if (first == (pass == 0)) {
				main_add_bank(bank, taken, count);
			}
		}
	}
}

/* ---- Process 1 ------------------------------------------------------ */

/* Descriptors 0, 1 and 2 are the console. */
static int main_open_console(struct files *files)
{
	for (int fd = 0; fd < 3; fd++) {
		struct file *file;
		int err = file_open("/dev/console", 2 /* O_RDWR */, &file) ?:
			  files_install(files, file);

		if (err < 0) {
			return err;
		}
	}
	return 0;
}

/* help: a sentence for the last line, or NULL. */
static __noreturn void main_no_init(const char *why, const char *help)
{
	printk_always("process 1 cannot start: %s: %s", params.init, why);
	if (help) {
		printk_always("%s: %s", params.init, help);
	}
	arch_power_off(127); /* as a shell says "command not found" */
}

/* The flow of process 1: it makes itself a user process, and goes to EL0. */
static void main_process_1(void *arg)
{
	static const char *const envp[] = { "TERM=linux", "HOME=/", NULL };
	const char *argv[PARAMS_MAX_ARGS + 2];
	const struct memfile *file = memfile_find(params.init);
	struct vm *vm = vm_create();
	struct files *files = files_create();
	const char *refused = NULL;
	uint64_t entry, sp;
	int err;

	(void)arg;
	if (!file) {
		main_no_init("no such file in the initrd", NULL);
	}
	argv[0] = params.init;
	memcpy(&argv[1], params.argv, params.argc * sizeof(argv[0]));
	argv[params.argc + 1] = NULL;
	err = vm && files ? exec_load(vm, file, argv, envp, &entry, &sp,
				      &refused) :
			    -ENOMEM;
	if (err != 0 || main_open_console(files) != 0) {
		main_no_init(refused ? "not an executable for this kernel" :
				       "out of memory", refused);
	}
	current->vm = vm;
	current->files = files;
	arch_vm_activate(vm);
	arch_enter_user(entry, sp);
}

/* ---- The boot ------------------------------------------------------- */

static void main_tick(void)
{
	arch_timer_ack();
	trace_tick();
	sched_tick();
}

static void main_start_interrupts(void)
{
	irq_init();
	irq_register(machine.timer_irq, main_tick);
	arch_timer_start(TICK_HZ);
	pl011_start_input();
	arch_irq_enable();
}

void kernel_main(paddr_t dtb)
{
	static struct task idle;
	size_t dtb_size;
	const void *tree = arch_boot_tree(&dtb_size);
	const char *why;

	sched_init(&idle); /* first: the record of a fault names the task */
	why = machine_read_tree(tree, dtb_size);
	if (why) {
		printk_always("cannot start: the device tree %s", why);
		arch_power_off(125); /* as a panic */
	}
	if (machine.psci_by_hvc) {
		arch_power_by_hvc();
	}
	params_parse(machine.command_line);
	printk_set_quiet(params.quiet);
	pl011_init();
	main_add_ram(dtb, dtb_size);
	printk("Portcullis: %lu MiB of RAM",
	       page_count_total() >> (20 - PAGE_SHIFT));
	arch_cpu()->overflow_stack = arch_stack_alloc();
	if (!arch_cpu()->overflow_stack) {
		panic("no memory for the overflow stack");
	}
	arch_uaccess_select(params.pan, params.uaccess);
	if (params.stats) {
		arch_uaccess_count();
	}
	arch_vm_share_tables(!params.fork_copies);
	arch_log_features();
	trace_init(params.trace);
	if (machine.initrd.start != machine.initrd.end) {
		initrd_init(phys_to_virt(machine.initrd.start),
			    machine.initrd.end - machine.initrd.start);
	}
	main_start_interrupts();
	if (!task_create_kernel(params.init, main_process_1, NULL)) {
		panic("no memory for process 1");
	}
	sched_idle();
}
