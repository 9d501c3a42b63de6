/* SPDX-License-Identifier: MIT */
/*
 * tree_test.c - the AVL tree against a model: an array that says which keys
 * are in. After every step the whole tree is checked: order, parents, heights,
 * balance, and what each search says.
 */
#include "host.h"

#include "lib/tree.h"

enum { KEYS = 200 };

struct model {
	struct tree tree;
	struct tree_node nodes[KEYS];
	bool in[KEYS];
};

/* The keys lie apart, and reach both ends of 64 bits. */
static uint64_t key_of(int i)
{
	return i == KEYS - 1 ? UINT64_MAX : (uint64_t)i * 3;
}

/* Checks the subtree below n; returns its height, or -1000 if it is wrong. */
static int check_subtree(const struct tree_node *n,
			 const struct tree_node *parent)
{
	const struct tree_node *l, *r;
	int left, right;

	if (n == NULL) {
		return 0;
	}
	l = n->child[TREE_LEFT];
	r = n->child[TREE_RIGHT];
	left = check_subtree(l, n);
	right = check_subtree(r, n);
	if (n->parent != parent || left - right > 1 || right - left > 1 ||
	    n->height != MAX(left, right) + 1 ||
	    (l != NULL && l->key >= n->key) ||
	    (r != NULL && r->key <= n->key)) {
		return -1000;
	}
	return n->height;
}

static struct tree_node *model_from(struct model *m, int i, int step)
{
	for (; i >= 0 && i < KEYS; i += step) {
		if (m->in[i]) {
			return &m->nodes[i];
		}
	}
	return NULL;
}

static bool model_agrees(struct model *m)
{
	const struct tree *t = &m->tree;

	if (check_subtree(t->root, NULL) < 0 ||
	    tree_first(t) != model_from(m, 0, 1)) {
		return false;
	}
	for (int i = 0; i < KEYS; i++) {
		const uint64_t key = key_of(i);
		struct tree_node *here = m->in[i] ? &m->nodes[i] : NULL;
		struct tree_node *below = model_from(m, i - 1, -1);
		struct tree_node *above = model_from(m, i + 1, 1);

		if (tree_find(t, key) != here || tree_find(t, key - 1) ||
		    tree_floor(t, key) != (here ? here : below) ||
		    tree_ceiling(t, key) != (here ? here : above) ||
		    (key > 0 && tree_floor(t, key - 1) != below) ||
		    (i < KEYS - 1 && tree_ceiling(t, key + 1) != above) ||
		    (here && tree_next(here) != above) ||
		    (here && tree_prev(here) != below)) {
			return false;
		}
	}
	return true;
}

static void model_toggle(struct model *m, int i)
{
	struct tree_node twin = { .key = key_of(i) };

	if (m->in[i]) {
		EXPECT(!tree_insert(&m->tree, &twin));
		tree_remove(&m->tree, &m->nodes[i]);
	} else {
		m->nodes[i].key = key_of(i);
		EXPECT(tree_insert(&m->tree, &m->nodes[i]));
	}
	m->in[i] = !m->in[i];
}

TEST(tree, agrees_with_a_model_at_every_step)
{
	struct model m = { .tree = { NULL } };

	random_seed(6);
	/* key_of(0) - 1 is UINT64_MAX: the last key stays out of this one. */
	for (int i = 0; i < 6000; i++) {
		model_toggle(&m, (int)random_below(KEYS - 1));
		if (!EXPECT(model_agrees(&m))) {
			test_note("after step %d", i);
			return;
		}
	}
}

TEST(tree, is_taken_one_after_another_until_it_is_empty)
{
	struct model m = { .tree = { NULL } };
	struct tree_node *n;
	int left = KEYS;

	for (int i = 0; i < KEYS; i++) {
		model_toggle(&m, i);
	}
	while ((n = tree_take(&m.tree)) != NULL && left > 0) {
		/* Whatever is below it would be lost. */
		EXPECT(!n->child[TREE_LEFT] && !n->child[TREE_RIGHT]);
		EXPECT(m.in[n - m.nodes]);
		m.in[n - m.nodes] = false;
		left--;
	}
	EXPECT_EQ(left, 0);
	EXPECT(m.tree.root == NULL && tree_take(&m.tree) == NULL);
}

TEST(tree, stays_low_when_keys_come_in_order)
{
	struct model m = { .tree = { NULL } };

	for (int i = 0; i < KEYS; i++) {
		model_toggle(&m, i);
	}
	/* 1.45 * log2(200) is 11.1. */
	EXPECT(check_subtree(m.tree.root, NULL) <= 11);
	for (int i = 0; i < KEYS; i++) {
		EXPECT(tree_floor(&m.tree, key_of(i)) == &m.nodes[i]);
		EXPECT(tree_ceiling(&m.tree, key_of(i)) == &m.nodes[i]);
		model_toggle(&m, i);
		EXPECT(check_subtree(m.tree.root, NULL) >= 0);
	}
	EXPECT(m.tree.root == NULL);
	EXPECT(tree_first(&m.tree) == NULL);
}
