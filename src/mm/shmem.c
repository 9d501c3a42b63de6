// SPDX-License-Identifier: MIT
/*
 * shmem.c - memory objects (see shmem.h): a tree of pages, each with a
 * reference of the object's own beside those of the tables that show it.
 * So a page of an object always has two references while it is mapped, and a
 * private mapping of it never takes it for its own (vm_fault.c).
 */
#include "mm/shmem.h"

#include "arch.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/vm.h"

struct shmem_page {
	struct tree_node node; /* key: the index of the page in the object */
	paddr_t pa;
};

static uint64_t shmem_last_ino; /* changed atomically */

struct shmem *shmem_create(const char *name, uint64_t size)
{
	size_t len = strlen(name) + 1;
	struct shmem *shmem = kzalloc(sizeof(*shmem) + len);

	if (shmem != NULL) {
		shmem->refs = 1;
		shmem->size = size;
		list_init(&shmem->regions);
		shmem->ino = __atomic_add_fetch(&shmem_last_ino, 1,
						__ATOMIC_RELAXED);
		memcpy(shmem->name, name, len);
	}
	return shmem;
}

/* Takes out and frees all pages from index on. Caller holds the lock, or is
 * the last. */
static void shmem_free_from(struct shmem *shmem, uint64_t index)
{
	struct tree_node *node, *next;

	for (node = tree_ceiling(&shmem->pages, index); node != NULL;
	     node = next) {
		struct shmem_page *page =
			container_of(node, struct shmem_page, node);

		next = tree_next(node);
		tree_remove(&shmem->pages, node);
		shmem->page_count--;
		page_put(page->pa);
		kfree(page);
	}
}

void shmem_put(struct shmem *shmem)
{
	if (__atomic_sub_fetch(&shmem->refs, 1, __ATOMIC_ACQ_REL) == 0) {
		shmem_free_from(shmem, 0);
		kfree(shmem);
	}
}

/* A new page of zeroes at index; PADDR_NONE: out of memory. Lock held. */
static paddr_t shmem_add_page(struct shmem *shmem, uint64_t index)
{
	struct shmem_page *page = kmalloc(sizeof(*page));

	if (page == NULL) {
		return PADDR_NONE;
	}
	page->pa = page_alloc_zeroed();
	if (page->pa == PADDR_NONE) {
		kfree(page);
		return PADDR_NONE;
	}
	page->node.key = index;
	tree_insert(&shmem->pages, &page->node);
	shmem->page_count++;
	return page->pa;
}

int shmem_get_page(struct shmem *shmem, uint64_t offset,
		   enum shmem_want want, paddr_t *pa)
{
	uint64_t index = offset >> PAGE_SHIFT;
	struct tree_node *node;
	int err = 0;

	*pa = PADDR_NONE;
	spin_lock(&shmem->lock);
	if (want != SHMEM_EXTEND &&
	    ALIGN_DOWN(offset, PAGE_SIZE) >= shmem->size) {
		err = -ENXIO;
		goto out;
	}
	node = tree_find(&shmem->pages, index);
	if (node != NULL) {
		*pa = container_of(node, struct shmem_page, node)->pa;
	} else if (want != SHMEM_LOOK) {
		*pa = shmem_add_page(shmem, index);
		err = *pa == PADDR_NONE ? -ENOMEM : 0;
	}
	if (*pa != PADDR_NONE) {
		page_get(*pa);
	}
out:
	spin_unlock(&shmem->lock);
	return err;
}

void shmem_extend(struct shmem *shmem, uint64_t size)
{
	spin_lock(&shmem->lock);
	shmem->size = MAX(shmem->size, size);
	spin_unlock(&shmem->lock);
}

void shmem_drop_past_end(struct shmem *shmem)
{
	spin_lock(&shmem->lock);
	shmem_free_from(shmem, (shmem->size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	spin_unlock(&shmem->lock);
}

void shmem_zero_rest(struct shmem *shmem)
{
	uint64_t used = shmem->size % PAGE_SIZE;
	struct tree_node *last;

	spin_lock(&shmem->lock);
	last = tree_find(&shmem->pages, shmem->size >> PAGE_SHIFT);
	if (used != 0 && last != NULL) {
		char *bytes = phys_to_virt(
			container_of(last, struct shmem_page, node)->pa);

		memset(bytes + used, 0, PAGE_SIZE - used);
	}
	spin_unlock(&shmem->lock);
}

void shmem_add_region(struct region *r)
{
	struct shmem *shmem = r->shmem;

	__atomic_fetch_add(&shmem->refs, 1, __ATOMIC_RELAXED);
	spin_lock(&shmem->lock);
	if (r->cuts == shmem->cuts) {
		list_append(&shmem->regions, &r->link);
	} else {
		list_push(&shmem->regions, &r->link); /* it will hear */
	}
	spin_unlock(&shmem->lock);
}

void shmem_remove_region(struct region *r)
{
	struct shmem *shmem = r->shmem;

	spin_lock(&shmem->lock);
	list_remove(&r->link);
	spin_unlock(&shmem->lock);
	shmem_put(shmem);
}
