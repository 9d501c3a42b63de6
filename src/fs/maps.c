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

/* What a line ends with; "" for anonymous memory. */
static const char *maps_name(const struct region *r)
{
	switch ((enum region_kind)r->kind) {
	case REGION_HEAP:
		return "[heap]";
	case REGION_STACK:
		return "[stack]";
	default:
		break;
	}
	if (r->source == SOURCE_SHMEM) {
		return r->shmem->name;
	}
	return r->source == SOURCE_DATA ? r->file->path : "";
}

/* Where in its file the region begins. */
static uint64_t maps_offset(const struct region *r)
{
	uint64_t at;

	if (r->source == SOURCE_SHMEM) {
		return r->offset;
	}
	if (r->source != SOURCE_DATA) {
		return 0;
	}
	at = (uint64_t)((const char *)r->data - (const char *)r->file->data);
	return at + (r->start - r->data_start);
}

static uint64_t maps_inode(const struct region *r)
{
	if (r->source == SOURCE_SHMEM) {
		return r->shmem->ino;
	}
	return r->source == SOURCE_DATA ? r->file->ino : 0;
}

/* The name begins in column 73, as on Linux. */
static void maps_show_region(struct sink *out, const struct region *r)
{
	char line[128];

	snprintf(line, sizeof(line), "%08lx-%08lx %c%c%c%c %08lx 00:00 %lu ",
		 (unsigned long)r->start, (unsigned long)r->end,
		 r->prot & VM_READ ? 'r' : '-', r->prot & VM_WRITE ? 'w' : '-',
		 r->prot & VM_EXEC ? 'x' : '-', r->shared ? 's' : 'p',
		 (unsigned long)maps_offset(r), (unsigned long)maps_inode(r));
	if (*maps_name(r) == '\0') {
		sink_printf(out, "%s\n", line);
	} else {
		sink_printf(out, "%-72s %s\n", line, maps_name(r));
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

	if (strcmp(text, "1") != 0) {
		return -EINVAL;
	}
	spin_lock(&vm->lock);
	for (r = vm_first_region(vm); r != NULL; r = vm_next_region(r)) {
		arch_vm_age(&vm->arch, r->start, r->end);
	}
	spin_unlock(&vm->lock);
	return 0;
}

PROC_FILE(maps, .path = "self/maps", .show = maps_show);
PROC_FILE(smaps, .path = "self/smaps", .show = smaps_show);
PROC_FILE(clear_refs, .path = "self/clear_refs", .store = clear_refs_store);
