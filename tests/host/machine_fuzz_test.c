/* SPDX-License-Identifier: MIT */
/*
 * machine_fuzz_test.c - a device tree that is damaged at random is refused,
 * or is read as a second reader, written here on top of libfdt, reads it.
 */
#include <libfdt.h>

#include "dev/machine.h"
#include "host.h"

/* Reads RAM with libfdt; only of trees that the kernel has accepted. */
static bool ram_agrees(const void *tree)
{
	uint64_t bytes = 0;
	int node;

	for (unsigned int i = 0; i < machine.ram_count; i++) {
		bytes += machine.ram[i].end - machine.ram[i].start;
	}
	fdt_for_each_subnode(node, tree, 0) {
		const int sizes = fdt_size_cells(tree, 0);
		const int addresses = fdt_address_cells(tree, 0);
		int len = 0;
		const char *type = fdt_getprop(tree, node, "device_type", &len);
		const char *status;
		const fdt32_t *reg;

		if (type == NULL || len != 7 || memcmp(type, "memory", 7)) {
			continue;
		}
		status = fdt_getprop(tree, node, "status", NULL);
		if (status != NULL && strcmp(status, "okay") != 0) {
			continue;
		}
		reg = fdt_getprop(tree, node, "reg", &len);
		for (int i = 0; reg != NULL && i < len / 4;
		     i += addresses + sizes) {
			const fdt32_t *size = reg + i + addresses;

			bytes -= sizes == 2 ?
					 (uint64_t)fdt32_ld(size) << 32 |
						 fdt32_ld(size + 1) :
					 fdt32_ld(size);
		}
	}
	return bytes == 0;
}

static int console_of(const void *tree)
{
	const int chosen = fdt_path_offset(tree, "/chosen");
	const char *path = fdt_getprop(tree, chosen, "stdout-path", NULL);
	const int node = path == NULL ? -1 : fdt_path_offset(tree, path);

	return fdt_node_check_compatible(tree, node, "arm,pl011") == 0 ?
		       node :
		       fdt_node_offset_by_compatible(tree, -1, "arm,pl011");
}

/* The command line, the timer's interrupt and the console's address. */
static bool devices_agree(const void *tree)
{
	const int chosen = fdt_path_offset(tree, "/chosen");
	const char *line = fdt_getprop(tree, chosen, "bootargs", NULL);
	const int timer = fdt_node_offset_by_compatible(tree, -1,
							"arm,armv8-timer");
	const int uart = console_of(tree);
	const fdt32_t *irq = fdt_getprop(tree, timer, "interrupts", NULL);
	const fdt32_t *reg = fdt_getprop(tree, uart, "reg", NULL);

	if (!same_text(machine.command_line, line ? line : "") ||
	    irq == NULL || reg == NULL) {
		return false;
	}
	return machine.timer_irq == (fdt32_ld(irq + 6) ? 16 : 32) +
					    fdt32_ld(irq + 7) &&
	       machine.uart.start ==
		       ((uint64_t)fdt32_ld(reg) << 32 | fdt32_ld(reg + 1));
}

static bool machine_is_sane(void)
{
	for (unsigned int i = 0; i < machine.ram_count; i++) {
		const struct machine_range *r = &machine.ram[i];

		if (r->start >= r->end || r->end > UINT64_C(1) << 47 ||
		    (i > 0 && r->start < r[-1].end)) {
			return false;
		}
	}
	return machine.ram_count > 0 &&
	       machine.initrd.start <= machine.initrd.end &&
	       machine.uart.start < machine.uart.end &&
	       machine.gic_dist.start < machine.gic_dist.end &&
	       machine.gic_cpu.start < machine.gic_cpu.end &&
	       machine.uart_irq >= 16 && machine.uart_irq < 1020 &&
	       machine.timer_irq >= 16 && machine.timer_irq < 1020;
}

TEST(machine, damaged_trees_are_refused_or_agreed_on)
{
	unsigned int refused = 0, agreed = 0;

	random_seed(9);
	for (size_t i = 0; i < 8000 && EXPECT(host_tree_count > 0); i++) {
		const struct host_tree *tree = &host_trees[i % host_tree_count];
		unsigned char *copy = exact_copy(tree->data, tree->size);
		const char *why;

		corrupt(copy, tree->size);
		why = machine_read_tree(copy, tree->size);
		if (why != NULL) {
			refused++;
		} else if (EXPECT(machine_is_sane())) {
			agreed++;
			EXPECT(ram_agrees(copy));
			EXPECT(devices_agree(copy));
		}
		exact_free(copy, tree->size);
	}
	machine.command_line = NULL; /* it pointed into a copy */
	test_note("%u refused, %u agreed on", refused, agreed);
	EXPECT(refused > 500);
	EXPECT(agreed > 500);
}
