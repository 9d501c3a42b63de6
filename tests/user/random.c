/* SPDX-License-Identifier: MIT */
/*
 * random.c - maps, protects, discards, truncates, forks, writes, passes
 * pointers to calls and faults, all at random, against a simple model of its
 * own. The arguments: how many operations, and the seed. It prints both.
 *
 * The model knows of each page of a window who may do what there, and eight
 * cells of it; all other bytes are zero. What fork() copies, the model copies
 * with it, because it lies in private memory; what is shared is modelled in
 * shared memory. A parent waits while its child runs, so nothing is left to
 * chance but the seed. Afterwards nothing may differ, and no page be lost.
 */
#include "auxv.h"
#include "left.h"
#include "random_model.h"
#include "tables.h"

/* A part of the window, not empty. */
static void part(unsigned int *from, unsigned int *to)
{
	uint32_t room;

	*from = below(PAGES);
	room = PAGES - *from;
	*to = *from + 1 + below(room < 9 ? room : 9);
}

/* Rights that a mapping may have; execute-only is left to memory.c. */
static int some_prot(void)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW, RW, RW,
				     PROT_WRITE, PROT_READ | PROT_EXEC,
				     RW | PROT_EXEC };

	return prots[below(8)];
}

/* ---- Mapping -------------------------------------------------------- */

/* An object for MAP_SHARED memory that nobody has; -1: there is none. */
static int free_object(void)
{
	for (int o = FILES; o < OBJECTS; o++) {
		bool used = held[o];

		for (unsigned int i = 0; i < PAGES && !used; i++) {
			used = page[i].prot != NOTHING && page[i].object == o;
		}
		if (!used) {
			return o;
		}
	}
	return -1;
}

/* The model of a mapping: from page `at` of the object on, or with none. */
static void model_map(unsigned int from, unsigned int to, int prot, int o,
		      unsigned int at, bool is_shared)
{
	for (unsigned int i = from; i < to; i++) {
		page[i] = (struct page){
			.prot = (uint8_t)prot, .shared = is_shared,
			.own = o < 0, .object = (int8_t)o,
			.at = (uint8_t)(at + i - from),
		};
	}
}

static void do_map(void)
{
	unsigned int from, to, kind = below(4), at = 0;
	int prot = some_prot(), o = -1, fd = -1, flags = MAP_PRIVATE;
	bool replace = below(2) == 0;
	long expected, result;

	part(&from, &to);
	if (kind == 0) {
		o = free_object();
		flags = MAP_SHARED;
	} else if (kind < 3) {
		o = (int)below(FILES);
		fd = file[o];
		at = below(OBJECT_PAGES - 8);
		flags = kind == 1 ? MAP_SHARED : MAP_PRIVATE;
	}
	if (kind == 0 && o < 0) {
		return;
	}
	flags |= (fd < 0 ? MAP_ANONYMOUS : 0) |
		 (replace ? MAP_FIXED : MAP_FIXED_NOREPLACE);
	expected = prot == (RW | PROT_EXEC) ? -EACCES :
		   replace || is_free(from, to) ? (long)page_address(from) :
						  -EEXIST;
	result = (long)mmap((void *)page_address(from),
			    (to - from) * page_size, prot, flags, fd,
			    (long)(at * page_size));
	EXPECT(result, expected);
	if (result < 0) {
		return;
	}
	if (kind == 0) {
		memset(shared->object[o].cell, 0,
		       sizeof(shared->object[o].cell));
		shared->object[o].size = (to - from) * page_size;
	}
	model_map(from, to, prot, o, at, flags & MAP_SHARED);
}

static void do_unmap(void)
{
	unsigned int from, to;

	part(&from, &to);
	EXPECT(munmap((void *)page_address(from), (to - from) * page_size), 0);
	for (unsigned int i = from; i < to; i++) {
		page[i].prot = NOTHING;
	}
}

static void do_protect(void)
{
	unsigned int from, to;
	int prot = some_prot();
	long expected = prot == (RW | PROT_EXEC) ? -EACCES : 0;

	part(&from, &to);
	for (unsigned int i = from; i < to && expected == 0; i++) {
		if (page[i].prot == NOTHING) {
			expected = -ENOMEM;
		} else {
			page[i].prot = (uint8_t)prot;
		}
	}
	EXPECT(mprotect((void *)page_address(from), (to - from) * page_size,
			prot), expected);
}

static void do_discard(void)
{
	unsigned int from, to;
	long expected = 0;

	part(&from, &to);
	for (unsigned int i = from; i < to; i++) {
		if (page[i].prot == NOTHING) {
			expected = -ENOMEM;
		} else if (page[i].object >= 0) {
			page[i].own = false;
		} else {
			memset(page[i].cell, 0, CELLS);
		}
	}
	EXPECT(madvise((void *)page_address(from), (to - from) * page_size,
		       MADV_DONTNEED), expected);
}

/* Where the kernel likes, which must not be where anything is. */
static void do_map_anywhere(void)
{
	size_t len = (1 + below(20)) * page_size;
	char *p = mmap(NULL, len, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t addr = (uint64_t)p;

	EXPECT(map_failed(p), false);
	EXPECT(addr + len > base && addr < page_address(PAGES), false);
	EXPECT(p[below((uint32_t)len)], 0);
	p[below((uint32_t)len)] = 1;
	EXPECT(munmap(p, len), 0);
}

/* Private copies of what was cut off are gone as well. */
static void hear_of_cuts(void)
{
	for (; cuts_heard < shared->cuts; cuts_heard++) {
		const struct cut *cut = &shared->cut[cuts_heard % 4096];

		for (unsigned int i = 0; i < PAGES; i++) {
			if (page[i].object == (int)cut->object &&
			    page[i].at * page_size >= cut->size) {
				page[i].own = false;
			}
		}
	}
}

static void do_truncate(void)
{
	unsigned int o = below(FILES);
	struct object *object = &shared->object[o];
	uint64_t size = below((uint32_t)(OBJECT_PAGES * page_size));

	EXPECT(ftruncate(file[o], (long)size), 0);
	for (unsigned int i = 0; i < OBJECT_PAGES * CELLS; i++) {
		uint64_t at = i / CELLS * page_size + cell_offset(i % CELLS);

		if (at >= size && size < object->size) {
			object->cell[i / CELLS][i % CELLS] = 0;
		}
	}
	if (size < object->size) {
		shared->cut[shared->cuts++ % 4096] = (struct cut){ o, size };
		hear_of_cuts();
	}
	object->size = size;
}

/* ---- Access --------------------------------------------------------- */

/* The page gets cells of its own before a private write. */
static void model_write(unsigned int i)
{
	if (!page[i].own && !page[i].shared) {
		memcpy(page[i].cell, cells(i), CELLS);
		page[i].own = true;
	}
}

/* In a child, because it must come to this signal. */
static void expect_signal(volatile char *p, bool write, int signal)
{
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		if (write) {
			*p = 1;
		} else {
			(void)*p;
		}
		exit(0);
	}
	EXPECT(waitpid(pid, &status, 0), pid);
	EXPECT(status, signal);
}

static void do_access(void)
{
	unsigned int i = below(PAGES), c = below(CELLS);
	bool write = below(2) == 0;
	volatile char *p = (char *)page_address(i) + cell_offset(c);
	int signal = access_signal(i, write ? PROT_WRITE : PROT_READ);

	if (signal != 0) {
		if (below(40) == 0) {
			expect_signal(p, write, signal);
		}
		return;
	}
	EXPECT((uint8_t)*p, cells(i)[c]);
	if (write) {
		model_write(i);
		*p = (char)below(256);
		cells(i)[c] = (uint8_t)*p;
	}
	EXPECT(((volatile char *)page_address(i))[0], 0); /* no cell */
}

/* How many of n bytes from an offset of the window on allow the access. */
static size_t accessible(uint64_t at, size_t n, int prot)
{
	size_t can = 0;

	while (can < n) {
		uint64_t i = (at + can) / page_size;
		size_t rest = (size_t)((i + 1) * page_size - (at + can));

		if (access_signal((unsigned int)i, prot) != 0) {
			break;
		}
		can += rest;
	}
	return can < n ? can : n;
}

/* What a call that moves n bytes returns if it can move so many. */
static long moved(size_t can, size_t n)
{
	return can > 0 || n == 0 ? (long)can : -EFAULT;
}

/* The kernel writes zeroes to the window. */
static void do_read(void)
{
	uint64_t at = below((uint32_t)((PAGES - 3) * page_size));
	size_t n = below((uint32_t)(3 * page_size));
	size_t can = accessible(at, n, PROT_WRITE);

	EXPECT(read(zero, (void *)(base + at), n), moved(can, n));
	for (uint64_t i = at / page_size;
	     can > 0 && i <= (at + can - 1) / page_size; i++) {
		model_write((unsigned int)i);
		for (unsigned int c = 0; c < CELLS; c++) {
			uint64_t cell = i * page_size + cell_offset(c);

			if (cell >= at && cell < at + can) {
				cells((unsigned int)i)[c] = 0;
			}
		}
	}
}

/* The kernel reads from the window, into a file, which is compared. */
static void do_write(void)
{
	static uint8_t buf[3 * 65536];
	uint64_t at = below((uint32_t)((PAGES - 3) * page_size));
	size_t n = below((uint32_t)(3 * page_size));
	size_t can = accessible(at, n, PROT_READ);

	EXPECT(lseek(scratch, 0, SEEK_SET), 0);
	EXPECT(write(scratch, (void *)(base + at), n), moved(can, n));
	EXPECT(lseek(scratch, 0, SEEK_SET), 0);
	EXPECT(read(scratch, buf, can), (long)can);
	for (uint64_t i = at / page_size;
	     can > 0 && i <= (at + can - 1) / page_size; i++) {
		for (unsigned int c = 0; c < CELLS; c++) {
			uint64_t cell = i * page_size + cell_offset(c);

			if (cell >= at && cell < at + can) {
				EXPECT(buf[cell - at],
				       cells((unsigned int)i)[c]);
			}
		}
	}
}

/* ---- The run -------------------------------------------------------- */

static void check_all(void)
{
	for (unsigned int i = 0; i < PAGES; i++) {
		const char *p = (char *)page_address(i);

		if (access_signal(i, PROT_READ) != 0) {
			continue;
		}
		for (unsigned int c = 0; c < CELLS; c++) {
			EXPECT((uint8_t)p[cell_offset(c)], cells(i)[c]);
		}
	}
}

static void run(uint64_t operations);

/* A child goes on with the same memory for a while; we wait. */
static void do_fork(void)
{
	int status = 0;
	long pid;

	if (depth == DEPTH) {
		return;
	}
	pid = fork();
	if (pid == 0) {
		depth++;
		for (unsigned int i = 0; i < PAGES; i++) {
			if (page[i].prot != NOTHING && page[i].object >= 0) {
				held[page[i].object] = true;
			}
		}
		run(shared->done + below(300));
		exit(0);
	}
	EXPECT(waitpid(pid, &status, 0), pid);
	EXPECT(status, 0);
	hear_of_cuts();
	check_all();
}

static void run(uint64_t operations)
{
	static void (*const often[])(void) = {
		do_map, do_map, do_unmap, do_protect, do_protect, do_discard,
		do_read, do_read, do_write, do_map_anywhere,
	};

	while (shared->done < operations) {
		unsigned int choice = below(1000);

		shared->done++;
		if (choice < 600) {
			do_access();
		} else if (choice < 980) {
			often[below(10)]();
		} else if (choice < 990) {
			do_truncate();
		} else if (choice < 997) {
			do_fork();
		} else {
			check_all();
		}
	}
	check_all();
}

/* One whole run, in a process of its own. Its wait status. */
static int run_once(uint64_t operations, uint64_t seed)
{
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		state = seed;
		shared = mmap(NULL, sizeof(*shared), RW,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		for (unsigned int o = 0; o < FILES; o++) {
			file[o] = (int)memfd_create("random", 0);
		}
		scratch = (int)memfd_create("scratch", 0);
		zero = (int)open("/dev/zero", O_RDONLY);
		for (unsigned int i = 0; i < PAGES; i++) {
			page[i].prot = NOTHING;
		}
		run(operations);
		exit(!tables_hold());
	}
	waitpid(pid, &status, 0);
	return status;
}

static uint64_t number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9'; text++) {
		n = n * 10 + (uint64_t)(*text - '0');
	}
	return n;
}

int main(int argc, char **argv)
{
	uint64_t operations = argc > 1 ? number(argv[1]) : 20000;
	uint64_t seed = argc > 2 ? number(argv[2]) : 1, ticks;
	struct left before;
	int status;

	asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	if (argc > 2 && seed == 0) {
		seed = ticks % 1000000; /* another one each time */
	}
	page_size = auxv_page_size(argv);
	/* Over the edge between two level-3 tables, of every granule. */
	base = (1ul << 36) - PAGES / 2 * page_size;
	printf("KTAP version 1\n1..1\n# %lu operations, seed %lu\n",
	       (unsigned long)operations, (unsigned long)seed);
	/* First the pages that this process itself comes to use. */
	status = run_once(operations / 20, seed + 1);
	before = left_now();
	status |= run_once(operations, seed);
	status |= left_differs(&before);
	printf("%s 1 random.nothing_differs_and_nothing_is_lost\n",
	       status == 0 ? "ok" : "not ok");
	return status != 0;
}
