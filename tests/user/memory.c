/* SPDX-License-Identifier: MIT */
/*
 * memory.c - mmap and its kin, as Linux defines them for the kinds of memory
 * that there are: private and shared anonymous memory, and memory files. Each
 * expected errno was taken from Linux's own source or a run of Linux.
 * The random test is random.c.
 */
#include "ktest.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t page_size; /* set by each test, through ready() */

/* AT_PAGESZ: the kernel may be built for other pages. */
static void ready(void)
{
	char **p = ktest_argv;
	const uint64_t *auxv;

	for (int nulls = 0; nulls < 2; p++) {
		nulls += *p == NULL;
	}
	for (auxv = (uint64_t *)p; auxv[0] != AT_PAGESZ; auxv += 2) {
	}
	page_size = auxv[1];
}

static char *map_pages(size_t pages, int prot)
{
	char *p;

	ready();
	p = mmap(NULL, pages * page_size, prot, ANON, -1, 0);
	EXPECT(!map_failed(p));
	return p;
}

static void store(volatile char *p)
{
	*p = 1;
}

static void touch(const volatile char *p)
{
	(void)*p;
}

/* ---- mmap ---------------------------------------------------------------------- */

TEST(mmap, anonymous_memory_is_zero_and_can_be_written)
{
	char *p = map_pages(16, RW);

	for (size_t i = 0; i < 16 * page_size; i += 61) {
		EXPECT_EQ(p[i], 0);
		p[i] = (char)i;
	}
	for (size_t i = 0; i < 16 * page_size; i += 61) {
		EXPECT_EQ(p[i], (char)i);
	}
	EXPECT_EQ(munmap(p, 16 * page_size), 0);
	EXPECT_EQ(IN_CHILD({ touch(p); }), SIGSEGV);
}

TEST(mmap, what_it_refuses)
{
	long file = open("/init", O_RDONLY), fd = memfd_create("x", 0);
	char *p = map_pages(1, RW);
	const size_t page = page_size;
	const struct {
		const char *what;
		uint64_t addr, len;
		int prot, flags;
		long fd, offset, result;
	} cases[] = {
		{ "zero length", 0, 0, RW, ANON, -1, 0, -EINVAL },
		{ "length that wraps", 0, -1ul, RW, ANON, -1, 0, -ENOMEM },
		{ "a page less than all", 0, -page, RW, ANON, -1, 0, -ENOMEM },
		{ "the whole half", 0, 1ul << 48, PROT_NONE, ANON, -1, 0,
		  -ENOMEM },
		{ "no type", 0, page, RW, MAP_ANONYMOUS, -1, 0, -EINVAL },
		{ "both types, anonymous", 0, page, RW,
		  MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0, -EINVAL },
		{ "offset in a page", 0, page, RW, MAP_PRIVATE, fd, 1,
		  -EINVAL },
		{ "not open", 0, page, RW, MAP_PRIVATE, 77, 0, -EBADF },
		{ "negative descriptor", 0, page, RW, MAP_PRIVATE, -1, 0,
		  -EBADF },
		{ "offset that wraps", 0, 2 * page, RW, MAP_PRIVATE, fd,
		  -(long)page, -EOVERFLOW },
		{ "fixed, unaligned", 0x10000001, page, RW, ANON | MAP_FIXED,
		  -1, 0, -EINVAL },
		{ "fixed, in the kernel", 0xffff800000000000, page, RW,
		  ANON | MAP_FIXED, -1, 0, -ENOMEM },
		{ "fixed, over the end", (1ul << 48) - page, 2 * page, RW,
		  ANON | MAP_FIXED, -1, 0, -ENOMEM },
		{ "fixed, null", 0, page, RW, ANON | MAP_FIXED, -1, 0,
		  -EPERM },
		{ "taken", (uint64_t)p, page, RW, ANON | MAP_FIXED_NOREPLACE,
		  -1, 0, -EEXIST },
		{ "writable and executable", 0, page, RW | PROT_EXEC, ANON, -1,
		  0, -EACCES },
		{ "shared writes to what is read-only", 0, page, RW,
		  MAP_SHARED, file, 0, -EACCES },
		{ "the console", 0, page, PROT_READ, MAP_PRIVATE, 1, 0,
		  -ENODEV },
		{ "shared and growing", 0, page, RW,
		  MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0, -EINVAL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		long result = (long)mmap((void *)cases[i].addr, cases[i].len,
					 cases[i].prot, cases[i].flags,
					 (int)cases[i].fd, cases[i].offset);

		if (!EXPECT_EQ(result, cases[i].result)) {
			printf("# %s\n", cases[i].what);
		}
	}
	*p = 1; /* it is still there */
}

TEST(mmap, a_hint_is_followed_where_it_can_be)
{
	char *p = map_pages(4, RW), *q;

	munmap(p, 4 * page_size);
	q = mmap(p, page_size, RW, ANON, -1, 0);
	EXPECT(q == p);
	q = mmap(p + page_size + 1, page_size, RW, ANON, -1, 0);
	EXPECT(q == p + page_size); /* rounded down */
	q = mmap(p, page_size, RW, ANON, -1, 0); /* taken */
	EXPECT(!map_failed(q) && q != p);
	q = mmap((void *)1, page_size, RW, ANON, -1, 0);
	EXPECT(!map_failed(q) && (uint64_t)q >= 65536);
	q = mmap((void *)0xffff000000001000, page_size, RW, ANON, -1, 0);
	EXPECT(!map_failed(q));
}

TEST(mmap, fixed_takes_the_place_of_what_is_there)
{
	char *p = map_pages(5, RW);

	memset(p, 'a', 5 * page_size);
	EXPECT(mmap(p + page_size, 3 * page_size, PROT_READ,
		    ANON | MAP_FIXED, -1, 0) == p + page_size);
	EXPECT_EQ(p[page_size - 1], 'a');
	EXPECT_EQ(p[page_size], 0);
	EXPECT_EQ(p[4 * page_size - 1], 0);
	EXPECT_EQ(p[4 * page_size], 'a');
	EXPECT_EQ(IN_CHILD({ store(p + page_size); }), SIGSEGV);
	p[4 * page_size] = 'b';
}

TEST(mmap, none_can_neither_be_read_nor_written)
{
	char *p = map_pages(1, PROT_NONE), byte;

	EXPECT_EQ(IN_CHILD({ touch(p); }), SIGSEGV);
	EXPECT_EQ(IN_CHILD({ store(p); }), SIGSEGV);
	EXPECT_EQ(write(1, p, 1), -EFAULT);
	EXPECT_EQ(read((int)open("/dev/zero", O_RDONLY), p, 1), -EFAULT);
	(void)byte;
}

TEST(mmap, a_growing_region_grows)
{
	char *p;

	ready();
	p = mmap((void *)0x40000000, 4 * page_size, RW, ANON | MAP_GROWSDOWN,
		 -1, 0);
	EXPECT_EQ((long)p, 0x40000000);
	*(p - 3 * page_size) = 1;
	EXPECT_EQ(*(p - page_size), 0);
	/* A kernel copy may make it grow, too. */
	EXPECT_EQ(read((int)open("/dev/zero", O_RDONLY), p - 9 * page_size,
		       2), 2);
	EXPECT_EQ(IN_CHILD({ touch(p - (9ul << 20)); }), SIGSEGV);
}

TEST(mmap, stack_keeps_its_gap)
{
	char *top = (char *)((uint64_t)__builtin_frame_address(0) &
			     ~0xfffffful);
	char *p;

	/* Just below where the stack may reach: it must not meet it. */
	ready();
	p = mmap(top - 0x400000, page_size, RW, ANON, -1, 0);
	EXPECT(!map_failed(p));
	EXPECT_EQ(IN_CHILD({
		volatile char *q = (char *)__builtin_frame_address(0);

		while (q > p + page_size) {
			q -= page_size;
			*q = 1;
		}
	}), SIGSEGV);
}

/* ---- munmap, mprotect, madvise ---------------------------------------------------- */

TEST(munmap, what_it_refuses)
{
	char *p = map_pages(3, RW);

	EXPECT_EQ(munmap(p + 1, page_size), -EINVAL);
	EXPECT_EQ(munmap(p, 0), -EINVAL);
	EXPECT_EQ(munmap(p, -1ul), -EINVAL);
	EXPECT_EQ(munmap(p, 1ul << 48), -EINVAL);
	EXPECT_EQ(munmap((void *)0xffff800000000000, page_size), -EINVAL);
	EXPECT_EQ(munmap((void *)0x10000000, page_size), 0); /* nothing */
	EXPECT_EQ(munmap(p + page_size, 1), 0); /* rounded up */
	*p = p[2 * page_size];
	EXPECT_EQ(IN_CHILD({ touch(p + page_size); }), SIGSEGV);
	EXPECT_EQ(munmap(p, 3 * page_size), 0); /* with a hole */
}

TEST(mprotect, changes_rights_and_keeps_bytes)
{
	char *p = map_pages(3, RW);

	memset(p, 'x', 3 * page_size);
	EXPECT_EQ(mprotect(p + page_size, page_size, PROT_READ), 0);
	EXPECT_EQ(IN_CHILD({ store(p + page_size); }), SIGSEGV);
	p[0] = p[page_size];
	p[2 * page_size] = 'y';
	EXPECT_EQ(mprotect(p, 3 * page_size, PROT_NONE), 0);
	EXPECT_EQ(IN_CHILD({ touch(p); }), SIGSEGV);
	EXPECT_EQ(mprotect(p, 3 * page_size, RW), 0);
	EXPECT_EQ(p[page_size], 'x');
	EXPECT_EQ(p[2 * page_size], 'y');
	p[page_size] = 'z';
}

TEST(mprotect, what_it_refuses)
{
	char *p = map_pages(4, RW);
	long fd = open("/init", O_RDONLY);
	char *file = mmap(NULL, page_size, PROT_READ, MAP_SHARED, (int)fd, 0);

	EXPECT_EQ(mprotect(p + 1, page_size, PROT_READ), -EINVAL);
	EXPECT_EQ(mprotect(p, 0, PROT_READ), 0);
	EXPECT_EQ(mprotect(p, -1ul, PROT_READ), -ENOMEM);
	EXPECT_EQ(mprotect(p, page_size, 0x40), -EINVAL);
	EXPECT_EQ(mprotect(p, page_size, RW | PROT_EXEC), -EACCES);
	EXPECT_EQ(mprotect(p, page_size, PROT_GROWSDOWN | PROT_GROWSUP),
		  -EINVAL);
	EXPECT_EQ(mprotect((void *)0x10000000, page_size, RW), -ENOMEM);
	EXPECT_EQ(mprotect(file, page_size, RW), -EACCES);
	/* As on Linux, what comes before a hole has been changed. */
	munmap(p + 2 * page_size, page_size);
	EXPECT_EQ(mprotect(p, 4 * page_size, PROT_READ), -ENOMEM);
	EXPECT_EQ(IN_CHILD({ store(p + page_size); }), SIGSEGV);
	p[3 * page_size] = 1;
}

TEST(mprotect, written_code_runs_when_it_becomes_executable)
{
	static const uint32_t code[] = { 0x52800540, 0xd65f03c0 };
	char *p = map_pages(1, RW); /* mov w0, #42; ret */

	memcpy(p, code, sizeof(code));
	EXPECT_EQ(mprotect(p, page_size, PROT_READ | PROT_EXEC), 0);
	EXPECT_EQ(((int (*)(void))p)(), 42);
	EXPECT_EQ(IN_CHILD({ store(p); }), SIGSEGV);
	/* Execute-only: it runs, and EL0 cannot read it. */
	EXPECT_EQ(mprotect(p, page_size, PROT_EXEC), 0);
	EXPECT_EQ(((int (*)(void))p)(), 42);
	EXPECT_EQ(IN_CHILD({ touch(p); }), SIGSEGV);
}

TEST(madvise, dontneed_gives_pages_back)
{
	char *p = map_pages(8, RW);
	long before;

	memset(p, 'x', 8 * page_size);
	before = left_free_memory();
	EXPECT_EQ(madvise(p + page_size, 6 * page_size, MADV_DONTNEED), 0);
	EXPECT_EQ(left_free_memory() - before,
		  (long)(6 * page_size / 1024));
	EXPECT_EQ(p[0], 'x');
	EXPECT_EQ(p[page_size], 0);
	EXPECT_EQ(p[7 * page_size], 'x');
	EXPECT_EQ(madvise(p + 1, page_size, MADV_DONTNEED), -EINVAL);
	EXPECT_EQ(madvise(p, page_size, 77), -EINVAL);
	EXPECT_EQ(madvise(p, -1ul, MADV_DONTNEED), -EINVAL);
	EXPECT_EQ(madvise(p, 0, MADV_DONTNEED), 0);
	munmap(p + 2 * page_size, page_size);
	EXPECT_EQ(madvise(p, 4 * page_size, MADV_DONTNEED), -ENOMEM);
	EXPECT_EQ(p[0], 0); /* done all the same, as on Linux */
	EXPECT_EQ(madvise(p, 4 * page_size, MADV_WILLNEED), -ENOMEM);
}

/* ---- Memory files, and sharing ---------------------------------------------------- */

TEST(memfd, is_read_written_and_mapped)
{
	long fd = memfd_create("test", 0);
	char text[16] = "", *p;

	ready();
	EXPECT(fd >= 0);
	EXPECT_EQ(read((int)fd, text, 8), 0);
	EXPECT_EQ(write((int)fd, "hello, world", 12), 12);
	EXPECT_EQ(lseek((int)fd, 0, SEEK_END), 12);
	p = mmap(NULL, page_size, RW, MAP_SHARED, (int)fd, 0);
	EXPECT_EQ(memcmp(p, "hello, world", 13), 0);
	memcpy(p, "HELLO", 5);
	EXPECT_EQ(lseek((int)fd, 0, SEEK_SET), 0);
	EXPECT_EQ(read((int)fd, text, 16), 12);
	EXPECT_EQ(memcmp(text, "HELLO, world", 12), 0);
	/* A hole reads as zeroes; nothing was allocated for it. */
	EXPECT_EQ(lseek((int)fd, 1 << 30, SEEK_SET), 1 << 30);
	EXPECT_EQ(write((int)fd, "x", 1), 1);
	EXPECT_EQ(lseek((int)fd, 1 << 20, SEEK_SET), 1 << 20);
	EXPECT_EQ(read((int)fd, text, 16), 16);
	EXPECT_EQ(text[0] | text[15], 0);
}

TEST(memfd, what_is_refused)
{
	char name[251];
	long fd = memfd_create("", 0), file = open("/init", O_RDONLY);

	memset(name, 'n', sizeof(name));
	name[249] = '\0';
	EXPECT(memfd_create(name, 0) >= 0);
	name[249] = 'n';
	name[250] = '\0';
	EXPECT_EQ(memfd_create(name, 0), -EINVAL);
	EXPECT_EQ(memfd_create("x", 0x100), -EINVAL);
	EXPECT_EQ(memfd_create((char *)8, 0), -EFAULT);
	EXPECT_EQ(ftruncate((int)fd, -1), -EINVAL);
	EXPECT_EQ(ftruncate(77, 0), -EBADF);
	EXPECT_EQ(ftruncate((int)file, 0), -EINVAL);
	EXPECT_EQ(ftruncate(1, 0), -EINVAL);
	EXPECT_EQ(ftruncate((int)fd, 0x7fffffffffffffff), 0);
	EXPECT_EQ(lseek((int)fd, 0x7fffffffffffffff, SEEK_SET),
		  0x7fffffffffffffff);
	EXPECT_EQ(write((int)fd, "x", 1), -EFBIG);
}

TEST(memfd, a_private_mapping_keeps_its_writes_to_itself)
{
	long fd = memfd_create("test", 0);
	char *mine, *file;

	ready();
	ftruncate((int)fd, (long)(2 * page_size));
	file = mmap(NULL, 2 * page_size, RW, MAP_SHARED, (int)fd, 0);
	mine = mmap(NULL, 2 * page_size, RW, MAP_PRIVATE, (int)fd, 0);
	file[0] = 'a';
	EXPECT_EQ(mine[0], 'a');
	file[0] = 'b';
	EXPECT_EQ(mine[0], 'b'); /* until it is written, it is the file's */
	mine[0] = 'c';
	EXPECT_EQ(file[0], 'b');
	file[0] = 'd';
	EXPECT_EQ(mine[0], 'c');
	mine[page_size] = 'e'; /* its first access is a write */
	EXPECT_EQ(file[page_size], 0);
	EXPECT_EQ(madvise(mine, page_size, MADV_DONTNEED), 0);
	EXPECT_EQ(mine[0], 'd');
}

TEST(memfd, behind_its_end_is_sigbus)
{
	long fd = memfd_create("test", 0);
	char *p;

	ready();
	ftruncate((int)fd, (long)page_size + 1);
	p = mmap(NULL, 3 * page_size, RW, MAP_SHARED, (int)fd, 0);
	p[2 * page_size - 1] = 1; /* the rest of its last page is there */
	EXPECT_EQ(IN_CHILD({ touch(p + 2 * page_size); }), SIGBUS);
	EXPECT_EQ(write(1, p + 2 * page_size, 1), -EFAULT);
	EXPECT_EQ(ftruncate((int)fd, (long)(3 * page_size)), 0);
	touch(p + 2 * page_size);
}

TEST(memfd, what_is_cut_off_is_gone_everywhere)
{
	long fd = memfd_create("test", 0);
	char *file, *mine, byte;

	ready();
	ftruncate((int)fd, (long)(2 * page_size));
	file = mmap(NULL, 2 * page_size, RW, MAP_SHARED, (int)fd, 0);
	mine = mmap(NULL, 2 * page_size, RW, MAP_PRIVATE, (int)fd, 0);
	memset(file, 'f', 2 * page_size);
	memset(mine, 'm', 2 * page_size);
	EXPECT_EQ(ftruncate((int)fd, 10), 0);
	EXPECT_EQ(IN_CHILD({ touch(file + page_size); }), SIGBUS);
	EXPECT_EQ(IN_CHILD({ touch(mine + page_size); }), SIGBUS);
	EXPECT_EQ(mine[page_size - 1], 'm');
	EXPECT_EQ(ftruncate((int)fd, (long)(2 * page_size)), 0);
	EXPECT_EQ(file[9], 'f');
	EXPECT_EQ(file[10], 0); /* no old bytes come back */
	EXPECT_EQ(file[page_size], 0);
	EXPECT_EQ(mine[page_size], 0);
	(void)byte;
}

TEST(memfd, another_process_hears_of_a_cut)
{
	volatile char *flag;
	long fd = memfd_create("test", 0), pid;
	char *p;
	int status;

	ready();
	ftruncate((int)fd, (long)page_size);
	p = mmap(NULL, page_size, RW, MAP_SHARED, (int)fd, 0);
	flag = mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*p = 1;
	pid = fork();
	if (pid == 0) {
		touch(p);
		*flag = 1;
		while (*flag == 1) {
			sched_yield();
		}
		touch(p);
		exit(0);
	}
	while (*flag == 0) {
		sched_yield();
	}
	EXPECT_EQ(ftruncate((int)fd, 0), 0);
	*flag = 2;
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, SIGBUS);
}

TEST(memfd, a_short_write_keeps_the_files_old_bytes)
{
	long fd = memfd_create("test", 0);
	char *p = map_pages(2, RW), text[8];

	munmap(p + page_size, page_size);
	memcpy(p + page_size - 4, "new!", 4);
	EXPECT_EQ(write((int)fd, "old bytes", 9), 9);
	lseek((int)fd, 0, SEEK_SET);
	EXPECT_EQ(write((int)fd, p + page_size - 4, 8), 4);
	lseek((int)fd, 0, SEEK_SET);
	EXPECT_EQ(read((int)fd, text, 8), 8);
	EXPECT_EQ(memcmp(text, "new!byte", 8), 0);
}

TEST(memfd, can_be_written_from_itself)
{
	long fd = memfd_create("test", 0);
	char *p;

	ready();
	ftruncate((int)fd, (long)(2 * page_size));
	p = mmap(NULL, 2 * page_size, RW, MAP_SHARED, (int)fd, 0);
	memcpy(p, "abcdef", 6);
	EXPECT_EQ(write((int)fd, p + 3, 2 * page_size - 3),
		  (long)(2 * page_size - 3));
	EXPECT_EQ(memcmp(p, "def", 4), 0);
}

TEST(initrd_file, is_mapped_privately)
{
	long fd = open("/init", O_RDONLY), size = lseek((int)fd, 0, SEEK_END);
	long pages;
	char *p, *q;

	ready();
	pages = (size + (long)page_size - 1) / (long)page_size;
	p = mmap(NULL, (size_t)(pages + 1) * page_size, RW, MAP_PRIVATE,
		 (int)fd, 0);
	EXPECT_EQ(memcmp(p, "\177ELF", 4), 0);
	p[0] = 'x';
	q = mmap(NULL, page_size, PROT_READ, MAP_SHARED, (int)fd,
		 (long)page_size);
	EXPECT_EQ(memcmp(q, p + page_size, page_size), 0);
	EXPECT_EQ(IN_CHILD({ touch(p + pages * (long)page_size); }), SIGBUS);
}

TEST(fork, shares_what_is_shared)
{
	char *shared, *mine = map_pages(1, RW);

	shared = mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*shared = *mine = 1;
	EXPECT_EQ(IN_CHILD({
		EXPECT_EQ(*shared, 1);
		*shared = 2;
		*mine = 2;
	}), 0);
	EXPECT_EQ(*shared, 2);
	EXPECT_EQ(*mine, 1);
}

/* ---- Too much of everything -------------------------------------------------------- */

TEST(exhausted, a_million_regions_end_in_enomem)
{
	const size_t million = 1000000;
	size_t n = 0;
	long result = 0;
	char *p;

	ready();
	p = mmap(NULL, 2 * million * page_size, PROT_NONE, ANON, -1, 0);
	if (p == (char *)-ENOMEM) {
		SKIP("the address space is too small");
	}
	while (n < million && result == 0) {
		result = mprotect(p + 2 * n * page_size, page_size, PROT_READ);
		n++;
	}
	EXPECT_EQ(result, -ENOMEM);
	/* Linux's limit is 65530, and each page made two more regions. */
	EXPECT(n > 65530 / 2 - 20 && n <= 65530 / 2);
	/* What needs no new region still works. */
	touch(p);
	EXPECT_EQ(mprotect(p, page_size, PROT_NONE), 0);
	EXPECT_EQ(munmap(p, 2 * million * page_size), 0);
	EXPECT_EQ(IN_CHILD({ exit(3); }), 3 << 8);
}

/* Each process forks until one of them cannot; then all end. */
static void fork_bomb(volatile char *over)
{
	while (!*over) {
		if (fork() < 0) {
			*over = 1;
		}
	}
	exit(0);
}

TEST(exhausted, a_fork_bomb_ends_and_nothing_is_lost)
{
	volatile char *over;

	ready();
	over = mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*over = 0;
	if (fork() == 0) {
		/* Hold most of the memory, so that the rest is soon gone. */
		size_t hoard = 1024 * (size_t)(left_free_memory() - 16 * 1024);
		char *p = mmap(NULL, hoard, RW, ANON, -1, 0);

		for (size_t i = 0; i < hoard; i += page_size) {
			p[i] = 1;
		}
		*over = 2;
		while (*over == 2) {
			sched_yield();
		}
		while (*over == 0) {
			sched_yield();
		}
		exit(0);
	}
	while (*over != 2) {
		sched_yield();
	}
	*over = 0;
	/* Its first process ends by itself, or by want of a page. */
	EXPECT(IN_CHILD({ fork_bomb(over); }) >= 0);
	*over = 1;
	EXPECT_EQ(IN_CHILD({ exit(3); }), 3 << 8);
}

TEST(exhausted, a_copy_without_memory_stops_short)
{
	size_t len;
	long zero = open("/dev/zero", O_RDONLY), done;
	char *p;

	ready();
	len = 1024 * (size_t)(left_free_memory() + 16 * 1024);
	p = mmap(NULL, len, RW, ANON | MAP_NORESERVE, -1, 0);
	if (p == (char *)-ENOMEM) {
		SKIP("the address space is too small");
	}
	EXPECT_EQ(IN_CHILD({
		long again;

		done = read((int)zero, p, len);
		again = read((int)zero, p + len - page_size, page_size);
		/* Until some memory is there, not even the stack can grow. */
		madvise(p, len / 2, MADV_DONTNEED);
		EXPECT(done > 0 && done < (long)len);
		EXPECT_EQ(again, -EFAULT);
	}), 0);
	EXPECT_EQ(IN_CHILD({
		for (size_t i = 0; i < len; i += page_size) {
			p[i] = 1;
		}
	}), SIGKILL);
	EXPECT_EQ(IN_CHILD({ exit(3); }), 3 << 8);
}

TEST(exhausted, a_file_without_memory_stops_short)
{
	size_t len;
	long fd = memfd_create("large", 0), done;
	char *p;

	ready();
	len = 1024 * (size_t)(left_free_memory() + 16 * 1024);
	EXPECT_EQ(ftruncate((int)fd, (long)len), 0);
	EXPECT_EQ(ftruncate((int)fd, 0), 0);
	EXPECT_EQ(IN_CHILD({
		static char buf[65536];

		do {
			done = write((int)fd, buf, sizeof(buf));
		} while (done == sizeof(buf));
		EXPECT(done == -ENOMEM || (done > 0 && done < 65536));
		EXPECT_EQ(ftruncate((int)fd, 0), 0);
		EXPECT_EQ(write((int)fd, buf, 1), 1);
	}), 0);
	p = mmap(NULL, page_size, RW, MAP_SHARED, (int)fd, 0);
	EXPECT(map_failed(p) || *p == 0);
}

/* ---- /proc/self/tables, /proc/kernel_tables ------------------------------------------- */

static char maps[65536];

/* The line of `text` that has all of it; "" if there is none. */
static char *view_line(char *text, const char *part)
{
	for (char *line = text; *line != '\0';) {
		char *end = strchr(line, '\n');

		if (end == NULL) {
			break;
		}
		*end = '\0';
		for (char *p = line; *p != '\0'; p++) {
			if (strncmp(p, part, strlen(part)) == 0) {
				return line;
			}
		}
		*end = '\n';
		line = end + 1;
	}
	return "";
}

TEST(tables, a_page_is_shown_with_its_rights)
{
	char *p;

	ready();
	p = mmap((void *)0x10000000, 3 * page_size, RW, ANON | MAP_FIXED, -1,
		 0);
	file_read("/proc/self/tables", maps, sizeof(maps));
	EXPECT(*view_line(maps, "0x0000000010000000") == '\0');
	memset(p, 1, 3 * page_size);
	mprotect(p + 2 * page_size, page_size, PROT_NONE);
	EXPECT(file_read("/proc/self/tables", maps, sizeof(maps)) > 0);
	EXPECT(*view_line(maps, "0x0000000010000000  2 pages  EL0 RW, EL1 RW, "
				"UXN, PXN, AF=1, nG"));
	file_read("/proc/self/tables", maps, sizeof(maps));
	EXPECT(*view_line(maps, "1 kept, without rights"));
}

TEST(tables, the_kernels_have_nothing_for_el0)
{
	long len = file_read("/proc/kernel_tables", maps, sizeof(maps));

	EXPECT(len > 0 && len < (long)sizeof(maps) - 1);
	EXPECT(*view_line(maps, "EL0 -, EL1 RX, UXN"));
	EXPECT(*view_line(maps, "EL0 R") == '\0');
	EXPECT(*view_line(maps, "EL0 X") == '\0');
	EXPECT(*view_line(maps, "EL1 RWX") == '\0');
}

/* ---- /proc/self/maps ------------------------------------------------------------------ */


/* The line of the region that begins at p; "" if there is none. */
static char *maps_line(const void *p)
{
	char start[32], *line = maps;
	long len = file_read("/proc/self/maps", maps, sizeof(maps));

	EXPECT(len > 0 && len < (long)sizeof(maps) - 1);
	snprintf(start, sizeof(start), "%08lx-", (unsigned long)p);
	while (*line != '\0') {
		char *end = strchr(line, '\n');

		*end = '\0';
		if (strncmp(line, start, strlen(start)) == 0) {
			return line;
		}
		line = end + 1;
	}
	return line;
}

TEST(maps, a_line_is_as_linux_prints_it)
{
	char want[160], *p;
	long fd = memfd_create("name", 0);

	ready();
	p = mmap((void *)0x10000000, 3 * page_size, RW, MAP_SHARED | MAP_FIXED,
		 (int)fd, (long)page_size);
	snprintf(want, sizeof(want), "10000000-%08lx rw-s %08lx 00:00 ",
		 (unsigned long)p + 3 * page_size, (unsigned long)page_size);
	EXPECT_EQ(strncmp(maps_line(p), want, strlen(want)), 0);
	EXPECT_EQ(strcmp(maps_line(p) + 73, "/memfd:name (deleted)"), 0);
	p = mmap((void *)0x20000000, page_size, PROT_NONE, ANON | MAP_FIXED,
		 -1, 0);
	snprintf(want, sizeof(want), "20000000-%08lx ---p 00000000 00:00 0 ",
		 (unsigned long)p + page_size);
	EXPECT_EQ(strcmp(maps_line(p), want), 0);
}

/* The number in KiB behind `key` of the region at p. */
static long smaps_kib(const void *p, const char *key)
{
	char start[32], *line;
	long kib = 0;

	file_read("/proc/self/smaps", maps, sizeof(maps));
	snprintf(start, sizeof(start), "%08lx-", (unsigned long)p);
	line = view_line(maps, start);
	if (*line == '\0') {
		return -1;
	}
	/* What follows the region's line; view_line() has cut that off. */
	line = view_line(line + strlen(line) + 1, key);
	for (; *line != '\0'; line++) {
		if (*line >= '0' && *line <= '9') {
			kib = kib * 10 + (*line - '0');
		}
	}
	return kib;
}

TEST(smaps, knows_what_was_accessed_and_written)
{
	char *p = (char *)0x10000000;
	long kib;

	ready();
	kib = (long)page_size / 1024;
	mmap(p, 16 * page_size, RW, ANON | MAP_FIXED, -1, 0);
	memset(p, 1, 10 * page_size);
	EXPECT_EQ(smaps_kib(p, "Size:"), 16 * kib);
	EXPECT_EQ(smaps_kib(p, "Rss:"), 10 * kib);
	EXPECT_EQ(smaps_kib(p, "Referenced:"), 10 * kib);
	EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 10 * kib);
	EXPECT_EQ(file_write("/proc/self/clear_refs", "1"), 0);
	EXPECT_EQ(smaps_kib(p, "Rss:"), 10 * kib);
	EXPECT_EQ(smaps_kib(p, "Referenced:"), 0);
	EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 0);
	touch(p + 3 * page_size);
	store(p + 4 * page_size);
	/* A copy counts as well. */
	read((int)open("/dev/zero", O_RDONLY), p + 5 * page_size, 1);
	write((int)open("/dev/null", O_WRONLY), p + 6 * page_size, 1); /* no */
	EXPECT_EQ(write((int)memfd_create("x", 0), p + 7 * page_size, 1), 1);
	EXPECT_EQ(smaps_kib(p, "Referenced:"), 4 * kib);
	EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 2 * kib);
	EXPECT_EQ(p[3 * page_size], 1);
	EXPECT_EQ(p[5 * page_size], 0);
	EXPECT_EQ(file_write("/proc/self/clear_refs", "2"), -EINVAL);
}

TEST(smaps, a_child_writes_to_its_own_page_all_the_same)
{
	char *p = (char *)0x10000000;

	ready();
	mmap(p, page_size, RW, ANON | MAP_FIXED, -1, 0);
	*p = 1;
	file_write("/proc/self/clear_refs", "1");
	/* The CPU would make the page writable by itself: not after fork. */
	EXPECT_EQ(IN_CHILD({ *p = 2; }), 0);
	EXPECT_EQ(*p, 1);
	*p = 3;
	EXPECT_EQ(IN_CHILD({ EXPECT_EQ(*p, 3); }), 0);
}

TEST(maps, neighbours_that_are_alike_are_one)
{
	char *p = (char *)0x10000000;
	size_t len;

	ready();
	len = 5 * page_size;
	mmap(p, len, RW, ANON | MAP_FIXED, -1, 0);
	EXPECT_EQ(strncmp(maps_line(p) + 9, "10005000 rw-p", 13) == 0,
		  page_size == 4096);
	mprotect(p + page_size, page_size, PROT_READ);
	EXPECT(*maps_line(p + page_size) != '\0');
	EXPECT(*maps_line(p + 2 * page_size) != '\0');
	mprotect(p + page_size, page_size, RW);
	EXPECT(*maps_line(p + page_size) == '\0');
	EXPECT(*maps_line(p + 2 * page_size) == '\0');
	munmap(p + 2 * page_size, page_size);
	mmap(p + 2 * page_size, page_size, RW, ANON | MAP_FIXED, -1, 0);
	EXPECT(*maps_line(p + 2 * page_size) == '\0');
	EXPECT(*maps_line(p + 3 * page_size) == '\0');
}
