/* SPDX-License-Identifier: MIT */
/*
 * exec.c - a program becomes an address space: regions for each segment,
 * filled page by page when they are first touched (vm_fault()), and a first
 * stack as Linux lays it out. What the ELF file says has been checked before
 * (elf.c), so nothing here can be led outside the user's half.
 *
 *	top of the stack   (a page below the end of the user's half)
 *	  strings          path, environment, arguments, "aarch64", 16 bytes
 *	  auxv             pairs, ended by AT_NULL
 *	  envp[], NULL
 *	  argv[], NULL
 *	  argc             <- sp, 16-byte aligned
 */
#include "task/exec.h"
#include "task/task.h"

#include <linux/auxvec.h>

#include "fs/file.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/vm.h"
#include "task/elf.h"

#define STACK_TOP	 (USER_END - PAGE_SIZE)
/* Two thirds up, where Linux has a PIE without randomisation. */
#define PIE_BASE	 ALIGN_DOWN(USER_END / 3 * 2, ELF_PIE_ALIGN)
#define STACK_FIRST	 (128 * 1024) /* it grows from there */
#define EXEC_STRINGS_MAX (VM_STACK_MAX / 4) /* as in Linux */
#define CLOCK_TICKS	 100  /* AT_CLKTCK: USER_HZ, the same everywhere */
#define SIGNAL_STACK_MIN 5120 /* AT_MINSIGSTKSZ: MINSIGSTKSZ of arm64 */

/* The stack while it is built: strings downwards, words in a buffer. */
struct exec_stack {
	struct vm *vm;
	uint64_t sp;
	int error;       /* the first one; later steps do nothing */
	uint64_t *words; /* argc, argv, envp, auxv */
	size_t count;
};

/* Puts len bytes below sp, and returns their user address. */
static uint64_t exec_push(struct exec_stack *stack, const void *data,
			  size_t len)
{
	if (stack->error != 0) {
		return 0;
	}
	if (len > stack->sp - (STACK_TOP - EXEC_STRINGS_MAX)) {
		stack->error = -E2BIG;
		return 0;
	}
	stack->sp -= len;
	stack->error = vm_write(stack->vm, stack->sp, data, len);
	return stack->sp;
}

static uint64_t exec_push_string(struct exec_stack *stack, const char *text)
{
	return exec_push(stack, text, strlen(text) + 1);
}

static void exec_word(struct exec_stack *stack, uint64_t word)
{
	stack->words[stack->count++] = word;
}

/* Pushes the strings and notes their addresses, ended by NULL. */
static void exec_push_vector(struct exec_stack *stack,
			     const char *const vector[])
{
	for (size_t i = 0; vector[i] != NULL; i++) {
		exec_word(stack, exec_push_string(stack, vector[i]));
	}
	exec_word(stack, 0);
}

/*
 * The 16 bytes of AT_RANDOM, from which C libraries make their canaries. No
 * source of entropy is at hand yet: they differ from boot to boot only as the
 * counter does, so they are no secret. (splitmix64)
 */
static uint64_t exec_push_random(struct exec_stack *stack)
{
	uint64_t state = arch_time_ns(), bytes[2];

	for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
		uint64_t x = state += UINT64_C(0x9e3779b97f4a7c15);

		x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
		bytes[i] = x ^ (x >> 31);
	}
	return exec_push(stack, bytes, sizeof(bytes));
}

#define EXEC_AUXV_WORDS 40 /* twice what exec_push_auxv() adds, at most */

static void exec_push_auxv(struct exec_stack *stack,
			   const struct elf_image *image, const char *path)
{
	const uint64_t auxv[][2] = {
		{ AT_PHDR, image->phdr },
		{ AT_PHENT, image->phsize },
		{ AT_PHNUM, image->phnum },
		{ AT_PAGESZ, PAGE_SIZE },
		{ AT_BASE, 0 }, /* no interpreter: programs are static */
		{ AT_FLAGS, 0 },
		{ AT_ENTRY, image->entry },
		{ AT_UID, 0 },
		{ AT_EUID, 0 },
		{ AT_GID, 0 },
		{ AT_EGID, 0 },
		{ AT_SECURE, 0 },
		{ AT_HWCAP, arch_hwcap() },
		{ AT_HWCAP2, arch_hwcap2() },
		{ AT_CLKTCK, CLOCK_TICKS },
		{ AT_MINSIGSTKSZ, SIGNAL_STACK_MIN },
		{ AT_RANDOM, exec_push_random(stack) },
		{ AT_PLATFORM, exec_push_string(stack, "aarch64") },
		{ AT_EXECFN, exec_push_string(stack, path) },
		{ AT_NULL, 0 },
	};

	_Static_assert(ARRAY_SIZE(auxv) * 2 <= EXEC_AUXV_WORDS,
		       "EXEC_AUXV_WORDS is too small");
	for (size_t i = 0; i < ARRAY_SIZE(auxv); i++) {
		exec_word(stack, auxv[i][0]);
		exec_word(stack, auxv[i][1]);
	}
}

static size_t exec_count(const char *const vector[])
{
	size_t count = 0;

	while (vector[count] != NULL) {
		count++;
	}
	return count;
}

/* Lays out the first stack; 0 and *sp, or -errno. */
static int exec_make_stack(struct vm *vm, const struct elf_image *image,
			   const char *path, const char *const argv[],
			   const char *const envp[], uint64_t *sp)
{
	size_t argc = exec_count(argv), envc = exec_count(envp);
	struct exec_stack stack = { .vm = vm, .sp = STACK_TOP };
	size_t bytes;

	stack.error = vm_add_region(vm, &(struct region){
		.start = STACK_TOP - ALIGN_UP(STACK_FIRST, PAGE_SIZE),
		.end = STACK_TOP, .prot = VM_READ | VM_WRITE,
		.kind = REGION_STACK,
	});
	if (stack.error != 0) {
		return stack.error;
	}
	bytes = (argc + envc + 3 + EXEC_AUXV_WORDS) * sizeof(uint64_t);
	stack.words = kmalloc(bytes);
	if (stack.words == NULL) {
		return -ENOMEM;
	}
	exec_word(&stack, argc);
	exec_push_vector(&stack, argv);
	exec_push_vector(&stack, envp);
	exec_push_auxv(&stack, image, path);
	/* The words end where the strings begin, rounded so that sp is even. */
	bytes = stack.count * sizeof(uint64_t);
	stack.sp = ALIGN_DOWN(stack.sp - bytes, 16) + bytes;
	*sp = exec_push(&stack, stack.words, bytes);
	kfree(stack.words);
	return stack.error;
}

/* Maps r in place of what is there, as MAP_FIXED does. */
static int exec_map(struct vm *vm, const struct region *r)
{
	if (r->start == r->end) {
		return 0;
	}
	return vm_unmap(vm, r->start, r->end) ?: vm_add_region(vm, r);
}

/* As Linux: the pages of the file, and what is zero as anonymous memory. */
static int exec_map_segments(struct vm *vm, const struct memfile *file,
			     const struct elf_image *image)
{
	struct elf_segment s;
	unsigned int index = 0;
	int error = 0;

	while (error == 0 && elf_next_segment(image, &index, &s)) {
		unsigned int prot = (s.readable ? VM_READ : 0) |
				    (s.writable ? VM_WRITE : 0) |
				    (s.executable ? VM_EXEC : 0);

		error = exec_map(vm, &(struct region){
			.start = s.start, .end = s.file_end,
			.prot = (uint8_t)prot, .kind = REGION_FILE,
			.source = SOURCE_DATA, .file = file, .data = s.data,
			.data_start = s.start, .data_len = s.data_size,
		});
		error = error ?: exec_map(vm, &(struct region){
			.start = s.file_end, .end = s.end,
			.prot = (uint8_t)prot, .kind = REGION_IMAGE,
		});
	}
	vm->brk_start = vm->brk = ALIGN_UP(image->end, PAGE_SIZE);
	return error;
}

int exec_load(struct vm *vm, const struct memfile *file,
	      const char *const argv[], const char *const envp[],
	      uint64_t *entry, uint64_t *sp, const char **refused)
{
	static const struct elf_limits limits = {
		.page_size = PAGE_SIZE,
		.pie_base = PIE_BASE,
		/* The stack's place is not the program's: it ends below. */
		.user_end = STACK_TOP - VM_STACK_MAX,
	};
	struct elf_image image;

	*refused = elf_check(file->data, file->size, &limits, &image);
	if (*refused != NULL) {
		return -ENOEXEC;
	}
	*entry = image.entry;
	return exec_map_segments(vm, file, &image) ?:
	       exec_make_stack(vm, &image, file->path, argv, envp, sp);
}
