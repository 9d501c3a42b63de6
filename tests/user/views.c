/* SPDX-License-Identifier: MIT */
/*
 * views.c - what programs can see of memory: /proc/self/maps and smaps as Linux
 * prints them, /proc/meminfo, /proc/slabinfo, and the translation tables.
 */
#include "memory.h"

/* ---- /proc/self/tables, /proc/kernel_tables ------------------------- */

static char maps[65536]; /* the text of a view */

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

/* How often `part` is in the text. */
static unsigned int view_count(const char *text, const char *part)
{
	unsigned int count = 0;

	for (; *text != '\0'; text++) {
		count += strncmp(text, part, strlen(part)) == 0;
	}
	return count;
}

TEST(tables, each_table_forbids_for_all_below_it)
{
	unsigned int tables;

	file_read("/proc/self/tables", maps, sizeof(maps));
	tables = view_count(maps, "  table");
	EXPECT(tables >= 2);
	EXPECT_EQ(view_count(maps, "  table, PXN  @0x"), tables);
	file_read("/proc/kernel_tables", maps, sizeof(maps));
	tables = view_count(maps, "  table");
	EXPECT(tables >= 2);
	EXPECT_EQ(view_count(maps, "  table, not EL0, UXN  @0x"), tables);
}

/* Where a level-3 table of any granule begins. With 16 pages it is worth to be
 * shared: arch/aarch64/user_share.c. */
static char *const table_start = (char *)0x40000000;

static bool tables_say(const char *what)
{
	char line[128];

	file_read("/proc/self/tables", maps, sizeof(maps));
	snprintf(line, sizeof(line), "0x%016lx  %s",
		 (unsigned long)table_start, what);
	return *view_line(maps, line) != '\0';
}

static void expect_pages(const char *rights)
{
	char pages[80];

	snprintf(pages, sizeof(pages), "16 pages  %s, UXN, PXN, AF=1, nG",
		 rights);
	EXPECT(tables_say(pages));
}

static void see_three_sharers(void)
{
	EXPECT(tables_say("table, no write, PXN, shared by 3  @0x"));
}

/* What `make walk` prints. */
static bool walk_says(const char *what)
{
	char addr[32];

	snprintf(addr, sizeof(addr), "0x%lx", (unsigned long)table_start);
	EXPECT_EQ(file_write("/proc/walk", addr), 0);
	file_read("/proc/walk", maps, sizeof(maps));
	return view_count(maps, what) == 1;
}

static void see_sharers_and_write(void)
{
	EXPECT(walk_says("table, no write, PXN\n          shared by 2\n"));
	EXPECT(tables_say("table, no write, PXN, shared by 2  @0x"));
	expect_pages("EL0 R, EL1 R");
	EXPECT_EQ(ktest_run_child(see_three_sharers), 0);
	*table_start = 2;
	EXPECT(tables_say("table, PXN  @0x"));
}

TEST(tables, what_fork_shares_has_no_write_until_it_is_written)
{
	ready();
	mmap(table_start, 16 * page_size, RW, ANON | MAP_FIXED, -1, 0);
	memset(table_start, 1, 16 * page_size);
	EXPECT(tables_say("table, PXN  @0x"));
	EXPECT_EQ(ktest_run_child(see_sharers_and_write), 0);
	EXPECT(tables_say("table, no write, PXN, no longer shared  @0x"));
	expect_pages("EL0 R, EL1 R");
	*table_start = 3;
	EXPECT(tables_say("table, PXN  @0x"));
}

/* ---- /proc/self/maps ------------------------------------------------ */

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

/* The number in KiB after `key` of the region at p. */
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

TEST(smaps, what_fork_shares_is_nobodys_to_write)
{
	char *p = table_start;
	long kib;

	ready();
	kib = (long)page_size / 1024;
	mmap(p, 16 * page_size, RW, ANON | MAP_FIXED, -1, 0);
	memset(p, 1, 16 * page_size);
	EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 16 * kib);
	EXPECT_EQ(IN_CHILD({
		EXPECT_EQ(smaps_kib(p, "Rss:"), 16 * kib);
		EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 0);
		*p = 2;
		EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), kib);
	}), 0);
	EXPECT_EQ(smaps_kib(p, "Private_Dirty:"), 0);
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

/* ---- /proc/meminfo, /proc/slabinfo ---------------------------------- */

TEST(slabinfo, is_as_linux_prints_it)
{
	static const char head[] = "slabinfo - version: 2.1\n"
				   "# name            <active_objs> ";
	long objects, slabs, kib = 0, each, size;
	char *p;

	ready();
	file_read("/proc/slabinfo", maps, sizeof(maps));
	EXPECT_EQ(strncmp(maps, head, sizeof(head) - 1), 0);
	EXPECT(*view_line(maps, "kmalloc-1k ") != '\0');
	file_read("/proc/slabinfo", maps, sizeof(maps));
	for (p = strchr(strchr(maps, '\n') + 1, '\n') + 1; *p != '\0'; p++) {
		EXPECT_EQ(strncmp(p, "kmalloc-", 8), 0);
		EXPECT_EQ(strncmp(p + 48, " : tunables    0    0    0 "
					  ": slabdata ", 38), 0);
		objects = left_number(p + 18);
		size = left_number(p + 32);
		each = left_number(p + 39);
		slabs = left_number(p + 92);
		EXPECT_EQ(left_number(p + 25), slabs * each);
		EXPECT_EQ(size * each, (long)page_size);
		EXPECT(objects <= slabs * each);
		kib += slabs * (long)page_size / 1024;
		p = strchr(p, '\n');
	}
	/* This reading had an open file, and its text; that one has others. */
	file_read("/proc/meminfo", maps, sizeof(maps));
	EXPECT(left_kib(maps, "Slab") <= kib + 4 * (long)page_size / 1024);
	EXPECT(left_kib(maps, "Slab") + 4 * (long)page_size / 1024 >= kib);
}

TEST(slabinfo, counts_what_a_process_takes)
{
	struct left before = left_now(), now;
	long fd = memfd_create("one more object", 0), more = 0;

	now = left_now();
	for (int i = 0; i < LEFT_CLASSES; i++) {
		more += now.objects[i] - before.objects[i];
	}
	EXPECT_EQ(more, 2); /* the open file, and what it holds */
	EXPECT_EQ(close((int)fd), 0);
	now = left_now();
	for (int i = 0; i < LEFT_CLASSES; i++) {
		EXPECT_EQ(now.objects[i], before.objects[i]);
	}
}

/* A page of each at least that no other test touches, of any size of page. */
static const volatile char untouched_constant[2 * 65536] = { 1 };
static volatile char untouched[2 * 65536];

TEST(left, a_page_of_the_program_that_is_first_touched_is_no_loss)
{
	const struct left before = left_now();

	for (size_t i = 0; i < sizeof(untouched); i += LEFT_STRIDE) {
		untouched[i] = untouched_constant[i];
	}
	EXPECT(!left_differs(&before));
}
