/* SPDX-License-Identifier: MIT */
/*
 * processes.c - birth, life and death of processes: fork, wait, turns, the
 * heap, and what each keeps to itself: memory, registers, thread pointer.
 */
#include "ktest.h"

static uint64_t now_ns(void)
{
	struct __kernel_timespec t;

	syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- Birth and death ------------------------------------------------ */

TEST(fork, child_has_its_own_pid_and_memory)
{
	static int data = 1;
	long parent = getpid();
	int local = 1;
	int status = IN_CHILD({
		data = 2;
		local = 2;
		EXPECT(getpid() != parent);
		EXPECT_EQ(getppid(), parent);
		EXPECT_EQ(syscall0(__NR_gettid), getpid());
		EXPECT_EQ(syscall3(__NR_set_tid_address, 0, 0, 0), getpid());
		exit(data + local + 10 * (int)ktest_failures);
	});

	EXPECT_EQ(status, 4 << 8);
	EXPECT_EQ(data, 1);
	EXPECT_EQ(local, 1);
	EXPECT_EQ(getpid(), parent);
}

TEST(fork, parent_writes_do_not_reach_the_child)
{
	static volatile int data = 1;
	int status = 0;
	long pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 100; i++) {
			sched_yield();
		}
		exit(data);
	}
	data = 2;
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 1 << 8);
}

TEST(fork, only_as_fork)
{
	EXPECT_EQ(syscall6(__NR_clone, 0x100 | SIGCHLD, 0, 0, 0, 0, 0),
		  -ENOSYS); /* CLONE_VM */
	EXPECT_EQ(syscall6(__NR_clone, SIGCHLD, 0x10000, 0, 0, 0, 0),
		  -ENOSYS); /* a stack of its own */
}

TEST(fork, thousand_times_loses_no_page)
{
	for (int i = 0; i < 1000; i++) {
		EXPECT_EQ(IN_CHILD({ exit(i & 0xff); }), (i & 0xff) << 8);
	}
}

#define MANY 300

TEST(fork, many_live_at_once)
{
	long pids[MANY];
	int status;

	for (int i = 0; i < MANY; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			sched_yield();
			exit(i & 0x7f);
		}
		EXPECT(pids[i] > 0);
		for (int j = 0; j < i; j++) {
			EXPECT(pids[j] != pids[i]);
		}
	}
	/* In an order that is not that of birth. */
	for (int i = 0; i < MANY; i++) {
		int k = (i * 7) % MANY;

		EXPECT_EQ(waitpid(pids[k], &status, 0), pids[k]);
		EXPECT_EQ(status, (k & 0x7f) << 8);
	}
	EXPECT_EQ(waitpid(-1, &status, 0), -ECHILD);
}

TEST(exit, status_is_the_low_byte)
{
	EXPECT_EQ(IN_CHILD({ exit(0x1234); }), 0x34 << 8);
	EXPECT_EQ(IN_CHILD({ exit(-1); }), 0xff << 8);
	EXPECT_EQ(IN_CHILD({ syscall3(__NR_exit, 7, 0, 0); }), 7 << 8);
}

TEST(wait4, nohang_does_not_wait)
{
	long pid = fork();
	int status = -1;

	if (pid == 0) {
		for (int i = 0; i < 20; i++) {
			sched_yield();
		}
		exit(5);
	}
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_EQ(status, -1);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 5 << 8);
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), -ECHILD);
}

TEST(wait4, only_own_children)
{
	EXPECT_EQ(waitpid(-1, NULL, 0), -ECHILD);
	EXPECT_EQ(waitpid(1, NULL, 0), -ECHILD);
	EXPECT_EQ(waitpid(getpid(), NULL, 0), -ECHILD);
	EXPECT_EQ(waitpid(30000, NULL, 0), -ECHILD);
	EXPECT_EQ(waitpid(-77, NULL, 0), -ECHILD);
	EXPECT_EQ(waitpid(-1, NULL, 0x40), -EINVAL);
}

TEST(wait4, any_takes_who_has_ended)
{
	long slow = fork(), fast;
	int status;

	if (slow == 0) {
		for (int i = 0; i < 5000; i++) {
			sched_yield();
		}
		exit(1);
	}
	fast = fork();
	if (fast == 0) {
		exit(2);
	}
	EXPECT_EQ(waitpid(-1, &status, 0), fast);
	EXPECT_EQ(status, 2 << 8);
	EXPECT_EQ(waitpid(-1, &status, WNOHANG), 0); /* slow still runs */
	EXPECT_EQ(waitpid(-1, &status, 0), slow);
	EXPECT_EQ(status, 1 << 8);
}

TEST(wait4, orphans_belong_to_process_1)
{
	/* The grandchild ends after its parent. Process 1 then waits for all
	 * that it was left, see ktest.h: or else this test would lose pages. */
	EXPECT_EQ(IN_CHILD({
		long parent = getpid();

		if (fork() == 0) {
			while (getppid() == parent) {
				sched_yield();
			}
			EXPECT_EQ(getppid(), 1);
			exit(ktest_failures > 0);
		}
	}), 0);
}

TEST(wait4, zombies_of_a_dead_parent_are_reaped)
{
	EXPECT_EQ(IN_CHILD({
		for (int i = 0; i < 50; i++) {
			if (fork() == 0) {
				exit(0);
			}
		}
		for (int i = 0; i < 100; i++) {
			sched_yield();
		}
	}), 0);
}

/* ---- Out of memory -------------------------------------------------- */

#define ENOUGH_KIB (8 * 1024)

/* Takes memory until little is left, and keeps it as long as its parent
 * lives: so that what is left is used up soon. */
static void hoard_memory(void)
{
	uint64_t end = brk(0);

	while (left_free_memory() > ENOUGH_KIB) {
		brk(end + (1 << 20));
		for (int i = 0; i < 1 << 20; i += 4096) {
			*(volatile char *)(end + (uint64_t)i) = 1;
		}
		end += 1 << 20;
	}
	while (getppid() != 1) {
		sched_yield();
	}
	exit(0);
}

/* Each forks the next and waits for it, until there is no more memory. */
static void fork_chain(void)
{
	long pid;

	do {
		pid = fork();
	} while (pid == 0);
	if (pid > 0) {
		waitpid(pid, NULL, 0);
	}
	exit(0);
}

/* Grows the heap and uses it, until it is killed. */
static void take_all_memory(void)
{
	uint64_t end = brk(0);

	while (brk(end + 65536) == end + 65536) {
		for (int i = 0; i < 65536; i += 4096) {
			*(volatile char *)(end + (uint64_t)i) = 1;
		}
		end += 65536;
	}
	exit(0);
}

/* That all memory comes back is seen by the count after every test. */
TEST(exhausted, memory_runs_out_and_comes_back)
{
	if (fork() == 0) {
		hoard_memory();
	}
	while (left_free_memory() > ENOUGH_KIB) {
		sched_yield();
	}
	/* The last fork fails, or a process cannot copy a page of its own
	 * and is killed: then its children become those of process 1. */
	EXPECT(IN_CHILD({ fork_chain(); }) >= 0);
	EXPECT_EQ(IN_CHILD({ take_all_memory(); }), SIGKILL);
	EXPECT_EQ(IN_CHILD({ exit(7); }), 7 << 8);
}

/* ---- Turns ---------------------------------------------------------- */

TEST(turns, tick_preempts_a_busy_process)
{
	long pid = fork();
	int status;

	if (pid == 0) {
		uint64_t end = now_ns() + 300 * 1000 * 1000ul;
		volatile unsigned long spins;

		while (now_ns() < end) {
			for (spins = 0; spins < 1000000; spins++) {
				/* no system call in here */
			}
		}
		exit(9);
	}
	/* The first turn of the child's ends by the tick, not by itself. */
	sched_yield();
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 9 << 8);
}

TEST(turns, clock_goes_forward)
{
	uint64_t last = now_ns(), start = last;

	for (int i = 0; i < 1000; i++) {
		uint64_t t = now_ns();

		EXPECT(t >= last);
		last = t;
	}
	EXPECT(last > start);
	EXPECT_EQ(syscall3(__NR_clock_gettime, 99, (long)&last, 0), -EINVAL);
	EXPECT_EQ(syscall3(__NR_clock_gettime, -1, (long)&last, 0), -EINVAL);
}

/*
 * Fills FP/SIMD registers, the thread pointer and some general registers with
 * a number, gives up the CPU by a system call, and looks whether they are as
 * they were. Returns how many are not.
 */
static long registers_survive(uint64_t n, long call)
{
	register uint64_t x19 asm("x19") = n;
	register long x8 asm("x8") = call;
	register long x0 asm("x0") = 0;
	long wrong;

	asm volatile("msr	tpidr_el0, %[n]\n\t"
		     "dup	v0.2d, %[n]\n\t"
		     "dup	v7.2d, %[n]\n\t"
		     "dup	v8.2d, %[n]\n\t"
		     "dup	v31.2d, %[n]\n\t"
		     "mov	x9, %[n]\n\t"
		     "mov	x17, %[n]\n\t"
		     "mov	x28, %[n]\n\t"
		     "svc	#0\n\t"
		     "mov	%[wrong], #0\n\t"
		     "mov	x1, v0.d[0]\n\t"
		     "cmp	x1, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "mov	x1, v7.d[1]\n\t"
		     "cmp	x1, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "mov	x1, v8.d[1]\n\t"
		     "cmp	x1, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "mov	x1, v31.d[0]\n\t"
		     "cmp	x1, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "mrs	x1, tpidr_el0\n\t"
		     "cmp	x1, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "cmp	x9, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "cmp	x17, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne\n\t"
		     "cmp	x28, %[n]\n\t"
		     "cinc	%[wrong], %[wrong], ne"
		     : [wrong] "=&r"(wrong), "+r"(x0)
		     : [n] "r"(x19), "r"(x8)
		     : "x1", "x9", "x17", "x28", "v0", "v7", "v8", "v31", "cc",
		       "memory");
	return wrong;
}

TEST(turns, registers_are_each_process_s_own)
{
	long pid = fork();
	uint64_t n = 0x0123456789abcdef ^ (uint64_t)getpid() << 32;
	long wrong = 0;
	int status;

	for (int i = 0; i < 500; i++) {
		wrong += registers_survive(n + (uint64_t)i, __NR_sched_yield);
	}
	EXPECT_EQ(wrong, 0);
	if (pid == 0) {
		exit(ktest_failures > 0);
	}
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}

TEST(turns, child_inherits_fp_and_thread_pointer)
{
	uint64_t value = 0, pointer = 0;

	asm volatile("msr tpidr_el0, %0\n\tdup v9.2d, %0"
		     : : "r"(0xfeedul) : "v9");
	EXPECT_EQ(IN_CHILD({
		asm volatile("mrs %0, tpidr_el0\n\tmov %1, v9.d[1]"
			     : "=r"(pointer), "=r"(value));
		exit(pointer == 0xfeed && value == 0xfeed ? 0 : 1);
	}), 0);
}

/* ---- The heap ------------------------------------------------------- */

TEST(brk, grows_zeroed_and_shrinks)
{
	uint64_t start = brk(0), end = start + 100000;
	char *heap = (char *)start;

	EXPECT_EQ(brk(end), end);
	for (int i = 0; i < 100000; i += 777) {
		EXPECT_EQ(heap[i], 0);
		heap[i] = 'x';
	}
	EXPECT_EQ(brk(start), start);
	EXPECT_EQ(brk(end), end);
	for (int i = 0; i < 100000; i += 777) {
		EXPECT_EQ(heap[i], 0);
	}
}

TEST(brk, refuses_what_cannot_be)
{
	uint64_t start = brk(0);

	EXPECT_EQ(brk(start - 65536), start);
	EXPECT_EQ(brk(1), start);
	EXPECT_EQ(brk(~0ul), start);
	EXPECT_EQ(brk(0xffff800000000000), start);
	EXPECT_EQ(brk(0x0001000000000000), start);
	EXPECT_EQ(brk((1ul << VA_BITS) - 0x2000), start); /* in the stack */
}

TEST(brk, shrunk_memory_is_gone)
{
	uint64_t start = brk(0);
	char *page = (char *)((start + 65535) & ~65535ul);

	brk((uint64_t)page + 65536);
	*page = 1;
	brk((uint64_t)page);
	EXPECT_EQ(IN_CHILD({ *(volatile char *)page = 2; }), SIGSEGV);
}

TEST(brk, child_has_its_own)
{
	uint64_t start = brk(0);

	brk(start + 4096);
	EXPECT_EQ(IN_CHILD({
		EXPECT_EQ(brk(0), start + 4096);
		brk(start + 1000000);
	}), 0);
	EXPECT_EQ(brk(0), start + 4096);
}

/* ---- Numbers that are no call --------------------------------------- */

TEST(calls, unknown_is_enosys)
{
	EXPECT_EQ(syscall0(-1), -ENOSYS);
	EXPECT_EQ(syscall0(9999), -ENOSYS);
	EXPECT_EQ(syscall0(0x7fffffff), -ENOSYS);
	EXPECT_EQ(syscall0(__NR_reboot), -ENOSYS);
	/* As on Linux, the upper half of x8 does not count. */
	EXPECT_EQ(syscall0((1l << 32) | __NR_getpid), getpid());
}

TEST(calls, uname_names_the_machine)
{
	struct new_utsname name;

	memset(&name, 'x', sizeof(name));
	EXPECT_EQ(uname(&name), 0);
	EXPECT_EQ(strcmp(name.machine, "aarch64"), 0);
	EXPECT(strlen(name.sysname) < sizeof(name.sysname));
	for (size_t i = strlen(name.sysname); i < sizeof(name.sysname); i++) {
		EXPECT_EQ(name.sysname[i], 0); /* no old bytes after it */
	}
}
