/* SPDX-License-Identifier: MIT */
/*
 * test_sched.c - kernel tasks that take turns, wait for each other and shut
 * each other out. Each test counts what the tasks did, and waits until all of
 * them have ended: a lost wake-up would stop the run.
 */
#include "task/sched.h"

#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "test.h"

#define WORKERS 20
#define ROUNDS	50

static struct {
	struct waitq changed;
	unsigned int running; /* workers that have not ended */
	unsigned int turn;    /* whose turn it is, modulo WORKERS */
	unsigned int steps;
	unsigned int inside, most_inside;
	struct mutex mutex;
} shared;

static void shared_reset(void)
{
	memset(&shared, 0, sizeof(shared));
	shared.changed = (struct waitq)WAITQ_INIT(shared.changed);
	mutex_init(&shared.mutex);
}

static bool all_ended(void *arg)
{
	(void)arg;
	return __atomic_load_n(&shared.running, __ATOMIC_ACQUIRE) == 0;
}

/* A worker's last act; the task itself ends a moment later. */
static void worker_ends(void)
{
	__atomic_sub_fetch(&shared.running, 1, __ATOMIC_RELEASE);
	waitq_wake(&shared.changed);
}

/* Starts count tasks in fn, and waits for all; false: out of memory. */
static bool run_workers(unsigned int count, void (*fn)(void *))
{
	unsigned int started = 0;

	shared.running = count;
	while (started < count &&
	       task_create_kernel("worker", fn, (void *)(uint64_t)started)) {
		started++;
	}
	__atomic_sub_fetch(&shared.running, count - started, __ATOMIC_RELEASE);
	EXPECT_EQ(waitq_sleep(&shared.changed, all_ended, NULL), 0);
	return EXPECT_EQ(started, count);
}

/* ---- Wait queues ---------------------------------------------------- */

static bool is_my_turn(void *arg)
{
	return READ_ONCE(shared.turn) % WORKERS == (uint64_t)arg;
}

/* Each waits for its turn, which only the one before it gives. */
static void take_turns(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (waitq_sleep(&shared.changed, is_my_turn, arg) != 0) {
			break;
		}
		shared.steps++;
		WRITE_ONCE(shared.turn, shared.turn + 1);
		waitq_wake(&shared.changed);
	}
	worker_ends();
}

TEST(sched, no_wake_up_is_lost)
{
	shared_reset();
	run_workers(WORKERS, take_turns);
	EXPECT_EQ(shared.steps, WORKERS * ROUNDS);
	EXPECT_EQ(shared.turn, WORKERS * ROUNDS);
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

TEST(sched, sleep_returns_at_once_if_the_condition_holds)
{
	struct waitq wq = WAITQ_INIT(wq);
	bool yes = true;

	EXPECT_EQ(waitq_sleep(&wq, is_true, &yes), 0);
	EXPECT(list_empty(&wq.tasks));
}

/* ---- Mutual exclusion ----------------------------------------------- */

static void enter_and_yield(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (mutex_lock(&shared.mutex) != 0) {
			break;
		}
		shared.inside++;
		shared.most_inside = MAX(shared.most_inside, shared.inside);
		shared.steps++;
		sched_yield(); /* the others try to get in meanwhile */
		shared.inside--;
		mutex_unlock(&shared.mutex);
	}
	worker_ends();
}

TEST(sched, mutex_admits_one_and_all_get_their_turn)
{
	shared_reset();
	run_workers(WORKERS, enter_and_yield);
	EXPECT_EQ(shared.most_inside, 1);
	EXPECT_EQ(shared.steps, WORKERS * ROUNDS);
	EXPECT_EQ(shared.mutex.state, MUTEX_FREE);
}

/* ---- The end -------------------------------------------------------- */

static void count_and_yield(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		shared.steps++;
		sched_yield();
	}
	worker_ends();
}

/* What tasks take: pages, with those of slabs and tables, which may be kept
 * for the next ones; and kernel objects. */
static void count_memory(size_t *pages, size_t *objects)
{
	struct kmalloc_usage usage;

	*pages = page_count_free() + arch_kernel_tables();
	*objects = 0;
	for (unsigned int i = 0; kmalloc_usage(i, &usage); i++) {
		*pages += usage.slabs;
		*objects += usage.objects;
	}
}

TEST(sched, ended_tasks_give_their_memory_back)
{
	size_t pages_before, objects_before, pages, objects;

	/* One stack is kept: from here on it is. */
	arch_stack_free(arch_stack_alloc());
	shared_reset();
	count_memory(&pages_before, &objects_before);
	run_workers(WORKERS, count_and_yield);
	EXPECT_EQ(shared.steps, WORKERS * ROUNDS);
	/* The last may still be on its stack. */
	sched_yield();
	sched_yield();
	count_memory(&pages, &objects);
	EXPECT_EQ(pages, pages_before);
	EXPECT_EQ(objects, objects_before);
}

/* ---- Pids ----------------------------------------------------------- */

static pid_t last_pid;

static void tell_pid(void *arg)
{
	(void)arg;
	WRITE_ONCE(last_pid, current->pid);
	worker_ends();
}

TEST(sched, pids_are_used_again_but_not_while_they_live)
{
	pid_t self = current->pid, before = 0;
	unsigned int wraps = 0, rounds = 0;

	shared_reset();
	/* 32,767 pids: so many births, and a few more, go around once. */
	while (rounds < 33000 && run_workers(1, tell_pid)) {
		rounds++;
		wraps += last_pid < before;
		before = last_pid;
		if (!EXPECT(last_pid > 1 && last_pid < 32768 &&
			    last_pid != self)) {
			break;
		}
	}
	EXPECT_EQ(rounds, 33000);
	EXPECT_EQ(wraps, 1);
}
