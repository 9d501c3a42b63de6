/* SPDX-License-Identifier: MIT */
/*
 * tree.h - a balanced search tree (AVL), intrusive, ordered by a 64-bit key.
 * Keys are unique. Regions are kept by start address, tasks by pid.
 */
#pragma once

#include "lib/types.h"

/* What is true of one side is true of the other, in the mirror: !side. */
enum { TREE_LEFT, TREE_RIGHT };

struct tree_node {
	struct tree_node *child[2]; /* TREE_LEFT: smaller keys */
	struct tree_node *parent;
	uint64_t key;
	int height;
};

struct tree {
	struct tree_node *root;
	/* Called for a node whose children or height have changed, children
	 * first: for what a node keeps of its whole subtree. May be NULL. */
	void (*update)(struct tree_node *n);
};

/* Inserts n under n->key. False, and nothing is inserted, if it is taken. */
bool tree_insert(struct tree *t, struct tree_node *n);
void tree_remove(struct tree *t, struct tree_node *n);
/* Takes out some node, without any balance: for who takes them all. NULL: the
 * tree is empty. */
struct tree_node *tree_take(struct tree *t);
/* What the nodes above keep of n's own data is brought up to date. */
void tree_changed(struct tree *t, struct tree_node *n);

/* The node with exactly this key; with the largest key <= / smallest >= it. */
struct tree_node *tree_find(const struct tree *t, uint64_t key);
struct tree_node *tree_floor(const struct tree *t, uint64_t key);
struct tree_node *tree_ceiling(const struct tree *t, uint64_t key);

/* In order of keys; NULL after the last (before the first). */
struct tree_node *tree_first(const struct tree *t);
struct tree_node *tree_next(const struct tree_node *n);
struct tree_node *tree_prev(const struct tree_node *n);
