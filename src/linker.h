/* SPDX-License-Identifier: MIT */
/*
 * linker.h - what link.ld and tools/mksyms.py define: only the addresses of
 * these mean anything. The tables that many files add to, each between two
 * symbols as well, are declared beside the type of their entries: extable in
 * extable.h, proc_files in fs/file.h, trespasses in trespass/trespass.h.
 */
#pragma once

#include "lib/types.h"

/* The parts of the image: each begins and ends on a page. */
extern char _image_start[], _image_end[];
extern char _text_start[], _text_end[];     /* RX */
extern char _rodata_start[], _rodata_end[]; /* R */
extern char _data_start[], _data_end[];     /* RW; its end is .bss: */
extern char _bss_start[], _bss_end[];       /* aligned to 16 bytes */
/* The guard, which is not mapped, then STACK_SIZE bytes, then the tables. */
extern char _boot_stack_guard[], _boot_stack[], _boot_stack_top[];
extern char _boot_tables_start[], _boot_tables_end[];

/*
 * The symbol table: entry i is the function ksyms_offsets[i] bytes past
 * _text_start, in ascending order; its name begins at byte ksyms_names[i] of
 * ksyms_strings.
 */
extern const uint32_t ksyms_count[1];
extern const uint32_t ksyms_offsets[], ksyms_names[];
extern const char ksyms_strings[];
