/* SPDX-License-Identifier: MIT */
/*
 * memfd.c - memory files, mapped, cut and shared: as Linux defines it.
 */
#include "memory.h"

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

TEST(memfd, past_its_end_is_sigbus)
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

TEST(memfd, a_write_that_fails_takes_no_memory)
{
	long fd = memfd_create("test", 0);
	struct left before;
	char byte;

	ready();
	before = left_now();
	for (long i = 1; i < 20; i++) {
		lseek((int)fd, i * (long)page_size, SEEK_SET);
		EXPECT_EQ(write((int)fd, (char *)8, 8), -EFAULT);
	}
	EXPECT(!left_differs(&before));
	EXPECT_EQ(lseek((int)fd, 0, SEEK_END), 0);
	EXPECT_EQ(read((int)fd, &byte, 1), 0);
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
