// SPDX-License-Identifier: MIT
/*
 * test_vm.c - what a fault brings in is brought in during a copy too, with
 * every method (invariant 7); what cannot be had stops the copy at the exact
 * byte (5), and where nobody may sleep it stops at once (9). And a task that
 * gives up the CPU in the middle of a copy finds its tables, its window and
 * its PAN again (2).
 */
#include "test.h"

#include "at.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/shmem.h"
#include "mm/vm.h"
#include "pgtable.h"
#include "support.h"
#include "table_read.h"
#include "task/sched.h"
#include "uaccess.h"
#include "uaccess/select.h"
#include "uaccess_check.h"

#define RW  (VM_READ | VM_WRITE)
#define ALL (VM_READ | VM_WRITE | VM_EXEC)

static void __user *user_ptr(uint64_t addr)
{
	return (void __user *)addr;
}

/* ---- Kinds of memory ------------------------------------------------ */

/* A mapping of four pages, none of which is there; 0: out of memory. */
static uint64_t map(struct region r)
{
	long addr;

	r.may = ALL;
	addr = vm_map(current->vm, 0, 4 * PAGE_SIZE, 0, &r);
	return addr > 0 ? (uint64_t)addr : 0;
}

static uint64_t make_zero(void)
{
	return map((struct region){ .prot = RW, .kind = REGION_ANON });
}

static struct vm *other; /* shares pages with this process */

/* Its pages are there, and another address space has them too. */
static uint64_t make_shared_by_fork(void)
{
	uint64_t addr = make_zero();

	for (unsigned int i = 0; i < 4; i++) {
		memset(user_page(addr + i * PAGE_SIZE), 'p', PAGE_SIZE);
	}
	other = vm_fork(current->vm);
	return other != NULL ? addr : 0;
}

/* Below a stack, where it will have to grow. */
static uint64_t make_below_stack(void)
{
	return map((struct region){ .prot = RW, .kind = REGION_STACK }) -
	       9 * PAGE_SIZE;
}

static uint64_t make_file(bool shared, uint64_t size)
{
	struct shmem *shmem = shmem_create("test", size);
	uint64_t addr = map((struct region){
		.prot = RW, .kind = REGION_FILE, .source = SOURCE_SHMEM,
		.shared = shared, .shmem = shmem,
	});

	shmem_put(shmem); /* the region has its own reference */
	return addr;
}

static uint64_t make_shared_file(void)
{
	return make_file(true, 4 * PAGE_SIZE);
}

static uint64_t make_private_file(void)
{
	return make_file(false, 4 * PAGE_SIZE);
}

static uint64_t make_image(void)
{
	static const char data[] = "a program's data";

	return map((struct region){
		.prot = RW, .kind = REGION_IMAGE, .source = SOURCE_DATA,
		.data = data, .data_start = PAGE_SIZE - 4,
		.data_len = sizeof(data),
	});
}

static const struct {
	const char *name;
	uint64_t (*make)(void);
} kinds[] = {
	{ "demand-zero", make_zero },
	{ "shared by fork", make_shared_by_fork },
	{ "below a stack", make_below_stack },
	{ "a shared file", make_shared_file },
	{ "a private file", make_private_file },
	{ "an image", make_image },
};

/* The page that the tables have at addr, whichever are current. */
static const char *page_now(struct vm *vm, uint64_t addr)
{
	struct arch_cursor at;
	paddr_t pa = arch_vm_lookup(&vm->arch, ALIGN_DOWN(addr, PAGE_SIZE),
				    &at);

	return pa == PADDR_NONE ? NULL : phys_to_virt(pa);
}

static void kind_end(uint64_t addr)
{
	EXPECT_EQ(vm_unmap(current->vm, addr, addr + 16 * PAGE_SIZE), 0);
	if (other != NULL) {
		vm_put(other);
		other = NULL;
	}
}

/* ---- Copies bring pages in ------------------------------------------ */

TEST(vm, a_copy_to_each_kind_of_memory_brings_it_in)
{
	static const char text[] = "sixteen bytes!!";
	char back[sizeof(text)];

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		/* Over the edge of two pages. */
		uint64_t addr = kinds[i].make(), at = addr + PAGE_SIZE - 8;

		if (!EXPECT_EQ(copy_to_user(user_ptr(at), text, sizeof(text)),
			       0)) {
			test_note("%s", kinds[i].name);
		}
		EXPECT(memcmp((char *)user_page(at) + PAGE_SIZE - 8, text,
			      8) == 0);
		EXPECT(memcmp(user_page(at + 8), text + 8, 8) == 0);
		EXPECT_EQ(copy_from_user(back, user_ptr(at), sizeof(back)),
			  0);
		EXPECT(memcmp(back, text, sizeof(text)) == 0);
		kind_end(addr);
	}
}

TEST(vm, a_copy_to_a_shared_page_leaves_the_others_alone)
{
	const char *theirs;
	uint64_t addr;

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	addr = make_shared_by_fork();
	theirs = page_now(other, addr);
	EXPECT(page_now(current->vm, addr) == theirs);
	EXPECT_EQ(clear_user(user_ptr(addr), 1), 0);
	EXPECT(page_now(current->vm, addr) != theirs);
	EXPECT_EQ(*theirs, 'p');
	kind_end(addr);
}

TEST(vm, in_atomic_context_no_kind_is_brought_in)
{
	static struct spinlock lock = SPINLOCK_INIT;
	char text[16] = "";

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint64_t addr = kinds[i].make();
		const char *page = page_now(current->vm, addr);
		size_t left;

		spin_lock(&lock);
		left = copy_to_user(user_ptr(addr), text, sizeof(text));
		spin_unlock(&lock);
		EXPECT_EQ(left, sizeof(text));
		EXPECT(page_now(current->vm, addr) == page);
		EXPECT(page == NULL || *page == 'p');
		kind_end(addr);
	}
}

/* ---- Copies stop at the exact byte ---------------------------------- */

/* What follows the good page: its rights, and whether it is there at all. */
enum bad { BAD_READ_ONLY, BAD_NONE, BAD_UNMAPPED, BAD_BEHIND_FILE, BAD_COUNT };

/* The edge between a page that is good and one that is bad. */
static uint64_t make_edge(enum bad bad, bool touched)
{
	uint64_t addr = bad == BAD_BEHIND_FILE ? make_file(true, PAGE_SIZE) :
						 make_zero();
	uint64_t edge = addr + PAGE_SIZE;

	if (touched && bad != BAD_BEHIND_FILE) {
		user_page(edge); /* it is there, and may be written */
	}
	switch (bad) {
	case BAD_READ_ONLY:
		vm_protect(current->vm, edge, edge + PAGE_SIZE, VM_READ);
		break;
	case BAD_NONE:
		vm_protect(current->vm, edge, edge + PAGE_SIZE, 0);
		break;
	case BAD_UNMAPPED:
		vm_unmap(current->vm, edge, edge + PAGE_SIZE);
		break;
	default:
		break;
	}
	return edge;
}

TEST(vm, what_cannot_be_had_stops_a_copy_at_the_exact_byte)
{
	static const char text[40] = "012345678901234567890123456789012345678";
	char back[40];

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	for (unsigned int i = 0; i < 2 * BAD_COUNT; i++) {
		enum bad bad = i / 2;
		uint64_t edge = make_edge(bad, i % 2 != 0);

		for (size_t n = 0; n <= sizeof(text); n++) {
			uint64_t at = edge - n;

			EXPECT_EQ(copy_to_user(user_ptr(at), text, 40),
				  40 - n);
			EXPECT_EQ(clear_user(user_ptr(at), 40), 40 - n);
			EXPECT_EQ(copy_from_user(back, user_ptr(at), 40),
				  bad == BAD_READ_ONLY ? 0 : 40 - n);
		}
		vm_unmap(current->vm, edge - PAGE_SIZE, edge + 3 * PAGE_SIZE);
	}
}

/* ---- Accessed, written ---------------------------------------------- */

static unsigned int count_faults(void (*fn)(void __user *p), void __user *p);

static void read_one(void __user *p)
{
	char byte;

	EXPECT_EQ(copy_from_user(&byte, p, 1), 0);
}

static void write_one(void __user *p)
{
	EXPECT_EQ(clear_user(p, 1), 0);
}

/* By the CPU without a fault (FEAT_HAFDBS), or by one fault: never lost. */
TEST(vm, accesses_and_writes_are_noted_in_hardware_and_in_software)
{
	struct vm *vm = current->vm;
	struct arch_vm_usage usage;
	uint64_t addr;

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	if (uaccess_method->window == WINDOW_TABLES) {
		SKIP("this method accesses no user address");
	}
	addr = make_zero();
	EXPECT_EQ(clear_user(user_ptr(addr), 2 * PAGE_SIZE), 0);
	arch_vm_age(&vm->arch, addr, addr + 4 * PAGE_SIZE);
	EXPECT_EQ(count_faults(read_one, user_ptr(addr)),
		  cpu_features.hw_af ? 0 : 1);
	usage = arch_vm_usage(&vm->arch, addr, addr + 4 * PAGE_SIZE);
	EXPECT(usage.mapped == 2 && usage.accessed == 1 && usage.written == 0);
	EXPECT_EQ(count_faults(write_one, user_ptr(addr + PAGE_SIZE)),
		  cpu_features.hw_dbm ? 0 : 1);
	usage = arch_vm_usage(&vm->arch, addr, addr + 4 * PAGE_SIZE);
	EXPECT(usage.mapped == 2 && usage.accessed == 2 && usage.written == 1);
	kind_end(addr);
}

/* AT may change a page's descriptor. It is not used where it would. */
TEST(vm, asking_the_hardware_about_a_page_notes_no_access)
{
	struct vm *vm = current->vm;
	struct arch_vm_usage usage;
	struct fault f = { 0 };
	uint64_t addr;

	if (!cpu_features.hw_af || !uaccess_works()) {
		SKIP("the hardware notes no access here");
	}
	addr = make_zero();
	EXPECT_EQ(clear_user(user_ptr(addr), 1), 0);
	for (unsigned int read = 0; read < 2; read++) {
		arch_vm_age(&vm->arch, addr, addr + PAGE_SIZE);
		if (read) {
			read_one(user_ptr(addr));
		}
		f.far = addr;
		f.ttbr0 = sysreg_read(ttbr0_el1);
		table_walk(&f.walk, addr, sysreg_read(tcr_el1), f.ttbr0,
			   sysreg_read(ttbr1_el1));
		at_ask(&f);
		usage = arch_vm_usage(&vm->arch, addr, addr + PAGE_SIZE);
		EXPECT_EQ(usage.accessed, read);
		EXPECT_EQ(usage.written, 0);
	}
	kind_end(addr);
}

/* ---- A task that sleeps inside a copy ------------------------------- */

static struct {
	bool armed;
	unsigned int faults;    /* that were taken while it was */
	unsigned int shut;      /* with PAN set, or the tables hidden */
	unsigned int switched;  /* after which somebody else had run */
	struct vm *last;        /* whose fault it was */
	bool rival_ended;
} naps;

int __real_vm_fault(struct vm *vm, uint64_t addr, unsigned int access);
int __wrap_vm_fault(struct vm *vm, uint64_t addr, unsigned int access);

/* Whether the window is shut, as it must be wherever C runs (invariant 2). */
static bool window_is_shut(void)
{
	if (uaccess_hides_ttbr0) {
		return sysreg_read(ttbr0_el1) == arch_cpu()->reserved_ttbr0;
	}
	return !pan_enabled || pan_now();
}

/*
 * Wraps vm_fault() in the test Image (ld --wrap): as if a page had to
 * be fetched from afar, others run meanwhile.
 */
int __wrap_vm_fault(struct vm *vm, uint64_t addr, unsigned int access)
{
	if (naps.armed && vm == current->vm && !in_atomic()) {
		naps.faults++;
		naps.shut += window_is_shut();
		naps.last = vm;
		sched_yield();
		naps.switched += naps.last != vm;
	}
	return __real_vm_fault(vm, addr, access);
}

static unsigned int count_faults(void (*fn)(void __user *p), void __user *p)
{
	memset(&naps, 0, sizeof(naps));
	naps.armed = true;
	fn(p);
	naps.armed = false;
	return naps.faults;
}

/* Fills [addr, addr + 8 pages) with a byte, and looks whether that is there. */
static bool copy_and_compare(uint64_t addr, char byte)
{
	char text[24], back[24];
	bool good = true;

	memset(text, byte, sizeof(text));
	for (unsigned int i = 1; i < 8; i++) {
		uint64_t at = addr + i * PAGE_SIZE - 12;

		good &= copy_to_user(user_ptr(at), text, sizeof(text)) == 0;
		good &= copy_from_user(back, user_ptr(at), sizeof(back)) == 0;
		good &= memcmp(text, back, sizeof(text)) == 0;
	}
	return good;
}

/* Another process, as far as memory goes: at the same addresses. */
static void rival(void *arg)
{
	struct vm *vm = other;

	current->vm = vm;
	arch_vm_activate(vm);
	while (naps.armed) {
		vm_advise(vm, (uint64_t)arg, (uint64_t)arg + 8 * PAGE_SIZE,
			  true);
		EXPECT(copy_and_compare((uint64_t)arg, 'r'));
		sched_yield();
	}
	current->vm = NULL;
	arch_vm_activate(NULL);
	naps.rival_ended = true;
}

TEST(vm, a_task_that_sleeps_in_a_copy_finds_its_state_again)
{
	struct cpu *cpu = arch_cpu();
	uint64_t addr = user_region(8, RW), ttbr0;

	if (!uaccess_works()) {
		SKIP("nothing can be copied with uaccess=plain pan=on");
	}
	memset(&naps, 0, sizeof(naps));
	other = vm_fork(current->vm);
	naps.armed = true;
	if (!EXPECT(addr != 0 && other != NULL &&
		    task_create_kernel("rival", rival, (void *)addr))) {
		return;
	}
	for (unsigned int i = 0; i < 50; i++) {
		vm_advise(current->vm, addr, addr + 8 * PAGE_SIZE, true);
		EXPECT(copy_and_compare(addr, (char)i));
		EXPECT(window_is_shut());
		EXPECT_EQ(cpu->user_ttbr0 & FIELD_MASK(TTBR_EL1_BADDR),
			  current->vm->arch.root);
		ttbr0 = sysreg_read(ttbr0_el1);
		EXPECT(ttbr0 == (uaccess_hides_ttbr0 ? cpu->reserved_ttbr0 :
						       cpu->user_ttbr0));
	}
	naps.armed = false;
	while (!naps.rival_ended) {
		sched_yield();
	}
	EXPECT(naps.faults > 700); /* 8 each time, of two tasks */
	EXPECT_EQ(naps.shut, naps.faults);
	EXPECT(naps.switched > 350); /* and the other one ran in between */
	kind_end(addr);
}
