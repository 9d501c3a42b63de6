/* SPDX-License-Identifier: MIT */
/*
 * fdt_oracle.c - see fdt_oracle.h. Each node is visited in the order of the
 * tree with both readers, and everything that one says of it is asked of the
 * other. Pointers are compared, not only what they point at.
 */
#include "fdt_oracle.h"

#include <libfdt.h>

#include "host.h"
#include "lib/fdt.h"

static uint32_t offset_in(const struct fdt *fdt, const struct fdt_node *node)
{
	/* libfdt counts from the structure block as the header gives it. */
	return node->path[node->depth] -
	       (uint32_t)fdt_off_dt_struct(fdt->data);
}

static bool properties_agree(const struct fdt *fdt,
			     const struct fdt_node *node, int offset)
{
	const void *blob = fdt->data;
	uint32_t len = 0;
	int property, wanted;

	fdt_for_each_property_offset(property, blob, offset) {
		const char *name;
		const void *first;

		if (!fdt_getprop_by_offset(blob, property, &name, NULL)) {
			return false;
		}
		/* Of two of the same name, both readers take the first. */
		first = fdt_getprop(blob, offset, name, &wanted);
		if (fdt_get(fdt, node, name, &len) != first ||
		    len != (uint32_t)wanted) {
			return false;
		}
	}
	return fdt_get(fdt, node, "no-such-property", &len) == NULL;
}

static bool lookups_agree(const struct fdt *fdt, const struct fdt_node *node,
			  int offset)
{
	const void *blob = fdt->data;
	struct fdt_node found;
	uint32_t phandle;
	char path[1024];
	int wanted;

	if (fdt_get_path(blob, offset, path, sizeof(path)) == 0) {
		/* Below "a@0" it may find nothing where below "a" it would. */
		wanted = fdt_path_offset(blob, path);
		if (fdt_find_path(fdt, path, &found) ?
			    offset_in(fdt, &found) != (uint32_t)wanted :
			    wanted >= 0) {
			return false;
		}
	}
	if (fdt_get_u32(fdt, node, "phandle", &phandle) &&
	    phandle + 1 > 1) { /* neither 0 nor ~0, which libfdt excludes */
		wanted = fdt_node_offset_by_phandle(blob, phandle);
		if (!fdt_find_phandle(fdt, phandle, &found) ||
		    offset_in(fdt, &found) != (uint32_t)wanted) {
			return false;
		}
	}
	return fdt_is_compatible(fdt, node, "arm,primecell") ==
	       (fdt_node_check_compatible(blob, offset, "arm,primecell") == 0);
}

static bool reservations_agree(const struct fdt *fdt)
{
	const int count = fdt_num_mem_rsv(fdt->data);
	struct fdt_range range;
	uint64_t start, size;

	for (int i = 0; i < count; i++) {
		if (!fdt_reservation(fdt, (uint32_t)i, &range) ||
		    fdt_get_mem_rsv(fdt->data, i, &start, &size) != 0 ||
		    range.start != start || range.size != size) {
			return false;
		}
	}
	return count >= 0 && !fdt_reservation(fdt, (uint32_t)count, &range);
}

static bool readers_agree(const struct fdt *fdt)
{
	struct fdt_node node = fdt_root(fdt);
	int depth = 0, offset;
	bool more = true;

	if (fdt_check_full(fdt->data, fdt_totalsize(fdt->data)) != 0) {
		return false;
	}
	for (offset = 0; offset >= 0 && depth >= 0;
	     offset = fdt_next_node(fdt->data, offset, &depth)) {
		if (!more || (unsigned int)depth != node.depth ||
		    offset_in(fdt, &node) != (uint32_t)offset ||
		    fdt_name(fdt, &node) !=
			    fdt_get_name(fdt->data, offset, NULL) ||
		    !properties_agree(fdt, &node, offset) ||
		    !lookups_agree(fdt, &node, offset)) {
			return false;
		}
		more = fdt_next(fdt, &node);
	}
	return !more && reservations_agree(fdt);
}

const char *open_bytes(const void *data, size_t size)
{
	unsigned char *copy = exact_copy(data, size);
	struct fdt fdt;
	const char *why = fdt_open(&fdt, copy, size);

	if (why == NULL) {
		EXPECT(readers_agree(&fdt));
	}
	exact_free(copy, size);
	return why;
}

size_t real_tree(unsigned char *blob)
{
	if (!EXPECT(host_tree_count > 0) ||
	    !EXPECT_EQ(fdt_open_into(host_trees[0].data, blob, TREE_ROOM), 0)) {
		return 0;
	}
	fdt_pack(blob);
	return fdt_totalsize(blob);
}
