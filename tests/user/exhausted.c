/* SPDX-License-Identifier: MIT */
/*
 * exhausted.c - too much of everything: regions, processes, pages. One call
 * fails or one process is killed; afterwards all memory is there again, which
 * is looked at after every test (ktest.h).
 */
#include "memory.h"

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
		long pid = fork();

		if (pid < 0) {
			over[1] = (char)-pid;
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
	EXPECT(over[1] == 0 || over[1] == ENOMEM);
	EXPECT_EQ(IN_CHILD({ exit(3); }), 3 << 8);
}

/* Where the kernel reads the tables first, nothing faults. */
static bool copies_fault(void)
{
	char text[1024], value[32];

	file_read("/proc/uaccess", text, sizeof(text));
	return strcmp(view_get(text, "window", value, sizeof(value)),
		      "TABLES") != 0;
}

/* Whether the last fault that was not resolved says so. */
static bool copy_was_out_of_memory(void)
{
	static char text[4096];
	char how[80];

	file_read("/proc/last_fault", text, sizeof(text));
	view_get(text, "resolution", how, sizeof(how));
	return strncmp(how, "out of memory: exception table", 30) == 0;
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

		left_bring_in(); /* while there is memory for it */
		done = read((int)zero, p, len);
		again = read((int)zero, p + len - page_size, page_size);
		/* Until some memory is there, not even the stack can grow. */
		madvise(p, len / 2, MADV_DONTNEED);
		EXPECT(done > 0 && done < (long)len);
		EXPECT_EQ(again, -EFAULT);
		EXPECT(!copies_fault() || copy_was_out_of_memory());
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

		left_bring_in();
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

/* Files hold all there is, so that no process is killed for it. */
TEST(exhausted, a_fork_without_memory_is_enomem)
{
	long fd = memfd_create("all", 0), pid;

	ready();
	EXPECT_EQ(IN_CHILD({
		static char buf[65536];

		left_bring_in();
		while (write((int)fd, buf, sizeof(buf)) > 0) {
		}
		pid = fork();
		if (pid == 0) {
			exit(0);
		}
		EXPECT_EQ(ftruncate((int)fd, 0), 0);
		EXPECT_EQ(pid, -ENOMEM);
	}), 0);
	EXPECT_EQ(IN_CHILD({ exit(3); }), 3 << 8);
}
