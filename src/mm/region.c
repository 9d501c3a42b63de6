// SPDX-License-Identifier: MIT
/*
 * region.c - the regions of an address space, in a balanced tree by their
 * start. Each node also knows of its whole subtree where it begins and ends,
 * and the largest gap between two neighbours in it: so a free place is found
 * without looking at every region.
 *
 * Invariants: regions are disjoint, and two neighbours that could be one are
 * one (region_merge()). Pages are not in this file. Next: vm_map.c.
 */
#include "mm/region.h"

#include "mm/kmalloc.h"
#include "mm/shmem.h"

static struct region *region_of(struct tree_node *node)
{
	return node == NULL ? NULL : container_of(node, struct region, node);
}

/* ---- What a node knows of its subtree ------------------------------- */

uint64_t region_low(const struct region *r)
{
	uint64_t gap = r->kind == REGION_STACK ? VM_STACK_GAP : 0;

	return r->start - MIN(r->start, gap);
}

/* The bytes in [from, to), which may be the wrong way round: then none. */
static uint64_t region_room(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

void region_update_subtree(struct tree_node *node)
{
	struct region *r = region_of(node);
	const struct region *left = region_of(node->child[TREE_LEFT]);
	const struct region *right = region_of(node->child[TREE_RIGHT]);
	uint64_t gap = 0;

	r->tree_start = region_low(r);
	r->tree_end = r->end;
	if (left != NULL) {
		gap = MAX(left->tree_gap,
			  region_room(left->tree_end, region_low(r)));
		r->tree_start = left->tree_start;
	}
	if (right != NULL) {
		gap = MAX(gap, right->tree_gap);
		gap = MAX(gap, region_room(r->end, right->tree_start));
		r->tree_end = right->tree_end;
	}
	r->tree_gap = gap;
}

/*
 * The highest place for len bytes in [from, to), apart from r and all below
 * it in the tree; 0: none. Recurses as deep as the tree is high: 24 at most.
 */
static uint64_t region_place_below(const struct region *r, uint64_t from,
				   uint64_t to, uint64_t len)
{
	struct region *left, *right;
	uint64_t place;

	if (region_room(from, to) < len) {
		return 0;
	}
	if (r == NULL) {
		return to - len;
	}
	if (r->tree_gap < len && region_room(from, r->tree_start) < len &&
	    region_room(r->tree_end, to) < len) {
		return 0;
	}
	right = region_of(r->node.child[TREE_RIGHT]);
	place = region_place_below(right, r->end, to, len);
	if (place == 0) {
		left = region_of(r->node.child[TREE_LEFT]);
		place = region_place_below(left, from, MIN(to, region_low(r)),
					   len);
	}
	return place;
}

uint64_t region_find_gap(struct vm *vm, uint64_t len, uint64_t limit)
{
	return region_place_below(region_of(vm->regions.root), VM_MMAP_MIN,
				  limit, len);
}

/* ---- Finding -------------------------------------------------------- */

struct region *region_from(struct vm *vm, uint64_t addr)
{
	struct region *r = region_of(vm->regions.root), *found = NULL;

	while (r != NULL) {
		const bool ends_above = r->end > addr;

		found = ends_above ? r : found;
		r = region_of(r->node.child[ends_above ? TREE_LEFT :
							 TREE_RIGHT]);
	}
	if (found != NULL && found->start <= addr) {
		vm->near = found;
	}
	return found;
}

struct region *region_find(struct vm *vm, uint64_t addr)
{
	struct region *r = region_from(vm, addr);

	return r != NULL && r->start <= addr ? r : NULL;
}

struct region *region_before(struct vm *vm, uint64_t addr)
{
	return addr == 0 ? NULL :
			   region_of(tree_floor(&vm->regions, addr - 1));
}

struct region *vm_first_region(const struct vm *vm)
{
	return region_of(tree_first(&vm->regions));
}

struct region *vm_next_region(const struct region *r)
{
	return region_of(tree_next(&r->node));
}

bool region_range_is_free(struct vm *vm, uint64_t start, uint64_t end)
{
	struct region *r = region_of(tree_floor(&vm->regions, end - 1));

	return r == NULL || r->end <= start;
}

/* ---- Changing ------------------------------------------------------- */

void region_set_start(struct vm *vm, struct region *r, uint64_t start)
{
	if (r->source == SOURCE_SHMEM) {
		r->offset += start - r->start;
	}
	r->start = r->node.key = start;
	tree_changed(&vm->regions, &r->node);
}

static void region_set_end(struct vm *vm, struct region *r, uint64_t end)
{
	r->end = end;
	tree_changed(&vm->regions, &r->node);
}

struct region *region_alloc(struct vm *vm)
{
	struct region *r = vm->spare;

	if (r == NULL) {
		return kmalloc(sizeof(*r));
	}
	vm->spare = NULL;
	return r;
}

void region_free(struct vm *vm, struct region *r)
{
	if (vm->spare == NULL) {
		vm->spare = r;
	} else {
		kfree(r);
	}
}

/* Puts r's contents into the tree, in the memory of `copy`. */
static void region_add_at(struct vm *vm, struct region *copy,
			  const struct region *r)
{
	*copy = *r;
	copy->vm = vm;
	copy->node.key = r->start;
	tree_insert(&vm->regions, &copy->node);
	vm->region_count++;
	if (copy->source == SOURCE_SHMEM) {
		shmem_add_region(copy);
	}
}

int region_add(struct vm *vm, const struct region *r)
{
	struct region *copy = region_alloc(vm);

	if (copy == NULL) {
		return -ENOMEM;
	}
	region_add_at(vm, copy, r);
	return 0;
}

void region_drop(struct vm *vm, struct region *r)
{
	vm->near = NULL;
	vm->region_count--;
	if (r->source == SOURCE_SHMEM) {
		shmem_remove_region(r);
	}
	region_free(vm, r);
}

void region_remove(struct vm *vm, struct region *r)
{
	tree_remove(&vm->regions, &r->node);
	region_drop(vm, r);
}

/*
 * A copy of the tree below `from`, with the same shape, at *link below parent:
 * nothing is searched, nor balanced. Recurses as region_place_below() does.
 */
static int region_copy_below(struct vm *vm, struct tree_node *parent,
			     struct tree_node **link,
			     const struct tree_node *from)
{
	struct region *copy;

	if (from == NULL) {
		return 0;
	}
	copy = kmalloc(sizeof(*copy));
	if (copy == NULL) {
		return -ENOMEM;
	}
	*copy = *container_of(from, const struct region, node);
	copy->vm = vm;
	copy->node.parent = parent;
	copy->node.child[TREE_LEFT] = copy->node.child[TREE_RIGHT] = NULL;
	*link = &copy->node;
	vm->region_count++;
	if (copy->source == SOURCE_SHMEM) {
		shmem_add_region(copy);
	}
	return region_copy_below(vm, *link, &copy->node.child[TREE_LEFT],
				 from->child[TREE_LEFT]) ?:
	       region_copy_below(vm, *link, &copy->node.child[TREE_RIGHT],
				 from->child[TREE_RIGHT]);
}

int region_copy_all(struct vm *vm, const struct vm *from)
{
	return region_copy_below(vm, NULL, &vm->regions.root,
				 from->regions.root);
}

struct region *region_take(struct vm *vm)
{
	return region_of(tree_take(&vm->regions));
}

/* Whether b, which follows a at once, shows what a would if it went on. */
static bool region_continues(const struct region *a, const struct region *b)
{
	if (a->end != b->start || a->prot != b->prot || a->may != b->may ||
	    a->kind != b->kind || a->source != b->source ||
	    a->shared != b->shared) {
		return false;
	}
	switch ((enum region_source)a->source) {
	case SOURCE_ZERO:
		return true;
	case SOURCE_DATA:
		return a->data == b->data && a->data_start == b->data_start &&
		       a->data_len == b->data_len;
	case SOURCE_SHMEM:
		return a->shmem == b->shmem && a->cuts == b->cuts &&
		       a->offset + (a->end - a->start) == b->offset;
	}
	return false;
}

struct region *region_merge(struct vm *vm, struct region *r)
{
	struct region *before = region_of(tree_prev(&r->node));
	uint64_t end = r->end;

	if (before == NULL || !region_continues(before, r)) {
		return r;
	}
	region_remove(vm, r);
	region_set_end(vm, before, end);
	return before;
}

int region_insert(struct vm *vm, const struct region *r,
		  struct region *spare)
{
	struct region *after = region_of(tree_ceiling(&vm->regions, r->end));
	struct region *before = region_before(vm, r->start);

	if (before != NULL && region_continues(before, r)) {
		region_set_end(vm, before, r->end);
		if (after != NULL) {
			region_merge(vm, after);
		}
	} else if (after != NULL && region_continues(r, after)) {
		region_set_start(vm, after, r->start);
	} else if (spare != NULL) {
		region_add_at(vm, spare, r);
		return 0;
	} else {
		return region_add(vm, r);
	}
	region_free(vm, spare);
	return 0;
}

int region_split(struct vm *vm, struct region *r, uint64_t at)
{
	struct region upper = *r;
	int err;

	if (vm->region_count >= VM_REGION_MAX) {
		return -ENOMEM;
	}
	upper.start = at;
	if (upper.source == SOURCE_SHMEM) {
		upper.offset += at - r->start;
	}
	err = region_add(vm, &upper);
	if (err == 0) {
		region_set_end(vm, r, at);
	}
	return err;
}

int region_cut(struct vm *vm, uint64_t start, uint64_t end)
{
	struct region *r = region_from(vm, start), *next;

	if (r != NULL && r->start < start && r->end > end) {
		int err = region_split(vm, r, end);

		if (err != 0) {
			return err;
		}
	}
	for (; r != NULL && r->start < end; r = next) {
		next = vm_next_region(r);
		if (r->start < start) {
			region_set_end(vm, r, start);
		} else if (r->end > end) {
			region_set_start(vm, r, end);
		} else {
			region_remove(vm, r);
		}
	}
	return 0;
}

/* ---- For exec ------------------------------------------------------- */

static bool region_is_valid(const struct region *r)
{
	if (!IS_ALIGNED(r->start | r->end, PAGE_SIZE) || r->start >= r->end ||
	    r->end > USER_END) {
		return false;
	}
	if ((r->prot & VM_WRITE) && (r->prot & VM_EXEC)) {
		return false;
	}
	return r->source != SOURCE_DATA ||
	       (r->data_start >= r->start && r->data_start <= r->end &&
		r->data_len <= r->end - r->data_start);
}

int vm_add_region(struct vm *vm, const struct region *r)
{
	struct region copy = *r;
	int err = -EEXIST;

	if (!region_is_valid(r)) {
		return -EINVAL;
	}
	if (copy.may == 0) {
		copy.may = VM_READ | VM_WRITE | VM_EXEC;
	}
	spin_lock(&vm->lock);
	if (region_range_is_free(vm, r->start, r->end)) {
		err = region_insert(vm, &copy, NULL);
	}
	spin_unlock(&vm->lock);
	return err;
}
