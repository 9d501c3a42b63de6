// SPDX-License-Identifier: MIT
/*
 * test_uaccess.c - user access, exact to the byte: every method that this CPU
 * can run now, every operation, sizes and offsets around both edges of a page,
 * kernel buffers of every alignment. And a checker that is checked: wrong
 * copies, of the kinds that kernels have had, must be caught by it.
 */
#include "test.h"

#include "lib/string.h"
#include "support.h"
#include "uaccess.h"
#include "uaccess_check.h"
#include "uaccess_methods.h"

/* ---- The product of all --------------------------------------------- */

static bool method_has(const struct tested_method *m, enum uaccess_kind kind)
{
	const bool has[UACCESS_KINDS] = {
		[UACCESS_COPY_FROM] = m->copy_from,
		[UACCESS_COPY_TO] = m->copy_to,
		[UACCESS_CLEAR] = m->clear,
		[UACCESS_STRNCPY] = m->strncpy,
		[UACCESS_STRNLEN] = m->strnlen,
	};

	return has[kind];
}

/* A run over many cases: how many there were, and the first that failed. */
struct sweep {
	const struct uaccess_arena *arena;
	const struct tested_method *method;
	unsigned int thin; /* runs one case of so many */
	uint32_t seen, cases;
	bool silent;       /* does not print: failing is what is wanted */
	bool failed;
};

static void sweep_run(struct sweep *s, const struct uaccess_case *c)
{
	struct uaccess_failure failure;

	s->cases++;
	if (!s->failed && !uaccess_check(s->arena, s->method, c, &failure)) {
		s->failed = true;
		if (!s->silent) {
			uaccess_note(s->arena, s->method, c, &failure);
		}
	}
}

/* One kernel alignment, by chance; with thin = 0 each of the sixteen. */
static void sweep_case(struct sweep *s, enum uaccess_kind kind, uint64_t user,
		       size_t size)
{
	/* The same each time, and in step with nothing (Knuth's hash). */
	const uint32_t random = s->seen++ * 2654435761u;
	struct uaccess_case c = {
		.kind = kind, .user = user, .size = size,
		.align = random >> 28,
		.nul = (random >> 8) % (size + size / 2 + 1),
	};

	if (!method_has(s->method, kind) ||
	    (kind == UACCESS_STRNLEN && size == 0)) {
		return; /* as in Linux, strnlen_user() of nothing is 0 */
	}
	if (s->thin != 0) {
		if ((random >> 12) % s->thin == 0) {
			sweep_run(s, &c);
		}
		return;
	}
	for (c.align = 0; c.align < 16; c.align++) {
		sweep_run(s, &c);
	}
}

/* All kinds, with the user's side beginning or ending near an edge. */
static void sweep_size(struct sweep *s, size_t size)
{
	const uint64_t low = s->arena->start + PAGE_SIZE;
	const uint64_t high = low + PAGE_SIZE;

	for (int d = -20; d <= 20; d++) {
		for (int kind = 0; kind < UACCESS_KINDS; kind++) {
			sweep_case(s, kind, low + d, size);
			sweep_case(s, kind, high + d, size);
			sweep_case(s, kind, low + d - size, size);
			sweep_case(s, kind, high + d - size, size);
		}
	}
}

static void sweep_all_sizes(struct sweep *s)
{
	static const uint16_t large[] = {
		129,  160,  191,  192,  193,  255,  256,  257,  300,  383,
		384,  511,  512,  513,  640,  769,  1000, 1023, 1024, 1025,
		2047, 2048, 2049, 3000, 4000, 4095, 4096, 4097, 4104, 4200,
	};
	const unsigned int thin = s->thin;

	for (size_t size = 0; size <= 128; size++) {
		sweep_size(s, size);
	}
	s->thin = thin != 0 ? thin * 5 : 1;
	for (size_t i = 0; i < ARRAY_SIZE(large); i++) {
		sweep_size(s, large[i]);
	}
	s->thin = thin;
}

static void sweep_method(const struct uaccess_arena *arena,
			 const struct tested_method *method, unsigned int thin)
{
	const uint64_t start = arch_time_ns();
	struct sweep s = { .arena = arena, .method = method, .thin = thin };

	sweep_all_sizes(&s);
	EXPECT(!s.failed);
	EXPECT(s.cases > 0);
	test_note("%s: %u cases in %lu ms", method->name, s.cases,
		  (unsigned long)((arch_time_ns() - start) / 1000000));
}

/* Sweeps every method over pages with these neighbours. Of the full product,
 * what PAN does not matter to has its turn with PAN alone (exact.py). */
static void sweep_methods(enum neighbour neighbour, unsigned int thin)
{
	struct uaccess_arena arena;

	if (!EXPECT(uaccess_arena_init(&arena, neighbour))) {
		return;
	}
	for (size_t i = 0; i < tested_method_count; i++) {
		const struct tested_method *m = &tested_methods[i];

		if (tested_method_runs(m) &&
		    (selftest_thin != 0 || pan_enabled ||
		     !tested_method_ignores_pan(m))) {
			sweep_method(&arena, m, thin * selftest_thin);
		}
	}
}

TEST(uaccess, counts_are_exact_beside_unmapped_pages)
{
	sweep_methods(NEIGHBOUR_UNMAPPED, 3);
}

TEST(uaccess, counts_are_exact_beside_pages_without_rights)
{
	sweep_methods(NEIGHBOUR_NO_ACCESS, 11);
}

TEST(uaccess, counts_are_exact_beside_read_only_pages)
{
	sweep_methods(NEIGHBOUR_READ_ONLY, 7);
}

TEST(uaccess, copies_go_on_over_the_edges_of_writable_pages)
{
	sweep_methods(NEIGHBOUR_WRITABLE, 7);
}

/* Each alignment of the one side with each of the other. */
TEST(uaccess, every_pair_of_alignments)
{
	struct uaccess_arena arena;
	struct uaccess_failure failure;

	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	for (unsigned int i = 0; i < 16 * 16 * 48;
	     i += MAX(selftest_thin, 1u)) {
		const size_t size = 1 + i / 256;
		const struct uaccess_case c = {
			.kind = i % UACCESS_KINDS,
			.user = arena.start + 2 * PAGE_SIZE - 24 - i / 16 % 16,
			.size = size,
			.align = i % 16,
			.nul = size,
		};

		for (size_t j = 0; j < tested_method_count; j++) {
			if (tested_method_runs(&tested_methods[j]) &&
			    !EXPECT(uaccess_check(&arena, &tested_methods[j],
						  &c, &failure))) {
				uaccess_note(&arena, &tested_methods[j], &c,
					     &failure);
				return;
			}
		}
	}
}

/* ---- Copies that are wrong on purpose ------------------------------- */

/* Counts the byte that faulted as copied. */
static size_t wrong_by_one(void *to, const void __user *from, size_t n)
{
	const char __user *user = from;
	char *buffer = to;

	for (size_t i = 0; i < n; i++) {
		if (get_user(buffer[i], user + i) != 0) {
			buffer[i] = (char)0xa5; /* as get_user() found it */
			return n - i - 1;
		}
	}
	return 0;
}

/* Words in pairs: when the second faults, the first has been stored but is
 * not counted (what Linux's copies do: facts of Rutland's KUnit test). */
static size_t wrong_by_eight(void *to, const void __user *from, size_t n)
{
	const char __user *user = from;
	char *buffer = to;
	size_t i = 0;

	for (; n - i >= 16; i += 16) {
		for (size_t half = 0; half < 16; half += 8) {
			uint64_t word;

			if (get_user(word, (const uint64_t __user *)
				     (user + i + half)) != 0) {
				return n - i;
			}
			memcpy(buffer + i + half, &word, 8);
		}
	}
	return raw_copy_from_user(buffer + i, user + i, n - i);
}

/* Right, but for a promise that it does not keep: see `wrong` below. */
static size_t wrong_tail(void *to, const void __user *from, size_t n)
{
	return raw_copy_from_user(to, from, n);
}

/* Stores eight bytes when it meets the NUL: user bytes after it, or stale
 * ones, get into the kernel's structure (Linux 6fa6d28051e9). */
static long wrong_after_nul(char *to, const char __user *from, long n)
{
	long len = arch_strncpy_from_user(to, from, n);

	if (len >= 0 && len + 1 < n) {
		to[len + 1] = 'x';
	}
	return len;
}

/* Writes a byte of the kernel's own: past what it copies from. */
static size_t wrong_source(void __user *to, const void *from, size_t n)
{
	((char *)(uintptr_t)from)[n] = 0;
	return raw_copy_to_user(to, from, n);
}

/* Over-reports: the worst, because its caller uses bytes that never came. */
static size_t wrong_clear(void __user *to, size_t n)
{
	size_t left = raw_clear_user(to, n);

	return left > 0 ? left - 1 : 0;
}

/* The product over one wrong copy must find a case that fails. */
static void expect_caught(const struct uaccess_arena *arena,
			  const struct tested_method *wrong)
{
	struct sweep s = { .arena = arena, .method = wrong, .silent = true,
			   .thin = MAX(selftest_thin, 1u) };

	sweep_all_sizes(&s);
	if (!EXPECT(s.failed)) {
		test_note("not caught: %s", wrong->name);
	}
}

TEST(uaccess, wrong_copies_are_caught)
{
	static const struct tested_method wrong[] = {
		{ "off by one", .copy_from = wrong_by_one },
		{ "off by eight", .copy_from = wrong_by_eight },
		{ "tail not zeroed", .copy_from = wrong_tail,
		  .zeroes_tail = true },
		{ "after the NUL", .strncpy = wrong_after_nul },
		{ "clears too little", .clear = wrong_clear },
		{ "writes to its source", .copy_to = wrong_source },
	};
	static const struct tested_method plain_tail = {
		"plain tail", .copy_from = plain_tail_copy_from_user,
	};
	struct uaccess_arena arena;

	if (!uaccess_works()) {
		SKIP("get_user() copies nothing with uaccess=plain pan=on");
	}
	if (!EXPECT(uaccess_arena_init(&arena, NEIGHBOUR_UNMAPPED))) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		expect_caught(&arena, &wrong[i]);
	}
	/* Without PAN only a pointer into the kernel shows it, for which see
	 * ldtr_trusts_no_pointer. */
	if (pan_enabled) {
		expect_caught(&arena, &plain_tail);
	}
}
