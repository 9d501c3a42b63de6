# SPDX-License-Identifier: MIT
"""walker.py - the walk of a virtual address, by hand, for gdb's commands.

Written from the Arm ARM (D8.2, D8.3), and apart from arch/aarch64/decode/walk.c on
purpose: tests/system/debug.py lets the two walk the same tables. read(pa) gives
the 8 bytes at a physical address, or None where there is no memory.
"""

from collections import namedtuple

Level = namedtuple("Level", "level high low index address descriptor")
Walk = namedtuple("Walk", "half levels end output attributes")
VALID, TABLE, AF, CONTIGUOUS, DBM, PXN, UXN = 1, 2, 1 << 10, 1 << 52, 1 << 51, 1 << 53, 1 << 54
OUTPUT = (1 << 48) - 1


def bits(value, low, width):
    return value >> low & ((1 << width) - 1)


class Regime:
    """What TCR_EL1 says of one half."""

    def __init__(self, tcr, half):
        granules = {0: {0: 12, 1: 16, 2: 14}, 1: {2: 12, 3: 16, 1: 14}}[half]
        self.half = half
        self.page = granules.get(bits(tcr, (14, 30)[half], 2), 12)
        self.size = 64 - bits(tcr, (0, 16)[half], 6)
        self.tag_ignored = bits(tcr, (37, 38)[half], 1)
        self.disabled = bits(tcr, (7, 23)[half], 1)
        self.per_level = self.page - 3
        self.first = 4 - -(-(self.size - self.page) // self.per_level)

    def span(self, level):
        """The bits (high, low) of an address that the level's index takes."""
        low = self.page + (3 - level) * self.per_level
        return min(low + self.per_level, self.size) - 1, low

    def canonical(self, va):
        top = (1 << 64) - 1 if self.half else 0
        if self.tag_ignored:
            va = va & (1 << 56) - 1 | top >> 56 << 56
        return va >> self.size == top >> self.size


def walk(va, tcr, ttbr0, ttbr1, read):
    """Every descriptor that the hardware reads for va, and how it ends."""
    regime = Regime(tcr, bits(va, 55, 1))
    levels = []
    if not regime.canonical(va):
        return Walk(regime.half, levels, "the address is in neither half", None, 0)
    if regime.disabled:
        return Walk(regime.half, levels, "TCR_EL1 says that this half is not walked", None, 0)
    ttbr = ttbr1 if regime.half else ttbr0
    high, low = regime.span(regime.first)
    table = ttbr & OUTPUT & ~1 & -(8 << (high - low + 1))
    limits = 0  # what the tables above forbid: APTable, UXNTable, PXNTable
    for level in range(regime.first, 4):
        high, low = regime.span(level)
        index = bits(va, low, high - low + 1)
        address = table + 8 * index
        descriptor = read(address)
        levels.append(Level(level, high, low, index, address, descriptor))
        if descriptor is None:
            return Walk(regime.half, levels, "the table is not in memory", None, limits)
        if not descriptor & VALID:
            return Walk(regime.half, levels, "invalid", None, limits)
        base = descriptor & OUTPUT & -(1 << regime.page)
        if level < 3 and descriptor & TABLE:
            table, limits = base, limits | descriptor
            continue
        if level == 3 and not descriptor & TABLE or level < (1 if regime.page == 12 else 2):
            return Walk(regime.half, levels, "reserved encoding", None, limits)
        output = (base & -(1 << low)) | (va & ((1 << low) - 1))
        return Walk(regime.half, levels, "page" if level == 3 else "block", output, limits)
    raise AssertionError("level 3 has no tables")


def rights(descriptor, limits):
    """ "EL0 R, EL1 RW, ..." of a page or block under those tables' limits."""
    user = bits(descriptor, 6, 1) and not bits(limits, 61, 1)
    write = not bits(descriptor, 7, 1) and not bits(limits, 62, 1)
    uxn = descriptor & UXN or bits(limits, 60, 1)
    pxn = descriptor & PXN or bits(limits, 59, 1)
    el0 = ("R" if user else "") + ("W" if user and write else "") + ("" if uxn else "X")
    el1 = "R" + ("W" if write else "") + ("" if pxn or (user and write) else "X")
    flags = ["nG" if bits(descriptor, 11, 1) else "global", f"AF={bool(descriptor & AF):d}"]
    flags += ["contiguous"] if descriptor & CONTIGUOUS else []
    return f"EL0 {el0 or '-'}, EL1 {el1}, {', '.join(flags)}"


def mapped(tcr, ttbr, half, read, root_level=None):
    """(start, end, rights) of all that a half maps, neighbours joined."""
    regime = Regime(tcr, half)
    base = (1 << 64) - (1 << regime.size) if half else 0
    high, low = regime.span(regime.first)
    table = ttbr & OUTPUT & ~1 & -(8 << (high - low + 1))
    last = None
    for start, size, text in _mapped(regime, table, regime.first, base, 0, read):
        if last and last[1] == start and last[2] == text:
            last = (last[0], start + size, text)
            continue
        if last:
            yield last
        last = (start, start + size, text)
    if last:
        yield last


def _mapped(regime, table, level, base, limits, read):
    high, low = regime.span(level)
    for index in range(1 << (high - low + 1)):
        descriptor = read(table + 8 * index)
        if descriptor is None:
            return
        if not descriptor & VALID:
            continue
        start = base + (index << low)
        if level < 3 and descriptor & TABLE:
            below = descriptor & OUTPUT & -(1 << regime.page)
            yield from _mapped(regime, below, level + 1, start, limits | descriptor, read)
        elif level == 3 or not descriptor & TABLE:
            yield start, 1 << low, rights(descriptor, limits)
