/* SPDX-License-Identifier: MIT */
/*
 * fdt_oracle.h - the device-tree reader and libfdt, side by side: whatever is
 * opened through this is compared with what libfdt says of the same bytes.
 */
#pragma once

#include <stddef.h>

enum { TREE_ROOM = 1 << 16 };

/*
 * Opens exactly these bytes, and returns what fdt_open() says. If it says
 * nothing, libfdt must accept them too, and both must find the same nodes,
 * names, values and reservations; else the test that runs has failed.
 */
const char *open_bytes(const void *data, size_t size);

/*
 * Puts the first tree of the command line into blob, of TREE_ROOM bytes, and
 * returns its size, without unused room.
 */
size_t real_tree(unsigned char *blob);
