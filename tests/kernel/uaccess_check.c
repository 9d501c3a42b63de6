// SPDX-License-Identifier: MIT
/*
 * uaccess_check.c - runs one user access and looks at every byte on both
 * sides: what was to arrive, and MARGIN bytes around it, which must be as
 * before. User memory is prepared and read through the linear map, so no user
 * access is checked by a user access. Next: test_uaccess.c.
 */
#include "uaccess_check.h"

#include "cpu.h"
#include "lib/string.h"
#include "spinlock.h"
#include "support.h"
#include "test.h"
#include "uaccess/select.h"

#define MARGIN 48
#define CANARY ((char)0xa5)

static char kernel_buffer[UACCESS_MAX + 2 * MARGIN + 16]
	__attribute__((aligned(16)));

/* ---- The user's memory ---------------------------------------------- */

bool uaccess_arena_init(struct uaccess_arena *arena, enum neighbour neighbour)
{
	static const unsigned int prots[NEIGHBOURS] = {
		[NEIGHBOUR_READ_ONLY] = VM_READ,
		[NEIGHBOUR_WRITABLE] = VM_READ | VM_WRITE,
	};
	const uint64_t middle = user_region(1, VM_READ | VM_WRITE);
	const unsigned int prot = prots[neighbour];

	*arena = (struct uaccess_arena){ neighbour, middle - PAGE_SIZE, { 0 } };
	if (middle == 0) {
		return false;
	}
	if (neighbour != NEIGHBOUR_UNMAPPED &&
	    (!user_region_at(middle - PAGE_SIZE, 1, prot) ||
	     !user_region_at(middle + PAGE_SIZE, 1, prot))) {
		return false;
	}
	for (unsigned int i = 0; i < 3; i++) {
		if (i == 1 || prot != 0) {
			arena->page[i] =
				user_page(arena->start + i * PAGE_SIZE);
		}
	}
	return arena->page[1] != NULL;
}

/* The kernel's view of a user address; NULL where nothing is. */
static char *arena_view(const struct uaccess_arena *arena, uint64_t user)
{
	const uint64_t offset = user - arena->start;

	if (user < arena->start || offset >= 3 * PAGE_SIZE ||
	    arena->page[offset / PAGE_SIZE] == NULL) {
		return NULL;
	}
	return arena->page[offset / PAGE_SIZE] + offset % PAGE_SIZE;
}

/* How many of the bytes [user, end) lie on user's page. */
static size_t on_page(uint64_t user, uint64_t end)
{
	const uint64_t next = ALIGN_DOWN(user, (uint64_t)PAGE_SIZE) + PAGE_SIZE;

	return MIN(next, end) - user;
}

/* What user memory holds before a case: 0x40 to 0x7f. */
static char user_pattern(uint64_t user)
{
	return (char)(0x40 | ((user ^ user >> 6) & 0x3f));
}

/* What the kernel's buffer holds for a copy to the user: 0xc0 to 0xff. */
static char kernel_pattern(size_t i)
{
	return (char)(0xc0 | ((i ^ i >> 6) & 0x3f));
}

static void user_fill(const struct uaccess_arena *arena, uint64_t user,
		      uint64_t end)
{
	while (user < end) {
		const size_t len = on_page(user, end);
		char *p = arena_view(arena, user);

		for (size_t i = 0; p != NULL && i < len; i++) {
			p[i] = user_pattern(user + i);
		}
		user += len;
	}
}

/* How many of the bytes from user on the access may touch: the oracle. */
static size_t user_reach(const struct uaccess_arena *arena,
			 const struct uaccess_case *c)
{
	const bool writes = c->kind == UACCESS_COPY_TO ||
			    c->kind == UACCESS_CLEAR;
	size_t done = 0;

	while (done < c->size) {
		const uint64_t user = c->user + done;
		const uint64_t page = (user - arena->start) / PAGE_SIZE;

		if (arena_view(arena, user) == NULL ||
		    (writes && page != 1 &&
		     arena->neighbour == NEIGHBOUR_READ_ONLY)) {
			break;
		}
		done += on_page(user, c->user + c->size);
	}
	return done;
}

static bool is_string(const struct uaccess_case *c)
{
	return c->kind == UACCESS_STRNCPY || c->kind == UACCESS_STRNLEN;
}

/* ---- The access itself ---------------------------------------------- */

static long uaccess_run(const struct tested_method *m,
			const struct uaccess_case *c, char *buffer)
{
	char __user *user = (__force char __user *)c->user;

	switch (c->kind) {
	case UACCESS_COPY_FROM:
		return (long)m->copy_from(buffer, user, c->size);
	case UACCESS_COPY_TO:
		return (long)m->copy_to(user, buffer, c->size);
	case UACCESS_CLEAR:
		return (long)m->clear(user, c->size);
	case UACCESS_STRNCPY:
		return m->strncpy(buffer, user, (long)c->size);
	default:
		return m->strnlen(user, (long)c->size);
	}
}

/* What it must return, if `reach` bytes can be had. */
static long uaccess_expected(const struct uaccess_case *c, size_t reach)
{
	const bool counts = c->kind == UACCESS_STRNLEN; /* and the NUL too */

	if (!is_string(c)) {
		return (long)(c->size - reach);
	}
	if (c->nul < reach) {
		return (long)c->nul + counts;
	}
	if (reach < c->size) {
		return counts ? 0 : -EFAULT;
	}
	return (long)c->size + counts;
}

/* ---- What it wrote -------------------------------------------------- */

static bool fail(struct uaccess_failure *failure, const char *what,
		 long expected, long got)
{
	*failure = (struct uaccess_failure){ what, expected, got };
	return false;
}

static bool check_kernel_front(const char *buffer,
			       struct uaccess_failure *failure)
{
	for (int i = -MARGIN; i < 0; i++) {
		if (buffer[i] != CANARY) {
			return fail(failure, "written before the beginning, at "
				    "this distance", i, buffer[i]);
		}
	}
	return true;
}

/* What is copied to the user stays as it is, and so does what is around it. */
static bool check_kernel_source(const struct uaccess_case *c,
				const char *buffer,
				struct uaccess_failure *failure)
{
	for (size_t i = 0; i < c->size + MARGIN; i++) {
		if (buffer[i] != (i < c->size ? kernel_pattern(i) : CANARY)) {
			return fail(failure, "the source was written, at this "
				    "distance", (long)i, buffer[i]);
		}
	}
	return check_kernel_front(buffer, failure);
}

/* The kernel's buffer must hold the user's first `arrived` bytes, and after
 * them what it held before, or zeroes up to `size` if that is promised. */
static bool check_kernel_side(const struct tested_method *m,
			      const struct uaccess_case *c, const char *buffer,
			      size_t arrived, struct uaccess_failure *failure)
{
	const bool zeroes = c->kind == UACCESS_COPY_FROM && m->zeroes_tail;

	for (size_t i = 0; i < arrived; i++) {
		char want = c->kind == UACCESS_STRNCPY && i == c->nul ?
				    0 : user_pattern(c->user + i);

		if (buffer[i] != want) {
			return fail(failure, "a byte that arrived is wrong, "
				    "at this distance", (long)i, buffer[i]);
		}
	}
	for (size_t i = arrived; i < c->size + MARGIN; i++) {
		char want = zeroes && i < c->size ? 0 : CANARY;

		if (buffer[i] != want) {
			return fail(failure, zeroes && i < c->size ?
				    "the tail is not zero, at this distance" :
				    "written past the end, at this distance",
				    (long)i, buffer[i]);
		}
	}
	return check_kernel_front(buffer, failure);
}

/* The user's byte at this distance, if `arrived` bytes have come. */
static char user_expected(const struct uaccess_case *c, uint64_t user,
			  size_t arrived)
{
	const size_t i = user - c->user; /* huge before the beginning */

	if (i < arrived && c->kind == UACCESS_COPY_TO) {
		return kernel_pattern(i);
	}
	if ((i < arrived && c->kind == UACCESS_CLEAR) ||
	    (is_string(c) && i == c->nul && i < c->size)) {
		return 0;
	}
	return user_pattern(user);
}

/* The user's memory must have changed in its first `arrived` bytes only, and
 * only by an operation that writes to it. */
static bool check_user_side(const struct uaccess_arena *arena,
			    const struct uaccess_case *c, size_t arrived,
			    struct uaccess_failure *failure)
{
	const uint64_t end = c->user + c->size + MARGIN;
	uint64_t user = c->user - MARGIN;

	while (user < end) {
		const size_t len = on_page(user, end);
		const char *p = arena_view(arena, user);

		for (size_t i = 0; p != NULL && i < len; i++) {
			if (p[i] != user_expected(c, user + i, arrived)) {
				return fail(failure, "a byte of the user's, at "
					    "this distance",
					    (long)(user + i - c->user), p[i]);
			}
		}
		user += len;
	}
	return true;
}

/* A string that was cut by a fault may have arrived in part, and no further. */
static bool check_cut_string(const char *buffer, size_t reach, size_t size,
			     struct uaccess_failure *failure)
{
	for (size_t i = reach; i < size + MARGIN; i++) {
		if (buffer[i] != CANARY) {
			return fail(failure, "written past the fault, at "
				    "this distance", (long)i, buffer[i]);
		}
	}
	return check_kernel_front(buffer, failure);
}

static bool check_memory(const struct uaccess_arena *arena,
			 const struct tested_method *m,
			 const struct uaccess_case *c, const char *buffer,
			 size_t reach, struct uaccess_failure *failure)
{
	const bool writes = c->kind == UACCESS_COPY_TO ||
			    c->kind == UACCESS_CLEAR;

	if (!check_user_side(arena, c, writes ? reach : 0, failure)) {
		return false;
	}
	switch (c->kind) {
	case UACCESS_COPY_FROM:
		return check_kernel_side(m, c, buffer, reach, failure);
	case UACCESS_COPY_TO:
		return check_kernel_source(c, buffer, failure);
	case UACCESS_STRNCPY:
		if (c->nul >= reach && reach < c->size) {
			return check_cut_string(buffer, reach, c->size,
						failure);
		}
		return check_kernel_side(m, c, buffer, MIN(reach, c->nul + 1),
					 failure);
	default:
		return true;
	}
}

/* Fills both sides as the case needs them; returns the kernel's buffer. */
static char *prepare(const struct uaccess_arena *arena,
		     const struct uaccess_case *c)
{
	char *buffer = kernel_buffer + MARGIN + c->align;
	char *nul;

	user_fill(arena, c->user - MARGIN, c->user + c->size + MARGIN);
	memset(buffer - MARGIN, CANARY, c->size + 2 * MARGIN);
	for (size_t i = 0; c->kind == UACCESS_COPY_TO && i < c->size; i++) {
		buffer[i] = kernel_pattern(i);
	}
	if (is_string(c) && c->nul < c->size) {
		nul = arena_view(arena, c->user + c->nul);
		if (nul != NULL) {
			*nul = '\0';
		}
	}
	return buffer;
}

bool uaccess_check(const struct uaccess_arena *arena,
		   const struct tested_method *method,
		   const struct uaccess_case *c,
		   struct uaccess_failure *failure)
{
	char *buffer = prepare(arena, c);
	const size_t reach = user_reach(arena, c);
	const long expected = uaccess_expected(c, reach);
	const uint64_t ttbr0 = uaccess_hides_ttbr0 ?
				       arch_cpu()->reserved_ttbr0 :
				       arch_cpu()->user_ttbr0;
	long got = uaccess_run(method, c, buffer);

	if (got != expected) {
		return fail(failure, "the result", expected, got);
	}
	if (pan_now() != pan_enabled) {
		return fail(failure, "PSTATE.PAN afterwards", pan_enabled,
			    pan_now());
	}
	if (sysreg_read(ttbr0_el1) != ttbr0) {
		return fail(failure, "TTBR0_EL1 afterwards", (long)ttbr0,
			    (long)sysreg_read(ttbr0_el1));
	}
	if (in_atomic() || !arch_irqs_enabled()) {
		return fail(failure, "a lock is held, or interrupts are off",
			    0, 1);
	}
	return check_memory(arena, method, c, buffer, reach, failure);
}

void uaccess_note(const struct uaccess_arena *arena,
		  const struct tested_method *method,
		  const struct uaccess_case *c,
		  const struct uaccess_failure *failure)
{
	static const char *const kinds[UACCESS_KINDS] = {
		"copy_from_user", "copy_to_user", "clear_user",
		"strncpy_from_user", "strnlen_user",
	};
	static const char *const neighbours[NEIGHBOURS] = {
		"unmapped", "no-access", "read-only", "writable",
	};

	test_note("%s %s: size %zu, offset %ld of the page between two %s "
		  "ones, kernel alignment %u, NUL at %zu",
		  method->name, kinds[c->kind], c->size,
		  (long)(c->user - arena->start - PAGE_SIZE),
		  neighbours[arena->neighbour], c->align, c->nul);
	test_note("%s: expected %ld, got %ld", failure->what,
		  failure->expected, failure->got);
}
