/* SPDX-License-Identifier: MIT */
/*
 * kmalloc.c - kernel objects. Objects of one power-of-two size share pages
 * (slabs), whose struct page holds their free list and count; anything larger
 * than half a page is a block of pages of its own.
 *
 * Invariant: a slab is on its class's list exactly while it has a free
 * object, and a class keeps at most one slab that is wholly free.
 */
#include "mm/kmalloc.h"

#include "arch.h"
#include "lib/string.h"
#include "mm/page.h"
#include "spinlock.h"

#define KMALLOC_MIN_SHIFT 4
#define KMALLOC_MAX       (PAGE_SIZE / 2)
#define KMALLOC_CLASSES   (PAGE_SHIFT - KMALLOC_MIN_SHIFT)

struct kmalloc_class {
	struct spinlock lock;
	struct list partial; /* slabs with a free object; wholly free: last */
	struct page *empty;  /* the wholly free one, or NULL */
	size_t objects;      /* handed out */
	size_t slabs;
};

/* Zero-filled is right for all but the lists: see kmalloc_slab_of(). */
static struct kmalloc_class kmalloc_classes[KMALLOC_CLASSES];

static unsigned int kmalloc_class_of(size_t size)
{
	const size_t least = MAX(size, (size_t)1 << KMALLOC_MIN_SHIFT);

	/* The least n with size <= 2^n, from the first class's on. */
	return 64 - (unsigned int)__builtin_clzll(least - 1) -
	       KMALLOC_MIN_SHIFT;
}

/* A new page cut into objects, on the class's list; NULL: out of memory. */
static struct page *kmalloc_new_slab(struct kmalloc_class *class, size_t size)
{
	paddr_t pa = page_alloc(0);
	struct page *page;
	char *start;

	if (pa == PADDR_NONE) {
		return NULL;
	}
	page = page_of(pa);
	/* page.c may look at this while it frees a neighbour: not free. */
	WRITE_ONCE(page->kind, PAGE_SLAB);
	page->objsize = (uint32_t)size;
	page->in_use = 0;
	page->freelist = NULL;
	start = phys_to_virt(pa);
	/* From the end, so that objects are handed out upwards. */
	for (char *p = start + PAGE_SIZE - size; p >= start; p -= size) {
		*(void **)p = page->freelist;
		page->freelist = p;
	}
	list_push(&class->partial, &page->list);
	class->slabs++;
	return page;
}

static struct page *kmalloc_slab_of(struct kmalloc_class *class, size_t size)
{
	if (unlikely(class->partial.next == NULL)) {
		list_init(&class->partial);
	}
	if (unlikely(list_empty(&class->partial))) {
		return kmalloc_new_slab(class, size);
	}
	return list_entry(class->partial.next, struct page, list);
}

static void *kmalloc_small(size_t size)
{
	unsigned int index = kmalloc_class_of(size);
	struct kmalloc_class *class = &kmalloc_classes[index];
	unsigned long flags = spin_lock_irqsave(&class->lock);
	struct page *page;
	void *object = NULL;

	page = kmalloc_slab_of(class, (size_t)1 << (index + KMALLOC_MIN_SHIFT));
	if (likely(page != NULL)) {
		object = page->freelist;
		page->freelist = *(void **)object;
		page->in_use++;
		class->objects++;
		if (page == class->empty) {
			class->empty = NULL;
		}
		if (page->freelist == NULL) {
			list_remove(&page->list);
		}
	}
	spin_unlock_irqrestore(&class->lock, flags);
	return object;
}

static void *kmalloc_large(size_t size)
{
	unsigned int order = 0;
	paddr_t pa;

	if (size > (size_t)PAGE_SIZE << PAGE_MAX_ORDER) {
		return NULL;
	}
	while (((size_t)PAGE_SIZE << order) < size) {
		order++;
	}
	pa = page_alloc(order);
	if (pa == PADDR_NONE) {
		return NULL;
	}
	/* The size as asked: the object check can be exact. */
	page_of(pa)->objsize = (uint32_t)size;
	return phys_to_virt(pa);
}

void *kmalloc(size_t size)
{
	if (size == 0) {
		return NULL;
	}
	return size <= KMALLOC_MAX ? kmalloc_small(size) : kmalloc_large(size);
}

void *kzalloc(size_t size)
{
	void *object = kmalloc(size);

	if (object != NULL) {
		memset(object, 0, size);
	}
	return object;
}

/* The block that holds p, if kmalloc() owns it, and where it starts. */
static struct page *kmalloc_page_of(const void *p, const char **start)
{
	struct page *page;
	paddr_t pa;

	if (!virt_is_linear(p)) {
		return NULL;
	}
	pa = virt_to_phys(p);
	page = page_of(pa);
	if (page == NULL || page->objsize == 0) {
		return NULL;
	}
	*start = phys_to_virt(ALIGN_DOWN(pa, (paddr_t)PAGE_SIZE
						     << page->order));
	return page;
}

/* Drops the last wholly free slab but one; the class's lock is held. */
static void kmalloc_slab_emptied(struct kmalloc_class *class,
				 struct page *page, paddr_t pa)
{
	list_remove(&page->list);
	if (class->empty == NULL) {
		class->empty = page;
		list_append(&class->partial, &page->list);
		return;
	}
	class->slabs--;
	WRITE_ONCE(page->kind, PAGE_USED);
	page_put(pa);
}

static void kfree_small(struct page *page, void *object, const char *start)
{
	unsigned int index = kmalloc_class_of(page->objsize);
	struct kmalloc_class *class = &kmalloc_classes[index];
	unsigned long flags = spin_lock_irqsave(&class->lock);

	/* This finds the simplest double frees, not all of them. */
	if (unlikely(page->in_use == 0 || page->freelist == object)) {
		panic("kfree: %p is free already", object);
	}
	if (page->freelist == NULL) {
		list_push(&class->partial, &page->list);
	}
	*(void **)object = page->freelist;
	page->freelist = object;
	page->in_use--;
	class->objects--;
	if (page->in_use == 0) {
		kmalloc_slab_emptied(class, page, virt_to_phys(start));
	}
	spin_unlock_irqrestore(&class->lock, flags);
}

void kfree(void *object)
{
	const char *start;
	struct page *page;
	size_t offset;

	if (object == NULL) {
		return;
	}
	page = kmalloc_page_of(object, &start);
	if (unlikely(page == NULL)) {
		panic("kfree: %p was not handed out by kmalloc()", object);
	}
	offset = (size_t)((const char *)object - start);
	if (unlikely(page->kind == PAGE_SLAB ? offset % page->objsize != 0 :
					       offset != 0)) {
		panic("kfree: %p is inside an object", object);
	}
	if (page->kind == PAGE_SLAB) {
		kfree_small(page, object, start);
	} else {
		page_put(virt_to_phys(object));
	}
}

bool kmalloc_find(const void *p, const void **start, size_t *size)
{
	const char *block;
	struct page *page = kmalloc_page_of(p, &block);
	size_t offset;

	if (page == NULL) {
		return false;
	}
	offset = (size_t)((const char *)p - block);
	/* Past a large object, in its last page, p still belongs to it: the
	 * check must see that a copy from there leaves the object. */
	offset = page->kind == PAGE_SLAB ?
			 ALIGN_DOWN(offset, page->objsize) : 0;
	*start = block + offset;
	*size = page->objsize;
	return true;
}

bool kmalloc_usage(unsigned int index, struct kmalloc_usage *usage)
{
	const struct kmalloc_class *class = &kmalloc_classes[index];

	if (index >= KMALLOC_CLASSES) {
		return false;
	}
	usage->size = (size_t)1 << (index + KMALLOC_MIN_SHIFT);
	usage->objects = READ_ONCE(class->objects);
	usage->slabs = READ_ONCE(class->slabs);
	return true;
}
