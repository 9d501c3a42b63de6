// SPDX-License-Identifier: MIT
/*
 * console.c - the line discipline: characters that arrive one by one become
 * lines that a program reads, and can be edited until Enter is pressed.
 *
 * One ring holds both: what readers may take, [read, ready), and the line
 * that is still being typed, [ready, end). The three only grow, so that their
 * differences are lengths. Output goes through printk.c.
 */
#include "dev/console.h"

#include <linux/errno.h>
#include <linux/stat.h>

#include "dev/dev.h"
#include "fs/file.h"
#include "spinlock.h"
#include "task/sched.h"
#include "uaccess.h"

#define CTRL(letter) ((letter)&0x1f)
#define BACKSPACE    '\b'
#define DELETE	     0x7f

#define RING_SIZE    4096  /* as Linux: the longest line is one less */
#define END_OF_FILE  0x100 /* ^D: ends a read, and is no character */

static struct {
	struct spinlock lock; /* over the ring; taken inside readers.lock */
	uint16_t ring[RING_SIZE];
	uint32_t read, ready, end;
	bool taken; /* a reader has it: one at a time. Under readers.lock */
} input;

static struct waitq readers = WAITQ_INIT(readers);

/* ---- What is typed -------------------------------------------------- */

static uint16_t *input_slot(uint32_t position)
{
	return &input.ring[position % RING_SIZE];
}

static bool is_control(uint16_t c)
{
	return c < ' ' || c == DELETE;
}

/* Control characters are shown as ^C, and so take two columns. */
static void echo(uint16_t c)
{
	char text[2] = { '^', (char)(c ^ 0x40) };

	if (is_control(c) && c != '\n') {
		console_put(text, 2);
	} else {
		text[0] = (char)c;
		console_put(text, 1);
	}
}

/* Takes the last character of the line back: all bytes of it, in UTF-8. */
static void input_erase(void)
{
	uint16_t c;

	if (input.end == input.ready) {
		return;
	}
	do {
		c = *input_slot(--input.end);
	} while ((c & 0xc0) == 0x80 && input.end != input.ready);
	console_put("\b \b", 3);
	if (is_control(c)) {
		console_put("\b \b", 3);
	}
}

/* Adds a character to the line; the last free slot is kept for its end. */
static void input_add(uint16_t c)
{
	if (input.end - input.read >= RING_SIZE - 1) {
		console_put("\a", 1);
		return;
	}
	*input_slot(input.end++) = c;
	echo(c);
}

/* The line is complete: readers may have it, with its end. */
static void input_finish(uint16_t how)
{
	if (input.end - input.read == RING_SIZE) {
		console_put("\a", 1);
		return;
	}
	*input_slot(input.end++) = how;
	input.ready = input.end;
	if (how == '\n') {
		echo(how);
	}
}

static void input_character(uint16_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		input_finish('\n');
		break;
	case CTRL('D'):
		input_finish(END_OF_FILE);
		break;
	case CTRL('C'):
		input.end = input.ready;
		echo(c);
		echo('\n');
		break;
	case CTRL('U'):
		while (input.end != input.ready) {
			input_erase();
		}
		break;
	case BACKSPACE:
	case DELETE:
		input_erase();
		break;
	default:
		input_add(c);
	}
}

void console_input(char c)
{
	unsigned long flags = spin_lock_irqsave(&input.lock);
	uint32_t ready = input.ready;
	bool woke;

	input_character((unsigned char)c);
	woke = input.ready != ready;
	spin_unlock_irqrestore(&input.lock, flags);
	if (woke) {
		waitq_wake(&readers);
	}
	if (c == CTRL('C')) {
		task_interrupt_foreground();
	}
}

/* ---- What is read --------------------------------------------------- */

/* The wait queue's condition: something is there, and now it is ours. */
static bool input_take(void *arg)
{
	(void)arg;
	if (input.taken || READ_ONCE(input.ready) == input.read) {
		return false;
	}
	input.taken = true;
	return true;
}

static void input_give_back(void)
{
	unsigned long flags = spin_lock_irqsave(&readers.lock);

	input.taken = false;
	spin_unlock_irqrestore(&readers.lock, flags);
	waitq_wake(&readers);
}

/*
 * Copies up to n characters of one line to text, and leaves them where they
 * are. *ended says whether the line ends with the last of them.
 */
static size_t input_peek(char *text, size_t n, bool *ended)
{
	unsigned long flags = spin_lock_irqsave(&input.lock);
	size_t len = 0;

	*ended = false;
	while (!*ended && len < n && input.read + len != input.ready) {
		uint16_t c = *input_slot(input.read + (uint32_t)len);

		*ended = c == '\n' || c == END_OF_FILE;
		if (c == END_OF_FILE) {
			break;
		}
		text[len++] = (char)c;
	}
	spin_unlock_irqrestore(&input.lock, flags);
	return len;
}

static void input_consume(size_t n)
{
	unsigned long flags = spin_lock_irqsave(&input.lock);

	input.read += (uint32_t)n;
	spin_unlock_irqrestore(&input.lock, flags);
}

/* If END_OF_FILE is next, it has done its work: it ended this read. */
static void input_consume_mark(void)
{
	unsigned long flags = spin_lock_irqsave(&input.lock);

	if (input.read != input.ready &&
	    *input_slot(input.read) == END_OF_FILE) {
		input.read++;
	}
	spin_unlock_irqrestore(&input.lock, flags);
}

/*
 * One line at most, as a terminal does. What did not arrive in the program's
 * buffer stays and is read again: a bad pointer loses nothing.
 */
static long console_read(struct file *file, void __user *buf, size_t n)
{
	char text[128], last = 0;
	size_t done = 0;
	bool ended = false, fault = false;

	(void)file;
	if (n == 0) {
		return 0;
	}
	if (waitq_sleep(&readers, input_take, NULL) != 0) {
		return -EINTR;
	}
	while (!ended && !fault && done < n) {
		size_t len =
			input_peek(text, MIN(n - done, sizeof(text)), &ended);
		size_t left =
			copy_to_user((char __user *)buf + done, text, len);

		input_consume(len - left);
		done += len - left;
		fault = left != 0;
		last = len != 0 ? text[len - 1] : last;
	}
	if (!fault && last != '\n') {
		input_consume_mark();
	}
	input_give_back();
	return fault && done == 0 ? -EFAULT : (long)done;
}

/* Prints what can be read of buf; -EFAULT only if that is nothing. */
static long console_write(struct file *file, const void __user *buf, size_t n)
{
	char text[128];
	size_t done = 0;

	(void)file;
	while (done < n) {
		size_t len = MIN(n - done, sizeof(text));
		size_t left =
			copy_from_user(text, (const char __user *)buf + done,
				       len);

		console_put(text, len - left);
		done += len - left;
		if (left != 0) {
			return done == 0 ? -EFAULT : (long)done;
		}
	}
	return (long)done;
}

static long console_size(struct file *file)
{
	(void)file;
	return -ESPIPE;
}

const struct file_ops console_ops = {
	.read = console_read,
	.write = console_write,
	.size = console_size,
	.mode = S_IFCHR | 0620,
};
