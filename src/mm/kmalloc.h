/* SPDX-License-Identifier: MIT */
/*
 * kmalloc.h - kernel objects of any size, cut from pages by power-of-two
 * classes (16 to half a page); larger ones are whole blocks of pages.
 */
#pragma once

#include "lib/types.h"

/*
 * At least size bytes, aligned to 16 (to the page where size >= a page);
 * NULL when memory is exhausted, and for size 0. Any context.
 */
void *kmalloc(size_t size);
void *kzalloc(size_t size); /* zeroed */
void kfree(void *object);   /* NULL is ignored; a wild pointer panics */

/*
 * The object check of user copies: if p lies in an object of kmalloc(), sets
 * its start and its size in bytes and returns true. So too if p lies past a
 * large object, in its last page: no other object is there.
 */
bool kmalloc_find(const void *p, const void **start, size_t *size);

/* One class of objects: how large they are, how many are handed out, and how
 * many pages (slabs) they come from. */
struct kmalloc_usage {
	size_t size, objects, slabs;
};

/* The class of that index, counted from 0; false: there are not so many. */
bool kmalloc_usage(unsigned int index, struct kmalloc_usage *usage);
