/* SPDX-License-Identifier: MIT */
/*
 * machine_test.c - what the kernel believes of a device tree. Good trees give
 * the known numbers; each fault, made with libfdt in a good tree, gives its
 * own sentence. Read next: machine_fuzz_test.c.
 */
#include "host.h"

#include <libfdt.h>
#include <stdio.h>

#include "dev/machine.h"

enum { ROOM = 1 << 16 };

static unsigned char blob[ROOM];

/* Loads the tree named virt-gicv<version>.dtb into blob, with room to grow. */
static bool load(unsigned int version)
{
	const struct host_tree *tree = host_tree_find(
		version == 2 ? "virt-gicv2.dtb" : "virt-gicv3.dtb");

	return EXPECT(tree != NULL) &&
	       EXPECT_EQ(fdt_open_into(tree->data, blob, ROOM), 0);
}

/* Reads exactly the bytes of blob; command_line is copied out of them. */
static const char *read_blob(char *command_line, size_t size)
{
	const size_t total = fdt_totalsize(blob);
	unsigned char *copy = exact_copy(blob, total);
	const char *why;

	memset(&machine, 0, sizeof(machine));
	why = machine_read_tree(copy, total);
	if (why == NULL) {
		snprintf(command_line, size, "%s", machine.command_line);
	}
	machine.command_line = NULL;
	exact_free(copy, total);
	return why;
}

static bool range_is(struct machine_range r, uint64_t start, uint64_t end)
{
	return EXPECT_EQ(r.start, start) && EXPECT_EQ(r.end, end);
}

/* ---- Good trees ----------------------------------------------------- */

static void expect_virt(unsigned int gic_version)
{
	char line[32] = "";

	if (!load(gic_version) || !EXPECT(read_blob(line, 32) == NULL)) {
		return;
	}
	EXPECT_EQ(machine.ram_count, 1);
	range_is(machine.ram[0], 0x40000000, 0x50000000);
	EXPECT_EQ(machine.reserved_count, 0);
	EXPECT(same_text(line, "pan=on"));
	range_is(machine.initrd, 0x48000000, 0x480186a0);
	range_is(machine.uart, 0x09000000, 0x09001000);
	EXPECT_EQ(machine.uart_irq, 32 + 1);
	EXPECT_EQ(machine.gic_version, gic_version);
	range_is(machine.gic_dist, 0x08000000, 0x08010000);
	EXPECT_EQ(machine.timer_irq, 16 + 11);
	EXPECT_EQ(machine.psci_by_hvc, true);
}

TEST(machine, virt_with_gicv2_is_understood)
{
	expect_virt(2);
	range_is(machine.gic_cpu, 0x08010000, 0x08020000);
}

TEST(machine, virt_with_gicv3_is_understood)
{
	expect_virt(3);
	range_is(machine.gic_cpu, 0x080a0000, 0x09000000);
}

/* ---- Changes to a good tree ----------------------------------------- */

static int node_at(const char *path)
{
	return fdt_path_offset(blob, path);
}

static void set_text(const char *path, const char *name, const char *text)
{
	fdt_setprop_string(blob, node_at(path), name, text);
}

static void set_cells(const char *path, const char *name, size_t count,
		      const uint32_t *cells)
{
	uint32_t raw[80];

	for (size_t i = 0; i < count; i++) {
		raw[i] = cpu_to_fdt32(cells[i]);
	}
	fdt_setprop(blob, node_at(path), name, raw, (int)(4 * count));
}

#define CELLS(path, name, ...)                                             \
	set_cells(path, name, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,     \
		  (uint32_t[]){ __VA_ARGS__ })

#define MEMORY "/memory@40000000"
#define UART   "/pl011@9000000"
#define GIC    "/intc@8000000"

/* A node below the root that is no device of virt's. */
static void add_node(const char *name)
{
	fdt_add_subnode(blob, 0, name);
}

static void add_reserved(const char *name, uint32_t start, uint32_t size)
{
	char path[64];

	if (node_at("/reserved-memory") < 0) {
		add_node("reserved-memory");
		CELLS("/reserved-memory", "#address-cells", 2);
		CELLS("/reserved-memory", "#size-cells", 2);
	}
	fdt_add_subnode(blob, node_at("/reserved-memory"), name);
	snprintf(path, sizeof(path), "/reserved-memory/%s", name);
	CELLS(path, "reg", 0, start, 0, size);
}

TEST(machine, banks_and_reservations_are_sorted)
{
	char line[32];

	load(3);
	CELLS(MEMORY, "reg", 1, 0, 0, 0x1000, 0, 0x40000000, 0, 0x10000000, 0,
	      0, 0, 0);
	fdt_add_mem_rsv(blob, 0x47000000, 0x1000);
	add_reserved("b@46000000", 0x46000000, 0x2000);
	add_reserved("a@45000000", 0x45000000, 0x3000);
	set_text("/reserved-memory/b@46000000", "status", "disabled");
	EXPECT(read_blob(line, 32) == NULL);
	EXPECT_EQ(machine.ram_count, 2);
	range_is(machine.ram[0], 0x40000000, 0x50000000);
	range_is(machine.ram[1], 0x100000000, 0x100001000);
	EXPECT_EQ(machine.reserved_count, 2);
	range_is(machine.reserved[0], 0x45000000, 0x45003000);
	range_is(machine.reserved[1], 0x47000000, 0x47001000);
}

TEST(machine, what_may_be_absent_may)
{
	char line[32] = "#";

	load(3);
	fdt_del_node(blob, node_at("/chosen"));
	EXPECT(read_blob(line, 32) == NULL);
	EXPECT(same_text(line, ""));
	EXPECT_EQ(machine.initrd.start, machine.initrd.end);
	range_is(machine.uart, 0x09000000, 0x09001000);
}

TEST(machine, the_console_is_what_stdout_path_names)
{
	/* The tree has two; the added one, at 0x0b000000, is its first. */
	static const struct {
		const char *stdout_path, *alias;
		uint64_t uart;
	} cases[] = {
		{ "/pl011@9000000", NULL, 0x09000000 },
		{ "/pl011@b000000", NULL, 0x0b000000 },
		{ "/pl011@9000000:115200n8", NULL, 0x09000000 },
		{ "serial1", "/pl011@9000000", 0x09000000 },
		{ "serial1:115200", "/pl011@9000000", 0x09000000 },
		{ "serial1", "/no/such/node", 0x0b000000 },
		{ "serial2", "/pl011@9000000", 0x0b000000 },
		{ "a-name-that-is-longer-than-any-alias:115200",
		  "/pl011@9000000", 0x0b000000 },
		{ "/psci", NULL, 0x0b000000 },
		{ "", NULL, 0x0b000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char line[32];

		load(3);
		add_node("aliases");
		add_node("pl011@b000000");
		set_text("/pl011@b000000", "compatible", "arm,pl011");
		CELLS("/pl011@b000000", "reg", 0, 0x0b000000, 0, 0x1000);
		CELLS("/pl011@b000000", "interrupts", 0, 8, 4);
		set_text("/chosen", "stdout-path", cases[i].stdout_path);
		if (cases[i].alias != NULL) {
			set_text("/aliases", "serial1", cases[i].alias);
		}
		if (!EXPECT(read_blob(line, 32) == NULL) ||
		    !EXPECT_EQ(machine.uart.start, cases[i].uart)) {
			test_note("stdout-path \"%s\"", cases[i].stdout_path);
		}
	}
}

TEST(machine, a_disabled_device_is_passed_over)
{
	char line[32];

	load(3);
	set_text(UART, "status", "disabled");
	EXPECT(same_text(read_blob(line, 32),
			 "has no serial port that is known (arm,pl011)"));
}

/* ---- Faults --------------------------------------------------------- */

enum change {
	CELLS_ARE,   /* the property is `count` cells */
	TEXT_IS,     /* the property is a string */
	NO_PROPERTY, /* it is removed */
	NO_NODE,     /* the node is removed */
};

struct fault {
	const char *why; /* after "the device tree " */
	enum change change;
	const char *path, *name, *text;
	size_t count;
	uint32_t cells[8];
};

#define TO_CELLS(path, name, ...)                                         \
	CELLS_ARE, path, name, NULL, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
		{ __VA_ARGS__ }
#define TO_TEXT(path, name, text) TEXT_IS, path, name, text, 0, { 0 }
#define WITHOUT(path, name)	  NO_PROPERTY, path, name, NULL, 0, { 0 }
#define WITHOUT_NODE(path)	  NO_NODE, path, NULL, NULL, 0, { 0 }

#define WRAPPING_BANK                                             \
	"has a memory bank that wraps around the end of the " \
	"address space"
#define BAD_CELLS "has an address or a size that is not of one or two cells"
#define BAD_INITRD "has an initrd that is not in memory"
#define BAD_LINE "has a command line that is not one string"
#define NO_GIC                                                         \
	"has no interrupt controller that is known (arm,gic-v3, " \
	"arm,cortex-a15-gic, arm,gic-400)"
#define NO_REG "has a device without its addresses"
#define BAD_REG                                                      \
	"has a device that is empty or wraps around the end of the " \
	"address space"
#define IN_RAM "has a device in the middle of memory"
#define NO_IRQ "has a device without its interrupt"
#define BAD_IRQ "has an interrupt that no GIC has"
#define ELSEWHERE "has an interrupt that does not go to the GIC"
#define BAD_PSCI "calls PSCI neither by hvc nor by smc"

static const struct fault faults[] = {
	{ "has no memory node", WITHOUT_NODE(MEMORY) },
	{ "has no memory node", WITHOUT(MEMORY, "device_type") },
	{ "has no memory node", TO_TEXT(MEMORY, "device_type", "memories") },
	{ "has no memory node", TO_TEXT(MEMORY, "status", "disabled") },
	{ "has memory nodes, but no memory in them", WITHOUT(MEMORY, "reg") },
	{ "has memory nodes, but no memory in them",
	  TO_CELLS(MEMORY, "reg", 0, 0x40000000, 0, 0) },
	{ WRAPPING_BANK,
	  TO_CELLS(MEMORY, "reg", ~0u, 0xfffff000, 0, 0x2000) },
	{ WRAPPING_BANK,
	  TO_CELLS(MEMORY, "reg", ~0u, 0xfffff000, 0, 0x1000) },
	{ "has memory banks that overlap",
	  TO_CELLS(MEMORY, "reg", 0, 0x40000000, 0, 0x2000, 0, 0x40001fff, 0,
		   1) },
	{ "has memory banks that overlap",
	  TO_CELLS(MEMORY, "reg", 0, 0x40001000, 0, 0x1000, 0, 0x40000000, 0,
		   0x10000000) },
	{ "has memory above what the linear map can reach",
	  TO_CELLS(MEMORY, "reg", 0x7fff, 0xfffff000, 0, 0x1001) },
	{ "has a `reg` of a wrong length",
	  TO_CELLS(MEMORY, "reg", 0, 0x40000000, 0) },
	{ BAD_CELLS, TO_CELLS("/", "#address-cells", 3) },
	{ BAD_CELLS, TO_CELLS("/", "#address-cells", 0) },
	{ BAD_CELLS, TO_CELLS("/", "#size-cells", 0) },
	{ BAD_CELLS, TO_CELLS("/", "#address-cells", 2, 2) },
	{ BAD_CELLS, TO_CELLS("/", "#size-cells", 0x40000002) },
	{ "gives the initrd no start or no end",
	  WITHOUT("/chosen", "linux,initrd-end") },
	{ "gives the initrd no start or no end",
	  WITHOUT("/chosen", "linux,initrd-start") },
	{ "gives the initrd no start or no end",
	  TO_CELLS("/chosen", "linux,initrd-end", 0, 0, 0) },
	{ "has an initrd that ends before it starts",
	  TO_CELLS("/chosen", "linux,initrd-end", 0x47ffffff) },
	{ BAD_INITRD, TO_CELLS("/chosen", "linux,initrd-start", 0x3fffffff) },
	{ BAD_INITRD, TO_CELLS("/chosen", "linux,initrd-end", 0x50000001) },
	{ BAD_INITRD, TO_CELLS("/chosen", "linux,initrd-end", 1, 0) },
	{ BAD_LINE, TO_CELLS("/chosen", "bootargs", 0x61616161) },
	{ BAD_LINE, TO_CELLS("/chosen", "bootargs", 0x61006100) },
	{ NO_GIC, WITHOUT_NODE(GIC) },
	{ NO_GIC, TO_TEXT(GIC, "compatible", "arm,gic-v5") },
	{ NO_GIC, TO_TEXT(GIC, "compatible", "arm,gic-v") },
	{ NO_GIC, TO_CELLS(GIC, "compatible", 0x61726d2c, 0x6769632d) },
	{ NO_GIC, TO_TEXT(GIC, "status", "fail") },
	{ NO_REG, WITHOUT(GIC, "reg") },
	{ NO_REG, TO_CELLS(GIC, "reg", 0, 0x08000000, 0, 0x10000) },
	{ BAD_REG, TO_CELLS(GIC, "reg", 0, 0x08000000, 0, 0x10000, 0,
			    0x08010000, 0, 0) },
	{ BAD_REG, TO_CELLS(GIC, "reg", ~0u, 0x08000000, 1, 0x10000, 0,
			    0x08010000, 0, 0x10000) },
	{ IN_RAM, TO_CELLS(GIC, "reg", 0, 0x08000000, 0, 0x10000, 0,
			   0x3fff0000, 0, 0x10001) },
	{ "has no serial port that is known (arm,pl011)", WITHOUT_NODE(UART) },
	{ NO_REG, WITHOUT(UART, "reg") },
	{ IN_RAM, TO_CELLS(UART, "reg", 0, 0x4ffff000, 0, 0x1000) },
	{ NO_IRQ, WITHOUT(UART, "interrupts") },
	{ NO_IRQ, TO_CELLS(UART, "interrupts", 0, 1) },
	{ NO_IRQ, TO_CELLS(GIC, "#interrupt-cells", 4) },
	{ NO_IRQ, WITHOUT(GIC, "#interrupt-cells") },
	{ BAD_IRQ, TO_CELLS(UART, "interrupts", 0, 988, 4) },
	{ BAD_IRQ, TO_CELLS(UART, "interrupts", 1, 16, 4) },
	{ BAD_IRQ, TO_CELLS(UART, "interrupts", 2, 1, 4) },
	{ ELSEWHERE, WITHOUT("/", "interrupt-parent") },
	{ ELSEWHERE, TO_CELLS("/", "interrupt-parent", 0x8004) },
	{ ELSEWHERE, TO_CELLS("/", "interrupt-parent", 0x9999) },
	{ ELSEWHERE, TO_CELLS(UART, "interrupt-parent", 0x8004) },
	{ "has no timer that is known (arm,armv8-timer)",
	  WITHOUT_NODE("/timer") },
	{ NO_IRQ, TO_CELLS("/timer", "interrupts", 1, 13, 4, 1, 14, 4) },
	{ "has no PSCI that is known (arm,psci-0.2, arm,psci-1.0)",
	  WITHOUT_NODE("/psci") },
	{ "has no PSCI that is known (arm,psci-0.2, arm,psci-1.0)",
	  TO_TEXT("/psci", "compatible", "arm,psci") },
	{ BAD_PSCI, WITHOUT("/psci", "method") },
	{ BAD_PSCI, TO_TEXT("/psci", "method", "svc") },
};

static void make_fault(const struct fault *f)
{
	EXPECT(node_at(f->path) >= 0);
	switch (f->change) {
	case CELLS_ARE:
		set_cells(f->path, f->name, f->count, f->cells);
		break;
	case TEXT_IS:
		set_text(f->path, f->name, f->text);
		break;
	case NO_PROPERTY:
		EXPECT_EQ(fdt_delprop(blob, node_at(f->path), f->name), 0);
		break;
	case NO_NODE:
		fdt_del_node(blob, node_at(f->path));
		break;
	}
}

/* The tree in blob is refused with this sentence, and nothing is believed. */
static bool expect_refusal(const char *why)
{
	static const struct machine nothing;
	char line[32];
	const char *got = read_blob(line, 32);

	EXPECT(memcmp(&machine, &nothing, sizeof(machine)) == 0);
	if (!EXPECT(same_text(got, why))) {
		test_note("wanted: %s", why);
		test_note("   got: %s", got);
		return false;
	}
	return true;
}

TEST(machine, every_fault_has_its_sentence)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		load(3);
		make_fault(&faults[i]);
		if (!expect_refusal(faults[i].why)) {
			test_note("%s: %s", faults[i].path,
				  faults[i].name ? faults[i].name : "none");
		}
	}
}

TEST(machine, sixteen_banks_and_reservations_are_the_limit)
{
	uint32_t banks[4 * 17];
	char line[32];

	for (uint32_t i = 0; i < 17; i++) {
		banks[4 * i] = banks[4 * i + 2] = 0;
		banks[4 * i + 1] = 0x40000000 + i * 0x1000000;
		banks[4 * i + 3] = 0x1000000;
	}
	load(3);
	set_cells(MEMORY, "reg", 4 * 16, banks);
	EXPECT(read_blob(line, 32) == NULL);
	EXPECT_EQ(machine.ram_count, 16);
	set_cells(MEMORY, "reg", 4 * 17, banks);
	expect_refusal("has more than 16 memory banks");

	load(3);
	for (uint32_t i = 0; i < 16; i++) {
		fdt_add_mem_rsv(blob, 0x40000000 + i * 0x1000, 0x1000);
	}
	EXPECT(read_blob(line, 32) == NULL);
	EXPECT_EQ(machine.reserved_count, 16);
	add_reserved("last@4f000000", 0x4f000000, 0x1000);
	expect_refusal("has more than 16 reservations");
}

TEST(machine, overlapping_reservations_are_refused)
{
	static const char overlap[] = "has reservations that overlap";

	load(3);
	fdt_add_mem_rsv(blob, 0x41000000, 0x2000);
	fdt_add_mem_rsv(blob, 0x41001000, 0x2000);
	expect_refusal(overlap);

	load(3);
	fdt_add_mem_rsv(blob, 0x41001000, 0x1000);
	add_reserved("a@41000000", 0x41000000, 0x1001);
	expect_refusal(overlap);

	load(3);
	add_reserved("a@41000000", 0x41000000, 0x1000);
	add_reserved("b@41000000", 0x41000000, 0x1000);
	expect_refusal(overlap);

	load(3);
	fdt_add_mem_rsv(blob, UINT64_MAX - 0xfff, 0x1000);
	expect_refusal("has a reservation that wraps around the end of the "
		       "address space");
}

TEST(machine, a_bus_that_translates_is_not_believed)
{
	static const char bus[] = "/platform-bus@c000000";
	static const char uart[] = "/platform-bus@c000000/pl011@0";
	char line[32];

	load(3);
	fdt_del_node(blob, node_at(UART));
	fdt_add_subnode(blob, node_at(bus), "pl011@0");
	set_text(uart, "compatible", "arm,pl011");
	CELLS(uart, "reg", 0, 0x1000);
	CELLS(uart, "interrupts", 0, 1, 4);
	expect_refusal("has a device whose address is not the CPU's own");
	fdt_delprop(blob, node_at(bus), "ranges");
	expect_refusal("has a device whose address is not the CPU's own");
	fdt_setprop(blob, node_at(bus), "ranges", NULL, 0);
	EXPECT(read_blob(line, 32) == NULL);
	range_is(machine.uart, 0, 0x1000);
}
