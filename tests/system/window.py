# SPDX-License-Identifier: MIT
"""window.py - a search of the linked kernel for a window that stays open
(invariant 2).

PSTATE.PAN is written in uaccess/, and in a few functions that are named here.
A user access that opens a window, by PAN or by TTBR0_EL1, shuts it again on
each path to its end, and on each path from the fixup of each access in it. Then
the same kernel is searched without the instructions that shut a window: each
must be found out.
"""

import re
import sys

from harness import BUILD, Outcome, Test
from methods import METHODS

sys.path.append("tests/system")
from barriers import Code, reaches  # noqa: E402
from extable import OPERATIONS, define, table  # noqa: E402

WINDOWED = re.compile(
    rf"({'|'.join(method.name for method in METHODS if method.has_window)})_({'|'.join(OPERATIONS)})"
    r"|(pan|ttbr0)window(_lse)?_cmpxchg_user_[48]"
)
# Boot; the deliberate bugs; the accesses of `make try` and `make truth`.
OTHERS = {"cpu_set_pan", "arch_window_open", "arch_window_shut", "probe_access_run", "arch_probe_ask"}


def offset_of(name):
    """Where a field of struct cpu is."""
    with open(f"{BUILD}/asm_offsets.h", encoding="utf-8") as file:
        return int(re.search(rf"#define CPU_{name} (\d+)", file.read()).group(1))


class Windows(Test):
    """Searches the kernel, and then one whose windows do not shut."""

    def run(self):
        outcome = Outcome()
        elf = f"{BUILD}/portcullis.elf"
        self.code = Code(elf)
        opening = [insn for insn in self.code.all if self.writes(insn, 0, "USER_TTBR0")]
        shutting = {insn.address for insn in self.code.all if self.writes(insn, 1, "RESERVED_TTBR0")}
        fixups = {fixup for fixup, kind in table(elf, f"{BUILD}/Image").values() if kind & define("WINDOW")}
        for insn in self.code.all:
            if insn.name == "msr" and insn.operands.startswith("pan,"):
                if not WINDOWED.fullmatch(insn.function) and insn.function not in OTHERS:
                    outcome.fail(f"PAN is written outside user access: {insn}")
        for line in self.left_open(opening, fixups, shutting):
            outcome.fail(line)
        outcome.output = f"{len(opening)} windows, {len(fixups)} fixups in them\n"
        if min(len(opening), len(fixups)) < 2 * len(OPERATIONS):
            outcome.fail("so few were found that the search is blind")
        found = len(list(self.left_open(opening, fixups, set())))
        outcome.output += f"without what shuts them: {found} left open\n"
        if found != len(opening) + len(fixups):
            outcome.fail(f"without what shuts them, {found} are found to be open")
        outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        return outcome

    def writes(self, insn, pan, ttbr0):
        """Whether a user access writes PAN so, or TTBR0_EL1 with that field of struct cpu."""
        operands = insn.operands
        if insn.name != "msr" or not WINDOWED.fullmatch(insn.function):
            return False
        if operands.startswith("ttbr0_el1"):
            offset = re.search(r", #(\w+)\]", self.code.at[insn.address - 4].operands)
            return offset is not None and int(offset.group(1), 0) == offset_of(ttbr0)
        return re.fullmatch(rf"pan, #(0x)?{pan}", operands) is not None

    def left_open(self, opening, fixups, shutting):
        """A line for each path on which a window stays open."""

        def shuts(insn):
            return insn.address in shutting

        for insn in opening:
            end = reaches(self.code, insn, shuts, self.code.leaves)
            if end:
                yield f"opened by {insn}, still open at {end}"
        for insn in map(self.code.at.get, sorted(fixups)):
            end = None
            if not shuts(insn):
                leaves = self.code.leaves
                end = insn if leaves(insn) else reaches(self.code, insn, shuts, leaves)
            if end:
                yield f"open after a fault, from the fixup {insn} to {end}"


TIER = 1
TESTS = [Windows("window: shut on every path out of a user access")]
