/* SPDX-License-Identifier: MIT */
/*
 * memory.c - mmap and related calls on anonymous memory, as on Linux. Memory
 * files: memfd.c; when there is none left: exhausted.c; all of it at random:
 * random.c.
 */
#include "memory.h"

/* ---- mmap ----------------------------------------------------------- */

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

struct mmap_case {
	const char *what;
	uint64_t addr, len;
	int prot, flags;
	long fd, offset, result;
};

static void expect_refused(const struct mmap_case *c)
{
	const long result = (long)mmap((void *)c->addr, c->len, c->prot,
				       c->flags, (int)c->fd, c->offset);

	if (!EXPECT_EQ(result, c->result)) {
		printf("# %s\n", c->what);
	}
}

TEST(mmap, what_it_refuses)
{
	char *p = map_pages(1, RW);
	const size_t page = page_size;
	const struct mmap_case cases[] = {
		{ "zero length", 0, 0, RW, ANON, -1, 0, -EINVAL },
		{ "length that wraps", 0, -1ul, RW, ANON, -1, 0, -ENOMEM },
		{ "a page less than all", 0, -page, RW, ANON, -1, 0, -ENOMEM },
		{ "the whole half", 0, 1ul << 48, PROT_NONE, ANON, -1, 0,
		  -ENOMEM },
		{ "no type", 0, page, RW, MAP_ANONYMOUS, -1, 0, -EINVAL },
		{ "both types, anonymous", 0, page, RW,
		  MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0, -EINVAL },
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
		{ "shared and growing", 0, page, RW,
		  MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0, -EINVAL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		expect_refused(&cases[i]);
	}
	*p = 1; /* it is still there */
}

static void expect_refused_of(long file, long fd, size_t page)
{
	const struct mmap_case cases[] = {
		{ "offset in a page", 0, page, RW, MAP_PRIVATE, fd, 1,
		  -EINVAL },
		{ "not open", 0, page, RW, MAP_PRIVATE, 77, 0, -EBADF },
		{ "negative descriptor", 0, page, RW, MAP_PRIVATE, -1, 0,
		  -EBADF },
		{ "offset that wraps", 0, 2 * page, RW, MAP_PRIVATE, fd,
		  -(long)page, -EOVERFLOW },
		{ "offset no file can have", 0, page, RW, MAP_PRIVATE, fd,
		  INT64_MIN, -EOVERFLOW },
		{ "end no file can have", 0, 2 * page, RW, MAP_PRIVATE, fd,
		  INT64_MAX - (long)page + 1, -EOVERFLOW },
		{ "a flag that is not known", 0, page, RW,
		  MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0, -EOPNOTSUPP },
		{ "shared writes to what is read-only", 0, page, RW,
		  MAP_SHARED, file, 0, -EACCES },
		{ "the console", 0, page, PROT_READ, MAP_PRIVATE, 1, 0,
		  -ENODEV },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		expect_refused(&cases[i]);
	}
}

TEST(mmap, what_it_refuses_of_a_file)
{
	ready();
	expect_refused_of(open("/init", O_RDONLY), memfd_create("x", 0),
			  page_size);
}

TEST(mmap, what_has_no_file_has_no_offset)
{
	char *p;

	ready();
	p = mmap(NULL, 2 * page_size, RW, ANON, -1, -(long)page_size);
	EXPECT(!map_failed(p));
	EXPECT_EQ(p[page_size], 0);
	p = mmap(NULL, page_size, RW, MAP_SHARED | MAP_ANONYMOUS, -1,
		 INT64_MIN);
	EXPECT(!map_failed(p));
	store(p);
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

/* ---- munmap, mprotect, madvise -------------------------------------- */

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
	EXPECT_EQ(mprotect((char *)(1ul << VA_BITS), page_size, RW), -ENOMEM);
	EXPECT_EQ(mprotect((void *)0xffff800000000000, page_size, RW),
		  -ENOMEM);
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

TEST(madvise, past_the_users_half_is_a_hole)
{
	char *p;

	ready();
	p = mmap((char *)(1ul << VA_BITS) - page_size, page_size, RW,
		 ANON | MAP_FIXED, -1, 0);
	if (!EXPECT(!map_failed(p))) {
		return;
	}
	*p = 'x';
	EXPECT_EQ(madvise(p, 2 * page_size, MADV_DONTNEED), -ENOMEM);
	EXPECT_EQ(*p, 0); /* done all the same */
	*p = 'y';
	EXPECT_EQ(madvise(p, page_size, MADV_DONTNEED), 0);
	EXPECT_EQ(*p, 0);
	EXPECT_EQ(madvise(p + page_size, page_size, MADV_DONTNEED), -ENOMEM);
	EXPECT_EQ(madvise((void *)0xffff800000000000, page_size,
			  MADV_DONTNEED), -ENOMEM);
}

/* ---- brk ------------------------------------------------------------ */

TEST(brk, more_than_all_memory_is_refused)
{
	uint64_t start = brk(0);
	char text[256];
	long total;

	file_read("/proc/meminfo", text, sizeof(text));
	total = left_kib(text, "MemTotal") * 1024;
	/* As Linux guesses: this much can never be had. */
	EXPECT_EQ(brk(start + (uint64_t)total + (1 << 20)), start);
	/* But twice the half can be asked for, and perhaps be used. */
	EXPECT_EQ(brk(start + (uint64_t)total / 2), start + total / 2);
	EXPECT_EQ(brk(start + (uint64_t)total), start + total);
	EXPECT_EQ(brk(start), start);
}

/* ---- Tagged pointers ------------------------------------------------ */

/* As Linux since 5.6: a tag means nothing to the calls that change what is
 * there, and is an error in those that choose a place, prctl or not. */
TEST(tagged, changes_go_through_and_places_are_refused)
{
	char *p = map_pages(2, RW), *tagged;
	const uint64_t heap = brk(0), tag = 0x5aul << 56;

	tagged = (char *)((uint64_t)p | tag);
	memset(p, 'x', 2 * page_size);
	EXPECT_EQ(mprotect(tagged, page_size, PROT_READ), 0);
	EXPECT_EQ(IN_CHILD({ store(p); }), SIGSEGV);
	EXPECT_EQ(mprotect(tagged + 1, page_size, RW), -EINVAL);
	EXPECT_EQ(mprotect(tagged, page_size, RW), 0);
	EXPECT_EQ(madvise(tagged, page_size, MADV_DONTNEED), 0);
	EXPECT_EQ(p[0], 0);
	EXPECT_EQ(p[page_size], 'x');
	EXPECT_EQ((long)mmap(tagged, page_size, RW, ANON | MAP_FIXED, -1, 0),
		  -ENOMEM);
	EXPECT_EQ((long)mmap(tagged, page_size, RW,
			     ANON | MAP_FIXED_NOREPLACE, -1, 0), -ENOMEM);
	EXPECT_EQ(p[page_size], 'x');
	EXPECT_EQ(munmap(tagged, page_size), 0);
	EXPECT_EQ(IN_CHILD({ touch(p); }), SIGSEGV);
	EXPECT_EQ(p[page_size], 'x');
	/* As a mere hint it is no place: another one is found. */
	tagged = mmap(tagged, page_size, RW, ANON, -1, 0);
	EXPECT(!map_failed(tagged) && (uint64_t)tagged >> 56 == 0);
	EXPECT_EQ(brk((heap + page_size) | tag), heap);
	EXPECT_EQ(brk(heap | tag), heap);
	EXPECT_EQ(brk(0), heap);
}
