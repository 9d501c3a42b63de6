# SPDX-License-Identifier: MIT
"""names.py - are the names of system registers right? The assembler knows.

Every row of arch/aarch64/decode/sysreg_names.c is assembled as an MRS, MSR or
system instruction of that name, and must give the numbers in the row. A name
that this assembler is too old for is left out, and counted. And errno_name() knows
each error that the kernel's source has.
"""

import glob
import os
import re
import subprocess
from dataclasses import dataclass

from harness import BUILD, Command, Outcome, Test

SOURCE = "arch/aarch64/decode/sysreg_names.c"
# Registers that can only be written, and instructions that take no register.
WRITE_ONLY = {"PMSWINC_EL0", "OSLAR_EL1", "ICC_EOIR0_EL1", "ICC_EOIR1_EL1", "ICC_DIR_EL1"} | {
    f"ICC_{n}_EL1" for n in ("SGI0R", "SGI1R", "ASGI1R")
}
NO_OPERAND = {"IALLUIS", "IALLU", "VMALLE1IS", "VMALLE1"}


def rows():
    """(op0, op1, CRn, CRm, op2) and the name, of each row."""
    with open(SOURCE, encoding="utf-8") as file:
        for numbers, name in re.findall(r"\{ ((?:\d+, ){5})\"([^\"]+)\" \}", file.read()):
            yield tuple(int(n) for n in re.findall(r"\d+", numbers)), name


def instruction(name):
    operation, _, operand = name.partition(" ")
    if operand:
        return name if operand in NO_OPERAND else f"{name}, x0"
    return f"msr {name}, x0" if name in WRITE_ONLY else f"mrs x0, {name}"


def fields(word):
    return (word >> 19 & 3, word >> 16 & 7, word >> 12 & 15, word >> 8 & 15, word >> 5 & 7)


@dataclass
class Names(Test):
    """least: so many of the names this assembler must know, or little is proved."""

    least: int = 180

    def run(self):
        outcome = Outcome()
        table, unknown = list(rows()), set()
        for _ in range(2):  # the second time without those that it does not know
            known = [row for row in table if row[1] not in unknown]
            errors = self.assemble(known)
            unknown |= {known[int(line) - 2][1] for line in re.findall(r":(\d+):.*[Ee]rror", errors)}
        for (numbers, name), word in zip(known, self.words()):
            if fields(word) != numbers:
                outcome.fail(f"{name} is {fields(word)}, and not {numbers}")
        if len(known) < self.least or errors:
            outcome.fail(f"only {len(known)} of {len(table)} names could be checked: {errors[:200]}")
        outcome.notes.append(f"{len(unknown)} of {len(table)} names are too new for this assembler")
        outcome.passed = int(not outcome.failed)
        return outcome

    @staticmethod
    def assemble(known):
        """Assembles them, one a line, from line 2; returns the errors."""
        source = "\n".join([".arch armv8.5-a+sve+memtag+sme", *(instruction(name) for _, name in known), ""])
        compiler = (os.environ.get("CC") or "aarch64-linux-gnu-gcc").split()
        command = [*compiler, "-c", "-x", "assembler", "-o", f"{BUILD}/test/names.o", "-"]
        return subprocess.run(command, input=source, capture_output=True, text=True, check=False).stderr

    @staticmethod
    def words():
        nm = (os.environ.get("NM") or "aarch64-linux-gnu-nm").split()
        objcopy = [*nm[:-1], re.sub(r"nm$", "objcopy", nm[-1]), "-O", "binary", "-j", ".text"]
        subprocess.run([*objcopy, f"{BUILD}/test/names.o", f"{BUILD}/test/names.bin"], check=True)
        with open(f"{BUILD}/test/names.bin", "rb") as file:
            data = file.read()
        return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]


@dataclass
class Errors(Test):
    """Each error that the kernel's source has, printed by a program that has only its number."""

    PROGRAM = """
    #include "rt.h"

    int main(void)
    {
        static const int codes[] = { %s, 4095 };

        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
            printf("%%s %%s\\n", errno_name(codes[i]), errno_name(-codes[i]));
        }
        return 0;
    }
    """

    def start(self, limit):
        sources = glob.glob("src/**/*.[chS]", recursive=True) + glob.glob("arch/aarch64/**/*.[chS]", recursive=True)
        codes = set()
        for path in sources:
            with open(path, encoding="utf-8") as file:
                codes |= set(re.findall(r"-(E[A-Z0-9]{2,})\b", file.read()))
        self.expect = tuple(rf"^{code} {code}$" for code in sorted(codes)) + (r"^E\? E\?$",)
        assert len(codes) >= 20, codes
        path = f"{BUILD}/test/errors.c"
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.PROGRAM % ", ".join(sorted(codes)))
        return Command("", argv=("make", "--no-print-directory", "run", f"FILE={path}")).start(limit)


TIER = 1
TESTS = [
    Names("names: system registers, as the assembler has them"),
    Errors("names: errors, as a program prints them", limit=120),
]
