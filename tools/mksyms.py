#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mksyms.py - the symbol table that backtraces print from.

Reads `nm -n` of the kernel as linked once (or nothing, for that first link)
and writes assembly: offsets from _text_start in ascending order, and names.
Only symbols of the text are listed: the text lies before the table itself,
so none of them moves in the second link. Read by src/ksyms.c.
"""

import sys

import ending


def read_symbols(lines):
    """[(offset, name)], one a place, of the functions in nm's lines."""
    table = [line.split() for line in lines]
    place = {name: int(address, 16) for address, _, name in table}
    start, end = place.get("_text_start", 0), place.get("_text_end", 0)
    symbols = {}
    for address, _, name in table:
        if start <= int(address, 16) < end and not name.startswith(("$", "_")):
            symbols.setdefault(int(address, 16) - start, name)
    return sorted(symbols.items())


def write_table(label, rows):
    print(f"\t.balign 4\n\t.globl {label}\n{label}:")
    for row in rows:
        print(f"\t{row}")


def main():
    symbols = read_symbols(sys.stdin)
    names, position = [], 0
    for _, name in symbols:
        names.append(position)
        position += len(name) + 1
    print('\t.section .ksyms, "a"')
    write_table("ksyms_count", [f".word {len(symbols)}"])
    write_table("ksyms_offsets", [f".word {offset:#x}" for offset, _ in symbols])
    write_table("ksyms_names", [f".word {place}" for place in names])
    write_table("ksyms_strings", [f'.asciz "{name}"' for _, name in symbols])


if __name__ == "__main__":
    ending.run(main)
