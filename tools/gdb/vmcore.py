# SPDX-License-Identifier: MIT
"""vmcore.py - a dump of QEMU's `dump-guest-memory` as a machine that gdb connects to.

It speaks the part of gdb's remote protocol that looks at a stopped machine, and
translates as the kernel's tables did (walker.py): so every command that reads is
as with QEMU. The dump holds general registers alone; TCR_EL1 and its kind are in
the kernel's memory, and portcullis.py writes them here: see class Vmcore there.
"""

import contextlib
import re
import struct
from collections import namedtuple

import walker

Segment = namedtuple("Segment", "virtual physical offset size memory")
PT_LOAD, PT_NOTE, ET_CORE, EM_AARCH64, NT_PRSTATUS = 1, 4, 4, 183, 1
REGISTERS = [f"x{n}" for n in range(31)] + ["sp", "pc", "cpsr"]
PRSTATUS_REGISTERS = 112  # the offset of x0 in struct elf_prstatus
SYSTEM = ("TCR_EL1", "SCTLR_EL1", "MAIR_EL1", "TTBR0_EL1", "TTBR1_EL1", "TPIDR_EL1")
ALIGNMENT = 2 << 20  # of the image in memory: the boot protocol's
STEP = 4096
COMPRESSED = (b"KDUMP", b"makedumpfile")


class Unreadable(Exception):
    """Why a file cannot be looked at."""


class Elf:
    """The segments of an ELF file."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, "rb") as file:
                self.header = file.read(64)
                self.size = file.seek(0, 2)
                self.segments = list(self._segments(file))
        except OSError as error:
            raise Unreadable(f"{path}: {error.strerror}") from None

    def _segments(self, file):
        if self.header.startswith(COMPRESSED):
            raise Unreadable(f"{self.path}: a compressed dump; dump-guest-memory without -z, -l, -s makes a plain one")
        if len(self.header) < 64 or not self.header.startswith(b"\x7fELF\x02\x01"):
            raise Unreadable(f"{self.path}: no dump of dump-guest-memory (no 64-bit ELF file)")
        start, size, count = struct.unpack_from("<32xQ14xHH", self.header)
        for number in range(count):
            file.seek(start + number * size)
            entry = file.read(size)
            if len(entry) < 56:
                raise Unreadable(f"{self.path}: it is cut off in its program headers")
            kind, _, offset, virtual, physical, in_file, memory, _ = struct.unpack("<IIQQQQQQ", entry[:56])
            if offset + in_file > self.size:
                raise Unreadable(f"{self.path}: it is cut off, {offset + in_file} bytes were to come, {self.size} came")
            yield kind, Segment(virtual, physical, offset, in_file, memory)

    def of_kind(self, wanted):
        return [segment for kind, segment in self.segments if kind == wanted]


class Vmcore:
    """What the dump holds: each CPU's registers, and memory by physical address."""

    def __init__(self, path, kernel):
        elf = Elf(path)
        if struct.unpack_from("<HH", elf.header, 16) != (ET_CORE, EM_AARCH64):
            raise Unreadable(f"{path}: no dump of dump-guest-memory (no core file of AArch64)")
        self.memory = elf.of_kind(PT_LOAD)
        self.file = open(path, "rb")
        self.cpus = [cpu for note in elf.of_kind(PT_NOTE) for cpu in self._cpus(note)]
        if not self.cpus:
            raise Unreadable(f"{path}: it has no CPU's registers")
        self.system = dict.fromkeys(SYSTEM, 0)
        self.image = self._find(Elf(kernel), kernel, path)

    def _cpus(self, note):
        self.file.seek(note.offset)
        rest = self.file.read(note.size)
        while len(rest) >= 12:
            name, size, kind = struct.unpack_from("<III", rest)
            at = 12 + (name + 3 & ~3)
            content, rest = rest[at : at + size], rest[at + (size + 3 & ~3) :]
            if kind == NT_PRSTATUS and size >= PRSTATUS_REGISTERS + 8 * len(REGISTERS):
                values = struct.unpack_from(f"<{len(REGISTERS)}Q", content, PRSTATUS_REGISTERS)
                yield dict(zip(REGISTERS, values))

    def physical(self, address, size):
        """The bytes there, or None: walker.py's read()."""
        for part in self.memory:
            if part.physical <= address and address + size <= part.physical + part.size:
                self.file.seek(part.offset + address - part.physical)
                return self.file.read(size)
        return None

    def _find(self, kernel, kernel_path, path):
        """The (virtual, physical) start of the kernel's image, and its size: where its constants are."""
        parts = kernel.of_kind(PT_LOAD)
        base, rodata = parts[0].virtual, parts[1]
        with open(kernel_path, "rb") as file:
            file.seek(rodata.offset)
            wanted = file.read(rodata.size)
        other = False
        for part in self.memory:
            for start in range(-(-part.physical // ALIGNMENT) * ALIGNMENT, part.physical + part.size, ALIGNMENT):
                other = other or self.physical(start + 56, 4) == b"ARM\x64"
                if self.physical(start + rodata.virtual - base, len(wanted)) == wanted:
                    return base, start, parts[-1].virtual + parts[-1].memory - base
        if other:
            raise Unreadable(f"{path}: its kernel is not {kernel_path}, but another build")
        raise Unreadable(f"{path}: {kernel_path} is not in its memory")

    def translate(self, va):
        """A physical address, or None. Before TCR_EL1 is known: the image's."""
        base, start, size = self.image
        if not self.system["TCR_EL1"]:
            return va - base + start if base <= va < base + size else None
        regimes = [walker.Regime(self.system["TCR_EL1"], half) for half in (0, 1)]
        ttbrs = [self.system["TTBR0_EL1"], self.system["TTBR1_EL1"]]
        return walker.walk(va, regimes, ttbrs, self.physical).output


class Server:
    """One connection of gdb's."""

    def __init__(self, core, connection):
        self.core, self.connection = core, connection
        self.cpu, self.by_physical, self.acknowledge = 0, False, True

    def serve(self):
        with self.connection, contextlib.suppress(OSError):  # gdb may go at any time
            self.listen()

    def listen(self):
        rest = b""
        while True:
            found = re.search(rb"\$([^#]*)#..|\x03", rest, re.DOTALL)
            if not found:
                chunk = self.connection.recv(1 << 16)
                if not chunk:
                    return
                rest += chunk
                continue
            rest = rest[found.end() :]
            if self.acknowledge:
                self.connection.sendall(b"+")
            packet = (found.group(1) or b"?").decode("latin-1")
            if packet[0] == "k" or packet.startswith("vKill"):
                return
            self.send(self.answer(packet))
            self.acknowledge = self.acknowledge and packet != "QStartNoAckMode"

    def send(self, text):
        data = text.encode("latin-1")
        self.connection.sendall(b"$%s#%02x" % (data, sum(data) & 0xFF))

    def answer(self, packet):
        if packet[0] in "gGpPmXMH?cCsSTD":
            return getattr(self, "do_" + {"?": "why"}.get(packet[0], packet[0].lower()))(packet)
        name, _, rest = packet.partition(":")
        cpus = ",".join(f"{n + 1:x}" for n in range(len(self.core.cpus)))
        if name == "Qqemu.PhyMemMode":
            self.by_physical = rest == "1"
        if name == "qXfer":
            return self.description(rest)
        answers = {
            "qSupported": "PacketSize=20000;qXfer:features:read+;QStartNoAckMode+",
            "QStartNoAckMode": "OK",
            "Qqemu.PhyMemMode": "OK",
            "qfThreadInfo": "m" + cpus,
            "qsThreadInfo": "l",
            "qC": "QC1",
            "qAttached": "0",
        }
        return answers.get(name, "")

    @staticmethod
    def description(rest):
        """What the registers are: a slice of an XML document."""
        kind, _, name, place = rest.split(":")
        if (kind, name) != ("features", "target.xml"):
            return "E00"
        kinds = {"sp": '64" type="data_ptr', "pc": '64" type="code_ptr', "cpsr": "32"}
        core = "".join(f'<reg name="{reg}" bitsize="{kinds.get(reg, 64)}"/>' for reg in REGISTERS)
        system = "".join(f'<reg name="{reg}" bitsize="64" type="int"/>' for reg in SYSTEM)
        text = (
            '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0">'
            f'<architecture>aarch64</architecture><feature name="org.gnu.gdb.aarch64.core">{core}</feature>'
            f'<feature name="org.portcullis.system">{system}</feature></target>'
        )
        offset, size = (int(number, 16) for number in place.split(","))
        return ("m" if offset + size < len(text) else "l") + text[offset : offset + size]

    # ---- Registers

    def place(self, number):
        """Where a register of gdb's number is kept, and its name and size."""
        names = (*REGISTERS, *SYSTEM)
        name = names[number] if number < len(names) else None
        return (self.core.system if name in SYSTEM else self.core.cpus[self.cpu]), name, 4 if name == "cpsr" else 8

    def value(self, number):
        values, name, size = self.place(number)
        return (values[name] & (1 << 8 * size) - 1).to_bytes(size, "little").hex()

    def do_g(self, packet):
        if packet[0] == "G":
            return ""  # gdb writes them one by one
        return "".join(self.value(number) for number in range(len(REGISTERS) + len(SYSTEM)))

    def do_p(self, packet):
        number, _, value = packet[1:].partition("=")
        values, name, _ = self.place(int(number, 16))
        if name is None:
            return "E01"
        if packet[0] == "p":
            return self.value(int(number, 16))
        values[name] = int.from_bytes(bytes.fromhex(value), "little")
        return "OK"

    # ---- Memory

    def do_m(self, packet):
        if packet[0] == "M":
            return "E01"  # nobody changes what was
        address, size = (int(number, 16) for number in packet[1:].split(","))
        content = b""
        while len(content) < size:
            at = address + len(content)
            part = min(size - len(content), STEP - at % STEP)
            physical = at if self.by_physical else self.core.translate(at)
            found = None if physical is None else self.core.physical(physical, part)
            if found is None:
                break
            content += found
        return content.hex() or "E14"

    def do_x(self, _packet):
        return ""

    # ---- A machine that does not run

    def do_h(self, packet):
        cpu = int(packet[2:] or "0", 16) if not packet[2:].startswith("-") else 0
        if packet[1] == "g" and 0 < cpu <= len(self.core.cpus):
            self.cpu = cpu - 1
        return "OK"

    def do_t(self, packet):
        return "OK" if 0 < int(packet[1:], 16) <= len(self.core.cpus) else "E01"

    def do_why(self, _packet):
        return f"T05thread:{self.cpu + 1:x};"

    def do_c(self, packet):
        self.send("O" + b"this is a vmcore: nothing runs\n".hex())
        return self.do_why(packet)

    do_s = do_c

    @staticmethod
    def do_d(_packet):
        return "OK"
