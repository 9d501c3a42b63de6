# SPDX-License-Identifier: MIT
"""refused.py - user accesses that must not compile: a copy that is larger than
the kernel's object, and a single value of a size that there is no access for.
Beside each is one that differs in the size alone, and must compile."""

import os
import subprocess
from dataclasses import dataclass

from harness import Outcome, Test

TOO_SMALL = "user copy is larger than the kernel's object"
PROGRAM = """
#include "uaccess.h"
struct three {{ char c[3]; }};
struct two_words {{ uint64_t w[2]; }};
static char there[16];
long test(char __user *u, long n);
long test(char __user *u, long n)
{{
	char here[16] = {{ 0 }};
	long r = n;
	{}
	asm volatile("" : : "r"(here) : "memory");
	return r;
}}
"""


@dataclass
class Refused(Test):
    """statement: compiles with `good` in the place of {}, and with `bad` the compiler must say `words`."""

    statement: str = ""
    good: str = "16"
    bad: str = "17"
    words: str = TOO_SMALL

    def compile(self, size):
        compiler = [*os.environ["CC"].split(), *os.environ["KERNEL_FLAGS"].split()]
        command = [*compiler, "-x", "c", "-c", "-o", os.devnull, "-"]
        text = PROGRAM.format(self.statement.format(size))
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    def run(self):
        outcome = Outcome()
        good, bad = self.compile(self.good), self.compile(self.bad)
        outcome.output = good.stderr + bad.stderr
        if good.returncode != 0:
            outcome.fail(f"with {self.good} it does not compile: {good.stderr[-200:]}")
        if bad.returncode == 0:
            outcome.fail(f"with {self.bad} it compiles")
        elif self.words not in bad.stderr:
            outcome.fail(f"the compiler did not say {self.words!r}")
        outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        return outcome


def value(name, statement, bad):
    """A number of no known size has words of its own; a structure is no number."""
    words = "not 1, 2, 4 or 8 bytes" if bad == "__int128" else "rror:"
    return Refused(f"refused: {name}", statement=statement, good="uint64_t", bad=bad, words=words)


TIER = 1
TESTS = [
    Refused("refused: copy_from_user() onto the stack", statement="r = copy_from_user(here, u, {});"),
    Refused("refused: copy_from_user() into what is static", statement="r = copy_from_user(there, u, {});"),
    Refused(
        "refused: copy_from_user() into a part", statement="r = copy_from_user(here + 8, u, {});", good="8", bad="9"
    ),
    Refused("refused: copy_to_user()", statement="r = copy_to_user(u, here, {});"),
    Refused("refused: strncpy_from_user()", statement="r = strncpy_from_user(here, u, {});"),
    value("get_user() of three bytes", "{0} x; r = get_user(x, ({0} __user *)u);", "struct three"),
    value("get_user() of sixteen", "{0} x; r = get_user(x, ({0} __user *)u);", "struct two_words"),
    value("get_user() of sixteen, a number", "{0} x; r = get_user(x, ({0} __user *)u);", "__int128"),
    value("put_user() of sixteen, a number", "r = put_user(({0})n, ({0} __user *)u);", "__int128"),
    value("cmpxchg_user() of two", "r = cmpxchg_user(({0} __user *)u, 0, 1, ({0} *)here);", "uint16_t"),
    value("put_user() of three bytes", "r = put_user(*({0} *)here, ({0} __user *)u);", "struct three"),
]
