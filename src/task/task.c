/* SPDX-License-Identifier: MIT */
/*
 * task.c - birth and death of tasks, and who is whose parent.
 *
 * tasks_lock covers the tree of all tasks and every parent-child link. An
 * ended task's memory is freed in three steps, each as soon as it is not used
 * any more: task_exit() drops files and address space; the next task to run
 * frees the stack (task_bury()); the parent's task_wait() frees the rest.
 * Lock order: tasks_lock, then sched.c's run_lock.
 */
#include "task/task.h"

#include <asm/signal.h>
#include <linux/wait.h>

#include "fs/file.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/vm.h"
#include "shutdown.h"
#include "task/sched.h"

#define PID_MAX 32768 /* the first that is not used, as in Linux */

static struct spinlock tasks_lock = SPINLOCK_INIT;
static struct tree tasks;
static unsigned int tasks_count;
static pid_t last_pid;

/* ---- Birth ---------------------------------------------------------- */

void task_init(struct task *task, const char *name)
{
	task->state = TASK_READY;
	list_init(&task->children);
	list_init(&task->sibling);
	list_init(&task->ended);
	list_init(&task->run);
	strlcpy(task->name, name, sizeof(task->name));
}

/* A task with a stack and nothing else; NULL when out of memory. */
static struct task *task_alloc(const char *name)
{
	struct task *task = kzalloc(sizeof(*task));

	if (task == NULL) {
		return NULL;
	}
	task->stack = arch_stack_alloc();
	if (task->stack == NULL) {
		kfree(task);
		return NULL;
	}
	task_init(task, name);
	return task;
}

/* Undoes task_alloc() and what else the task was given; it never ran. */
static void task_discard(struct task *task)
{
	if (task->files != NULL) {
		files_put(task->files);
	}
	if (task->vm != NULL) {
		vm_put(task->vm);
	}
	arch_stack_free(task->stack);
	kfree(task);
}

/*
 * Gives task the next free pid, so that one is used again as late as can be,
 * and a parent. Returns the pid or -EAGAIN.
 */
static pid_t task_register(struct task *task, struct task *parent)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);

	if (tasks_count == PID_MAX - 1) {
		spin_unlock_irqrestore(&tasks_lock, flags);
		return -EAGAIN;
	}
	do {
		last_pid = last_pid + 1 < PID_MAX ? last_pid + 1 : 1;
		task->node.key = (uint64_t)last_pid;
	} while (!tree_insert(&tasks, &task->node));
	tasks_count++;
	task->pid = last_pid;
	task->parent = parent;
	if (parent != NULL) {
		task->ppid = parent->pid;
		list_append(&parent->children, &task->sibling);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return task->pid;
}

/* Caller holds tasks_lock. */
static void task_unregister(struct task *task)
{
	tree_remove(&tasks, &task->node);
	list_remove(&task->sibling);
	tasks_count--;
}

struct task *task_create_kernel(const char *name, void (*fn)(void *),
				void *arg)
{
	struct task *task = task_alloc(name);

	if (task == NULL) {
		return NULL;
	}
	arch_task_init_kernel(task, fn, arg);
	if (task_register(task, NULL) < 0) {
		task_discard(task);
		return NULL;
	}
	sched_make_ready(task);
	return task;
}

pid_t task_fork(void)
{
	struct task *parent = current;
	struct task *child = task_alloc(parent->name);
	pid_t pid = -ENOMEM;

	if (child == NULL) {
		return -ENOMEM;
	}
	child->files = files_fork(parent->files);
	if (child->files == NULL) {
		goto fail;
	}
	child->vm = vm_fork(parent->vm);
	if (child->vm == NULL) {
		goto fail;
	}
	arch_task_init_fork(child, parent);
	pid = task_register(child, parent);
	if (pid < 0) {
		goto fail;
	}
	sched_make_ready(child); /* from here on it may have ended already */
	return pid;
fail:
	task_discard(child);
	return pid;
}

/* ---- Death ---------------------------------------------------------- */

/* The children of an ending task become those of process 1. */
static void task_give_up_children(struct task *task)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	struct tree_node *node = tree_find(&tasks, 1);
	struct task *init = container_of(node, struct task, node);

	list_for_each_safe(link, &task->children) {
		struct task *child = list_entry(link, struct task, sibling);

		list_remove(link);
		child->parent = init;
		WRITE_ONCE(child->ppid, 1);
		if (child->state == TASK_ZOMBIE) {
			list_push(&init->children, link);
			sched_wake_all(&init->ended);
		} else {
			list_append(&init->children, link);
		}
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void task_exit(int wait_status)
{
	struct task *task = current;
	struct vm *vm = task->vm;

	if (task->pid == 1) {
		shutdown_after_process_1(wait_status);
	}
	if (task->files != NULL) {
		files_put(task->files);
		task->files = NULL;
	}
	if (vm != NULL) {
		task->vm = NULL;
		arch_vm_activate(NULL);
		vm_put(vm);
	}
	task_give_up_children(task);
	task->wait_status = wait_status;
	sched_end();
}

void task_bury(struct task *task)
{
	unsigned long flags;
	struct task *parent;

	arch_stack_free(task->stack);
	task->stack = NULL;
	flags = spin_lock_irqsave(&tasks_lock);
	parent = task->parent;
	if (parent == NULL) {
		task_unregister(task);
	} else {
		task->state = TASK_ZOMBIE;
		list_remove(&task->sibling);
		list_push(&parent->children, &task->sibling);
		sched_wake_all(&parent->ended);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (parent == NULL) {
		kfree(task);
	}
}

/* ---- Waiting for a child -------------------------------------------- */

/*
 * Looks for a child that pid means. *ended is one that has ended, or NULL.
 * Returns 0, or -ECHILD when there is no such child. Caller holds tasks_lock.
 */
static int task_find_child(struct task *parent, pid_t pid,
			   struct task **ended)
{
	struct list *first = parent->children.next;
	struct task *child = NULL;
	struct tree_node *node;

	if (pid > 0) {
		node = tree_find(&tasks, (uint64_t)pid);
		if (node != NULL) {
			child = container_of(node, struct task, node);
		}
	} else if (first != &parent->children) {
		/* If any has ended, then the first. */
		child = list_entry(first, struct task, sibling);
	}
	if (child == NULL || child->parent != parent) {
		return -ECHILD;
	}
	*ended = child->state == TASK_ZOMBIE ? child : NULL;
	return 0;
}

pid_t task_wait(pid_t pid, int options, int *wait_status)
{
	struct task *self = current, *child = NULL;
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	pid_t result = task_find_child(self, pid, &child);

	while (result == 0 && child == NULL && !(options & WNOHANG)) {
		result = sched_sleep_on(&self->ended, &tasks_lock) ?:
			 task_find_child(self, pid, &child);
	}
	if (result == 0 && child != NULL) {
		task_unregister(child);
		result = child->pid;
		*wait_status = child->wait_status;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (result > 0) {
		kfree(child);
	}
	return result;
}

/* ---- Ctrl-C --------------------------------------------------------- */

void task_interrupt_foreground(void)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	struct tree_node *node = tree_first(&tasks);
	struct task *init = NULL;
	bool alone = true;

	for (; node != NULL; node = tree_next(node)) {
		struct task *task = container_of(node, struct task, node);

		if (task->pid == 1) {
			init = task;
		} else if (READ_ONCE(task->vm) != NULL) {
			sched_kill(task, SIGINT);
			alone = false;
		}
	}
	if (alone && init != NULL) {
		sched_kill(init, SIGINT);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
}
