// SPDX-License-Identifier: MIT
/*
 * bench.c - what user access costs, in instructions, measured in the kernel:
 * write the address of 128 KiB of user memory, page-aligned, to /proc/bench,
 * then read it. Each figure is the mean over many calls, less what an empty
 * loop takes; under -icount it repeats to the instruction.
 */
#include "arch_lab.h"
#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "uaccess.h"

#define BENCH_CALLS 256

static char __user *bench_user;
static char *bench_kernel; /* 64 KiB */

#define BENCH_LOOP(expression)                                            \
	({                                                                \
		char __user *u = bench_user;                              \
		char *k = bench_kernel;                                   \
		uint64_t bench_start = arch_instructions();               \
									  \
		for (int i = 0; i < BENCH_CALLS; i++) {                   \
			uint64_t result = (uint64_t)(expression);         \
									  \
			asm volatile("" : : "r"(result), "r"(u), "r"(k)); \
		}                                                         \
		(uint32_t)(arch_instructions() - bench_start);            \
	})

/* Tenths of an instruction a call. */
#define BENCH(expression) \
	((BENCH_LOOP(expression) - BENCH_LOOP(0)) * 10 / BENCH_CALLS)

static void bench_print(struct sink *out, const char *name, uint32_t tenths)
{
	sink_printf(out, "%s: %u.%u\n", name, tenths / 10, tenths % 10);
}

static void bench_copies(struct sink *out)
{
	static const size_t sizes[] = { 8, 64, 4096, 65536 };
	char name[32];

	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		size_t n = sizes[s];

		snprintf(name, sizeof(name), "copy_from_user %zu", n);
		bench_print(out, name, BENCH(copy_from_user(k, u, n)));
		snprintf(name, sizeof(name), "copy_to_user %zu", n);
		bench_print(out, name, BENCH(copy_to_user(u, k, n)));
		snprintf(name, sizeof(name), "clear_user %zu", n);
		bench_print(out, name, BENCH(clear_user(u, n)));
	}
}

/* As callers write them: the size is known when they are compiled. */
static void bench_constant(struct sink *out)
{
	uint64_t word = 0;

	bench_print(out, "copy_from_user 8, constant",
		    BENCH(copy_from_user(k, u, 8)));
	bench_print(out, "copy_to_user 8, constant",
		    BENCH(copy_to_user(u, k, 8)));
	bench_print(out, "copy_from_user 64, constant",
		    BENCH(copy_from_user(k, u, 64)));
	bench_print(out, "copy_to_user 64, constant",
		    BENCH(copy_to_user(u, k, 64)));
	bench_print(out, "copy_from_user 4096, constant",
		    BENCH(copy_from_user(k, u, 4096)));
	bench_print(out, "copy_to_user 4096, constant",
		    BENCH(copy_to_user(u, k, 4096)));
	bench_print(out, "get_user 8",
		    BENCH(get_user(word, (uint64_t __user *)u)));
	bench_print(out, "put_user 8",
		    BENCH(put_user(word, (uint64_t __user *)u)));
}

static void bench_strings(struct sink *out)
{
	char text[64];

	memset(text, 'x', sizeof(text) - 1);
	text[63] = '\0';
	if (copy_to_user(bench_user, text, sizeof(text)) != 0) {
		return;
	}
	bench_print(out, "strncpy_from_user 64",
		    BENCH(strncpy_from_user(k, u, 64)));
	bench_print(out, "strnlen_user 64", BENCH(strnlen_user(u, 64)));
}

static void bench_show(struct sink *out)
{
	if (!bench_user) {
		return;
	}
	arch_instructions_start();
	bench_kernel = kmalloc(65536);
	if (!bench_kernel) {
		return;
	}
	bench_copies(out);
	bench_constant(out);
	bench_strings(out);
	kfree(bench_kernel);
}

static int bench_store(char *text)
{
	uint64_t addr;

	if (parse_u64(text, &addr) != 0) {
		return -EINVAL;
	}
	bench_user = (char __user *)addr;
	return 0;
}
PROC_FILE(bench, .path = "bench", .show = bench_show, .store = bench_store);
