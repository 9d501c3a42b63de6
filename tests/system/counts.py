# SPDX-License-Identifier: MIT
"""counts.py - what make test counts: a known failure is a skip, no other one is."""

from harness import Command

KTAP = "1..3\\nok 1 a\\nnot ok 2 b\\nnot ok 3 c\\n"

# The harness, with a list of known failures of its own.
SCRIPT = f"""
import os, sys, tempfile
sys.path.insert(0, "tools")
import known
from harness import Command
import test

def show(argv, ktap=True):
    outcome = test.run_one(Command("t", argv=("sh", "-c", argv), ktap=ktap))[1]
    print(outcome.passed, outcome.failed, outcome.skipped, outcome.notes)

def read(text):
    with open(path, "w") as file:
        file.write(text)
    try:
        return known.read(path)
    except SystemExit as end:
        print(str(end).replace(path, "FILE"))

path = tempfile.mkstemp()[1]
known.FAILURES = read("# a comment\\nt | b | qemu #1234\\n")
show("printf '{KTAP}'; exit 1")
show("printf '1..2\\nok 1 a\\nnot ok 2 b\\n'; exit 1")
show("printf '1..2\\nok 1 a\\nnot ok 2 b\\n'; exit 3")
show("printf '1..1\\nok 1 b\\n'")
known.FAILURES = read("t | - | https://bugs.example/7\\n")
show("exit 1", ktap=False)
show("exit 0", ktap=False)
read("t | b | it fails\\n")
read("t | b | findings/none.sh\\n")
read("".join(f"t | b{{n}} | #1\\n" for n in range(11)))
os.remove(path)
"""

TIER = 1
TESTS = [
    Command(
        "counts: a known failure, and no other, is a skip",
        argv=("python3", "-c", SCRIPT),
        expect=(
            r"^1 2 1 \['a known failure: b: qemu #1234', 'c: failed', 'exit status 1 ",
            r"^1 0 1 \['a known failure: b: qemu #1234'\]$",
            r"^1 1 1 \[.*'exit status 3 instead of 0'\]$",
            r"^1 0 0 \['passes, though .*: b'\]$",
            r"^0 0 1 \['exit status 1 instead of 0', 'a known failure: https://bugs\.example/7'\]$",
            r"^1 0 0 \['passes, though .*: t'\]$",
            r"^FILE:1: not TEST \| RESULT \| WHY.*\nFILE:1: not TEST",
            r"^FILE: 11 known failures, and 10 is the limit$",
        ),
    ),
]
