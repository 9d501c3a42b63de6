# SPDX-License-Identifier: MIT
"""walker.py - the walk of a virtual address, by hand, for gdb's commands.

Written from the Arm ARM (D8.2, D8.3), and apart from arch/aarch64/decode/walk.c on
purpose: tests/system/debug.py lets the two walk the same tables. read(pa, size)
gives the bytes at a physical address, or None where there is no memory.
"""

import struct
from collections import namedtuple

from registers import memory_type

Level = namedtuple("Level", "level high low index address descriptor")
Walk = namedtuple("Walk", "half levels end output attributes")
Rights = namedtuple("Rights", "el0 el1 flags memory")
Range = namedtuple("Range", "start end output rights")
VALID, TABLE, AF, CONTIGUOUS, DBM, PXN, UXN = 1, 2, 1 << 10, 1 << 52, 1 << 51, 1 << 53, 1 << 54
OUTPUT = (1 << 48) - 1
SHARED = ("not shareable", "reserved", "outer shareable", "inner shareable")


def bits(value, low, width):
    return value >> low & ((1 << width) - 1)


class Regime:
    """What TCR_EL1, SCTLR_EL1 and MAIR_EL1 say of one half."""

    def __init__(self, tcr, half, sctlr=0, mair=0):
        granules = {0: {0: 12, 1: 16, 2: 14}, 1: {2: 12, 3: 16, 1: 14}}[half]
        self.half = half
        self.page = granules.get(bits(tcr, (14, 30)[half], 2), 12)
        self.size = 64 - bits(tcr, (0, 16)[half], 6)
        self.tag_ignored = bits(tcr, (37, 38)[half], 1)
        self.disabled = bits(tcr, (7, 23)[half], 1)
        self.no_limits = bits(tcr, (41, 42)[half], 1)  # HPD: tables limit nothing
        self.dirty = bits(tcr, 40, 1)  # HD: DBM is a right to write
        self.wxn = bits(sctlr, 19, 1)
        self.mair = mair
        self.per_level = self.page - 3
        self.first = 4 - -(-(self.size - self.page) // self.per_level)

    def span(self, level):
        """The bits (high, low) of an address that the level's index takes."""
        low = self.page + (3 - level) * self.per_level
        return min(low + self.per_level, self.size) - 1, low

    def root(self, ttbr):
        """The physical address of the first table, and its size."""
        high, low = self.span(self.first)
        size = 8 << (high - low + 1)
        return ttbr & OUTPUT & ~1 & -size, size

    def canonical(self, va):
        top = (1 << 64) - 1 if self.half else 0
        if self.tag_ignored:
            va = va & (1 << 56) - 1 | top >> 56 << 56
        return va >> self.size == top >> self.size


def walk(va, regimes, ttbrs, read):
    """Every descriptor that the hardware reads for va, and how it ends."""
    regime = regimes[bits(va, 55, 1)]
    levels = []
    if not regime.canonical(va):
        return Walk(regime.half, levels, "the address is in neither half", None, 0)
    if regime.disabled:
        return Walk(regime.half, levels, "TCR_EL1 says that this half is not walked", None, 0)
    table, _ = regime.root(ttbrs[regime.half])
    limits = 0  # what the tables above forbid: APTable, UXNTable, PXNTable
    for level in range(regime.first, 4):
        high, low = regime.span(level)
        index = bits(va, low, high - low + 1)
        address = table + 8 * index
        descriptor = read(address, 8)
        if descriptor is not None:
            descriptor = int.from_bytes(descriptor, "little")
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


def rights(descriptor, limits, regime):
    """What a page or block grants under those tables' limits, and how its memory is."""
    limits = 0 if regime.no_limits else limits
    user = bits(descriptor, 6, 1) and not bits(limits, 61, 1)
    clean = regime.dirty and descriptor & DBM
    allowed = clean or not bits(descriptor, 7, 1)
    write = allowed and not bits(limits, 62, 1)
    uxn = descriptor & UXN or bits(limits, 60, 1) or (regime.wxn and user and write)
    pxn = descriptor & PXN or bits(limits, 59, 1) or (user and write) or (regime.wxn and write)
    el0 = ("R" if user else "") + ("W" if user and write else "") + ("" if uxn else "X")
    el1 = "R" + ("W" if write else "") + ("" if pxn else "X")
    flags = ["UXN"] if descriptor & UXN else []
    flags += ["PXN"] if descriptor & PXN else []
    flags += [f"AF={bool(descriptor & AF):d}", "nG" if bits(descriptor, 11, 1) else "global"]
    flags += ["DBM"] if descriptor & DBM else []
    flags += ["contiguous"] if descriptor & CONTIGUOUS else []
    # The page allows it, and the table above does not: fork does that, to the user's half.
    flags += ["shared since fork"] if allowed and not write and not regime.half else []
    return Rights(el0 or "-", el1, flags, memory_type(bits(regime.mair, 8 * bits(descriptor, 2, 3), 8)))


def limits_text(descriptor):
    """What a table forbids to all below it."""
    said = ((61, "not EL0"), (62, "no write"), (60, "UXN"), (59, "PXN"))
    return "".join(f", {text}" for bit, text in said if bits(descriptor, bit, 1))


def joined(pages, contiguous=False):
    """Neighbours with the same rights as one; contiguous: in physical memory, too."""
    last = None
    for page in pages:
        if last and last.end == page.start and last.rights == page.rights:
            if not contiguous or last.output + last.end - last.start == page.output:
                last = last._replace(end=page.end)
                continue
        if last:
            yield last
        last = page
    if last:
        yield last


def mapped(regime, ttbr, read):
    """A Range for each page and each block of a half, in order of the addresses."""
    if not regime.disabled:
        table, size = regime.root(ttbr)
        base = (1 << 64) - (1 << regime.size) if regime.half else 0
        yield from _mapped(regime, (table, size, regime.first), base, 0, read, {})


def _mapped(regime, table, base, limits, read, known):
    """known: the rights of each kind of descriptor, made once."""
    address, size, level = table
    low = regime.span(level)[1]
    content = read(address, size)
    if content is None:
        print(f"  {base:#018x}: its table at {address:#x} is not in memory")
        return
    for index, descriptor in enumerate(struct.unpack(f"<{size // 8}Q", content)):
        if not descriptor & VALID:
            continue
        start = base + (index << low)
        output = descriptor & OUTPUT & -(1 << regime.page)
        if level < 3 and descriptor & TABLE:
            below = (output, 1 << regime.page, level + 1)
            yield from _mapped(regime, below, start, limits | descriptor & -(1 << 59), read, known)
        elif descriptor & TABLE or (1 if regime.page == 12 else 2) <= level < 3:  # else reserved
            kind = descriptor & ~OUTPUT | descriptor & 0xFFF, limits
            if kind not in known:
                known[kind] = rights(descriptor, limits, regime)
            yield Range(start, start + (1 << low), output & -(1 << low), known[kind])
