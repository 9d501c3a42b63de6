# SPDX-License-Identifier: MIT
"""barriers.py - a search of the linked kernel for a barrier that is missing.

QEMU executes barriers and needs none, so no run can miss one. Each function is
followed along all its branches, calls included:

- after a store to a translation table (.table_writes has the address of each,
  see arch/aarch64/pgtable.h) comes a DSB, before anything returns that nobody
  accounts for;
- after a TLBI comes a DSB that waits for it: DSB ISH, or DSB NSH if it was for
  this CPU alone;
- after a write of TTBR0_EL1 comes an ISB or an ERET, before the function ends
  or calls another.
"""

import re
import struct
import subprocess
import sys
import tempfile
from collections import defaultdict

from harness import BUILD, Outcome, Test

sys.path.append("tests/system")
from extable import instructions, tool  # noqa: E402

CALL = re.compile(r"bl$")
JUMP = re.compile(r"b(\..+|eq|ne)?$|cbn?z$|tbn?z$")
CONDITIONAL = re.compile(r"b\.|cbn?z$|tbn?z$")
END = re.compile(r"ret|eret|br$|udf$|hlt$")
NEVER_RETURN = {"panic", "panic_fault", "task_exit", "arch_power_off"}


def table_writes(elf):
    """The addresses in .table_writes."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([*tool("objcopy"), "-O", "binary", "--only-section=.table_writes",
                        "--set-section-flags", ".table_writes=alloc", elf, file.name], check=True)
        with open(file.name, "rb") as written:  # llvm-objcopy makes a new file of that name
            data = written.read()
    return {address for (address,) in struct.iter_unpack("<Q", data)}


def target(insn):
    """Where a branch goes, or None."""
    match = re.search(r"(?:^|, )(?:0x)?([0-9a-f]{8,})$", insn.operands.strip())
    return int(match.group(1), 16) if match else None


class Code:
    """The instructions by function, and who calls whom."""

    def __init__(self, elf):
        self.all = list(instructions(elf))
        self.at = {insn.address: insn for insn in self.all}
        self.functions = defaultdict(list)
        for insn in self.all:
            self.functions[insn.function].append(insn)
        self.start = {body[0].address: name for name, body in self.functions.items()}

    def callee(self, insn):
        """The function that it calls, or ends in; None if it does neither."""
        goes = target(insn)
        if not CALL.match(insn.name) and not JUMP.match(insn.name):
            return None
        if goes in self.start and (CALL.match(insn.name) or self.start[goes] != insn.function):
            return self.start[goes]
        return None

    def next(self, insn):
        """The instructions of the same function that may come next."""
        follows = [insn.address + 4]
        if END.match(insn.name) or self.callee(insn) in NEVER_RETURN:
            return []
        if JUMP.match(insn.name) and not CALL.match(insn.name):
            follows = [target(insn)] + (follows if CONDITIONAL.match(insn.name) else [])
        return [self.at[a] for a in follows if a in self.at and self.at[a].function == insn.function]

    def leaves(self, insn):
        """Whether the function may return, or end in another, right here."""
        return insn.name.startswith("ret") or (not CALL.match(insn.name) and self.callee(insn) is not None)


class Open:
    """Which functions leave a table write without its DSB, by a fixed point.

    leaks: it may return with a write of its own open. passes: it may return
    without any DSB, so that an open write before it stays open.
    """

    def __init__(self, code, writes):
        self.code, self.writes = code, writes
        self.leaks, self.passes = set(), set()
        changed = True
        while changed:
            changed = False
            for name, body in code.functions.items():
                for entry, found in ((False, self.leaks), (True, self.passes)):
                    if name not in found and self.may_return_open(body, entry):
                        found.add(name)
                        changed = True

    def after(self, insn, is_open):
        """Whether a write is open after the instruction, on some path."""
        callee = self.code.callee(insn)
        if insn.name == "dsb" and insn.operands in ("ish", "ishst", "sy"):
            return False
        if insn.address in self.writes:
            return True
        if callee is not None:
            return (is_open and callee in self.passes) or callee in self.leaks
        return is_open

    def may_return_open(self, body, entry):
        """Follows all paths from the entry, where a write is open or not."""
        seen, todo = set(), [(body[0], entry)]
        while todo:
            insn, is_open = todo.pop()
            if (insn.address, is_open) in seen:
                continue
            seen.add((insn.address, is_open))
            then = self.after(insn, is_open)
            if then and self.code.leaves(insn):
                return True
            # A conditional jump out of the function: it may also not be taken.
            todo += [(n, then if not self.code.leaves(insn) else is_open) for n in self.code.next(insn)]
        return False


def reaches(code, insn, good, bad):
    """The first bad instruction on some path after insn, before a good one."""
    seen, todo = set(), code.next(insn)
    while todo:
        now = todo.pop()
        if now.address in seen or good(now):
            continue
        if bad(now):
            return now
        seen.add(now.address)
        todo += code.next(now)
    return None


def ends(insn):
    """A return, or a call of whatever it may be."""
    return insn.name in ("ret", "br", "bl", "blr")


def missing(code, writes):
    """(what is missing, lines that say so) by the three rules, and which functions leave a DSB to their caller."""
    opens = Open(code, writes)
    called = {code.callee(insn) for insn in code.all}
    leaks = [f"{name}: may end with a table write that no DSB follows" for name in sorted(opens.leaks - called)]
    lines = {"a DSB after a table write": leaks, "a DSB after a TLBI": [], "an ISB after TTBR0_EL1": []}
    for insn in code.all:
        if insn.name == "tlbi":
            waits = ("ish", "sy") if insn.operands.split(",")[0].endswith("is") else ("ish", "sy", "nsh")
            found = reaches(code, insn, lambda n, waits=waits: n.name == "dsb" and n.operands in waits, code.leaves)
            if found:
                lines["a DSB after a TLBI"].append(f"no DSB that waits between {insn} and {found}")
        elif is_ttbr0_write(insn):
            found = reaches(code, insn, lambda n: n.name in ("isb", "eret"), ends)
            if found:
                lines["an ISB after TTBR0_EL1"].append(f"no ISB between {insn} and {found}")
    return lines, sorted(opens.leaks & called)


def is_ttbr0_write(insn):
    return insn.name == "msr" and insn.operands.startswith("ttbr0_el1")


class Barriers(Test):
    """Applies the three rules to the kernel; then to one without any barrier, where each must find something."""

    def run(self):
        outcome = Outcome()
        elf = f"{BUILD}/portcullis.elf"
        code, writes = Code(elf), table_writes(elf)
        lines, left_open = missing(code, writes)
        for line in sum(lines.values(), []):
            outcome.fail(line)
        tlbi = [i for i in code.all if i.name == "tlbi"]
        ttbr0 = [i for i in code.all if is_ttbr0_write(i)]
        for what, found, least in (
            ("table writes", writes, 10), ("TLBIs", tlbi, 5), ("writes of TTBR0_EL1", ttbr0, 20)
        ):
            if len(found) < least:
                outcome.fail(f"only {len(found)} {what} were found: the search is blind")
        outcome.output = f"{len(writes)} table writes, {len(tlbi)} TLBIs, {len(ttbr0)} writes of TTBR0_EL1\n"
        outcome.output += "".join(f"its caller does the DSB: {name}\n" for name in left_open)
        for insn in code.all:
            insn.name = "nop" if insn.name in ("dsb", "isb") else insn.name
        for what, found in missing(code, writes)[0].items():
            outcome.output += f"without any barrier: {len(found)} times {what}\n"
            if not found:
                outcome.fail(f"without any barrier in the kernel, nobody misses {what}")
        outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        return outcome


TIER = 1
TESTS = [Barriers("barriers: one after each table write, TLBI and TTBR0_EL1 write")]
