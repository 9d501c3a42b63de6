# SPDX-License-Identifier: MIT
"""extable.py - the exception table against the linked kernel, instruction by instruction.

Invariant 3: every access to EL0's memory has an entry. Invariant 4: no access
to the kernel's own has one, and an entry says which side it is about. And
LDTR and STTR, which exist for EL0's memory only, are nowhere else.

What is known of the methods is the register that holds the user's pointer in
each operation. The disassembly comes from objdump, the table from the Image.
"""

import os
import re
import struct
import subprocess
from dataclasses import dataclass

from harness import BUILD, Outcome, Test
from methods import METHODS

# The register with the user's address, and whether EL0's memory is written.
OPERATIONS = {
    "copy_from_user": ("x1", False),
    "copy_to_user": ("x0", True),
    "clear_user": ("x0", True),
    "strncpy_from_user": ("x1", False),
    "strnlen_user": ("x0", False),
    **{f"get_user_{size}": ("x0", False) for size in (1, 2, 4, 8)},
    **{f"put_user_{size}": ("x1", True) for size in (1, 2, 4, 8)},
}
# Whose functions they are, by the rows; a walk in software makes no access.
PREFIXES = {method.name: method for method in METHODS if method.window != "TABLES"}
# How many accesses there are at least: a scan that does not find them is blind.
LEAST = {method.name: 200 if method.words == method.name else 9 for method in PREFIXES.values()}
METHOD = re.compile(rf"({'|'.join(PREFIXES)})_({'|'.join(OPERATIONS)})")
ATOMIC = re.compile(r"(unwindowed|panwindow|ttbr0window)(_lse)?_cmpxchg_user_[48]")
# Instructions that may fault without being about EL0, by the kind of their entry.
CAREFUL = {"KERNEL": r"ldr", "AT": r"at|sys", "HLT": r"hlt"}

# These ask with EL0's rights, every time.
WITH_EL0_RIGHTS = re.compile(r"(ld|st)tr(b|h)?$|cpyf[pme](rt|wt)$|set[pme]t$")
MEMORY_COPY = re.compile(r"cpy|set")  # its operands are not [x0]
MEMORY = re.compile(r"(ld|st|cas|cpy|set[pmegn]|swp|prf)|dc$")
UNPRIVILEGED = re.compile(r"(ld|st)tr(b|h|sb|sh|sw)?$")
WITH_EL0S_RIGHTS = "|".join(name for name, method in PREFIXES.items() if method.rights == "EL0")
UNPRIVILEGED_IN = re.compile(rf"({WITH_EL0S_RIGHTS})_\w+|probe_(ldtr|sttr)")


def define(name):
    """A number of arch/aarch64/extable.h."""
    with open("arch/aarch64/extable.h", encoding="utf-8") as file:
        return int(re.search(rf"#define EXTABLE_{name}\s+(\d+)", file.read()).group(1))


MAX_NOTES = 20


@dataclass
class Insn:
    """One instruction of the linked kernel."""

    address: int
    function: str
    name: str
    operands: str

    def __str__(self):
        return f"{self.function}: {self.address:x}: {self.name} {self.operands}"

    def uses_memory(self):
        return MEMORY.match(self.name) is not None

    def is_based_on(self, register):
        """Whether its address comes from the register (or it is DC ZVA of it)."""
        return re.search(rf"\[{register}\b|^zva, {register}$", self.operands) is not None


def tool(name, *llvm_arguments):
    """The binutil that belongs to make's compiler, and the option that LLVM's needs."""
    cc = os.environ.get("CC", "aarch64-linux-gnu-gcc").split()
    return (f"llvm-{name}", *llvm_arguments) if "clang" in cc[0] else (re.sub(r"gcc$", name, cc[0]),)


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def instructions(elf):
    """All instructions of the text, in order."""
    function = ""
    for line in output_of(*tool("objdump", "--mattr=+v8.8a,+mops"), "-d", "-j", ".text", elf).splitlines():
        title = re.fullmatch(r"[0-9a-f]+ <([^$].*)>:", line)
        code = re.match(r"\s*([0-9a-f]{8,}):\s+(?:[0-9a-f]{2,8} )*[0-9a-f]{2,8}\s+(\S+)\s*([^/<]*)", line)
        if title:
            function = title.group(1)
        elif code:
            yield Insn(int(code.group(1), 16), function, code.group(2), code.group(3).strip().lower())


def table(elf, image):
    """The entries: {address: (fixup, kind)}."""
    symbols = {name: int(value, 16) for value, _, name in map(str.split, output_of(*tool("nm"), elf).splitlines())}
    start, end = symbols["extable_start"], symbols["extable_end"]
    with open(image, "rb") as file:
        file.seek(start - symbols["_image_start"])
        data = file.read(end - start)
    entries = {}
    for offset in range(0, len(data), 12):
        insn, fixup, kind = struct.unpack_from("<iiI", data, offset)
        entries[start + offset + insn] = (start + offset + 4 + fixup, kind)
    return entries


def expected_kind(insn):
    """(side, window) of the entry that the instruction must have, or None."""
    method = METHOD.fullmatch(insn.function)
    if not insn.uses_memory():
        return None
    if ATOMIC.fullmatch(insn.function):
        window = not insn.function.startswith("unwindowed")
        return ("USER_BOTH", window) if insn.is_based_on("x0") else None
    if not method:
        return None
    register, writes = OPERATIONS[method.group(2)]
    if not insn.is_based_on(register) and not MEMORY_COPY.match(insn.name):
        return None
    return "USER_STORE" if writes else "USER_LOAD", PREFIXES[method.group(1)].has_window


class Scan(Test):
    """Compares the two, and says each difference."""

    def run(self):
        outcome = Outcome()
        code = list(instructions(f"{BUILD}/portcullis.elf"))
        entries = table(f"{BUILD}/portcullis.elf", f"{BUILD}/Image")
        scanned = self.compare(code, entries, outcome)
        outcome.output = f"{len(code)} instructions, {len(entries)} entries, {scanned}\n"
        for method, least in LEAST.items():
            if scanned.get(method, 0) < least:
                outcome.fail(f"only {scanned.get(method, 0)} accesses of {method} were found: the scan is blind")
        outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        outcome.notes[MAX_NOTES:] = [f"and {len(outcome.notes) - MAX_NOTES} more"] * (len(outcome.notes) > MAX_NOTES)
        return outcome

    def compare(self, code, entries, outcome):
        """Returns how many user accesses each method has."""
        side_mask, window, left = define("SIDE_MASK"), define("WINDOW"), dict(entries)
        function_of = {insn.address: insn.function for insn in code}
        scanned = {}
        for insn in code:
            fixup, kind = left.pop(insn.address, (None, 0))
            want = expected_kind(insn)
            if want:
                atomic = ATOMIC.fullmatch(insn.function)
                method = insn.function.split("_cmpxchg")[0] if atomic else METHOD.match(insn.function)[1]
                scanned[method] = scanned.get(method, 0) + 1
                rights = PREFIXES[method].rights if method in PREFIXES else "EL1"
                if rights == "EL0" and not WITH_EL0_RIGHTS.match(insn.name):
                    outcome.fail(f"an access with EL1's own rights: {insn}")
                if fixup is None:
                    outcome.fail(f"no entry for a user access: {insn}")
                elif (kind & side_mask, bool(kind & window)) != (define(want[0]), want[1]):
                    outcome.fail(f"the entry of kind {kind:#x} should be {want[0]}, window {want[1]}: {insn}")
            elif fixup is not None:
                kinds = [define(name) for name, pattern in CAREFUL.items() if re.fullmatch(pattern, insn.name)]
                if kind not in kinds:
                    outcome.fail(f"an entry of kind {kind:#x} where none is due: {insn}")
            if fixup is not None and function_of.get(fixup) != insn.function:
                outcome.fail(f"its fixup {fixup:#x} is in another function: {insn}")
            if UNPRIVILEGED.match(insn.name) and not UNPRIVILEGED_IN.fullmatch(insn.function):
                outcome.fail(f"unprivileged, and outside uaccess: {insn}")
        for address in left:
            outcome.fail(f"an entry for {address:#x}, where there is no instruction")
        return scanned


TIER = 1
TESTS = [Scan("extable: each user access has its entry, and nothing else")]
