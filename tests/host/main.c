/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs the host tests: `tests FILE.dtb… FILE=WORDS…` runs all of them
 * with these device trees, and these programs (WORDS: why one is refused); each
 * further word is the name of a suite to run instead.
 * Prints KTAP; the status is 1 if a test failed. A sanitizer's report ends
 * the program at once, so the plan is not fulfilled then.
 */
#include <stdio.h>

#include "host.h"

static struct test *tests;
static size_t test_count;

struct host_tree *host_trees;
size_t host_tree_count;

struct host_program *host_programs;
size_t host_program_count;

static uint64_t random_state;

void random_seed(uint64_t seed)
{
	random_state = seed;
	test_note("seed %lu", (unsigned long)seed);
}

/* The splitmix64 sequence: every seed is as good as any other. */
uint64_t random_u64(void)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void corrupt(unsigned char *data, size_t size)
{
	if (random_below(2) == 0) {
		data[random_below(size)] ^= (unsigned char)(1 <<
							    random_below(8));
		return;
	}
	for (uint64_t n = 1 + random_below(4); n > 0; n--) {
		/* Zeros and ones lead further in than other values. */
		static const unsigned char likely_values[] = {
			0, 1, 2, 3, 4, 9, 0x7f, 0x80, 0xff
		};
		const uint64_t r = random_u64();

		data[random_below(size)] =
			r & 256 ? (unsigned char)r :
				  likely_values[r % sizeof(likely_values)];
	}
}

/* An array with room for one more. */
static void *grow(void *array, size_t count, size_t size)
{
	array = realloc(array, (count + 1) * size);
	if (array == NULL) {
		abort();
	}
	return array;
}

void test_register(const struct test *test)
{
	tests = grow(tests, test_count, sizeof(*tests));
	tests[test_count++] = *test;
}

static void stdout_put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

/* The whole file, which main frees. */
static unsigned char *file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data = malloc(1 << 21);

	*size = file != NULL && data != NULL ?
			fread(data, 1, 1 << 21, file) : 0;
	if (*size == 0) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return data;
}

static void tree_read(const char *path)
{
	struct host_tree tree = { .path = path };

	tree.data = file_read(path, &tree.size);
	host_trees = grow(host_trees, host_tree_count, sizeof(tree));
	host_trees[host_tree_count++] = tree;
}

/* path is cut at its '='. */
static void program_read(char *path, char *equals)
{
	struct host_program program = { path, equals + 1, NULL, 0 };

	*equals = '\0';
	program.data = file_read(path, &program.size);
	host_programs = grow(host_programs, host_program_count,
			     sizeof(program));
	host_programs[host_program_count++] = program;
}

int main(int argc, char **argv)
{
	struct sink out = { stdout_put };
	unsigned int failed;
	int suites = 0; /* at the front of argv */

	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals != NULL) {
			program_read(argv[i], equals);
		} else if (strstr(argv[i], ".dtb") != NULL) {
			tree_read(argv[i]);
		} else {
			argv[suites++] = argv[i];
		}
	}
	if (host_program_count > 0) {
		test_register(&elf_linked);
	}
	failed = tests_run(&out, tests, tests + test_count, argv,
			   (size_t)suites);
	for (size_t i = 0; i < host_tree_count; i++) {
		free(host_trees[i].data);
	}
	for (size_t i = 0; i < host_program_count; i++) {
		free(host_programs[i].data);
	}
	free(host_programs);
	free(host_trees);
	free(tests);
	return failed > 0;
}
