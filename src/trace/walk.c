// SPDX-License-Identifier: MIT
/*
 * walk.c - /proc/walk: the walk of the address that was written to it, through
 * the tables of whoever reads it.
 */
#include "arch_lab.h"
#include "fs/file.h"
#include "lib/string.h"

static uint64_t walk_address;

static void walk_show(struct sink *out)
{
	arch_walk_show(out, READ_ONCE(walk_address));
}

static int walk_store(char *text)
{
	uint64_t address;

	if (parse_hex(text, &address) != 0) {
		return -EINVAL;
	}
	WRITE_ONCE(walk_address, address);
	return 0;
}
PROC_FILE(walk, .path = "walk", .show = walk_show, .store = walk_store);
