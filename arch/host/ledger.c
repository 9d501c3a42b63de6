/* SPDX-License-Identifier: MIT */
/*
 * ledger.c - a CPU as the architecture allows it to be, where QEMU is kind:
 * its TLB holds each translation from the moment that a walk could find it
 * until a TLBI names it (Arm ARM D8.16, D8.17), and its walk cache each table
 * that a walk could have come to. Stores reach the walks at a DSB, a TLBI has
 * had its effect after the next one, and TTBR0_EL1 counts after an ISB.
 *
 * It reads the real tables, and shares no code with what writes them.
 */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "cpu_model.h"
#include "host.h"
#include "mm/page.h"
#include "pgtable.h"

struct translation {
	struct translation *next; /* in its bucket */
	unsigned int asid, prot;
	uint64_t va;
	paddr_t pa;
};

/* A table that a walk may go through: linked now, or cached since. It may be
 * several programs', and is listed for the ASID of each. */
struct table {
	struct table *next;
	unsigned int asid;
	int level;
	bool read_only;     /* a table descriptor above it said so (APTable) */
	uint64_t va;        /* the first address that it is about */
	paddr_t root, pa;
};

#define BUCKETS  4096
#define ASIDS    65536
#define FRAMES   (HOST_RAM_END >> PAGE_SHIFT)
#define TTBR_ROOT(ttbr) ((ttbr) & (BIT(48) - 2))
#define TTBR_ASID(ttbr) ((unsigned int)((ttbr) >> 48))

static struct translation *buckets[BUCKETS];
static struct table *tables;
static size_t ledger_count;
static unsigned int asid_count[ASIDS]; /* translations and tables of each */
static paddr_t asid_root[ASIDS];       /* whose they are */
static uint16_t frame_count[FRAMES];   /* translations to each */

static uint64_t ttbr0; /* 0: no address space is current */
/* What this CPU has not waited for yet. */
static struct {
	bool store, tlbi, context, zeroes;
} pending;

unsigned int host_rollovers;
void (*host_on_instruction)(void);

/* ---- Translations --------------------------------------------------- */

static struct translation **translation_find(unsigned int asid, uint64_t va)
{
	uint64_t hash = (va >> PAGE_SHIFT) * UINT64_C(0x9e3779b97f4a7c15);
	struct translation **link = &buckets[(asid + (hash >> 40)) % BUCKETS];

	while (*link != NULL && ((*link)->asid != asid || (*link)->va != va)) {
		link = &(*link)->next;
	}
	return link;
}

/* What EL0 may do by this page descriptor. */
static unsigned int desc_prot(uint64_t desc)
{
	return (desc & PT_AP_USER ? VM_READ : 0) |
	       (desc & PT_AP_USER && !(desc & PT_AP_RDONLY) ? VM_WRITE : 0) |
	       (desc & PT_UXN ? 0 : VM_EXEC);
}

/* The TLB takes in what a page descriptor says, if it has nothing there. */
static void translation_enter(unsigned int asid, uint64_t va, uint64_t desc)
{
	struct translation **link = translation_find(asid, va);
	struct translation *t = *link;
	paddr_t pa = desc & PT_ADDR;

	if (t != NULL && t->pa != pa) {
		panic("0x%lx: changed without break-before-make", va);
	}
	if (!(desc & PT_AF)) {
		return; /* an access-flag fault comes first, each time */
	}
	if (page_refs(pa) == 0) {
		panic("0x%lx: mapped to a page that is free", va);
	}
	if (t != NULL) {
		return; /* a stale entry with other rights stays as it is */
	}
	t = malloc(sizeof(*t));
	*t = (struct translation){ .asid = asid, .prot = desc_prot(desc),
				   .va = va, .pa = pa };
	*link = t;
	ledger_count++;
	asid_count[asid]++;
	frame_count[pa >> PAGE_SHIFT]++;
}

static void translation_forget(struct translation **link)
{
	struct translation *t = *link;

	*link = t->next;
	ledger_count--;
	asid_count[t->asid]--;
	frame_count[t->pa >> PAGE_SHIFT]--;
	free(t);
}

/* ---- Tables --------------------------------------------------------- */

static bool desc_is_table(uint64_t desc, int level)
{
	return level < 3 && (desc & 3) == 3;
}

/* The first table at pa in the list that begins at *table; NULL: none. */
static struct table *table_find(struct table *table, paddr_t pa)
{
	while (table != NULL && table->pa != pa) {
		table = table->next;
	}
	return table;
}

static uint64_t slot_va(const struct table *table, unsigned int index)
{
	return table->va +
	       ((uint64_t)index << pgtable_level_shift(table->level));
}

static void table_enter(const struct table *new);

/* What a walk, or a prefetch, may take in from one slot of a table. */
static void slot_enter(const struct table *table, unsigned int index,
		       uint64_t desc)
{
	if (!(desc & PT_VALID)) {
		return;
	}
	if (desc_is_table(desc, table->level)) {
		table_enter(&(struct table){
			.asid = table->asid, .root = table->root,
			.level = table->level + 1, .pa = desc & PT_ADDR,
			.va = slot_va(table, index),
			.read_only = table->read_only ||
				     (desc & PT_TABLE_AP_RDONLY),
		});
	} else {
		translation_enter(table->asid, slot_va(table, index),
				  desc | (table->read_only ? PT_AP_RDONLY : 0));
	}
}

/* Whether walks with the table's ASID may come to it already. Panics where
 * two programs have it that must not. */
static bool table_is_known(const struct table *new)
{
	struct table *table = table_find(tables, new->pa);
	bool known = false;

	for (; table != NULL; table = table_find(table->next, new->pa)) {
		const bool same = table->asid == new->asid;

		if (table->va != new->va || table->level != new->level ||
		    (same && table->root != new->root) ||
		    (!same && new->level < 3)) {
			panic("a table has a new place while walks of its old "
			      "one may be cached");
		}
		if (!same && (!new->read_only || !table->read_only)) {
			panic("a table may be written through, while another "
			      "program's walks come to it");
		}
		known |= same;
	}
	return known;
}

/* A walk may come to this table, and from there on to all below it. */
static void table_enter(const struct table *new)
{
	const uint64_t *slots = phys_to_virt(new->pa);
	struct table *table;

	if (table_is_known(new)) {
		return; /* with other rights above it, it stays as it was */
	}
	table = malloc(sizeof(*table));
	*table = *new;
	table->next = tables;
	tables = table;
	asid_count[table->asid]++;
	for (unsigned int i = 0; i < PT_ENTRIES; i++) {
		slot_enter(table, i, slots[i]);
	}
}

/* Whether a walk from the current root comes to the table right now, and if
 * that may write. */
static bool table_is_linked(const struct table *table, bool *read_only)
{
	paddr_t pa = TTBR_ROOT(ttbr0);
	unsigned int index;

	*read_only = false;

	if (table->root != pa || table->asid != TTBR_ASID(ttbr0)) {
		return false;
	}
	for (int level = PT_FIRST_LEVEL; level < table->level; level++) {
		const uint64_t *slots = phys_to_virt(pa);

		index = (table->va >> pgtable_level_shift(level)) %
			PT_ENTRIES;
		if (!desc_is_table(slots[index], level)) {
			return false;
		}
		*read_only |= (slots[index] & PT_TABLE_AP_RDONLY) != 0;
		pa = slots[index] & PT_ADDR;
	}
	return pa == table->pa;
}

static bool table_covers(const struct table *table, uint64_t va)
{
	return va >> pgtable_level_shift(table->level - 1) ==
	       table->va >> pgtable_level_shift(table->level - 1);
}

/* ---- The instructions ----------------------------------------------- */

static void instruction(void)
{
	const __typeof__(pending) ours = pending;

	if (host_on_instruction != NULL) {
		memset(&pending, 0, sizeof(pending)); /* it is another CPU */
		host_on_instruction();
		pending = ours;
	}
}

static void store(uint64_t *slot, uint64_t desc)
{
	paddr_t pa = virt_to_phys(slot);
	struct table *table = table_find(tables, ALIGN_DOWN(pa, PAGE_SIZE));
	uint64_t old = *slot;

	*slot = desc;
	if (table == NULL || !((old | desc) & PT_VALID)) {
		return; /* no walk can see it */
	}
	if ((old & desc & PT_VALID) &&
	    (((old ^ desc) & (PT_ADDR | PT_ATTR(7) | PT_SH_INNER | PT_NG)) ||
	     desc_is_table(old, table->level) !=
		     desc_is_table(desc, table->level))) {
		panic("a valid descriptor is replaced, without "
		      "break-before-make");
	}
	if (desc_is_table(desc, table->level) && !(old & PT_VALID) &&
	    pending.zeroes) {
		panic("a table is linked before its zeroes can be seen");
	}
	pending.store = true;
	for (; table != NULL; table = table_find(table->next, table->pa)) {
		slot_enter(table,
			   (unsigned int)(pa % PAGE_SIZE / sizeof(*slot)),
			   desc);
	}
}

void pgtable_write(uint64_t *slot, uint64_t desc)
{
	instruction();
	store(slot, desc);
}

bool pgtable_exchange(uint64_t *slot, uint64_t old, uint64_t new)
{
	instruction();
	if (*slot != old) {
		return false;
	}
	store(slot, new);
	return true;
}

void model_barrier(enum model_barrier barrier)
{
	instruction();
	pending.zeroes = false;
	if (barrier == BARRIER_isb) {
		pending.context = false;
	} else if (barrier != BARRIER_dmb) {
		pending.store = false;
	}
	if (barrier == BARRIER_dsb_ish) {
		pending.tlbi = false;
	}
}

/* Whether a TLBI for (asid, va) is also about this ASID and address. */
struct scope {
	bool all_asids, all_addresses;
	unsigned int asid;
	uint64_t va;
};

static void forget_translations(const struct scope *s)
{
	if (!s->all_addresses) {
		struct translation **link = translation_find(s->asid, s->va);

		if (*link != NULL) {
			translation_forget(link);
		}
		return;
	}
	for (unsigned int i = 0; i < BUCKETS; i++) {
		struct translation **link = &buckets[i];

		while (*link != NULL) {
			if (s->all_asids || (*link)->asid == s->asid) {
				translation_forget(link);
			} else {
				link = &(*link)->next;
			}
		}
	}
}

static void forget_tables(const struct scope *s)
{
	struct table **link = &tables;

	while (*link != NULL) {
		struct table *table = *link;
		bool meant = (s->all_asids || table->asid == s->asid) &&
			     (s->all_addresses || table_covers(table, s->va));
		bool read_only;

		/* What is linked would be taken in again at once. */
		if (meant && table_is_linked(table, &read_only)) {
			table->read_only = read_only;
			link = &table->next;
		} else if (meant) {
			*link = table->next;
			asid_count[table->asid]--;
			free(table);
		} else {
			link = &table->next;
		}
	}
}

/* What the tables still allow, a walk may take in again at once: a TLBI that
 * comes before the store is as good as none. */
static void take_in_again(const struct scope *s)
{
	for (struct table *table = tables; table; table = table->next) {
		const uint64_t *slots = phys_to_virt(table->pa);

		bool read_only;

		for (unsigned int i = 0; i < PT_ENTRIES && table->level == 3 &&
		     table_is_linked(table, &read_only); i++) {
			if (s->all_addresses || slot_va(table, i) == s->va) {
				slot_enter(table, i, slots[i]);
			}
		}
	}
}

void model_tlbi(enum model_tlbi op, uint64_t operand)
{
	const struct scope s = {
		.all_asids = op == TLBI_vmalle1is,
		.all_addresses = op == TLBI_vmalle1is || op == TLBI_aside1is,
		.asid = (unsigned int)(operand >> 48),
		.va = ALIGN_DOWN((operand & (BIT(44) - 1)) << 12, PAGE_SIZE),
	};

	instruction();
	if (pending.store) {
		panic("TLBI before the walks can see the store (DSB ISHST)");
	}
	host_rollovers += op == TLBI_vmalle1is;
	pending.tlbi = true;
	forget_translations(&s);
	forget_tables(&s);
	take_in_again(&s);
}

void model_write_ttbr0_el1(uint64_t value)
{
	unsigned int asid = TTBR_ASID(value);

	ttbr0 = value;
	pending.context = true;
	if (TTBR_ROOT(value) == 0) {
		return;
	}
	if (pending.store) {
		panic("tables become current before a walk can see them");
	}
	if (asid_count[asid] != 0 && asid_root[asid] != TTBR_ROOT(value)) {
		panic("ASID %u is used again with live translations", asid);
	}
	asid_root[asid] = TTBR_ROOT(value);
	table_enter(&(struct table){ .asid = asid, .root = TTBR_ROOT(value),
				     .pa = TTBR_ROOT(value),
				     .level = PT_FIRST_LEVEL });
}

/* ---- What tests ask ------------------------------------------------- */

/* The page descriptor of va in the current tables, with the rights of its whole
 * walk; 0: there is none. */
static uint64_t walk(uint64_t va)
{
	paddr_t pa = TTBR_ROOT(ttbr0);
	uint64_t above = 0;

	for (int level = PT_FIRST_LEVEL; ; level++) {
		const uint64_t *slots = phys_to_virt(pa);
		uint64_t desc = slots[(va >> pgtable_level_shift(level)) %
				      PT_ENTRIES];

		if (!desc_is_table(desc, level)) {
			desc |= above & PT_TABLE_AP_RDONLY ? PT_AP_RDONLY : 0;
			return desc & PT_VALID ? desc : 0;
		}
		above |= desc;
		pa = desc & PT_ADDR;
	}
}

paddr_t host_access(uint64_t va, unsigned int access)
{
	uint64_t offset = va % PAGE_SIZE, desc;
	unsigned int asid = TTBR_ASID(ttbr0);
	struct translation *t;

	if (pending.store || pending.tlbi || pending.context) {
		panic("0x%lx is accessed before a barrier: %s", va,
		      pending.store ? "DSB ISHST" :
		      pending.tlbi ? "DSB ISH" : "ISB");
	}
	t = *translation_find(asid, va - offset);
	desc = t == NULL && va < USER_END ? walk(va) : 0;
	if (desc != 0) {
		translation_enter(asid, va - offset, desc);
		t = *translation_find(asid, va - offset);
	}
	if (t == NULL || (t->prot & access) == 0) {
		return PADDR_NONE;
	}
	if (access == VM_EXEC && icache_is_stale(t->pa)) {
		panic("0x%lx: fetched, but the instruction cache is stale", va);
	}
	return t->pa + offset;
}

void host_page_freed(paddr_t pa)
{
	if (frame_count[pa >> PAGE_SHIFT] != 0) {
		panic("page 0x%lx is freed, but translations to it live", pa);
	}
	if (table_find(tables, pa) != NULL) {
		panic("table 0x%lx is freed, but walks go through it", pa);
	}
	if (pending.tlbi) {
		panic("page 0x%lx is freed before the TLBI has ended", pa);
	}
	icache_forget(pa);
}

void host_page_zeroed(void)
{
	pending.zeroes = true;
}

size_t host_ledger_count(void)
{
	return ledger_count;
}
