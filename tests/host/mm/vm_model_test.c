/* SPDX-License-Identifier: MIT */
/*
 * vm_model_test.c - address spaces against a model that keeps every byte of
 * every process. Accesses meet each stale translation (see host.h), and
 * vm_fault() where they fault. Run once with all the memory there is, and
 * once with allocations that fail at random.
 */
#include <string.h>

#include "test.h"
#include "inject.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "user.h"

#define PAGES   80
#define SPACES  6
#define NOTHING 0xff /* as prot: no region is there */
/* Over the edge between two of arch/host's tables, so that both are needed. */
#define WINDOW    (UINT64_C(0x100000000) - 40 * PAGE_SIZE)
#define BRK_PAGE  6
#define BRK_START (WINDOW + BRK_PAGE * PAGE_SIZE - 123)

static struct model {
	struct vm *vm;
	uint64_t brk;
	uint8_t prot[PAGES];
	uint8_t bytes[PAGES][PAGE_SIZE];
} space[SPACES];

static uint8_t program[8 * PAGE_SIZE]; /* what regions with data show */
static struct random rnd;
static bool injecting;

static void arm(void)
{
	if (injecting && random_below(&rnd, 3) == 0) {
		inject_arm(1 + random_below(&rnd, 8));
	}
}

static bool model_is_free(const struct model *m, unsigned int from,
			  unsigned int to)
{
	while (from < to && m->prot[from] == NOTHING) {
		from++;
	}
	return from >= to;
}

/* ---- The operations: each does it, says what must come out, compares -------- */

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
	memset(m->prot, NOTHING, sizeof(m->prot));
	m->vm->brk_start = m->vm->brk = m->brk = BRK_START;
}

static int expected_add(const struct model *m, unsigned int from,
			unsigned int to, unsigned int prot)
{
	if (from == to || ((prot & VM_WRITE) && (prot & VM_EXEC))) {
		return -EINVAL;
	}
	return model_is_free(m, from, to) ? 0 : -EEXIST;
}

static void do_add(struct model *m)
{
	unsigned int from = random_below(&rnd, PAGES);
	unsigned int to = from + random_below(&rnd, MIN(9u, PAGES - from + 1));
	unsigned int prot = random_below(&rnd, 8);
	uint64_t size = (uint64_t)(to - from) * PAGE_SIZE;
	uint64_t start = random_below(&rnd, (uint32_t)size / 2 + 1);
	uint64_t len = random_below(&rnd, (uint32_t)(size - start) + 1);
	const uint8_t *data = program + random_below(&rnd, 99);
	int err, expected = expected_add(m, from, to, prot);

	if (random_below(&rnd, 2) == 0 || len > sizeof(program) - 99) {
		data = NULL;
	}
	arm();
	err = vm_add_region(m->vm, WINDOW + from * PAGE_SIZE,
			    WINDOW + to * PAGE_SIZE, prot, REGION_ANON, data,
			    WINDOW + from * PAGE_SIZE + start, len);
	if (inject_disarm()) {
		expected = -ENOMEM;
	}
	EXPECT_EQ(err, expected);
	if (err != 0) {
		return;
	}
	memset(&m->prot[from], (int)prot, to - from);
	memset(m->bytes[from], 0, size);
	if (data != NULL) {
		memcpy(m->bytes[from] + start, data, len);
	}
}

static int expected_access(const struct model *m, unsigned int page,
			   unsigned int access)
{
	unsigned int rights = m->prot[page];

	if (rights == NOTHING) {
		return -EFAULT;
	}
	if (rights & VM_WRITE) {
		rights |= VM_READ;
	}
	return rights & access ? 0 : -EACCES;
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

	arm();
	err = user_access(m->vm, WINDOW + page * PAGE_SIZE + offset, access,
			  &byte);
	if (inject_disarm()) {
		expected = -ENOMEM;
	}
	EXPECT_EQ(err, expected);
	if (err != 0) {
		return;
	}
	EXPECT(memcmp(byte - offset, m->bytes[page], PAGE_SIZE) == 0);
	if (access == VM_WRITE) {
		*byte = (uint8_t)random_below(&rnd, 256);
		m->bytes[page][offset] = *byte;
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
	bool allowed = brk >= BRK_START && model_is_free(m, from, to);
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
		memset(&m->prot[from], VM_READ | VM_WRITE, to - from);
		memset(m->bytes[from], 0, (to - from) * PAGE_SIZE);
	} else {
		memset(&m->prot[to], NOTHING, from - to);
	}
}

static void do_write(struct model *m)
{
	uint32_t at = random_below(&rnd, (PAGES - 3) * PAGE_SIZE);
	size_t len = random_below(&rnd, 3 * PAGE_SIZE);
	const uint8_t *data = program + random_below(&rnd, PAGE_SIZE);
	size_t can = 0;
	int err;

	while (can < len && m->prot[(at + can) / PAGE_SIZE] != NOTHING) {
		can = MIN(len, ALIGN_DOWN(at + can, PAGE_SIZE) + PAGE_SIZE - at);
	}
	arm();
	err = vm_write(m->vm, WINDOW + at, data, len);
	if (inject_disarm()) {
		EXPECT_EQ(err, -ENOMEM);
		/* How much was written is open: now write it all. */
		err = vm_write(m->vm, WINDOW + at, data, len);
	}
	EXPECT_EQ(err, can == len ? 0 : -EFAULT);
	memcpy(&m->bytes[0][0] + at, data, can);
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

/* ---- The run ------------------------------------------------------------------ */

static void count_page(uint64_t va, paddr_t pa, void *ctx)
{
	(void)va;
	(void)pa;
	++*(size_t *)ctx;
}

/* Everything the model knows of one address space. */
static void check_space(struct model *m)
{
	size_t resident = 0;
	uint8_t *byte;

	arch_vm_for_each(&m->vm->arch, 0, USER_END, count_page, &resident);
	EXPECT_EQ(m->vm->resident, resident);
	for (unsigned int i = 0; i < PAGES; i++) {
		int expected = expected_access(m, i, VM_READ);

		EXPECT_EQ(user_access(m->vm, WINDOW + i * PAGE_SIZE, VM_READ,
				      &byte), expected);
		EXPECT(expected != 0 ||
		       memcmp(byte, m->bytes[i], PAGE_SIZE) == 0);
	}
}

static void do_something(struct model *m)
{
	unsigned int action = random_below(&rnd, 100);

	if (m->vm == NULL) {
		do_create(m);
	} else if (action < 70) {
		do_access(m);
	} else if (action < 82) {
		do_add(m);
	} else if (action < 88) {
		do_brk(m);
	} else if (action < 92) {
		do_write(m);
	} else if (action < 96) {
		do_fork(m);
	} else if (action < 97) {
		check_space(m);
	} else if (action < 98) {
		vm_put(m->vm);
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
	for (unsigned int i = 0; i < steps; i++) {
		do_something(&space[random_below(&rnd, SPACES)]);
	}
	for (unsigned int i = 0; i < SPACES; i++) {
		if (space[i].vm != NULL) {
			check_space(&space[i]);
			vm_put(space[i].vm);
			space[i].vm = NULL;
		}
	}
	EXPECT_EQ(host_ledger_count(), 0);
	EXPECT(!in_atomic());
}

/* Twice: what kmalloc() keeps for itself, it keeps after the first run. */
static void run_and_count_pages(uint64_t seed)
{
	size_t before;

	test_ram();
	run(seed, 20000);
	before = page_count_free();
	run(seed + 1, 20000);
	EXPECT_EQ(page_count_free(), before);
}

TEST(vm_model, every_byte_is_where_it_was_put)
{
	injecting = false;
	run_and_count_pages(1000);
}

TEST(vm_model, a_failed_allocation_changes_nothing)
{
	injecting = true;
	run_and_count_pages(2000);
}
