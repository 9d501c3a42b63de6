# SPDX-License-Identifier: MIT
"""width.py - what is printed fits 80 columns, and colour is where a terminal has it."""

import re
from dataclasses import dataclass

from harness import Command, Terminal



@dataclass
class Narrow(Command):
    """A goal whose lines fit. widest: what COLUMNS says; least: so wide one must be, or it says nothing of COLUMNS."""

    words: tuple = ()
    widest: int = 80
    least: int = 0

    def start(self, limit):
        self.argv = ("make", "--no-print-directory", *self.words)
        return super().start(limit)

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        # What make itself builds and says is not the goal's.
        lines = [line for line in result.output.splitlines() if not re.match(r"  [A-Z]+ +\S+$|make: ", line)]
        for line in lines:
            if len(line) > self.widest:
                outcome.fail(f"{len(line)} columns: {line}")
        if max(map(len, lines)) < self.least:
            outcome.fail(f"no line has {self.least} columns")


def narrow(*words, **more):
    columns = f", {more['env']['COLUMNS']} columns" if "env" in more else ""
    return Narrow(f"width: {' '.join(words)}{columns}", words=words, limit=180, **more)


PREDICT = (
    'python3 -c \'print("through\\n" * 40)\' >build/test/throughs; '
    'make --no-print-directory predict COUNT=40 ANSWERS=build/test/throughs'
)


@dataclass
class Predict(Narrow):
    def start(self, limit):
        self.argv = ("sh", "-c", PREDICT)
        return Command.start(self, limit)


# `make test`, with tests that have the longest that there may be of everything.
MAKE_TEST = """
import sys
sys.path.insert(0, "tools")
import test
from harness import Command

long = " ".join(["words"] * 30)
ktap = "1..3\\nok 1 a\\n# " + long + "\\nnot ok 2 b\\nok 3 c # SKIP " + long + "\\n"
tests = [Command(long[:70], argv=("true",)), Command("fails", argv=("printf", "%b", ktap), ktap=True)]
tests += [Command("says why", argv=("sh", "-c", "seq 30; echo " + long + "; false"))]
tests += [Command(f"suite{n}: of tier 2", tier=2) for n in range(20)]
test.declared_tests = lambda: tests
sys.argv = ["test.py"]
test.main()
"""


@dataclass
class MakeTest(Narrow):
    def start(self, limit):
        self.argv = ("python3", "-c", MAKE_TEST)
        return Command.start(self, limit)


TIER = 1
TESTS = [
    narrow("help"),
    narrow("esr", "ESR=96000045"),
    narrow("compare", expect=(r"^  bug +plain +ldtr +sw_ttbr0 +pan +ldtr$", r"^  +mops +softwalk +decided by$")),
    narrow(
        "compare",
        env={"COLUMNS": "100"},
        widest=100,
        least=95,
        expect=(r"^  bug +plain +ldtr +pan +ldtr +decided by$",),
    ),
    narrow("compare", env={"COLUMNS": "40"}),  # less is not asked for
    narrow("bench"),
    narrow(
        "times",
        "COMMANDS=run changed",
        "RUNS=1",
        tier=2,
        expect=(
            r"^make run +(\d+\.\d\d +){4}\d+\.\d  Python, QEMU x 1$",
            r"^make, vm\.c changed +(\d+\.\d\d +){4}\d+\.\d  compiler x 1$",
        ),
    ),
    narrow("truth"),
    narrow("truth", env={"COLUMNS": "120"}, widest=120, least=95, expect=(r"user's half +kernel's half +in no$",)),
    narrow("trace"),
    narrow("trace", env={"COLUMNS": "100"}, widest=100, least=85),
    narrow("trace", "ONLY=fault,window,switch,tlb"),
    Predict("width: predict", status=2),
    MakeTest(
        "width: test",
        status=1,
        env={"TIER": "1"},
        expect=(
            r"^ok +words",
            r"^FAIL  fails",
            r"^FAIL  says why .*\n.*exit status 1 .*\n +\| 22\n",
            r"^left out, ",
            r"^2 passed, 2 failed, 1 skipped$",
        ),
    ),
    *(narrow("walk", f"VA={va}", expect=(r"^ +L0  va\[47:39\]= *\d+   @0x",)) for va in ("400000", "ffff800000000000")),
    *(
        narrow("try", f"DO={access}")
        for access in ("ldr user.data", "ldtr kernel.data", "sttr user.ro", "ldr noncanonical")
    ),
    narrow("try", "DO=ldr kernel.data", "EL=0"),
    narrow("try", "FILE=tests/system/try_snippet.c"),
    Terminal(
        "colour: THROUGH and stopped, on a terminal",
        argv=("make", "--no-print-directory", "compare"),
        env={"TERM": "xterm", "NO_COLOR": ""},
        limit=120,
        expect=(r"\x1b\[31mTHROUGH\x1b\[0m", r"\x1b\[32mstopped\x1b\[0m", r"\x1b\[32m-EFAULT\x1b\[0m"),
        reject=(r"^(?!.*\x1b\[0m).*\b(THROUGH|stopped|-EFAULT)\b +",),
    ),
    *(
        Terminal(
            f"colour: none with {name}={value}",
            argv=("make", "--no-print-directory", "try", "FILE=tests/system/try_snippet.c"),
            env={name: value},
            limit=120,
            expect=(r"^  STOPPED: ", r"^  THROUGH: "),
            reject=(r"\x1b",),
        )
        for name, value in (("NO_COLOR", "1"), ("TERM", "dumb"))
    ),
    Terminal(
        "colour: a snippet's end, on a terminal",
        argv=("make", "--no-print-directory", "try", "FILE=tests/system/try_snippet.c"),
        env={"TERM": "xterm", "NO_COLOR": ""},
        limit=120,
        expect=(r"^  \x1b\[32mSTOPPED\x1b\[0m: ", r"^  \x1b\[31mTHROUGH\x1b\[0m: "),
    ),
]
