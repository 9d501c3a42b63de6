# SPDX-License-Identifier: MIT
"""names.py - are the names of system registers right? The assembler knows.

Every name of arch/aarch64/decode/sysregs.def is assembled as an MRS, MSR or
system instruction, and must give the numbers of its place. A name that this
assembler is too old for is left out, and counted. And errno_name() knows each
error that the kernel's source has.
"""

import glob
import os
import re
import subprocess
from dataclasses import dataclass

from harness import BUILD, Command, Outcome, Test

# What an assembler does not know of these is left out.
KNOW = [".arch armv9.3-a", *(f".arch_extension {each}" for each in ("memtag", "sve2", "sme", "ls64", "profile", "rme"))]
# GNU as 2.47 has op2 = 3; the Arm ARM and LLVM have 2.
WRONG_IN_GNU_AS = ("tlbi VMALLWS2E1", "tlbi VMALLWS2E1NXS")
TABLE = "arch/aarch64/decode/sysregs.def"


def rows():
    """(op0, op1, CRn, CRm, op2), and the ways to write what is there: one must do."""
    with open(TABLE, encoding="utf-8") as file:
        for numbers, names in re.findall(r'R\(([\d, ]+), "(.+)"\)', file.read()):
            for op2, name in enumerate(names.split(" ")):
                if name != "-":
                    yield (*map(int, numbers.split(", ")), op2), instructions(name)


def instructions(name):
    read, _, write = name.partition("/")
    if name[0].isupper():
        return [f"mrs x0, {read}", f"msr {write or read}, x0"]
    operation, _, operand = name.partition(":")
    return [f"{operation} {operand}, x0", f"{operation} {operand}", f"{operation} x0, {operand}", f"{operation} x0"]


def fields(word):
    return (word >> 19 & 3, word >> 16 & 7, word >> 12 & 15, word >> 8 & 15, word >> 5 & 7)


@dataclass
class Names(Test):
    """least: so many of the names this assembler must know, or little is proved."""

    least: int = 900

    def run(self):
        outcome = Outcome()
        table = list(rows())
        left, checked = dict(table), 0
        self.know = self.assemble([(None, each) for each in KNOW], [])[0]
        for way in range(4):
            tried = [(numbers, ways[way]) for numbers, ways in left.items() if way < len(ways)]
            tried, words = self.assemble(tried, self.know)
            for (numbers, text), word in zip(tried, words):
                checked += 1
                left.pop(numbers)
                if fields(word) != numbers and text not in WRONG_IN_GNU_AS:
                    outcome.fail(f"{text} is {fields(word)}, and not {numbers}")
        if checked < self.least:
            outcome.fail(f"only {checked} of {len(table)} names could be checked")
        outcome.notes.append(f"{len(left)} of {len(table)} names are too new for this assembler")
        outcome.passed = int(not outcome.failed)
        return outcome

    def assemble(self, tried, know):
        """Those that can be assembled, and the words that they give."""
        errors = self.compile(know + tried)
        bad = {int(line) - len(know) - 1 for line in re.findall(r":(\d+):.*[Ee]rror", errors)}
        tried = [each for i, each in enumerate(tried) if i not in bad]
        return tried, [] if self.compile(know + tried) else self.words()

    @staticmethod
    def compile(lines):
        """Assembles them; returns the errors."""
        source = "".join(f"{text}\n" for _, text in lines)
        compiler = (os.environ.get("CC") or "aarch64-linux-gnu-gcc").split()
        command = [*compiler, "-c", "-Wa,--no-warn", "-x", "assembler", "-o", f"{BUILD}/test/names.o", "-"]
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
