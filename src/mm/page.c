/* SPDX-License-Identifier: MIT */
/*
 * page.c - the buddy allocator. Each bank of RAM begins with its own struct
 * bank and the struct pages of the rest. That array is not even zeroed at
 * boot: only the pages below bank->carved have metadata, and the mark moves
 * up block by block as memory is first asked for.
 *
 * Invariant: every page below the mark is the head of exactly one block, free
 * or handed out, or a PAGE_TAIL inside one. A block of 2^n pages begins at a
 * multiple of 2^n pages, so the head of any page is found by rounding down.
 *
 * Single pages mostly come from a small cache that each CPU has, and go back
 * there: without a lock, and in the order last in, first out.
 */
#include "mm/page.h"

#include "arch.h"
#include "cpu.h"
#include "spinlock.h"

/* Guards the banks: free lists, marks, and the count of their free pages. */
static struct spinlock page_lock = SPINLOCK_INIT;
struct bank *page_banks;
static size_t page_total, page_free;

static struct page *page_at(struct bank *bank, uint64_t frame)
{
	return &bank->pages[frame - bank->first];
}

/* ---- Free blocks; the caller holds page_lock ------------------------ */

static void page_link(struct bank *bank, struct page *page, unsigned int order)
{
	page->kind = PAGE_FREE;
	page->order = (uint8_t)order;
	list_push(&bank->free[order], &page->list);
	bank->orders |= 1u << order;
}

static void page_unlink(struct bank *bank, struct page *page)
{
	list_remove(&page->list);
	if (list_empty(&bank->free[page->order])) {
		bank->orders &= ~(1u << page->order);
	}
}

/* The free buddy of a block, of the same order; NULL if it is not free. */
static struct page *page_free_buddy(struct bank *bank, uint64_t frame,
				    unsigned int order)
{
	uint64_t buddy = frame ^ BIT(order);
	struct page *page;

	if (buddy - bank->first >= bank->carved) {
		return NULL;
	}
	page = page_at(bank, buddy);
	return page->kind == PAGE_FREE && page->order == order ? page : NULL;
}

/* Gives a block back, joined with its buddies as far as they are free. */
static void page_join(struct bank *bank, uint64_t frame, unsigned int order)
{
	struct page *buddy;

	while (order < PAGE_MAX_ORDER &&
	       (buddy = page_free_buddy(bank, frame, order)) != NULL) {
		page_unlink(bank, buddy);
		page_at(bank, frame | BIT(order))->kind = PAGE_TAIL;
		frame &= ~BIT(order);
		order++;
	}
	page_link(bank, page_at(bank, frame), order);
}

/*
 * Makes metadata for the next frames that have none: a block of 2^order
 * pages, or a smaller one where alignment or the end of the bank ask for it.
 * Returns false when the whole bank has been carved.
 */
static bool page_carve(struct bank *bank, unsigned int order)
{
	uint64_t frame = bank->first + bank->carved;

	if (frame == bank->end) {
		return false;
	}
	while (!IS_ALIGNED(frame, BIT(order)) ||
	       bank->end - frame < BIT(order)) {
		order--;
	}
	page_at(bank, frame)->refs = 0;
	for (uint64_t i = 1; i < BIT(order); i++) {
		page_at(bank, frame + i)->refs = 0;
		page_at(bank, frame + i)->kind = PAGE_TAIL;
	}
	__atomic_store_n(&bank->carved, bank->carved + BIT(order),
			 __ATOMIC_RELEASE);
	page_join(bank, frame, order);
	return true;
}

static inline void page_hand_out(struct page *page, unsigned int order)
{
	page->kind = PAGE_USED;
	page->order = (uint8_t)order;
	page->objsize = 0;
	page->in_use = 0;
	page->refs = 1;
}

/* Takes a block out of the bank, carving and splitting; NULL: it has none. */
static struct page *page_take(struct bank *bank, unsigned int order)
{
	struct page *page;
	unsigned int n;

	while (bank->orders >> order == 0) {
		if (!page_carve(bank, order)) {
			return NULL;
		}
	}
	n = order + (unsigned int)__builtin_ctz(bank->orders >> order);
	page = list_entry(bank->free[n].next, struct page, list);
	page_unlink(bank, page);
	while (n > order) {
		n--;
		page_link(bank, page + BIT(n), n);
	}
	page_free -= BIT(order);
	page_hand_out(page, order);
	return page;
}

/* ---- Boot ----------------------------------------------------------- */

void page_add_ram(paddr_t start, paddr_t end)
{
	uint64_t frame = ALIGN_UP(start, PAGE_SIZE) >> PAGE_SHIFT;
	uint64_t last = end >> PAGE_SHIFT;
	uint64_t frames = last > frame ? last - frame : 0;
	uint64_t meta = ALIGN_UP(sizeof(struct bank) +
				 frames * sizeof(struct page),
				 PAGE_SIZE) >> PAGE_SHIFT;
	struct bank *bank = phys_to_virt(frame << PAGE_SHIFT);
	struct bank **link = &page_banks;

	if (frames <= meta) {
		return; /* it could hold nothing but its own metadata */
	}
	*bank = (struct bank){ .first = frame + meta, .end = last };
	for (unsigned int n = 0; n <= PAGE_MAX_ORDER; n++) {
		list_init(&bank->free[n]);
	}
	page_total += frames - meta;
	page_free += frames - meta;

	/* The largest bank comes first: most look-ups end there. */
	while (*link != NULL &&
	       (*link)->end - (*link)->first >= frames - meta) {
		link = &(*link)->next;
	}
	bank->next = *link;
	*link = bank;
}

/* A block from any bank, and *pa where it is; NULL: there is none. Caller
 * holds page_lock. */
static struct page *page_take_any(unsigned int order, paddr_t *pa)
{
	for (struct bank *b = page_banks; b != NULL; b = b->next) {
		struct page *page = page_take(b, order);

		if (page != NULL) {
			*pa = (b->first + (uint64_t)(page - b->pages))
			      << PAGE_SHIFT;
			return page;
		}
	}
	*pa = PADDR_NONE;
	return NULL;
}

/* ---- The cache of this CPU; interrupts are masked ------------------- */

static void page_cache_push(struct cpu *cpu, struct page *page, paddr_t pa)
{
	page->kind = PAGE_CACHED;
	page->address = pa;
	page->next = cpu->free_pages;
	cpu->free_pages = page;
	cpu->free_pages_count++;
}

/* The page that came last; NULL: the cache is empty. */
static inline struct page *page_cache_pop(struct cpu *cpu)
{
	struct page *page = cpu->free_pages;

	if (likely(page != NULL)) {
		cpu->free_pages = page->next;
		cpu->free_pages_count--;
	}
	return page;
}

#define PAGE_CACHE_FILL 4 /* the order of a quarter of the cache */

/* Gets a block from the banks, smaller where memory is short, as pages. */
static __attribute__((noinline)) void page_cache_fill(struct cpu *cpu)
{
	unsigned int order = PAGE_CACHE_FILL;
	struct page *page;
	paddr_t pa;

	spin_lock(&page_lock);
	do {
		page = page_take_any(order, &pa);
	} while (page == NULL && order-- > 0);
	spin_unlock(&page_lock);
	/* From the end, so that they are handed out upwards. */
	for (uint64_t i = page == NULL ? 0 : BIT(order); i-- > 0;) {
		page_cache_push(cpu, page + i, pa + (i << PAGE_SHIFT));
	}
}

/* Gives all but `keep` pages back to the banks. Caller holds page_lock. */
static void page_cache_drain(struct cpu *cpu, unsigned int keep)
{
	while (cpu->free_pages_count > keep) {
		uint64_t frame = page_cache_pop(cpu)->address >> PAGE_SHIFT;
		struct bank *bank = NULL;

		page_find(frame, &bank);
		page_join(bank, frame, 0);
		page_free++;
	}
}

static inline paddr_t page_alloc_one(void)
{
	unsigned long flags = arch_irq_save();
	struct cpu *cpu = arch_cpu();
	struct page *page = page_cache_pop(cpu);
	paddr_t pa = PADDR_NONE;

	if (unlikely(page == NULL)) {
		page_cache_fill(cpu);
		page = page_cache_pop(cpu);
	}
	if (likely(page != NULL)) {
		pa = page->address;
		page_hand_out(page, 0);
	}
	arch_irq_restore(flags);
	return pa;
}

/* Out of line, as all that is rare here: what is common costs no frame. */
static __attribute__((noinline)) void page_cache_halve(struct cpu *cpu)
{
	spin_lock(&page_lock);
	page_cache_drain(cpu, PAGE_CACHE_MAX / 2);
	spin_unlock(&page_lock);
}

static inline void page_free_one(struct page *page, paddr_t pa)
{
	unsigned long flags = arch_irq_save();
	struct cpu *cpu = arch_cpu();

	page_cache_push(cpu, page, pa);
	if (unlikely(cpu->free_pages_count > PAGE_CACHE_MAX)) {
		page_cache_halve(cpu);
	}
	arch_irq_restore(flags);
}

void page_drain(void)
{
	unsigned long flags = spin_lock_irqsave(&page_lock);

	page_cache_drain(arch_cpu(), 0);
	spin_unlock_irqrestore(&page_lock, flags);
}

/* ---- The interface -------------------------------------------------- */

static paddr_t page_alloc_block(unsigned int order)
{
	unsigned long flags;
	paddr_t pa;

	if (order > PAGE_MAX_ORDER) {
		return PADDR_NONE;
	}
	flags = spin_lock_irqsave(&page_lock);
	if (page_take_any(order, &pa) == NULL) {
		/* Perhaps the cached pages complete a block. */
		page_cache_drain(arch_cpu(), 0);
		page_take_any(order, &pa);
	}
	spin_unlock_irqrestore(&page_lock, flags);
	return pa;
}

static __attribute__((noinline)) void
page_free_block(struct bank *bank, uint64_t frame, unsigned int order)
{
	unsigned long flags = spin_lock_irqsave(&page_lock);

	page_join(bank, frame, order);
	page_free += BIT(order);
	spin_unlock_irqrestore(&page_lock, flags);
}

paddr_t page_alloc(unsigned int order)
{
	return likely(order == 0) ? page_alloc_one() : page_alloc_block(order);
}

paddr_t page_alloc_zeroed(void)
{
	paddr_t pa = page_alloc_one();

	if (likely(pa != PADDR_NONE)) {
		arch_clear_page(phys_to_virt(pa));
	}
	return pa;
}

/*
 * The page that begins a block which may be shared, and its bank; panics if
 * the frame is not such. (A PAGE_TAIL is not, nor what kmalloc() carves.)
 */
static inline struct page *page_of_block(uint64_t frame, struct bank **bank,
					 const char *who)
{
	struct page *page = page_find(frame, bank);

	if (unlikely(page == NULL || page->kind != PAGE_USED)) {
		panic("%s: no block was handed out at 0x%lx", who,
		      frame << PAGE_SHIFT);
	}
	return page;
}

void page_get(paddr_t pa)
{
	struct bank *bank;
	struct page *page = page_of_block(pa >> PAGE_SHIFT, &bank, "page_get");

	__atomic_fetch_add(&page->refs, 1, __ATOMIC_RELAXED);
}

void page_put(paddr_t pa)
{
	uint64_t frame = pa >> PAGE_SHIFT;
	struct bank *bank;
	struct page *page = page_of_block(frame, &bank, "page_put");
	unsigned int order = page->order;

	/* Release, acquire: all use of the page comes before its end. */
	if (__atomic_sub_fetch(&page->refs, 1, __ATOMIC_ACQ_REL) != 0) {
		return;
	}
	if (likely(order == 0)) {
		page_free_one(page, ALIGN_DOWN(pa, (paddr_t)PAGE_SIZE));
	} else {
		page_free_block(bank, frame, order);
	}
}

bool page_put_unless_last(paddr_t pa)
{
	struct bank *bank;
	struct page *page = page_of_block(pa >> PAGE_SHIFT, &bank, "page_put");
	uint32_t refs = __atomic_load_n(&page->refs, __ATOMIC_RELAXED);

	while (refs != 1) {
		/* Release, as in page_put(). */
		if (__atomic_compare_exchange_n(&page->refs, &refs, refs - 1,
						true, __ATOMIC_RELEASE,
						__ATOMIC_ACQUIRE)) {
			return true;
		}
	}
	return false;
}

uint32_t page_refs(paddr_t pa)
{
	struct page *page = page_of(pa);

	return page == NULL ? 0 : __atomic_load_n(&page->refs,
						  __ATOMIC_RELAXED);
}

size_t page_count_free(void)
{
	return READ_ONCE(page_free) + arch_cpu()->free_pages_count;
}

size_t page_count_total(void)
{
	return page_total;
}
