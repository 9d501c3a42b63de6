/* SPDX-License-Identifier: MIT */
/*
 * pointers.c - bad pointers, for every call that takes one. The claims: the
 * kernel never stops; nothing moves where nothing may; what can be moved is
 * moved, and the count says how much.
 */
#include <linux/prctl.h>

#include "badptr.h"

#include <asm/stat.h>
#include <linux/uio.h>

static long writev(int fd, const void *parts, long count)
{
	return syscall3(__NR_writev, fd, (long)parts, count);
}

static long fstat(int fd, void *stat)
{
	return syscall3(__NR_fstat, fd, (long)stat, 0);
}

static long clock_gettime(int clock, void *time)
{
	return syscall3(__NR_clock_gettime, clock, (long)time, 0);
}

static long openat(const void *path)
{
	return syscall6(__NR_openat, AT_FDCWD, (long)path, O_RDONLY, 0, 0, 0);
}

/* Files whose read() goes different ways in the kernel. */
static const char *const readable[] = { "/dev/zero", "/init",
					"/proc/meminfo" };

TEST(read, bad_pointer_is_efault)
{
	for (int i = 0; i < 3; i++) {
		int fd = (int)open(readable[i], O_RDONLY);

		EXPECT(fd >= 0);
		FOR_EACH_BAD_POINTER(p) {
			EXPECT_FOR(p, read(fd, (void *)p->addr, 16), -EFAULT);
		}
	}
}

TEST(read, failed_read_moves_no_position)
{
	int fd = (int)open("/init", O_RDONLY);
	char magic[4];

	FOR_EACH_BAD_POINTER(p) {
		read(fd, (void *)p->addr, 4);
	}
	EXPECT_EQ(read(fd, magic, 4), 4);
	EXPECT_EQ(memcmp(magic, "\x7f" "ELF", 4), 0);
}

TEST(read, stops_at_page_edge_with_short_count)
{
	char *edge = page_edge();

	for (int i = 0; i < 2; i++) {
		for (long room = 1; room <= 300; room++) {
			int fd = (int)open(readable[i], O_RDONLY);

			EXPECT_EQ(read(fd, edge - room, 400), room);
			if (i == 1) {
				EXPECT_EQ(lseek(fd, 0, SEEK_CUR), room);
			}
			close(fd);
		}
	}
}

TEST(read, short_count_arrived_and_nothing_before_it)
{
	char *edge = page_edge();
	int fd = (int)open("/init", O_RDONLY);
	char first[64];

	EXPECT_EQ(read(fd, first, sizeof(first)), sizeof(first));
	lseek(fd, 0, SEEK_SET);
	memset(edge - 100, 'x', 100);
	EXPECT_EQ(read(fd, edge - 37, 64), 37);
	EXPECT_EQ(memcmp(edge - 37, first, 37), 0);
	for (int i = 38; i <= 100; i++) {
		EXPECT_EQ(edge[-i], 'x');
	}
}

TEST(read, read_only_page_is_efault_and_unchanged)
{
	static const char text[16] = "do not change";
	int fd = (int)open("/dev/zero", O_RDONLY);

	EXPECT_EQ(read(fd, (void *)text, sizeof(text)), -EFAULT);
	EXPECT_EQ(text[0], 'd');
	EXPECT_EQ(read(fd, (void *)page_edge, 4), -EFAULT); /* a function */
}

TEST(read, huge_lengths_are_efault)
{
	static const uint64_t lengths[] = {
		~0ul, ~0ul >> 1, 1ul << 63, 1ul << 48, ~0ul - PAGE,
	};
	char buf[16];

	for (int i = 0; i < 3; i++) {
		int fd = (int)open(readable[i], O_RDONLY);

		for (int j = 0; j < 5; j++) {
			EXPECT_EQ(read(fd, buf, lengths[j]), -EFAULT);
		}
	}
}

TEST(read, length_zero)
{
	for (int i = 0; i < 3; i++) {
		int fd = (int)open(readable[i], O_RDONLY);

		FOR_EACH_BAD_POINTER(p) {
			EXPECT_FOR(p, read(fd, (void *)p->addr, 0),
				   p->in_user_half ? 0 : -EFAULT);
		}
	}
}

/* The range, not only its first byte, must be in the user's half. */
TEST(read, range_that_leaves_the_user_half_is_efault)
{
	int fd = (int)open("/dev/zero", O_RDONLY);

	EXPECT_EQ(read(fd, (void *)(USER_HALF_END - 8), 9), -EFAULT);
	EXPECT_EQ(read(fd, (void *)(USER_HALF_END - 8), ~0ul - 7), -EFAULT);
	EXPECT_EQ(read(fd, (void *)8, ~0ul - 7), -EFAULT);
}

/* Linux's tagged-address ABI: a tag is an error until the process asks. */
TEST(read, tag_is_efault_until_prctl_allows_it)
{
	int fd = (int)open("/dev/zero", O_RDONLY);
	char buf[16] = "not zero";
	char *tagged = (char *)((uint64_t)buf | 0x5aul << 56);

	EXPECT_EQ(read(fd, tagged, 16), -EFAULT);
	EXPECT_EQ(buf[0], 'n');
	EXPECT_EQ(syscall6(__NR_prctl, PR_SET_TAGGED_ADDR_CTRL,
			   PR_TAGGED_ADDR_ENABLE, 0, 0, 0, 0), 0);
	EXPECT_EQ(read(fd, tagged, 16), 16);
	EXPECT_EQ(buf[0], 0);
}

TEST(read, large_buffer_is_brought_in)
{
	int fd = (int)open("/dev/zero", O_RDONLY);
	uint64_t start = brk(0), end = start + (1 << 20);

	EXPECT_EQ(brk(end), end);
	EXPECT_EQ(read(fd, (void *)start, 1 << 20), 1 << 20);
}

TEST(write, bad_pointer_is_efault)
{
	int fd = (int)open("/proc/selftest", O_WRONLY);

	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, write(1, (void *)p->addr, 16), -EFAULT);
		if (fd >= 0) {
			EXPECT_FOR(p, write(fd, (void *)p->addr, 16),
				   -EFAULT);
		}
	}
}

TEST(write, stops_at_page_edge_with_short_count)
{
	char *edge = page_edge();

	memcpy(edge - 7, "# 1234\n", 7);
	EXPECT_EQ(write(1, edge - 7, 500), 7);
}

TEST(write, huge_lengths_are_efault)
{
	EXPECT_EQ(write(1, "x", ~0ul), -EFAULT);
	EXPECT_EQ(write(1, "x", 1ul << 63), -EFAULT);
	EXPECT_EQ(write(1, "x", 1ul << 48), -EFAULT);
}

TEST(write, length_zero)
{
	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, write(1, (void *)p->addr, 0),
			   p->in_user_half ? 0 : -EFAULT);
	}
}

/* As on Linux: /dev/null looks at the range and not at the memory. */
TEST(write, null_device_checks_the_range_only)
{
	int fd = (int)open("/dev/null", O_WRONLY);

	FOR_EACH_BAD_POINTER(p) {
		if (p->addr != USER_HALF_END - 1) {
			EXPECT_FOR(p, write(fd, (void *)p->addr, 16),
				   p->in_user_half ? 16 : -EFAULT);
		}
	}
}

TEST(writev, bad_vector_is_efault)
{
	char *edge = page_edge();

	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, writev(1, (void *)p->addr, 1), -EFAULT);
	}
	memset(edge - 24, 0, 24);
	EXPECT_EQ(writev(1, edge - 24, 2), -EFAULT);
}

TEST(writev, bad_count_is_einval)
{
	struct iovec part = { "x", 1 };

	EXPECT_EQ(writev(1, &part, 1025), -EINVAL);
	EXPECT_EQ(writev(1, &part, -1), -EINVAL);
	EXPECT_EQ(writev(1, NULL, 0), 0);
}

TEST(writev, bad_part_is_efault)
{
	FOR_EACH_BAD_POINTER(p) {
		struct iovec parts[1] = { { (void *)p->addr, 16 } };

		EXPECT_FOR(p, writev(1, parts, 1), -EFAULT);
	}
}

TEST(writev, second_part_bad_gives_short_count)
{
	struct iovec parts[2] = { { "# one\n", 6 }, { NULL, 16 } };

	EXPECT_EQ(writev(1, parts, 2), 6);
	/* A range that cannot be is found before anything is written. */
	parts[1].iov_base = (void *)0xffff800000000000;
	EXPECT_EQ(writev(1, parts, 2), -EFAULT);
	parts[1].iov_base = NULL;
	parts[1].iov_len = ~0ul;
	EXPECT_EQ(writev(1, parts, 2), -EINVAL);
}

TEST(openat, bad_path_is_efault)
{
	FOR_EACH_BAD_POINTER(p) {
		EXPECT_FOR(p, openat((void *)p->addr), -EFAULT);
	}
}

TEST(openat, path_may_end_with_the_page)
{
	char *edge = page_edge();

	memcpy(edge - 6, "/init", 6);
	EXPECT(openat(edge - 6) >= 0);
	/* Without its NUL it goes on into the next page. */
	memcpy(edge - 5, "/init", 5);
	EXPECT_EQ(openat(edge - 5), -EFAULT);
}

TEST(structs, bad_pointer_is_efault)
{
	FOR_EACH_BAD_POINTER(p) {
		void *bad = (void *)p->addr;

		EXPECT_FOR(p, uname(bad), -EFAULT);
		EXPECT_FOR(p, fstat(1, bad), -EFAULT);
		EXPECT_FOR(p, clock_gettime(CLOCK_MONOTONIC, bad), -EFAULT);
	}
}

TEST(structs, whole_or_efault_at_page_edge)
{
	char *edge = page_edge();

	EXPECT_EQ(uname((void *)(edge - sizeof(struct new_utsname))), 0);
	EXPECT_EQ(uname((void *)(edge - sizeof(struct new_utsname) + 1)),
		  -EFAULT);
	EXPECT_EQ(fstat(1, edge - sizeof(struct stat)), 0);
	EXPECT_EQ(fstat(1, edge - sizeof(struct stat) + 8), -EFAULT);
	EXPECT_EQ(clock_gettime(CLOCK_MONOTONIC, edge - 16), 0);
	EXPECT_EQ(clock_gettime(CLOCK_MONOTONIC, edge - 8), -EFAULT);
}

/* As on Linux: the child is gone, although its status could not be copied. */
TEST(wait4, bad_pointer_is_efault)
{
	FOR_EACH_BAD_POINTER(p) {
		void *bad = (void *)p->addr;
		long pid = fork();

		if (pid == 0) {
			exit(3);
		}
		if (p->addr == 0) {
			EXPECT_EQ(waitpid(pid, bad, 0), pid);
		} else {
			EXPECT_FOR(p, waitpid(pid, bad, 0), -EFAULT);
		}
		EXPECT_FOR(p, waitpid(pid, NULL, 0), -ECHILD);
	}
}

TEST(wait4, usage_is_zeroed)
{
	struct rusage usage;
	long pid = fork();

	if (pid == 0) {
		exit(3);
	}
	memset(&usage, 0xff, sizeof(usage));
	EXPECT_EQ(syscall6(__NR_wait4, pid, 0, 0, (long)&usage, 0, 0), pid);
	for (size_t i = 0; i < sizeof(usage); i++) {
		EXPECT_EQ(((char *)&usage)[i], 0);
	}
}
