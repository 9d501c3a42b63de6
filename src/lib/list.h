/* SPDX-License-Identifier: MIT */
/*
 * list.h - a doubly linked ring. The head is a node like any other, so no
 * operation has a special case; an empty list points at itself.
 */
#pragma once

#include "lib/types.h"

struct list {
	struct list *next, *prev;
};

#define LIST_INIT(name) { &(name), &(name) }

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/* Puts n at the end of the list l. */
static inline void list_append(struct list *l, struct list *n)
{
	n->next = l;
	n->prev = l->prev;
	l->prev->next = n;
	l->prev = n;
}

/* Puts n at the front of the list l. */
static inline void list_push(struct list *l, struct list *n)
{
	list_append(l->next, n);
}

/* Takes n out; it becomes an empty list, so removing it again is harmless. */
static inline void list_remove(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

#define list_entry(node, type, member) container_of(node, type, member)

/* From first to last; the body may remove node. */
#define list_for_each_safe(node, head)                                  \
	for (struct list *node = (head)->next, *node##_next = node->next; \
	     node != (head); node = node##_next, node##_next = node->next)
