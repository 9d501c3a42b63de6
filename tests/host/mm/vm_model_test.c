/* SPDX-License-Identifier: MIT */
/*
 * vm_model_test.c - address spaces against a model that keeps every byte of
 * every process and of every memory object. Accesses meet each stale
 * translation (see host.h), and vm_fault() where they fault. Run once with
 * all the memory there is, once with allocations that fail at random, and
 * with so few ASIDs that they roll over all the time.
 */
#include <string.h>

#include "test.h"
#include "inject.h"
#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"
#include "user.h"
#include "vm_model.h"

/* ---- The operations: each does it, says what must come out, compares  */

static void do_create(struct model *m)
{
	arm();
	m->vm = vm_create();
	if (inject_disarm()) {
		EXPECT(m->vm == NULL);
	}
	if (m->vm == NULL) {
		EXPECT(injecting);
		return;
	}
	for (unsigned int i = 0; i < PAGES; i++) {
		m->page[i].prot = NOTHING;
	}
	m->vm->brk_start = m->vm->brk = m->brk = BRK_START;
}

/* Anonymous memory, or with data that lies somewhere in it. */
static void do_map_private(struct model *m, unsigned int from,
			   unsigned int to, unsigned int prot,
			   unsigned int flags)
{
	uint64_t size = (uint64_t)(to - from) * PAGE_SIZE;
	uint64_t start = random_below(&rnd, (uint32_t)size / 2 + 1);
	uint64_t len = random_below(&rnd, (uint32_t)(size - start) + 1);
	const uint8_t *data = program + random_below(&rnd, 99);
	long expected = expected_map(m, from, to, prot, flags), result;

	if (random_below(&rnd, 2) == 0 || len > sizeof(program) - 99) {
		len = 0;
	}
	arm();
	result = vm_map(m->vm, page_va(from), size, flags, &(struct region){
		.prot = (uint8_t)prot, .may = ALL,
		.kind = len > 0 ? REGION_IMAGE : REGION_ANON,
		.source = len > 0 ? SOURCE_DATA : SOURCE_ZERO,
		.data = data, .data_start = start, .data_len = len,
	});
	if (inject_disarm()) {
		expected = -ENOMEM;
	}
	EXPECT_EQ(result, expected != 0 ? expected : (long)page_va(from));
	if (result > 0) {
		memset(m->first[from], 0, size);
		memcpy(m->first[from] + start, data, len);
		model_map(m, from, to, prot);
	}
}

/* A memory object, shared or private. */
static void do_map_object(struct model *m, unsigned int from, unsigned int to,
			  unsigned int prot, unsigned int flags)
{
	unsigned int at = random_below(&rnd, OBJECT_PAGES - 8);
	int8_t which = (int8_t)random_below(&rnd, OBJECTS);
	bool shared = random_below(&rnd, 2) == 0;
	unsigned int may = shared && !(prot & VM_WRITE) &&
				   random_below(&rnd, 2) == 0 ?
				   ALL & ~VM_WRITE : ALL;
	long expected = expected_map(m, from, to, prot, flags), result;

	arm();
	result = vm_map(m->vm, page_va(from), page_va(to) - page_va(from),
			flags, &(struct region){
		.prot = (uint8_t)prot, .may = (uint8_t)may,
		.kind = REGION_FILE, .source = SOURCE_SHMEM, .shared = shared,
		.shmem = object[which].shmem, .offset = at * PAGE_SIZE,
		.cuts = object[which].shmem->cuts,
	});
	if (inject_disarm()) {
		expected = -ENOMEM;
	}
	EXPECT_EQ(result, expected != 0 ? expected : (long)page_va(from));
	for (unsigned int i = from; i < to && result > 0; i++) {
		m->page[i] = (struct model_page){
			.prot = (uint8_t)prot, .may = (uint8_t)may,
			.shared = shared, .object = which,
			.at = (uint8_t)(at + i - from),
		};
	}
}

static void do_map(struct model *m)
{
	unsigned int from, to, prot = random_below(&rnd, 8);
	unsigned int flags = random_below(&rnd, 2) == 0 ? VM_MAP_FIXED :
							  VM_MAP_NOREPLACE;

	random_part(&from, &to);
	if (from == to) {
		return;
	}
	if (random_below(&rnd, 2) == 0) {
		do_map_private(m, from, to, prot, flags);
	} else {
		do_map_object(m, from, to, prot, flags);
	}
}

static void do_unmap(struct model *m)
{
	unsigned int from, to;
	int err;

	random_part(&from, &to);
	if (from == to) {
		return;
	}
	arm();
	err = vm_unmap(m->vm, page_va(from), page_va(to));
	EXPECT_EQ(err, inject_disarm() ? -ENOMEM : 0);
	for (unsigned int i = from; i < to && err == 0; i++) {
		m->page[i].prot = NOTHING;
	}
}

static void do_protect(struct model *m)
{
	unsigned int from, to, prot = random_below(&rnd, 8);
	int err, expected = 0;

	random_part(&from, &to);
	if (from == to) {
		return;
	}
	arm();
	err = vm_protect(m->vm, page_va(from), page_va(to), prot);
	if (inject_disarm()) {
		EXPECT_EQ(err, -ENOMEM);
		/* How far it came is open: now do it all. */
		err = vm_protect(m->vm, page_va(from), page_va(to), prot);
	}
	if ((prot & VM_WRITE) && (prot & VM_EXEC)) {
		expected = -EACCES;
	}
	for (unsigned int i = from; i < to && expected == 0; i++) {
		if (m->page[i].prot == NOTHING) {
			expected = -ENOMEM;
		} else if (prot & ~(unsigned int)m->page[i].may) {
			expected = -EACCES;
		} else {
			m->page[i].prot = (uint8_t)prot;
		}
	}
	EXPECT_EQ(err, expected);
}

static void do_discard(struct model *m)
{
	unsigned int from, to;
	int expected = 0;

	random_part(&from, &to);
	if (from == to) {
		return;
	}
	for (unsigned int i = from; i < to; i++) {
		struct model_page *p = &m->page[i];

		if (p->prot == NOTHING) {
			expected = -ENOMEM;
		} else if (p->object >= 0) {
			p->own = false;
		} else {
			memcpy(m->bytes[i], m->first[i], PAGE_SIZE);
		}
	}
	EXPECT_EQ(vm_advise(m->vm, page_va(from), page_va(to), true), expected);
}

/* Forgets what was accessed and written; it must then be noted again, though
 * the TLB may know of the page. */
static void do_age(struct model *m)
{
	struct arch_vm *avm = &m->vm->arch;
	struct arch_vm_usage usage;
	unsigned int from, to;
	uint8_t *byte;

	random_part(&from, &to);
	arch_vm_age(avm, page_va(from), page_va(to));
	usage = arch_vm_usage(avm, page_va(from), page_va(to));
	EXPECT(usage.accessed == 0 && usage.written == 0);
	if (from == to || expected_access(m, from, VM_WRITE) != 0) {
		return;
	}
	EXPECT_EQ(user_access(m->vm, page_va(from), VM_WRITE, &byte), 0);
	model_own(m, from);
	usage = arch_vm_usage(avm, page_va(from), page_va(from + 1));
	EXPECT(usage.accessed == 1 && usage.written == 1);
}

/* A file's page may have been written elsewhere since it became executable:
 * then it is the program's part to make fetches see that. */
static void program_syncs(struct model *m, unsigned int page)
{
	struct arch_cursor at;
	paddr_t pa = arch_vm_lookup(&m->vm->arch, page_va(page), &at);

	if (m->page[page].object >= 0 && !m->page[page].own &&
	    pa != PADDR_NONE) {
		arch_sync_icache(phys_to_virt(pa), PAGE_SIZE);
	}
}

static void do_access(struct model *m)
{
	static const unsigned int accesses[] = { VM_READ, VM_WRITE, VM_WRITE,
						 VM_EXEC };
	unsigned int access = accesses[random_below(&rnd, 4)];
	unsigned int page = random_below(&rnd, PAGES);
	unsigned int offset = random_below(&rnd, PAGE_SIZE);
	int err, expected = expected_access(m, page, access);
	uint8_t *byte;

	if (access == VM_EXEC) {
		program_syncs(m, page);
	}
	arm();
	err = user_access(m->vm, page_va(page) + offset, access, &byte);
	if (inject_disarm()) {
		expected = -ENOMEM;
	}
	EXPECT_EQ(err, expected);
	if (err != 0) {
		return;
	}
	if (access == VM_WRITE) {
		model_own(m, page);
	}
	EXPECT(memcmp(byte - offset, model_bytes(m, page), PAGE_SIZE) == 0);
	if (access == VM_WRITE) {
		*byte = (uint8_t)random_below(&rnd, 256);
		model_bytes(m, page)[offset] = *byte;
	}
}

/* The page after the break, as an index. */
static unsigned int brk_page(uint64_t brk)
{
	return (unsigned int)((ALIGN_UP(brk, PAGE_SIZE) - WINDOW) / PAGE_SIZE);
}

static void do_brk(struct model *m)
{
	uint64_t brk = BRK_START - 5000 + random_below(&rnd, 20 * PAGE_SIZE);
	unsigned int from = brk_page(m->brk), to = brk_page(brk);
	/* As Linux: a page stays free above what is new. */
	bool allowed = brk >= BRK_START &&
		       (to <= from || model_is_free(m, from, to + 1));
	uint64_t result;

	arm();
	result = vm_brk(m->vm, brk);
	if (inject_disarm()) {
		allowed = false;
	}
	EXPECT_EQ(result, allowed ? brk : m->brk);
	if (result != brk) {
		return;
	}
	m->brk = brk;
	if (to > from) {
		memset(m->first[from], 0, (size_t)(to - from) * PAGE_SIZE);
		model_map(m, from, to, VM_READ | VM_WRITE);
	}
	for (unsigned int i = to; i < from; i++) {
		m->page[i].prot = NOTHING;
	}
}

static void do_fork(struct model *m)
{
	struct model *child = &space[random_below(&rnd, SPACES)];
	struct vm *vm;

	if (child->vm != NULL) {
		return;
	}
	arm();
	vm = vm_fork(m->vm);
	if (inject_disarm()) {
		EXPECT(vm == NULL);
	}
	if (vm == NULL) {
		EXPECT(injecting);
		return;
	}
	*child = *m;
	child->vm = vm;
}

/* An object gets another size: what is cut off is gone, also where it had
 * been copied. */
static void do_truncate(void)
{
	int8_t which = (int8_t)random_below(&rnd, OBJECTS);
	struct object *o = &object[which];
	uint64_t size = random_below(&rnd, OBJECT_PAGES * PAGE_SIZE);
	uint8_t *bytes = o->bytes[0];

	vm_truncate(o->shmem, size);
	if (size < o->size) {
		memset(bytes + size, 0, sizeof(o->bytes) - size);
	}
	for (unsigned int i = 0; i < SPACES * PAGES; i++) {
		struct model_page *p = &space[i / PAGES].page[i % PAGES];

		if (size < o->size && p->prot != NOTHING &&
		    p->object == which && !p->shared &&
		    p->at >= (size + PAGE_SIZE - 1) / PAGE_SIZE) {
			p->own = false;
		}
	}
	o->size = size;
}

/* ---- The run -------------------------------------------------------- */

/* Everything the model knows of one address space. */
static void check_space(struct model *m)
{
	size_t resident = 0;
	struct arch_cursor at;
	uint8_t *byte;

	for (unsigned int i = 0; i < PAGES; i++) {
		resident += arch_vm_lookup(&m->vm->arch, page_va(i), &at) !=
			    PADDR_NONE;
	}
	EXPECT_EQ(pages_mapped(m->vm), resident);
	for (unsigned int i = 0; i < PAGES; i++) {
		int expected = expected_access(m, i, VM_READ);

		EXPECT_EQ(user_access(m->vm, page_va(i), VM_READ, &byte),
			  expected);
		EXPECT(expected != 0 ||
		       memcmp(byte, model_bytes(m, i), PAGE_SIZE) == 0);
	}
}

static void do_something(struct model *m)
{
	static void (*const mostly_map[])(struct model *) = {
		do_map, do_map, do_unmap, do_protect, do_protect, do_discard,
		do_brk, do_fork, do_age, check_space,
	};
	unsigned int action = random_below(&rnd, 100);

	if (m->vm == NULL) {
		do_create(m);
	} else if (action < 70) {
		do_access(m);
	} else if (action < 98) {
		mostly_map[random_below(&rnd, ARRAY_SIZE(mostly_map))](m);
		user_check_regions(m->vm);
	} else if (action < 99) {
		do_truncate();
	} else {
		user_end(m->vm);
		m->vm = NULL;
	}
}

static void run(uint64_t seed, unsigned int steps)
{
	rnd.state = seed;
	test_note("seed %lu", (unsigned long)seed);
	for (size_t i = 0; i < sizeof(program); i++) {
		program[i] = (uint8_t)random_below(&rnd, 256);
	}
	for (unsigned int i = 0; i < OBJECTS; i++) {
		object[i] = (struct object){ 0 };
		object[i].shmem = shmem_create("object", 0);
	}
	for (unsigned int i = 0; i < steps; i++) {
		do_something(&space[random_below(&rnd, SPACES)]);
	}
	for (unsigned int i = 0; i < SPACES; i++) {
		if (space[i].vm != NULL) {
			check_space(&space[i]);
			user_end(space[i].vm);
			space[i].vm = NULL;
		}
	}
	for (unsigned int i = 0; i < OBJECTS; i++) {
		shmem_put(object[i].shmem);
	}
	EXPECT_EQ(host_ledger_count(), 0);
	EXPECT(!in_atomic());
}

static void run_and_count(uint64_t seed)
{
	struct test_left before;

	test_ram();
	before = test_left();
	run(seed, 40000);
	test_expect_left(before);
}

/* fork() copies descriptors, page by page; and it shares every table. */
TEST(vm_model, every_byte_is_where_it_was_put)
{
	injecting = false;
	arch_vm_share_tables(false);
	run_and_count(1000);
	arch_vm_share_tables(true);
	run_and_count(1001);
}

TEST(vm_model, a_failed_allocation_changes_nothing)
{
	injecting = true;
	run_and_count(2000);
}

TEST(vm_model, asids_that_roll_over_all_the_time)
{
	unsigned int before = host_rollovers;

	injecting = false;
	host_set_asid_bits(2); /* three, and six address spaces */
	run_and_count(3000);
	host_set_asid_bits(8);
	test_note("%u rollovers", host_rollovers - before);
	EXPECT(host_rollovers - before > 1000);
}
