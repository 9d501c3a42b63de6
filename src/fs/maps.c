/* SPDX-License-Identifier: MIT */
/*
 * maps.c - the regions of the process that reads it, as Linux prints them:
 *
 *	/proc/self/maps        one line each
 *	/proc/self/smaps       and below it what of it is used
 *	/proc/self/clear_refs  "1": no page has been accessed or written yet
 */
#include "fs/file.h"
#include "lib/sink.h"
#include "lib/string.h"
#include "mm/shmem.h"
#include "mm/vm.h"

/* What the region shows: its file's name, "" for anonymous memory; where in
 * the file it begins, and the file's number. */
struct maps_source {
	const char *name;
	uint64_t offset, ino;
};

static struct maps_source maps_source(const struct region *r)
{
	struct maps_source s = { "", 0, 0 };

	if (r->source == SOURCE_SHMEM) {
		s = (struct maps_source){ r->shmem->name, r->offset,
					  r->shmem->ino };
	} else if (r->source == SOURCE_DATA) {
		s = (struct maps_source){ r->file->path, 0, r->file->ino };
		s.offset = (uint64_t)r->data - (uint64_t)r->file->data +
			   (r->start - r->data_start);
	}
	if (r->kind == REGION_HEAP || r->kind == REGION_STACK) {
		s.name = r->kind == REGION_HEAP ? "[heap]" : "[stack]";
	}
	return s;
}

/* The name begins in column 73, as on Linux. */
static void maps_show_region(struct sink *out, const struct region *r)
{
	const struct maps_source s = maps_source(r);
	char line[128];

	snprintf(line, sizeof(line), "%08lx-%08lx %c%c%c%c %08lx 00:00 %lu ",
		 r->start, r->end, r->prot & VM_READ ? 'r' : '-',
		 r->prot & VM_WRITE ? 'w' : '-', r->prot & VM_EXEC ? 'x' : '-',
		 r->shared ? 's' : 'p', s.offset, s.ino);
	if (*s.name == '\0') {
		sink_printf(out, "%s\n", line);
	} else {
		sink_printf(out, "%-72s %s\n", line, s.name);
	}
}

static void maps_show_kib(struct sink *out, const char *name, size_t pages)
{
	sink_printf(out, "%-16s%8lu kB\n", name,
		    (unsigned long)(pages << (PAGE_SHIFT - 10)));
}

static void maps_show_usage(struct sink *out, const struct region *r)
{
	const struct arch_vm_usage usage =
		arch_vm_usage(&r->vm->arch, r->start, r->end);

	maps_show_kib(out, "Size:", (r->end - r->start) >> PAGE_SHIFT);
	maps_show_kib(out, "Rss:", usage.mapped);
	maps_show_kib(out, "Referenced:", usage.accessed);
	maps_show_kib(out, r->shared ? "Shared_Dirty:" : "Private_Dirty:",
		      usage.written);
}

static void maps_show_all(struct sink *out, bool with_usage)
{
	struct vm *vm = current->vm;
	struct region *r;

	spin_lock(&vm->lock);
	for (r = vm_first_region(vm); r != NULL; r = vm_next_region(r)) {
		maps_show_region(out, r);
		if (with_usage) {
			maps_show_usage(out, r);
		}
	}
	spin_unlock(&vm->lock);
}

static void maps_show(struct sink *out)
{
	maps_show_all(out, false);
}

static void smaps_show(struct sink *out)
{
	maps_show_all(out, true);
}

static int clear_refs_store(char *text)
{
	struct vm *vm = current->vm;
	struct region *r;
	int err = 0;

	if (strcmp(text, "1") != 0) {
		return -EINVAL;
	}
	spin_lock(&vm->lock);
	r = vm_first_region(vm);
	for (; r != NULL && err == 0; r = vm_next_region(r)) {
		err = arch_vm_age(&vm->arch, r->start, r->end);
	}
	spin_unlock(&vm->lock);
	return err;
}

PROC_FILE(maps, .path = "self/maps", .show = maps_show);
PROC_FILE(smaps, .path = "self/smaps", .show = smaps_show);
PROC_FILE(clear_refs, .path = "self/clear_refs", .store = clear_refs_store);
