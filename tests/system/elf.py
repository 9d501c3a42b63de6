# SPDX-License-Identifier: MIT
"""elf.py - one program (elf_shape.c), linked in every way that a linker, a
script or a hand can make of it, as process 1. It checks itself; or it must be
refused, with a sentence whose help is another row of the table. The checker
also takes each of them on the host, whole and damaged, under sanitizers."""

import functools
import os
import re
import shutil
import struct
import subprocess
import threading
from dataclasses import dataclass

from harness import BUILD, Boot, Command
from mkinitrd import archive

PAGE = {"4k": 4096, "16k": 16384, "64k": 65536}[os.environ.get("GRANULE", "4k")]
TOP = 1 << int(os.environ.get("VA_BITS", "48"))
CC = os.environ.get("CC", "aarch64-linux-gnu-gcc").split()
BINUTILS = re.sub(r"nm$", "", os.environ.get("NM", "aarch64-linux-gnu-nm"))
LLD = ["-fuse-ld=lld"] if "clang" in CC[0] else []
LINKERS = {
    "ld": [f"{BINUTILS}ld", "-static", "-nostdlib", "--build-id=none"],
    "gold": [f"{BINUTILS}ld.gold", "-static", "-nostdlib"],
    "lld": ["ld.lld", "-static", "--build-id=none"],
    "cc": [*CC, "-nostdlib", *LLD],
    "libc": [*CC, *LLD],
}
ONE_BUILD = threading.Lock()
SIGBUS = 128 + 7

# ---- Changes by hand --------------------------------------------------------

FIELDS = ("type", "flags", "offset", "vaddr", "paddr", "filesz", "memsz", "align")
LOAD, DYNAMIC, INTERP, STACK = 1, 2, 3, 0x6474E551
E_TYPE, E_MACHINE, E_PHOFF, E_SHOFF, E_PHNUM, E_SHNUM = 16, 18, 32, 40, 56, 60


def headers_of(file):
    """The program headers, as dicts."""
    start, count = struct.unpack_from("<Q", file, E_PHOFF)[0], struct.unpack_from("<H", file, E_PHNUM)[0]
    return [dict(zip(FIELDS, struct.unpack_from("<IIQQQQQQ", file, start + 56 * i))) for i in range(count)]


def packed(headers):
    return b"".join(struct.pack("<IIQQQQQQ", *header.values()) for header in headers)


def headers(edit):
    """A change of the program headers: edit() gets those to be loaded, and all."""

    def change(file):
        table = headers_of(file)
        edit([header for header in table if header["type"] == LOAD], table)
        start = struct.unpack_from("<Q", file, E_PHOFF)[0]
        file[start : start + 56 * len(table)] = packed(table)

    return change


def aligned_to(number):
    return headers(lambda loads, table: [load.update(align=number) for load in loads])


def retyped(old, new):
    return headers(lambda loads, table: [header.update(type=new) for header in table if header["type"] == old])


@headers
def descending(loads, table):
    """The segments change places, each with all that it is."""
    contents = [dict(load) for load in loads]
    for load, other in zip(loads, reversed(contents)):
        load.update(other)


@headers
def overlapping(loads, table):
    loads[0]["memsz"] = loads[0]["filesz"] = loads[1]["vaddr"] - loads[0]["vaddr"] + 1


@headers
def wrapping(loads, table):
    loads[-1]["memsz"] = (1 << 64) - 1


@headers
def huge(loads, table):
    loads[-1]["memsz"] = TOP // 16 * 15


def field(offset, form, value):
    return lambda file: struct.pack_into("<" + form, file, offset, value)


def without_sections(file):
    """What sstrip leaves."""
    del file[max(header["offset"] + header["filesz"] for header in headers_of(file)) :]
    struct.pack_into("<Q", file, E_SHOFF, 0)
    struct.pack_into("<HH", file, E_SHNUM, 0, 0)


def table_at_the_end(file):
    """The program headers far in the file, in no segment."""
    table = packed(headers_of(file))
    file += bytes(-len(file) % 8 + 1 << 20)
    struct.pack_into("<Q", file, E_PHOFF, len(file))
    file += table


def cut_in_its_tail(file):
    """Of three pages, the first and half of the second are left."""
    del file[headers_of(file)[-1]["offset"] + PAGE + PAGE // 2 :]


def cut_to(size):
    return lambda file: file.__delitem__(slice(size, None))


# ---- Linker scripts ---------------------------------------------------------


def script(start, *segments):
    """segments: the flags, and the sections of one; ALIGN begins it on a page of its own."""
    table = [f"s{i} PT_LOAD FLAGS({flags}){'' if i else ' FILEHDR PHDRS'};" for i, (flags, *_) in enumerate(segments)]
    text = [f". = {start:#x} + SIZEOF_HEADERS;"]
    for i, (_, *parts) in enumerate(segments):
        for part in parts:
            text.append(". = ALIGN(0x10000);" if part == "ALIGN" else f"{part} : {{ *({part} {part}.*) }} :s{i}")
    sections = f"{' '.join(text)} /DISCARD/ : {{ *(.comment .note.* .eh_frame) }}"
    return f"PHDRS {{ {' '.join(table)} }} SECTIONS {{ {sections} }}"


R, RX, RW = 4, 5, 6
TAIL = script(0x400000, (RX, ".text", ".rodata"), (RW, "ALIGN", ".data", ".bss"), (R, "ALIGN", ".tail"))
TEXT_SHARES = script(0x400000, (R, ".rodata"), (RX, ".text"), (RW, "ALIGN", ".data", ".bss"))
DATA_SHARES = script(0x400000, (RX, ".text", ".rodata", ".tail"), (RW, ".data", ".bss"))
ALL_SHARE = script(0x400000, (RX, ".text", ".rodata"), (RW, ".data", ".bss"))

# ---- The table --------------------------------------------------------------


@functools.cache
def built(shape):
    """The file, as its linker and its change make it."""
    name = f"{BUILD}/test/elf/{re.sub('[^A-Za-z0-9]+', '-', shape.title)}"
    with ONE_BUILD:
        os.makedirs(os.path.dirname(name), exist_ok=True)
        flags = [*os.environ["USER_FLAGS"].split(), *shape.compile.split()]
        how = [*shape.link.split(), *([f"-T{name}.ld"] if shape.script else [])]
        with open(f"{name}.ld", "w", encoding="utf-8") as file:
            file.write(shape.script)
        for command in (
            [*CC, *flags, "-c", "-o", f"{name}.o", f"tests/system/{shape.source}"],
            [*LINKERS[shape.linker], *how, "-o", name, f"{name}.o"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        with open(name, "rb") as file:
            contents = bytearray(file.read())
        if shape.change:
            shape.change(contents)
            with open(name, "wb") as file:
                file.write(contents)
    return name


@dataclass(unsafe_hash=True)
class Row:
    """A shape: how it is made, and what the kernel does with it."""

    title: str
    link: str = ""
    linker: str = "ld"
    compile: str = ""
    script: str = ""
    source: str = "elf_shape.c"
    change: object = None
    refused: str = ""  # the words that the kernel must say
    status: int = 0


def refusal(row, after=r"\Z"):
    """All that a run with `quiet` says of it, to the end: the sentence that helps is the last one."""
    log = r"^\[ *\d+\.\d+\] "
    start = rf"{log}process 1 cannot start: /init: not an executable for this kernel\n"
    return rf"{start}{log}/init: .*{re.escape(row.refused)}.*\n{after}"


class Shape(Boot):
    """A row as process 1."""

    def __init__(self, row):
        if row.refused:
            super().__init__(f"elf: refused: {row.title}", status=127, expect=(refusal(row),))
        else:
            last = r"^shape: ok$" if row.status == 0 else r"^shape: the last page$"
            super().__init__(f"elf: {row.title}", status=row.status, expect=(last,))
        self.row = row

    def start(self, limit):
        initrd = f"{built(self.row)}.cpio"
        with open(built(self.row), "rb") as program, open(initrd, "wb") as file:
            file.write(archive({"init": program.read()}))
        self.machine = {"initrd": initrd, "append": "quiet"}
        return super().start(limit)


class Run(Command):
    """`make run INIT=` of a row that is refused: only make itself has words after the kernel's."""

    def start(self, limit):
        row = next(row for row in ROWS if row.title == self.name.split(": ")[-1])
        self.expect, self.status = (refusal(row, r"make: \*\*\* .* Error 127\n\Z"),), 2
        self.argv = ("make", "--no-print-directory", "run", f"INIT={built(row)}")
        return super().start(limit)


class OnHost(Command):
    """All rows, checked without the kernel."""

    def start(self, limit):
        self.argv = (f"{BUILD}/host/tests", "elf", *(f"{built(shape.row)}={shape.row.refused}" for shape in SHAPES))
        return super().start(limit)


PIE = "-fPIE -fvisibility=hidden"
MOVED = f"{PIE} -DRELOCATES"
STATIC_PIE = "-pie --no-dynamic-linker"
BSS = "-DONLY_BSS -fasynchronous-unwind-tables"  # the .eh_frame moves it
NO_PHDR = "-DNO_PHDR"
HIGH = TOP - (1 << 32)


def rows(title, link="", linkers="ld gold lld", **values):
    """A row for each of the linkers."""
    for linker in linkers.split():
        yield Row(f"{linker}, {title}", link, linker, **values)


def by_hand(title, change, link="", **values):
    """GNU ld's program, changed."""
    return Row(title, link, change=change, **values)


ROWS = [
    # What linkers make.
    *rows("as it comes"),
    *rows("-z max-page-size", f"-z max-page-size={PAGE}"),
    *rows("-z separate-code", f"-z separate-code -z max-page-size={PAGE}", "ld lld"),
    *rows("-z noseparate-code", f"-z noseparate-code -z max-page-size={PAGE}", "ld lld"),
    *rows("-z norelro", "-z norelro"),
    *rows("only .bss", compile=BSS),
    *rows("stripped", "-s"),
    *rows("an executable stack is asked for", "-z execstack"),
    *rows("thread-local data", compile="-DTLS"),
    *rows("text from the middle of a page on", "-Ttext=0x500abc", "ld lld"),
    *rows("text without the headers", "-Ttext=0x500abc", "gold", compile=NO_PHDR),
    *rows("one segment for text and constants", "--no-rosegment", "lld"),
    *rows("segments for text and constants", "--rosegment", "gold"),
    *rows("-n", "-n", "gold"),
    *rows("a build ID", "--build-id=sha1"),
    *rows("a property", "-z force-bti", "ld lld", compile="-mbranch-protection=standard"),
    *rows("at a low address", "-Ttext-segment=0x10000", "ld gold"),
    *rows("at a high address", f"-Ttext-segment={HIGH:#x}", "ld gold"),
    *rows("static PIE", STATIC_PIE, "ld lld", compile=MOVED),
    *rows("static PIE, small pages", f"{STATIC_PIE} -z max-page-size={PAGE}", "ld lld", compile=MOVED),
    *rows("static PIE, only .bss", STATIC_PIE, "ld lld", compile=f"{MOVED} {BSS}"),
    Row("gcc -static", "-static", "cc"),
    Row("gcc -static-pie", "-static-pie", "cc", MOVED),
    Row("static PIE, where the documents say", STATIC_PIE, compile=f"{MOVED} -DPIE_BASE={TOP // 3 * 2 & -0x200000:#x}"),
    Row("glibc, -static", "-static", "libc", source="elf_libc.c"),
    Row("glibc, -static-pie", "-static-pie", "libc", "-fPIE", source="elf_libc.c"),
    # What scripts make.
    Row("a segment after .bss", compile=f"-DTAIL={3 * PAGE}", script=TAIL),
    Row("text begins in the page of constants", script=TEXT_SHARES),
    Row("data begins in a page of text", compile=f"-DTAIL={PAGE + PAGE // 2}", script=DATA_SHARES),
    # What hands make.
    by_hand("p_align 0", aligned_to(0)),
    by_hand("p_align 1", aligned_to(1)),
    by_hand("PT_LOADs in descending order", descending),
    by_hand("static PIE, descending", descending, STATIC_PIE, compile=MOVED),
    by_hand("ET_DYN without PT_DYNAMIC", field(E_TYPE, "H", 3), "-Ttext-segment=0", compile=f"{PIE} {BSS}"),
    by_hand("nearly all of the user's half for .bss", huge, compile=NO_PHDR),
    by_hand("no section headers", without_sections),
    by_hand("program headers far in the file", table_at_the_end, compile=NO_PHDR),
    by_hand("no PT_GNU_STACK", retyped(STACK, 0)),
    by_hand("ELFOSABI_GNU", field(7, "B", 3)),
    by_hand("EI_VERSION 0", field(6, "B", 0)),
    by_hand(
        "cut off in its data", cut_in_its_tail, compile=f"-DTAIL={3 * PAGE} -DPAST_THE_END", script=TAIL, status=SIGBUS
    ),
    # What is refused; each help is a row above.
    *rows("-N", "-N", refused="writable and executable: link it without -N and -n"),
    *rows("-n", "-n", "ld", refused="writable and executable: link it without -N and -n"),
    *rows("-n", "-n", "lld", refused="not in an executable page: link it without -n"),
    *rows("small pages", f"-z max-page-size={PAGE // 4}", "lld", refused="for this page size (-z max-page-size)"),
    by_hand(
        "static PIE, too large",
        huge,
        STATIC_PIE,
        compile=MOVED,
        refused="too large for a static PIE: link it with -no-pie",
    ),
    Row("gcc -pie", "-pie", "cc", MOVED, refused="needs a dynamic linker: link it with -static or -static-pie"),
    Row("ld -static -pie", "-pie", "ld", MOVED, refused="needs a dynamic linker: link it with -static or -static-pie"),
    Row("an object", "-r", refused="an object or a core: link it"),
    Row("no entry", "-e 0", refused="with an entry (-e)"),
    Row("in the kernel's half", "-Ttext-segment=0xffff800000000000", refused="link it for a lower address"),
    Row("text and data in one page", script=ALL_SHARE, refused="not in an executable page"),
    by_hand("big-endian", field(5, "B", 2), refused="compile it without -mbig-endian"),
    by_hand("32 bits", field(4, "B", 1), refused="compile it for AArch64"),
    by_hand("another machine", field(E_MACHINE, "H", 62), refused="compile it with aarch64-linux-gnu-gcc"),
    by_hand("overlapping bytes", overlapping, refused="give each its own addresses"),
    by_hand("a size that wraps", wrapping, refused="not in the user's half"),
    by_hand("too many program headers", field(E_PHNUM, "H", PAGE // 56 + 1), refused="they must fit in a page"),
    by_hand("cut off in its headers", cut_to(100), refused="not in the file: it was cut off"),
]
MISSING = {linker for linker, command in LINKERS.items() if not shutil.which(command[0])}
SHAPES = [Shape(row) for row in ROWS if row.linker not in MISSING]
TIER = 1
TESTS = [
    *SHAPES,
    Run("elf: make run INIT=: gcc -pie", limit=120),
    OnHost("elf: all of them on the host", ktap=True, limit=120),
    *(Boot(f"elf: what {linker} makes", skip=f"there is no {LINKERS[linker][0]}") for linker in sorted(MISSING)),
]
