# SPDX-License-Identifier: MIT
"""tables.py - gdb's commands about translation: walk, tables, who, tcr, sctlr, mair."""

import os
import re

import gdb
import registers
import walker
from machine import Command, Physical, hexadecimal, page_references, register, tasks

TABLES = "tables [x] [w] [r] [u] [s] [p] [ADDRESS [END]] [> FILE]"


def regimes():
    """Both halves, as the registers have them now."""
    tcr, sctlr, mair = register("TCR_EL1"), register("SCTLR_EL1"), register("MAIR_EL1")
    return [walker.Regime(tcr, half, sctlr, mair) for half in (0, 1)]


def ttbrs():
    return [register("TTBR0_EL1"), register("TTBR1_EL1")]


def current_walk(va):
    with Physical() as read:
        return walker.walk(va, regimes(), ttbrs(), read)


def sharers(done, level):
    """", shared by 2": what the kernel knows of a table that fork has shared; "" of any other."""
    forbids_writing = walker.bits(level.descriptor, 62, 1)
    if done.half or level.level != 2 or not forbids_writing:
        return ""
    page = regimes()[0].page
    count = page_references((level.descriptor & walker.OUTPUT) >> page)
    return "" if count is None else f", shared by {count}" if count > 1 else ", no longer shared"


class WalkCommand(Command):
    """walk ADDRESS: the table walk of an address (any expression) as it is now."""

    name = "walk"

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("walk ADDRESS")
        va = hexadecimal(argument)
        done = current_walk(va)
        print(f"walk of {va:#x}: TTBR{done.half}_EL1")
        for level in done.levels:
            last = level is done.levels[-1]
            value = "not read" if level.descriptor is None else f"{level.descriptor:#018x}"
            end = done.end if last else "table" + walker.limits_text(level.descriptor) + sharers(done, level)
            print(
                f"  L{level.level}  va[{level.high:2}:{level.low:2}]={level.index:4}   @{level.address:#010x}"
                f"  {value}  {end}"
            )
        if done.output is not None:
            self.show_page(done)
        elif not done.levels:
            print(f"  no walk: {done.end}")

    @staticmethod
    def show_page(done):
        descriptor = done.levels[-1].descriptor
        rights = walker.rights(descriptor, done.attributes, regimes()[done.half])
        text = ", ".join((f"EL0 {rights.el0}", f"EL1 {rights.el1}", *rights.flags))
        print(f"      {text} -> physical {done.output:#x}")
        index, shared = walker.bits(descriptor, 2, 3), walker.SHARED[walker.bits(descriptor, 8, 2)]
        print(f"      memory: {rights.memory} (MAIR_EL1, attribute {index}), {shared}")


def text_of(rights):
    """The rights in a line of `tables`: UXN and PXN show in them, and most memory is Normal."""
    flags = [flag for flag in rights.flags if flag not in ("UXN", "PXN")]
    flags += [rights.memory] if rights.memory != registers.memory_type(0xFF) else []
    return ", ".join((f"EL0 {rights.el0}", f"EL1 {rights.el1}", *flags))


class Filter:
    """What `tables` is asked to show."""

    def __init__(self, argument):
        ask, _, self.file = (part.strip() for part in argument.partition(">"))
        words = gdb.string_to_argv(ask)
        self.letters = {word for word in words if re.fullmatch("[xwrusp]", word)}
        places = [word for word in words if word not in self.letters]
        if len(places) > 2 or {"u", "s"} <= self.letters or (">" in argument and not self.file):
            raise gdb.GdbError(TABLES)
        self.start, *end = [hexadecimal(word) for word in places] or [0, 1 << 64]
        self.end = end[0] if end else self.start + 1
        if self.end <= self.start:
            raise gdb.GdbError(f"{self.end:#x} is not after {self.start:#x}")

    def shows(self, page):
        """u and s say whose rights x, w and r ask about; alone, anybody's."""
        el0 = "" if page.rights.el0 == "-" else page.rights.el0
        if page.end <= self.start or page.start >= self.end:
            return False
        if "u" in self.letters and not el0 or "s" in self.letters and el0:
            return False
        asked = el0 if "u" in self.letters else el0 + page.rights.el1
        if "r" in self.letters and set("WX") & set(asked):
            return False
        return all(letter.upper() in asked for letter in self.letters & {"x", "w"})


class Tables(Command):
    """tables [x] [w] [r] [u] [s] [p] [ADDRESS [END]] [> FILE]: all that both halves map.

    Neighbours with the same rights are joined. x: only what can be executed; w: what can
    be written; r: neither; u: what EL0 may use, s: what only EL1 may; with u, x and w are
    EL0's. p: with the physical addresses. ADDRESS: only what lies there; or up to END."""

    name = "tables"

    def run(self, argument):
        wanted = Filter(argument or "")
        lines = list(self.lines(wanted))
        if not wanted.file:
            print("\n".join(lines))
            return
        try:
            with open(os.path.expanduser(wanted.file), "w", encoding="ascii") as file:
                file.write("\n".join(lines) + "\n")
        except OSError as error:
            raise gdb.GdbError(f"{wanted.file}: {error.strerror}") from None

    @staticmethod
    def lines(wanted):
        physical = "p" in wanted.letters
        with Physical() as read:
            for regime, ttbr in zip(regimes(), ttbrs()):
                yield f"TTBR{regime.half}_EL1"
                pages = filter(wanted.shows, walker.mapped(regime, ttbr, read))
                for start, end, output, rights in walker.joined(pages, physical):
                    place = f"  {output:#014x}" if physical else ""
                    size = (end - start) >> 10
                    yield f"  {start:#018x} - {end - 1:#018x}{place}  {size:8} KiB  {text_of(rights)}"


def address_spaces():
    """(name, half, TTBR) of the kernel's half, of each task's tables, and of TTBR0_EL1."""
    user, kernel = ttbrs()
    yield "TTBR1_EL1", 1, kernel
    seen = set()
    try:
        owned = [task for task in tasks() if int(task["vm"])]
    except gdb.MemoryError:  # the kernel has not mapped itself yet
        owned = []
    for task in owned:
        root = int(task["vm"]["arch"]["root"])
        yield f"pid {int(task['pid'])}, {task['name'].string()}", 0, root
        seen.add(root)
    if user & walker.OUTPUT & ~1 not in seen:
        yield "TTBR0_EL1", 0, user


class Who(Command):
    """who PHYSICAL: every virtual address of a physical one, in the kernel's half and each task's."""

    name = "who"
    reads_kernel = True

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("who PHYSICAL")
        wanted = hexadecimal(argument)
        if wanted > walker.OUTPUT:
            raise gdb.GdbError(f"{wanted:#x} is no physical address (48 bits); walk ADDRESS finds one")
        spaces, both, found = list(address_spaces()), regimes(), False
        with Physical() as read:
            for name, half, ttbr in spaces:
                for page in walker.mapped(both[half], ttbr, read):
                    offset = wanted - page.output
                    if 0 <= offset < page.end - page.start:
                        print(f"  {page.start + offset:#018x}  {text_of(page.rights)}  ({name})")
                        found = True
        if not found:
            print(f"  no virtual address: nothing maps {wanted:#x}")


class InWords(Command):
    """A register, or a value, field by field."""

    fields = ""

    def run(self, argument):
        value = hexadecimal(argument) if argument else register(self.name.upper() + "_EL1")
        print(f"{self.name.upper()}_EL1 {value:#018x}")
        for name, high, low, number, words in registers.fields(self.fields, value):
            place = f"{high}:{low}" if high > low else f"{low}"
            print(f"  {place:>5}  {name:9} {number:2}  {words}")


class Tcr(InWords):
    """tcr [VALUE]: TCR_EL1 in words, or another value of it."""

    name, fields = "tcr", registers.TCR_EL1


class Sctlr(InWords):
    """sctlr [VALUE]: SCTLR_EL1 in words, or another value of it."""

    name, fields = "sctlr", registers.SCTLR_EL1


class Mair(Command):
    """mair [VALUE]: the memory types that a descriptor's bits 4:2 choose from."""

    name = "mair"

    def run(self, argument):
        value = hexadecimal(argument) if argument else register("MAIR_EL1")
        print(f"MAIR_EL1 {value:#018x}")
        for index in range(8):
            attribute = walker.bits(value, 8 * index, 8)
            print(f"  {index}  {attribute:#04x}  {registers.memory_type(attribute)}")


COMMANDS = (WalkCommand, Tables, Who, Tcr, Sctlr, Mair)
