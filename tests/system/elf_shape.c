/* SPDX-License-Identifier: MIT */
/*
 * elf_shape.c - one program that elf.py links in many ways. It compares every
 * page of itself with its own file, as Linux's loader fills pages: PT_LOADs in
 * the order of the table, each over what is there, as by MAP_FIXED; zeroes
 * from where .bss begins. Then it uses what it has: constants, data, pointers
 * (a position-independent one relocates itself), .bss and the heap. It also
 * runs on Linux, which is how its model of Linux is tested.
 *
 * Its last line is "shape: ok", or the first thing that is wrong. It has no
 * runtime, so that nothing but its own sections is in the file.
 */
#include "rt.h"

#include <linux/elf.h>

#ifndef BSS
#define BSS 100000
#endif

asm(".text\n"
    ".globl _start\n"
    "_start:\n"
    "	mov	x0, sp\n"
    "	bl	shape_main\n");
void __attribute__((visibility("hidden"))) _start(void);
void __attribute__((noreturn)) shape_main(const uint64_t *sp);

static const char constants[] = "constants";
static volatile char room[BSS];
#ifndef ONLY_BSS
static volatile char data[] = "data";
static void (*volatile pointer)(void) = _start;
#endif
#ifdef TLS
__thread int thread_local_data __attribute__((used)) = 1;
#endif
#ifdef TAIL /* bytes that a linker script puts into a segment of their own */
static const char tail[TAIL] __attribute__((section(".tail"), used)) = {
	[0 ... TAIL - 1] = 't'
};
#endif
#ifdef RELOCATES
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
#endif

/* What the kernel handed over. */
struct shape {
	const uint64_t *auxv;
	const Elf64_Phdr *table;
	unsigned long count, page;
	uint64_t bias; /* what was added to each address in the file */
	const char *file;
	uint64_t size;
};

static void say(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0') {
		len++;
	}
	write(1, text, len);
}

static void __attribute__((noreturn)) fail(const char *what)
{
	say("shape: ");
	say(what);
	say("\n");
	exit(1);
}

static void need(bool good, const char *what)
{
	if (!good) {
		fail(what);
	}
}

static uint64_t auxv_get(const struct shape *s, uint64_t type)
{
	for (const uint64_t *p = s->auxv; p[0] != AT_NULL; p += 2) {
		if (p[0] == type) {
			return p[1];
		}
	}
	fail("a word of the auxiliary vector is missing");
}

static bool covers(const struct shape *s, const Elf64_Phdr *p, uint64_t va)
{
	const uint64_t at = va - s->bias;

	return p->p_type == PT_LOAD && p->p_memsz > 0 &&
	       at >= (p->p_vaddr & -s->page) &&
	       at < ((p->p_vaddr + p->p_memsz + s->page - 1) & -s->page);
}

/* The segment whose the page at va is: the last that covers it. */
static const Elf64_Phdr *owner_of(const struct shape *s, uint64_t va)
{
	const Elf64_Phdr *owner = NULL;

	for (unsigned long i = 0; i < s->count; i++) {
		if (covers(s, &s->table[i], va)) {
			owner = &s->table[i];
		}
	}
	return owner;
}

/* What p says that the byte at `at`, an address of the file's, is. */
static char byte_of(const struct shape *s, const Elf64_Phdr *p, uint64_t at)
{
	const uint64_t bss = p->p_vaddr + p->p_filesz;
	const uint64_t offset = p->p_offset + (at - p->p_vaddr);

	if (p->p_filesz == 0 || (at >= bss && p->p_memsz > p->p_filesz) ||
	    at >= ((bss + s->page - 1) & -s->page) || offset >= s->size) {
		return 0;
	}
	return s->file[offset];
}

static void check_page(const struct shape *s, uint64_t va)
{
	const Elf64_Phdr *p = owner_of(s, va);

	const uint64_t offset = p->p_offset + (va - s->bias - p->p_vaddr);

	if (!(p->p_flags & PF_R) || (p->p_filesz > 0 && offset >= s->size)) {
		return; /* nobody can read it: past_the_end() */
	}
	for (uint64_t i = 0; i < s->page; i++) {
		need(((const char *)va)[i] == byte_of(s, p, va - s->bias + i),
		     "a page is not as in the file");
	}
}

static void check_pages(const struct shape *s)
{
	for (unsigned long i = 0; i < s->count; i++) {
		const Elf64_Phdr *p = &s->table[i];
		uint64_t va = s->bias + (p->p_vaddr & -s->page);

		for (; covers(s, p, va); va += s->page) {
			check_page(s, va);
		}
	}
}

/* What auxv says of the program; without AT_PHDR nothing can be compared. */
static bool find_table(struct shape *s)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)s->file;

	s->page = auxv_get(s, AT_PAGESZ);
	s->count = auxv_get(s, AT_PHNUM);
	s->table = (const Elf64_Phdr *)auxv_get(s, AT_PHDR);
	need(auxv_get(s, AT_ENTRY) == (uint64_t)_start, "AT_ENTRY is wrong");
	need(auxv_get(s, AT_BASE) == 0, "AT_BASE is not 0");
	need(auxv_get(s, AT_PHENT) == sizeof(Elf64_Phdr), "AT_PHENT is wrong");
	need(s->count == header->e_phnum, "AT_PHNUM is wrong");
	s->bias = (uint64_t)_start - header->e_entry;
	need((s->bias != 0) == (header->e_type == ET_DYN), "the bias is wrong");
#ifdef PIE_BASE
	need(s->bias == PIE_BASE, "it is not where the documents say");
#endif
#ifdef NO_PHDR
	return false;
#endif
	for (unsigned long i = 0; i < s->count * sizeof(Elf64_Phdr); i++) {
		need(((const char *)s->table)[i] ==
			     s->file[header->e_phoff + i],
		     "AT_PHDR is wrong");
	}
	return true;
}

static void map_file(struct shape *s)
{
	const long fd = open((const char *)auxv_get(s, AT_EXECFN), O_RDONLY);

	need(fd >= 0, "its file cannot be opened");
	s->size = (uint64_t)lseek((int)fd, 0, SEEK_END);
	s->file = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, (int)fd, 0);
	need(!map_failed(s->file), "its file cannot be mapped");
}

static void relocate(const struct shape *s)
{
#ifdef RELOCATES
	const Elf64_Rela *rela = NULL;
	uint64_t size = 0;

	for (const Elf64_Dyn *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_RELA) {
			rela = (const Elf64_Rela *)(s->bias + d->d_un.d_ptr);
		} else if (d->d_tag == DT_RELASZ) {
			size = d->d_un.d_val;
		}
	}
	for (; size > 0; size -= sizeof(*rela), rela++) {
		need(ELF64_R_TYPE(rela->r_info) == 1027,
		     "not R_AARCH64_RELATIVE");
		*(uint64_t *)(s->bias + rela->r_offset) =
			s->bias + (uint64_t)rela->r_addend;
	}
#else
	(void)s;
#endif
}

static void use_everything(void)
{
	char *end = (char *)brk(0);

	need(((volatile const char *)constants)[8] == 's', "no constants");
	for (unsigned long i = 0; i < sizeof(room); i++) {
		need(room[i] == 0, ".bss is not 0");
		room[i] = 1;
	}
#ifndef ONLY_BSS
	need(data[0] == 'd' && data[3] == 'a', "no data");
	data[0] = 'D';
	need(pointer == _start, "a pointer is wrong");
	pointer = NULL;
#endif
	need((char *)brk((uint64_t)end + 5000) == end + 5000, "no heap");
	need(end[0] == 0 && end[4999] == 0, "the heap is not 0");
	end[4999] = 1;
}

/* The last page of tail is past the end of the file, which was cut off. */
static void past_the_end(void)
{
#ifdef PAST_THE_END
	const volatile char *last = &tail[TAIL - 1];

	need(write(1, (const char *)last, 1) == -EFAULT, "it can be written");
	say("shape: the last page\n");
	(void)*last;
	fail("the last page can be read");
#endif
}

void shape_main(const uint64_t *sp)
{
	struct shape s = { .auxv = sp + 1 + sp[0] + 1 };

	while (*s.auxv++ != 0) { /* the environment */
	}
	map_file(&s);
	if (find_table(&s)) {
		check_pages(&s);
	}
	relocate(&s);
	use_everything();
	past_the_end();
	say("shape: ok\n");
	exit(0);
}
