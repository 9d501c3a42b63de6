/* SPDX-License-Identifier: MIT */
/*
 * tree.c - an AVL tree. Its invariant: at every node the heights of the two
 * subtrees differ by at most one, so a tree of n nodes is never higher than
 * 1.45 log2(n). Insertion and removal change one place and then repair the
 * heights from there up to the root; nothing recurses.
 */
#include "lib/tree.h"

static int height_of(const struct tree_node *n)
{
	return n == NULL ? 0 : n->height;
}

static void tree_update_node(const struct tree *t, struct tree_node *n)
{
	n->height = 1 + MAX(height_of(n->child[TREE_LEFT]),
			    height_of(n->child[TREE_RIGHT]));
	if (t->update != NULL) {
		t->update(n);
	}
}

/* Puts new (perhaps NULL) where old hangs: below its parent, or as the root. */
static void tree_replace(struct tree *t, const struct tree_node *old,
			 struct tree_node *new)
{
	struct tree_node *parent = old->parent;

	if (parent == NULL) {
		t->root = new;
	} else {
		parent->child[parent->child[TREE_RIGHT] == old] = new;
	}
	if (new != NULL) {
		new->parent = parent;
	}
}

static void node_set_child(struct tree_node *n, int side,
			   struct tree_node *child)
{
	n->child[side] = child;
	if (child != NULL) {
		child->parent = n;
	}
}

/*
 * To the right; to the left is the way back. The order x c y n z stays.
 *
 *       n                c
 *      / \              / \
 *     c   z    --->    x   n
 *    / \                  / \
 *   x   y                y   z
 */
static struct tree_node *tree_rotate(struct tree *t, struct tree_node *n,
				     int side)
{
	struct tree_node *c = n->child[!side];

	tree_replace(t, n, c);
	node_set_child(n, !side, c->child[side]);
	node_set_child(c, side, n);
	tree_update_node(t, n);
	tree_update_node(t, c);
	return c;
}

/* Restores the invariant at n; returns the node that is there now. */
static struct tree_node *tree_balance_node(struct tree *t, struct tree_node *n)
{
	for (int side = TREE_LEFT; side <= TREE_RIGHT; side++) {
		struct tree_node *c = n->child[side];

		if (height_of(c) <= height_of(n->child[!side]) + 1) {
			continue;
		}
		if (height_of(c->child[side]) < height_of(c->child[!side])) {
			tree_rotate(t, c, side);
		}
		return tree_rotate(t, n, !side);
	}
	tree_update_node(t, n);
	return n;
}

void tree_changed(struct tree *t, struct tree_node *n)
{
	for (; n != NULL; n = n->parent) {
		n = tree_balance_node(t, n);
	}
}

bool tree_insert(struct tree *t, struct tree_node *n)
{
	struct tree_node *parent = NULL, **link = &t->root;

	while (*link != NULL) {
		parent = *link;
		if (n->key == parent->key) {
			return false;
		}
		link = &parent->child[n->key > parent->key];
	}
	n->child[TREE_LEFT] = n->child[TREE_RIGHT] = NULL;
	n->parent = parent;
	*link = n;
	tree_changed(t, n);
	return true;
}

void tree_remove(struct tree *t, struct tree_node *n)
{
	struct tree_node *left = n->child[TREE_LEFT];
	struct tree_node *right = n->child[TREE_RIGHT];
	struct tree_node *next, *lowest; /* lowest: where heights changed */

	if (left == NULL || right == NULL) {
		lowest = n->parent;
		tree_replace(t, n, left != NULL ? left : right);
	} else {
		/* The next has no left child: it can take n's place. */
		next = tree_next(n);
		lowest = next->parent == n ? next : next->parent;
		tree_replace(t, next, next->child[TREE_RIGHT]);
		node_set_child(next, TREE_LEFT, n->child[TREE_LEFT]);
		node_set_child(next, TREE_RIGHT, n->child[TREE_RIGHT]);
		tree_replace(t, n, next);
	}
	n->child[TREE_LEFT] = n->child[TREE_RIGHT] = n->parent = NULL;
	tree_changed(t, lowest);
}

struct tree_node *tree_take(struct tree *t)
{
	struct tree_node *n = t->root, *below = n;

	while (below != NULL) {
		n = below;
		below = n->child[TREE_LEFT] ?: n->child[TREE_RIGHT];
	}
	if (n != NULL) {
		tree_replace(t, n, NULL);
	}
	return n;
}

/* The node with this key; else the nearest one on that side of it. */
static inline struct tree_node *tree_nearest(const struct tree *t,
					     uint64_t key, int side)
{
	struct tree_node *n = t->root, *best = NULL;

	while (n != NULL) {
		const bool beyond = side == TREE_LEFT ? n->key > key :
							n->key < key;

		best = beyond ? best : n;
		n = n->child[beyond ? side : !side];
	}
	return best;
}

struct tree_node *tree_floor(const struct tree *t, uint64_t key)
{
	return tree_nearest(t, key, TREE_LEFT);
}

struct tree_node *tree_ceiling(const struct tree *t, uint64_t key)
{
	return tree_nearest(t, key, TREE_RIGHT);
}

struct tree_node *tree_find(const struct tree *t, uint64_t key)
{
	struct tree_node *n = tree_floor(t, key);

	return n != NULL && n->key == key ? n : NULL;
}

struct tree_node *tree_first(const struct tree *t)
{
	return tree_ceiling(t, 0);
}

/* The neighbour of n on one side; NULL: there is none. */
static struct tree_node *tree_neighbour(const struct tree_node *n, int side)
{
	struct tree_node *next = n->child[side];

	if (next != NULL) {
		while (next->child[!side] != NULL) {
			next = next->child[!side];
		}
		return next;
	}
	/* Up, until we come from the other side: that parent is the next. */
	for (next = n->parent; next != NULL && next->child[side] == n;) {
		n = next;
		next = n->parent;
	}
	return next;
}

struct tree_node *tree_next(const struct tree_node *n)
{
	return tree_neighbour(n, TREE_RIGHT);
}

struct tree_node *tree_prev(const struct tree_node *n)
{
	return tree_neighbour(n, TREE_LEFT);
}
