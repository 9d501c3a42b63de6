/* SPDX-License-Identifier: MIT */
/*
 * files.c - descriptors, memory files, /dev and /proc: what each call answers
 * to good and to senseless requests, as Linux on a read-only file system.
 */
#include "ktest.h"

#include <asm/stat.h>
#include <linux/stat.h>

static long open_at(int dir, const char *path, int flags)
{
	return syscall6(__NR_openat, dir, (long)path, flags, 0, 0, 0);
}

static long fstat(int fd, struct stat *stat)
{
	return syscall3(__NR_fstat, fd, (long)stat, 0);
}

TEST(openat, answers_as_linux_on_a_read_only_file_system)
{
	static const struct {
		const char *path;
		int flags;
		long error; /* 0: it opens */
	} cases[] = {
		{ "/init", O_RDONLY, 0 },
		{ "/init", O_RDONLY | O_CLOEXEC | O_LARGEFILE, 0 },
		{ "/init", O_WRONLY, -EROFS },
		{ "/init", O_RDWR, -EROFS },
		{ "/init", O_RDONLY | O_TRUNC, -EROFS },
		{ "/init", O_RDONLY | O_CREAT, 0 },
		{ "/init", O_RDONLY | O_CREAT | O_EXCL, -EEXIST },
		{ "/init", O_RDONLY | O_DIRECTORY, -ENOTDIR },
		{ "/init/", O_RDONLY, -ENOTDIR },
		{ "/init/x", O_RDONLY, -ENOTDIR },
		{ "/init/x/y", O_RDONLY, -ENOTDIR },
		{ "init", O_RDONLY, 0 },
		{ "./init", O_RDONLY, 0 },
		{ "//bin/.././/init", O_RDONLY, 0 },
		{ "/../../init", O_RDONLY, 0 },
		{ "", O_RDONLY, -ENOENT },
		{ "/missing", O_RDONLY, -ENOENT },
		{ "/missing", O_WRONLY | O_CREAT, -EROFS },
		{ "/missing/x", O_WRONLY | O_CREAT, -ENOENT },
		{ "/initx", O_RDONLY, -ENOENT },
		{ "/ini", O_RDONLY, -ENOENT },
		{ "/", O_RDONLY, 0 },
		{ "/bin", O_RDONLY, 0 },
		{ "/bin/", O_RDONLY | O_DIRECTORY, 0 },
		{ "/bin", O_WRONLY, -EISDIR },
		{ "/bin", O_RDONLY | O_CREAT, -EISDIR },
		{ "/dev/null", O_RDWR, 0 },
		{ "/dev/zero", O_RDWR | O_TRUNC, 0 },
		{ "/dev/console", O_RDWR, 0 },
		{ "/dev/missing", O_RDONLY, -ENOENT },
		{ "/proc/meminfo", O_RDONLY, 0 },
		{ "/proc/meminfo", O_WRONLY, -EACCES },
		{ "/proc/missing", O_RDONLY, -ENOENT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		long fd = open(cases[i].path, cases[i].flags);

		if (!EXPECT_EQ(fd < 0 ? fd : 0, cases[i].error)) {
			printf("# open(\"%s\", 0x%x)\n", cases[i].path,
			       cases[i].flags);
		}
		if (fd >= 0) {
			EXPECT_EQ(close((int)fd), 0);
		}
	}
}

TEST(openat, long_path_is_enametoolong)
{
	static char path[5000];

	memset(path, '/', sizeof(path) - 1);
	EXPECT_EQ(open(path, O_RDONLY), -ENAMETOOLONG);
	path[4095] = '\0';
	EXPECT(open(path, O_RDONLY) >= 0); /* a long name for "/" */
}

TEST(openat, relative_to_a_directory)
{
	int bin = (int)open("/bin", O_RDONLY);
	int init = (int)open("/init", O_RDONLY);

	EXPECT(open_at(bin, "../init", O_RDONLY) >= 0);
	EXPECT(open_at(bin, "hello", O_RDONLY) >= 0);
	EXPECT_EQ(open_at(init, "hello", O_RDONLY), -ENOTDIR);
	EXPECT_EQ(open_at(77, "hello", O_RDONLY), -EBADF);
	EXPECT(open_at(77, "/init", O_RDONLY) >= 0); /* absolute */
}

TEST(descriptors, lowest_free_is_taken)
{
	EXPECT_EQ(open("/init", O_RDONLY), 3);
	EXPECT_EQ(open("/init", O_RDONLY), 4);
	EXPECT_EQ(open("/init", O_RDONLY), 5);
	EXPECT_EQ(close(4), 0);
	EXPECT_EQ(close(3), 0);
	EXPECT_EQ(open("/init", O_RDONLY), 3);
	EXPECT_EQ(open("/init", O_RDONLY), 4);
	EXPECT_EQ(open("/init", O_RDONLY), 6);
}

TEST(descriptors, limit_is_emfile_and_loses_nothing)
{
	long fd, opened = 0;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
		opened++;
	}
	EXPECT_EQ(fd, -EMFILE);
	EXPECT_EQ(opened, 1024 - 3);
	EXPECT_EQ(close(500), 0);
	EXPECT_EQ(open("/dev/null", O_RDONLY), 500);
	EXPECT_EQ(open("/dev/null", O_RDONLY), -EMFILE);
}

TEST(descriptors, what_is_not_open_is_ebadf)
{
	static const int bad[] = { -1, 3, 77, 1024, 0x7fffffff, -0x7fffffff };
	struct stat stat;
	char c;

	for (int i = 0; i < 6; i++) {
		EXPECT_EQ(read(bad[i], &c, 1), -EBADF);
		EXPECT_EQ(write(bad[i], &c, 1), -EBADF);
		EXPECT_EQ(syscall3(__NR_writev, bad[i], 0, 0), -EBADF);
		EXPECT_EQ(lseek(bad[i], 0, SEEK_SET), -EBADF);
		EXPECT_EQ(fstat(bad[i], &stat), -EBADF);
		EXPECT_EQ(close(bad[i]), -EBADF);
	}
	EXPECT_EQ(close(2), 0);
	EXPECT_EQ(close(2), -EBADF);
}

TEST(descriptors, rights_of_opening_hold)
{
	int in = (int)open("/dev/zero", O_RDONLY);
	int out = (int)open("/dev/zero", O_WRONLY);
	int neither = (int)open("/dev/zero", O_RDONLY | O_PATH);
	char c = 'x';

	EXPECT_EQ(write(in, &c, 1), -EBADF);
	EXPECT_EQ(read(out, &c, 1), -EBADF);
	EXPECT_EQ(read(neither, &c, 1), -EBADF);
	EXPECT_EQ(write(neither, &c, 1), -EBADF);
	EXPECT_EQ(c, 'x');
}

TEST(memfile, seek_and_end)
{
	int fd = (int)open("/init", O_RDONLY);
	long size = lseek(fd, 0, SEEK_END);
	char first[8], again[8];

	EXPECT(size > 1000);
	EXPECT_EQ(read(fd, again, 8), 0);
	EXPECT_EQ(lseek(fd, -4, SEEK_CUR), size - 4);
	EXPECT_EQ(read(fd, again, 8), 4);
	EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
	EXPECT_EQ(read(fd, first, 8), 8);
	EXPECT_EQ(lseek(fd, -size, SEEK_END), 0);
	EXPECT_EQ(read(fd, again, 8), 8);
	EXPECT_EQ(memcmp(first, again, 8), 0);
	EXPECT_EQ(lseek(fd, size + 100, SEEK_SET), size + 100);
	EXPECT_EQ(read(fd, again, 8), 0);
}

TEST(memfile, senseless_seeks_are_einval)
{
	int fd = (int)open("/init", O_RDONLY);
	long max = 0x7fffffffffffffff;

	EXPECT_EQ(lseek(fd, 10, SEEK_SET), 10);
	EXPECT_EQ(lseek(fd, -11, SEEK_CUR), -EINVAL);
	EXPECT_EQ(lseek(fd, -1, SEEK_SET), -EINVAL);
	EXPECT_EQ(lseek(fd, max, SEEK_CUR), -EINVAL);
	EXPECT_EQ(lseek(fd, -max - 1, SEEK_END), -EINVAL);
	EXPECT_EQ(lseek(fd, 0, 99), -EINVAL);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 10);
	EXPECT_EQ(lseek(1, 0, SEEK_SET), -ESPIPE);
}

TEST(memfile, position_is_shared_after_fork)
{
	int fd = (int)open("/init", O_RDONLY);
	char text[8];

	EXPECT_EQ(IN_CHILD({ exit(read(fd, text, 8) == 8 ? 0 : 1); }), 0);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 8);
	EXPECT_EQ(IN_CHILD({ close(fd); }), 0);
	EXPECT_EQ(read(fd, text, 8), 8); /* still open here */
}

TEST(memfile, two_openings_have_two_positions)
{
	int a = (int)open("/init", O_RDONLY), b = (int)open("/init", O_RDONLY);
	char text[8];

	EXPECT_EQ(read(a, text, 8), 8);
	EXPECT_EQ(lseek(b, 0, SEEK_CUR), 0);
}

TEST(fstat, tells_kind_and_size)
{
	struct stat stat;
	int fd = (int)open("/init", O_RDONLY);

	memset(&stat, 0xff, sizeof(stat));
	EXPECT_EQ(fstat(fd, &stat), 0);
	EXPECT(S_ISREG(stat.st_mode));
	EXPECT_EQ(stat.st_mode & 0777, 0755);
	EXPECT_EQ(stat.st_size, lseek(fd, 0, SEEK_END));
	EXPECT_EQ(stat.st_nlink, 1);
	EXPECT_EQ(stat.__unused4, 0);
	EXPECT_EQ(fstat(1, &stat), 0);
	EXPECT(S_ISCHR(stat.st_mode));
	EXPECT_EQ(fstat((int)open("/bin", O_RDONLY), &stat), 0);
	EXPECT(S_ISDIR(stat.st_mode));
}

TEST(fstat, one_inode_a_file)
{
	struct stat a, b, c;

	EXPECT_EQ(fstat((int)open("/init", O_RDONLY), &a), 0);
	EXPECT_EQ(fstat((int)open("init", O_RDONLY), &b), 0);
	EXPECT_EQ(fstat((int)open("/bin/hello", O_RDONLY), &c), 0);
	EXPECT_EQ(a.st_ino, b.st_ino);
	EXPECT(a.st_ino != c.st_ino);
}

TEST(directory, read_is_eisdir)
{
	char c;

	EXPECT_EQ(read((int)open("/bin", O_RDONLY), &c, 1), -EISDIR);
}

TEST(devices, null_and_zero)
{
	int null = (int)open("/dev/null", O_RDWR);
	int zero = (int)open("/dev/zero", O_RDWR);
	char buf[64];

	memset(buf, 'x', sizeof(buf));
	EXPECT_EQ(read(null, buf, 64), 0);
	EXPECT_EQ(buf[0], 'x');
	EXPECT_EQ(write(null, buf, 64), 64);
	EXPECT_EQ(read(zero, buf + 1, 62), 62);
	EXPECT_EQ(buf[0], 'x');
	EXPECT_EQ(buf[63], 'x');
	for (int i = 1; i < 63; i++) {
		EXPECT_EQ(buf[i], 0);
	}
}

/* What one call loses, a thousand show in the count of free pages. */
TEST(leaks, thousand_calls_lose_no_page)
{
	static const struct {
		const char *path;
		int flags;
	} cases[] = {
		{ "/init", O_RDONLY },	    { "/init", O_WRONLY },
		{ "/missing", O_RDONLY },   { "/init/", O_RDONLY },
		{ "/dev/zero", O_RDWR },    { "/proc/meminfo", O_RDONLY },
		{ "/proc/none", O_RDONLY }, { "/bin", O_RDONLY },
	};
	char buf[64];

	for (int i = 0; i < 8000; i++) {
		long fd = open(cases[i % 8].path, cases[i % 8].flags);

		read((int)fd, buf, sizeof(buf));
		read((int)fd, NULL, 4);
		close((int)fd);
	}
	for (int i = 0; i < 1000; i++) {
		open(NULL, O_RDONLY);
		syscall3(__NR_writev, 1, 0, 10);
	}
}

TEST(leaks, what_is_open_at_the_end_is_closed)
{
	for (int i = 0; i < 20; i++) {
		EXPECT_EQ(IN_CHILD({
			char c;

			for (int j = 0; j < 50; j++) {
				int fd = (int)open("/proc/meminfo", O_RDONLY);

				EXPECT_EQ(read(fd, &c, 1), 1);
			}
		}), 0);
	}
}

TEST(proc, is_read_as_it_was_at_the_beginning)
{
	int a = (int)open("/proc/meminfo", O_RDONLY);
	int b = (int)open("/proc/meminfo", O_RDONLY);
	char whole[256] = "", parts[256] = "";
	uint64_t heap = brk(0);
	long len, got = 1;

	/* Once before, so that the kernel has its buffers. */
	EXPECT_EQ(read(a, whole, 1), 1);
	EXPECT_EQ(read(b, parts, 1), 1);
	lseek(a, 0, SEEK_SET);
	lseek(b, 0, SEEK_SET);
	len = read(a, whole, sizeof(whole));
	EXPECT(len > 20);
	EXPECT_EQ(memcmp(whole, "MemTotal:", 9), 0);
	EXPECT_EQ(read(b, parts, 1), 1);
	/* Uses memory, which must not show in the rest. */
	EXPECT_EQ(brk(heap + (1 << 20)), heap + (1 << 20));
	for (int i = 0; i < 1 << 20; i += 4096) {
		*(volatile char *)(heap + (uint64_t)i) = 1;
	}
	while (got < len && read(b, parts + got, 1) == 1) {
		got++;
	}
	EXPECT_EQ(got, len);
	EXPECT_EQ(memcmp(whole, parts, (size_t)len), 0);
	/* A new reading shows it. */
	lseek(b, 0, SEEK_SET);
	EXPECT_EQ(read(b, parts, sizeof(parts)), len);
	EXPECT(memcmp(whole, parts, (size_t)len) != 0);
}
