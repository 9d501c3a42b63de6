/* SPDX-License-Identifier: MIT */
/*
 * fdt_lookup.c - finding nodes by path, phandle and `compatible`, and reading
 * the properties whose meaning the specification fixes: `status`, `reg`,
 * `interrupt-parent`. It sees the tree only through fdt_next() and fdt_get()
 * of fdt.c, which check every byte. A search looks at each node once.
 */
#include "lib/fdt.h"

#include "lib/string.h"

/* ---- Nodes ---------------------------------------------------------- */

/* Whether a component of a path, of len characters, means this node name. */
static bool fdt_name_matches(const char *name, const char *component,
			     size_t len)
{
	if (strncmp(name, component, len) != 0) {
		return false;
	}
	return name[len] == '\0' ||
	       (name[len] == '@' && memchr(component, '@', len) == NULL);
}

bool fdt_find_path(const struct fdt *fdt, const char *path,
		   struct fdt_node *node)
{
	*node = fdt_root(fdt);
	if (*path != '/') {
		return false;
	}
	for (;;) {
		const struct fdt_node parent = *node;
		size_t len;

		while (*path == '/') {
			path++;
		}
		len = strcspn(path, "/");
		if (len == 0) {
			return true;
		}
		do {
			if (!fdt_next_child(fdt, &parent, node)) {
				return false;
			}
		} while (!fdt_name_matches(fdt_name(fdt, node), path, len));
		path += len;
	}
}

bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle,
		      struct fdt_node *node)
{
	uint32_t value;

	*node = fdt_root(fdt);
	do {
		if (fdt_get_u32(fdt, node, "phandle", &value) &&
		    value == phandle) {
			return true;
		}
	} while (fdt_next(fdt, node));
	return false;
}

bool fdt_find_compatible(const struct fdt *fdt, const char *compatible,
			 struct fdt_node *node)
{
	*node = fdt_root(fdt);
	do {
		if (fdt_is_compatible(fdt, node, compatible) &&
		    fdt_is_enabled(fdt, node)) {
			return true;
		}
	} while (fdt_next(fdt, node));
	return false;
}

/* ---- Properties ----------------------------------------------------- */

const char *fdt_get_text(const struct fdt *fdt, const struct fdt_node *node,
			 const char *name)
{
	uint32_t len;
	const unsigned char *data = fdt_get(fdt, node, name, &len);

	if (data == NULL || memchr(data, '\0', len) != data + len - 1) {
		return NULL;
	}
	return (const char *)data;
}

bool fdt_text_is(const struct fdt *fdt, const struct fdt_node *node,
		 const char *name, const char *text)
{
	const char *found = fdt_get_text(fdt, node, name);

	return found != NULL && strcmp(found, text) == 0;
}

bool fdt_get_u32(const struct fdt *fdt, const struct fdt_node *node,
		 const char *name, uint32_t *value)
{
	uint32_t len;
	const unsigned char *data = fdt_get(fdt, node, name, &len);

	if (data == NULL || len != 4) {
		return false;
	}
	*value = fdt_read_u32(data);
	return true;
}

bool fdt_is_compatible(const struct fdt *fdt, const struct fdt_node *node,
		       const char *compatible)
{
	const size_t wanted = strlen(compatible);
	uint32_t len;
	const unsigned char *list = fdt_get(fdt, node, "compatible", &len);

	/* One string after another, each with its NUL. */
	while (list != NULL && len > 0) {
		const size_t n = strnlen((const char *)list, len);

		if (n == len) {
			return false; /* the last has no NUL */
		}
		if (n == wanted && memcmp(list, compatible, n) == 0) {
			return true;
		}
		list += n + 1;
		len -= (uint32_t)n + 1;
	}
	return false;
}

bool fdt_is_enabled(const struct fdt *fdt, const struct fdt_node *node)
{
	uint32_t len;

	return fdt_get(fdt, node, "status", &len) == NULL ||
	       fdt_text_is(fdt, node, "status", "okay") ||
	       fdt_text_is(fdt, node, "status", "ok");
}

/* The cells of an address and of a size in a node's `reg`. */
struct reg_layout {
	uint32_t address, size;
};

/* A number of cells; 0, which nobody accepts, if the property is malformed. */
static uint32_t fdt_cells(const struct fdt *fdt, const struct fdt_node *node,
			  const char *name, uint32_t if_absent)
{
	uint32_t cells = 0, len;

	if (fdt_get(fdt, node, name, &len) == NULL) {
		return if_absent;
	}
	fdt_get_u32(fdt, node, name, &cells);
	return cells;
}

static struct reg_layout fdt_reg_layout(const struct fdt *fdt,
					const struct fdt_node *node)
{
	const struct fdt_node parent = fdt_parent(node);

	/* The defaults are the specification's. */
	return (struct reg_layout){
		.address = fdt_cells(fdt, &parent, "#address-cells", 2),
		.size = fdt_cells(fdt, &parent, "#size-cells", 1),
	};
}

const char *fdt_count_regs(const struct fdt *fdt, const struct fdt_node *node,
			   uint32_t *count)
{
	const struct reg_layout cells = fdt_reg_layout(fdt, node);
	uint32_t len, entry;

	*count = 0;
	if (fdt_get(fdt, node, "reg", &len) == NULL) {
		return NULL;
	}
	if (cells.address - 1 > 1 || cells.size - 1 > 1) { /* 1 or 2 */
		return "has an address or a size that is not of one or two "
		       "cells";
	}
	entry = (cells.address + cells.size) * 4;
	if (len % entry != 0) {
		return "has a `reg` of a wrong length";
	}
	*count = len / entry;
	return NULL;
}

/* Reads one or two cells at *p, and moves *p past them. */
static uint64_t fdt_take_cells(const unsigned char **p, uint32_t cells)
{
	const unsigned char *at = *p;

	*p += cells * 4;
	return cells == 2 ? fdt_read_u64(at) : fdt_read_u32(at);
}

struct fdt_range fdt_reg(const struct fdt *fdt, const struct fdt_node *node,
			 uint32_t index)
{
	const struct reg_layout cells = fdt_reg_layout(fdt, node);
	struct fdt_range range = { 0, 0 };
	const unsigned char *reg;
	uint32_t len, count;

	if (fdt_count_regs(fdt, node, &count) == NULL && index < count) {
		reg = fdt_get(fdt, node, "reg", &len);
		reg += index * (cells.address + cells.size) * 4;
		range.start = fdt_take_cells(&reg, cells.address);
		range.size = fdt_take_cells(&reg, cells.size);
	}
	return range;
}

bool fdt_is_on_cpu_bus(const struct fdt *fdt, const struct fdt_node *node)
{
	struct fdt_node bus = fdt_parent(node);

	for (; bus.depth > 0; bus = fdt_parent(&bus)) {
		uint32_t len;

		if (fdt_get(fdt, &bus, "ranges", &len) == NULL || len != 0) {
			return false;
		}
	}
	return true;
}

bool fdt_find_interrupt_parent(const struct fdt *fdt,
			       const struct fdt_node *node,
			       struct fdt_node *controller)
{
	struct fdt_node at = *node;
	uint32_t phandle;

	while (!fdt_get_u32(fdt, &at, "interrupt-parent", &phandle)) {
		if (at.depth == 0) {
			return false;
		}
		at = fdt_parent(&at);
	}
	return fdt_find_phandle(fdt, phandle, controller);
}
