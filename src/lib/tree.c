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
	n->height = 1 + MAX(height_of(n->left), height_of(n->right));
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
	} else if (parent->left == old) {
		parent->left = new;
	} else {
		parent->right = new;
	}
	if (new != NULL) {
		new->parent = parent;
	}
}

static void node_set_left(struct tree_node *n, struct tree_node *child)
{
	n->left = child;
	if (child != NULL) {
		child->parent = n;
	}
}

static void node_set_right(struct tree_node *n, struct tree_node *child)
{
	n->right = child;
	if (child != NULL) {
		child->parent = n;
	}
}

/*
 *       n                c
 *      / \              / \
 *     c   z    --->    x   n     and back: the order x c y n z stays
 *    / \                  / \
 *   x   y                y   z
 */
static struct tree_node *tree_rotate_right(struct tree *t, struct tree_node *n)
{
	struct tree_node *c = n->left;

	tree_replace(t, n, c);
	node_set_left(n, c->right);
	node_set_right(c, n);
	tree_update_node(t, n);
	tree_update_node(t, c);
	return c;
}

static struct tree_node *tree_rotate_left(struct tree *t, struct tree_node *n)
{
	struct tree_node *c = n->right;

	tree_replace(t, n, c);
	node_set_right(n, c->left);
	node_set_left(c, n);
	tree_update_node(t, n);
	tree_update_node(t, c);
	return c;
}

/* Restores the invariant at n; returns the node that is there now. */
static struct tree_node *tree_balance_node(struct tree *t, struct tree_node *n)
{
	const int lean = height_of(n->left) - height_of(n->right);

	if (lean > 1) {
		if (height_of(n->left->left) < height_of(n->left->right)) {
			tree_rotate_left(t, n->left);
		}
		return tree_rotate_right(t, n);
	}
	if (lean < -1) {
		if (height_of(n->right->right) < height_of(n->right->left)) {
			tree_rotate_right(t, n->right);
		}
		return tree_rotate_left(t, n);
	}
	tree_update_node(t, n);
	return n;
}

static void tree_balance_up(struct tree *t, struct tree_node *n)
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
		link = n->key < parent->key ? &parent->left : &parent->right;
	}
	n->left = n->right = NULL;
	n->parent = parent;
	*link = n;
	tree_balance_up(t, n);
	return true;
}

void tree_remove(struct tree *t, struct tree_node *n)
{
	struct tree_node *next, *lowest; /* lowest: where heights changed */

	if (n->left == NULL || n->right == NULL) {
		lowest = n->parent;
		tree_replace(t, n, n->left != NULL ? n->left : n->right);
	} else {
		/* The next has no left child: it can take n's place. */
		next = tree_next(n);
		lowest = next->parent == n ? next : next->parent;
		tree_replace(t, next, next->right);
		node_set_left(next, n->left);
		node_set_right(next, n->right);
		tree_replace(t, n, next);
	}
	n->left = n->right = n->parent = NULL;
	tree_balance_up(t, lowest);
}

void tree_changed(struct tree *t, struct tree_node *n)
{
	tree_balance_up(t, n);
}

struct tree_node *tree_floor(const struct tree *t, uint64_t key)
{
	struct tree_node *n = t->root, *best = NULL;

	while (n != NULL) {
		if (n->key <= key) {
			best = n;
			n = n->right;
		} else {
			n = n->left;
		}
	}
	return best;
}

struct tree_node *tree_ceiling(const struct tree *t, uint64_t key)
{
	struct tree_node *n = t->root, *best = NULL;

	while (n != NULL) {
		if (n->key >= key) {
			best = n;
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return best;
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

struct tree_node *tree_next(const struct tree_node *n)
{
	struct tree_node *next = n->right;

	if (next != NULL) {
		while (next->left != NULL) {
			next = next->left;
		}
		return next;
	}
	/* Up, until we come from the left: that parent is the next. */
	for (next = n->parent; next != NULL && next->right == n;) {
		n = next;
		next = n->parent;
	}
	return next;
}

struct tree_node *tree_prev(const struct tree_node *n)
{
	struct tree_node *prev = n->left;

	if (prev != NULL) {
		while (prev->right != NULL) {
			prev = prev->right;
		}
		return prev;
	}
	for (prev = n->parent; prev != NULL && prev->left == n;) {
		n = prev;
		prev = n->parent;
	}
	return prev;
}
