/* SPDX-License-Identifier: MIT */
/*
 * machine.c - fills `machine` from the device tree. Each function below reads
 * one part, and returns NULL or why the tree cannot be used: the rest of a
 * sentence that begins with "the device tree". All that the tree says is
 * checked: every range is free of wrap-around, RAM is disjoint and within the
 * linear map, and no device lies in RAM.
 */
#include "dev/machine.h"

#include "layout.h"
#include "lib/fdt.h"
#include "lib/string.h"

struct machine machine;

/* ---- Ranges --------------------------------------------------------- */

/* Makes *range of start and size; false if it is empty or wraps. */
static bool range_set(struct machine_range *range, struct fdt_range r)
{
	*range = (struct machine_range){ r.start, r.start + r.size };
	return range->end > range->start;
}

static bool range_overlaps(struct machine_range a, struct machine_range b)
{
	return a.start < b.end && b.start < a.end;
}

/* What is wrong with adding a range: the three sentences of one kind. */
struct range_errors {
	const char *wraps, *too_many, *overlaps;
};

/* Inserts r into the sorted list; an empty one is ignored. */
static const char *ranges_add(struct machine_range *list, unsigned int *count,
			      struct fdt_range r,
			      const struct range_errors *errors)
{
	struct machine_range range;
	unsigned int i;

	if (r.size == 0) {
		return NULL;
	}
	if (!range_set(&range, r)) {
		return errors->wraps;
	}
	if (*count == MACHINE_MAX_BANKS) {
		return errors->too_many;
	}
	for (i = 0; i < *count; i++) {
		if (range_overlaps(list[i], range)) {
			return errors->overlaps;
		}
	}
	for (i = *count; i > 0 && list[i - 1].start > range.start; i--) {
		list[i] = list[i - 1];
	}
	list[i] = range;
	(*count)++;
	return NULL;
}

/* Adds every entry of a node's `reg`. */
static const char *ranges_add_regs(struct machine_range *list,
				   unsigned int *count, const struct fdt *fdt,
				   const struct fdt_node *node,
				   const struct range_errors *errors)
{
	uint32_t regs;
	const char *why = fdt_count_regs(fdt, node, &regs);

	for (uint32_t i = 0; i < regs && why == NULL; i++) {
		why = ranges_add(list, count, fdt_reg(fdt, node, i), errors);
	}
	return why;
}

/* ---- Memory --------------------------------------------------------- */

static const struct range_errors memory_errors = {
	"has a memory bank that wraps around the end of the address space",
	"has more than 16 memory banks",
	"has memory banks that overlap",
};

static const char *machine_read_memory(struct machine *m,
				       const struct fdt *fdt)
{
	const struct fdt_node root = fdt_root(fdt);
	struct fdt_node node = root;
	bool found = false;

	while (fdt_next_child(fdt, &root, &node)) {
		const char *why;

		if (!fdt_text_is(fdt, &node, "device_type", "memory") ||
		    !fdt_is_enabled(fdt, &node)) {
			continue;
		}
		found = true;
		why = ranges_add_regs(m->ram, &m->ram_count, fdt, &node,
				      &memory_errors);
		if (why != NULL) {
			return why;
		}
	}
	if (!found) {
		return "has no memory node";
	}
	if (m->ram_count == 0) {
		return "has memory nodes, but no memory in them";
	}
	if (m->ram[m->ram_count - 1].end > BIT(LINEAR_BITS)) {
		return "has memory above what the linear map can reach";
	}
	return NULL;
}

static const struct range_errors reservation_errors = {
	"has a reservation that wraps around the end of the address space",
	"has more than 16 reservations",
	"has reservations that overlap",
};

/* The block in front of the nodes, and the children of /reserved-memory. */
static const char *machine_read_reservations(struct machine *m,
					     const struct fdt *fdt)
{
	struct fdt_node parent, node;
	struct fdt_range range;
	const char *why = NULL;

	for (uint32_t i = 0; fdt_reservation(fdt, i, &range) && !why; i++) {
		why = ranges_add(m->reserved, &m->reserved_count, range,
				 &reservation_errors);
	}
	if (why != NULL || !fdt_find_path(fdt, "/reserved-memory", &parent)) {
		return why;
	}
	node = parent;
	while (why == NULL && fdt_next_child(fdt, &parent, &node)) {
		/* One without `reg` asks for room anywhere: none is owed. */
		if (fdt_is_enabled(fdt, &node)) {
			why = ranges_add_regs(m->reserved, &m->reserved_count,
					      fdt, &node, &reservation_errors);
		}
	}
	return why;
}

/* ---- /chosen: what the loader says ---------------------------------- */

/* A number of one or two cells. */
static bool read_number(const struct fdt *fdt, const struct fdt_node *node,
			const char *name, uint64_t *value)
{
	uint32_t len;
	const unsigned char *data = fdt_get(fdt, node, name, &len);

	if (data == NULL || (len != 4 && len != 8)) {
		return false;
	}
	*value = len == 4 ? fdt_read_u32(data) : fdt_read_u64(data);
	return true;
}

static const char *machine_read_initrd(struct machine *m,
				       const struct fdt *fdt,
				       const struct fdt_node *chosen)
{
	static const char start_name[] = "linux,initrd-start";
	static const char end_name[] = "linux,initrd-end";
	struct machine_range *r = &m->initrd;
	uint32_t len;

	if (fdt_get(fdt, chosen, start_name, &len) == NULL &&
	    fdt_get(fdt, chosen, end_name, &len) == NULL) {
		return NULL;
	}
	if (!read_number(fdt, chosen, start_name, &r->start) ||
	    !read_number(fdt, chosen, end_name, &r->end)) {
		return "gives the initrd no start or no end";
	}
	if (r->end < r->start) {
		return "has an initrd that ends before it starts";
	}
	if (r->end == r->start) {
		return NULL;
	}
	for (unsigned int i = 0; i < m->ram_count; i++) {
		if (r->start >= m->ram[i].start && r->end <= m->ram[i].end) {
			return NULL;
		}
	}
	return "has an initrd that is not in memory";
}

static const char *machine_read_chosen(struct machine *m,
				       const struct fdt *fdt)
{
	struct fdt_node chosen;
	uint32_t len;

	m->command_line = "";
	if (!fdt_find_path(fdt, "/chosen", &chosen)) {
		return NULL;
	}
	if (fdt_get(fdt, &chosen, "bootargs", &len) != NULL) {
		m->command_line = fdt_get_text(fdt, &chosen, "bootargs");
		if (m->command_line == NULL) {
			return "has a command line that is not one string";
		}
	}
	return machine_read_initrd(m, fdt, &chosen);
}

/* ---- Devices -------------------------------------------------------- */

/* Entry index of a device's `reg`, as an address of the CPU's. */
static const char *machine_read_device(const struct machine *m,
				       const struct fdt *fdt,
				       const struct fdt_node *node,
				       uint32_t index,
				       struct machine_range *range)
{
	uint32_t count;
	const char *why = fdt_count_regs(fdt, node, &count);

	if (why != NULL) {
		return why;
	}
	if (index >= count) {
		return "has a device without its addresses";
	}
	if (!fdt_is_on_cpu_bus(fdt, node)) {
		return "has a device whose address is not the CPU's own";
	}
	if (!range_set(range, fdt_reg(fdt, node, index))) {
		return "has a device that is empty or wraps around the end of "
		       "the address space";
	}
	for (unsigned int i = 0; i < m->ram_count; i++) {
		if (range_overlaps(*range, m->ram[i])) {
			return "has a device in the middle of memory";
		}
	}
	return NULL;
}

static const struct gic_model {
	const char *compatible;
	unsigned int version;
} gic_models[] = {
	{ "arm,gic-v3", 3 },
	{ "arm,cortex-a15-gic", 2 },
	{ "arm,gic-400", 2 },
};

/* Finds the interrupt controller; sets *version. */
static bool machine_find_gic(const struct fdt *fdt, struct fdt_node *node,
			     unsigned int *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(gic_models); i++) {
		if (fdt_find_compatible(fdt, gic_models[i].compatible, node)) {
			*version = gic_models[i].version;
			return true;
		}
	}
	return false;
}

static const char *machine_read_gic(struct machine *m, const struct fdt *fdt)
{
	struct fdt_node node;

	if (!machine_find_gic(fdt, &node, &m->gic_version)) {
		return "has no interrupt controller that is known (arm,gic-v3, "
		       "arm,cortex-a15-gic, arm,gic-400)";
	}
	return machine_read_device(m, fdt, &node, 0, &m->gic_dist) ?:
	       machine_read_device(m, fdt, &node, 1, &m->gic_cpu);
}

/*
 * Interrupt index of a device as the GIC counts it. In the tree an interrupt
 * is three cells: type, number within the type, and how it is triggered.
 */
static const char *machine_read_irq(const struct fdt *fdt,
				    const struct fdt_node *node,
				    uint32_t index, uint32_t *intid)
{
	enum { SPI = 0, FIRST_SPI = 32, SPIS = 988 }; /* shared by the CPUs */
	enum { PPI = 1, FIRST_PPI = 16, PPIS = 16 };  /* one for each CPU */
	enum { CELLS = 3 };
	struct fdt_node gic, parent;
	const unsigned char *cells;
	uint32_t len, type, number, width;
	unsigned int version;

	if (!machine_find_gic(fdt, &gic, &version) ||
	    !fdt_find_interrupt_parent(fdt, node, &parent) ||
	    parent.path[parent.depth] != gic.path[gic.depth]) {
		return "has an interrupt that does not go to the GIC";
	}
	cells = fdt_get(fdt, node, "interrupts", &len);
	if (!fdt_get_u32(fdt, &gic, "#interrupt-cells", &width) ||
	    width != CELLS || cells == NULL || len / (4 * CELLS) <= index) {
		return "has a device without its interrupt";
	}
	cells += 4 * CELLS * index;
	type = fdt_read_u32(cells);
	number = fdt_read_u32(cells + 4);
	if (type == SPI && number < SPIS) {
		*intid = FIRST_SPI + number;
	} else if (type == PPI && number < PPIS) {
		*intid = FIRST_PPI + number;
	} else {
		return "has an interrupt that no GIC has";
	}
	return NULL;
}

/*
 * The node that /chosen's stdout-path names: a path, or a name that /aliases
 * gives for one. After a colon it may have options such as "115200n8".
 */
static bool machine_find_stdout(const struct fdt *fdt, struct fdt_node *node)
{
	const char *path;
	char name[256];

	if (!fdt_find_path(fdt, "/chosen", node)) {
		return false;
	}
	path = fdt_get_text(fdt, node, "stdout-path");
	if (path == NULL) {
		return false;
	}
	strlcpy(name, path, sizeof(name));
	name[strcspn(name, ":")] = '\0';
	if (name[0] == '/') {
		return fdt_find_path(fdt, name, node);
	}
	if (!fdt_find_path(fdt, "/aliases", node)) {
		return false;
	}
	path = fdt_get_text(fdt, node, name);
	return path != NULL && fdt_find_path(fdt, path, node);
}

static const char *machine_read_uart(struct machine *m, const struct fdt *fdt)
{
	static const char pl011[] = "arm,pl011";
	struct fdt_node node;

	/* What is not a PL011 cannot be our console: then take the first. */
	if ((!machine_find_stdout(fdt, &node) || !fdt_is_enabled(fdt, &node) ||
	     !fdt_is_compatible(fdt, &node, pl011)) &&
	    !fdt_find_compatible(fdt, pl011, &node)) {
		return "has no serial port that is known (arm,pl011)";
	}
	return machine_read_device(m, fdt, &node, 0, &m->uart) ?:
	       machine_read_irq(fdt, &node, 0, &m->uart_irq);
}

static const char *machine_read_timer(struct machine *m, const struct fdt *fdt)
{
	enum { VIRTUAL_TIMER = 2 }; /* after the two physical ones */
	struct fdt_node node;

	if (!fdt_find_compatible(fdt, "arm,armv8-timer", &node)) {
		return "has no timer that is known (arm,armv8-timer)";
	}
	return machine_read_irq(fdt, &node, VIRTUAL_TIMER, &m->timer_irq);
}

static const char *machine_read_psci(struct machine *m, const struct fdt *fdt)
{
	struct fdt_node node;

	if (!fdt_find_compatible(fdt, "arm,psci-0.2", &node) &&
	    !fdt_find_compatible(fdt, "arm,psci-1.0", &node)) {
		return "has no PSCI that is known (arm,psci-0.2, arm,psci-1.0)";
	}
	m->psci_by_hvc = fdt_text_is(fdt, &node, "method", "hvc");
	if (!m->psci_by_hvc && !fdt_text_is(fdt, &node, "method", "smc")) {
		return "calls PSCI neither by hvc nor by smc";
	}
	return NULL;
}

const char *machine_read_tree(const void *dtb, size_t size)
{
	static const char *(*const parts[])(struct machine *,
					    const struct fdt *) = {
		machine_read_memory, /* first: the others look at RAM */
		machine_read_reservations,
		machine_read_chosen,
		machine_read_gic,
		machine_read_uart,
		machine_read_timer,
		machine_read_psci,
	};
	struct machine found = { .ram_count = 0 };
	struct fdt fdt;
	const char *why = fdt_open(&fdt, dtb, size);

	for (size_t i = 0; i < ARRAY_SIZE(parts) && why == NULL; i++) {
		why = parts[i](&found, &fdt);
	}
	if (why == NULL) {
		machine = found;
	}
	return why;
}
